// The tool loop with a runner of its own: what is sent, what is run, when it stops.

import { expect, test } from 'vitest';
import type { ContentBlock, Message, MessageParam } from '../../src/messages/types.ts';
import type { CommandOutcome } from '../../src/terminal/run-command.ts';
import { declareTools, pendingCalls, resultOf, runToolLoop, type ToolStep } from '../../src/turn/tools.ts';

const weather = { name: 'weather', input_schema: { type: 'object' }, command: ['weather', '--json'] };
const exited = (output: string): CommandOutcome => ({
  kind: 'exited',
  exitCode: 0,
  output,
  errorOutput: '',
  wasCut: false,
});
const call = (id: string, name = 'weather'): ContentBlock => ({
  type: 'tool_use',
  id,
  name,
  input: { city: 'Oslo' },
});
const answer = (content: ContentBlock[], stop_reason: string | null = 'end_turn'): Message => ({
  type: 'message',
  role: 'assistant',
  content,
  stop_reason,
  usage: {},
});
const question: MessageParam = { role: 'user', content: 'Weather?' };

/** A loop whose model gives the answers in order; notes what was sent and run. */
function loop(answers: Message[], options: { approve?: boolean; maxTurns?: number; tools?: object[] } = {}) {
  const sent: (readonly MessageParam[])[] = [];
  const ran: { argv: readonly string[]; input: string }[] = [];
  const steps: ToolStep['kind'][] = [];
  const result = runToolLoop([question], {
    commands: declareTools((options.tools ?? [weather]) as never).commands,
    run: async (argv, { input }) => {
      ran.push({ argv, input });
      return exited('-3 degrees');
    },
    approve: async () => options.approve ?? true,
    announce: (step) => steps.push(step.kind),
    send: async (messages) => {
      sent.push([...messages]);
      return answers[sent.length - 1] ?? answer([]);
    },
    maxTurns: options.maxTurns ?? 5,
  });
  return { result, sent, ran, steps };
}

test('a declared command stays here; the definition is sent without it', () => {
  const { definitions, commands } = declareTools([{ ...weather, timeout: 0.5 }, { type: 'web_search' }]);
  expect(definitions).toEqual([
    { name: 'weather', input_schema: { type: 'object' } },
    { type: 'web_search' },
  ]);
  expect(commands.get('weather')).toEqual({ argv: ['weather', '--json'], timeoutMs: 500 });
  expect(commands.size).toBe(1);
});

test.each([
  ['a shell line', { ...weather, command: 'weather --json' }, 'not a list of strings'],
  ['an empty command', { ...weather, command: [] }, 'not a list of strings'],
  ['a command without a name', { command: ['x'] }, 'no name'],
  ['a bad time limit', { ...weather, timeout: 0 }, 'not a positive number'],
  ['a list entry that is no object', 'weather', 'not an object'],
])('%s is refused', (_, tool, message) => {
  expect(() => declareTools([tool] as never)).toThrow(message);
});

test('results go back until the model answers', async () => {
  const { result, sent, ran, steps } = loop([
    answer([{ type: 'text', text: 'Looking.' }, call('t1'), call('t2')], 'tool_use'),
    answer([{ type: 'text', text: 'Cold.' }]),
  ]);
  expect((await result).end).toBe('answered');
  expect(ran).toEqual([
    { argv: ['weather', '--json'], input: '{"city":"Oslo"}' },
    { argv: ['weather', '--json'], input: '{"city":"Oslo"}' },
  ]);
  expect(steps).toEqual(['started', 'finished', 'started', 'finished']);
  expect(sent[1]?.map((message) => message.role)).toEqual(['user', 'assistant', 'user']);
  expect(sent[1]?.[2]?.content).toEqual([
    { type: 'tool_result', tool_use_id: 't1', content: '-3 degrees' },
    { type: 'tool_result', tool_use_id: 't2', content: '-3 degrees' },
  ]);
});

test('a declined call is answered as an error and nothing is run', async () => {
  const { result, sent, ran } = loop([answer([call('t1')], 'tool_use'), answer([])], { approve: false });
  await result;
  expect(ran).toEqual([]);
  expect(sent[1]?.[2]?.content).toMatchObject([{ tool_use_id: 't1', is_error: true }]);
});

test('a call without a command ends the loop before anything is run', async () => {
  const { result, ran } = loop([answer([call('t1'), call('t2', 'browser')], 'tool_use')]);
  expect((await result).end).toBe('unanswerable');
  expect(ran).toEqual([]);
});

test('the limit of turns holds', async () => {
  const again = answer([call('t1')], 'tool_use');
  const { result, sent, ran } = loop([again, again, again, again], { maxTurns: 2 });
  expect((await result).end).toBe('turn-limit');
  expect(sent).toHaveLength(3);
  expect(ran).toHaveLength(2);
});

test.each(['tool_use', 'end_turn', 'stop', 'tool_calls', 'max_tokens', null])(
  'a whole call is run, though the stop reason is %s',
  async (reason) => {
    const { result, ran } = loop([answer([call('t1')], reason), answer([])]);
    expect((await result).end).toBe('answered');
    expect(ran).toHaveLength(1);
  },
);

test('what a refused answer had begun to call is not run', () => {
  expect(pendingCalls(answer([call('t1')], 'refusal'))).toEqual([]);
});

const broken = (input: unknown, id = 't1'): ContentBlock => ({ ...call(id), input }) as ContentBlock;

test.each<[string, unknown, string]>([
  ['cut', '{"city":"Os', 'cut or not JSON'],
  ['not JSON', '{"city":"Oslo"}}', 'cut or not JSON'],
  ['a list', ['Oslo'], 'not an object'],
  ['a number', 7, 'not an object'],
])('a call whose input is %s is never run, nor asked about: the model is told why', async (_, input, why) => {
  const { result, ran, steps, sent } = loop([
    answer([broken(input), call('t2')], 'tool_use'),
    answer([{ type: 'text', text: 'Once more.' }]),
  ]);
  expect((await result).end).toBe('answered');
  expect(ran).toEqual([{ argv: ['weather', '--json'], input: '{"city":"Oslo"}' }]);
  expect(steps).toEqual(['broken', 'started', 'finished']);
  expect(sent[1]?.[2]?.content).toMatchObject([
    {
      tool_use_id: 't1',
      is_error: true,
      content: `Not run: its input is ${why}. Call it again with the whole input as one JSON object.`,
    },
    { tool_use_id: 't2', content: '-3 degrees' },
  ]);
});

test.each<[string, unknown]>([
  ['null', null],
  ['an empty text', ''],
  ['missing', undefined],
])('a call whose input is %s has none, and is run', async (_, input) => {
  const { result, ran } = loop([answer([broken(input)], 'tool_use'), answer([])]);
  await result;
  expect(ran).toMatchObject([{ input: '{}' }]);
});

test.each<[string, string, unknown]>([
  ['within its input', 'max_tokens', '{"city":"Os'],
  ['before its input', 'max_tokens', {}],
  ['by the window', 'model_context_window_exceeded', '{'],
  ['by the limit as others call it', 'length', '{'],
])('a call cut %s ends the loop: the same limit would cut it again', async (_, reason, input) => {
  const { result, ran, sent } = loop([answer([call('t0'), broken(input)], reason)]);
  expect((await result).end).toBe('cut-call');
  expect(ran).toEqual([]);
  expect(sent).toHaveLength(1);
});

test('a paused answer goes back as it is, as one turn, until it is done', async () => {
  const search: ContentBlock = { type: 'server_tool_use', id: 's1', name: 'web_search', input: {} };
  const found: ContentBlock = { type: 'web_search_tool_result', tool_use_id: 's1', content: [] };
  const { result, sent } = loop([
    answer([search], 'pause_turn'),
    answer([found], 'pause_turn'),
    answer([{ type: 'text', text: 'Cold.' }]),
  ]);
  expect((await result).end).toBe('answered');
  expect(sent.map((messages) => messages.slice(1))).toEqual([
    [],
    [{ role: 'assistant', content: [search] }],
    [{ role: 'assistant', content: [search, found] }],
  ]);
});

test('pauses count against the limit of turns; an empty one has nothing to go on with', async () => {
  const paused = answer([{ type: 'text', text: '...' }], 'pause_turn');
  const { result, sent } = loop([paused, paused, paused, paused], { maxTurns: 2 });
  expect((await result).end).toBe('turn-limit');
  expect(sent).toHaveLength(3);
  expect((await loop([answer([], 'pause_turn')]).result).end).toBe('answered');
});

test.each<[string, CommandOutcome, object]>([
  ['success', exited('ok'), { content: 'ok' }],
  [
    'a failing command',
    { kind: 'exited', exitCode: 2, output: 'half', errorOutput: 'bad city\n', wasCut: false },
    { content: 'exit code 2\nbad city\nhalf', is_error: true },
  ],
  [
    'a time limit',
    { kind: 'timed-out', afterMs: 1500, output: '' },
    { content: 'stopped after 1.5 s without an end', is_error: true },
  ],
  ['a missing program', { kind: 'not-started', reason: 'x: command not found' }, { is_error: true }],
  ['cut output', { ...exited('abc'), wasCut: true } as CommandOutcome, { content: 'abc\n[output cut here]' }],
])('the result of %s', (_, outcome, expected) => {
  expect(resultOf({ id: 't1' }, outcome)).toMatchObject({ tool_use_id: 't1', ...expected });
});
