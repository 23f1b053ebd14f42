// What an endpoint answered, kept in a session, and sent again: a server as strict as the API takes every next turn.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import {
  end,
  event,
  head,
  jsonReply,
  type Mock,
  type Script,
  startMock,
  streamReply,
} from '../../src/mock/index.ts';
import fc from '../fast-check.ts';
import { answerBlocks, stopReasons } from '../messages/histories.ts';
import { type Run, type RunOptions, runMsg } from './run-msg.ts';

type Block = Record<string, unknown>;

/** An answer told block by block, exactly as given; without a stop reason it breaks off. */
const told = (blocks: readonly Block[], stop_reason: string | null | undefined): Script => [
  head(),
  event({
    type: 'message_start',
    message: { id: 'msg_1', type: 'message', role: 'assistant', content: [], usage: {} },
  }),
  ...blocks.flatMap((block, index) => {
    const { input } = block;
    const isText = typeof input === 'string';
    return [
      event({
        type: 'content_block_start',
        index,
        content_block: isText ? { ...block, input: {} } : block,
      }),
      ...(isText
        ? [
            event({
              type: 'content_block_delta',
              index,
              delta: { type: 'input_json_delta', partial_json: input },
            }),
          ]
        : []),
      event({ type: 'content_block_stop', index }),
    ];
  }),
  ...(stop_reason === undefined
    ? []
    : [
        event({ type: 'message_delta', delta: { stop_reason }, usage: { output_tokens: 1 } }),
        event({ type: 'message_stop' }),
      ]),
  end,
];

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'msg-histories-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const send = (argv: readonly string[], replies: readonly Script[], options: RunOptions = {}): Promise<Run> =>
  runMsg(['send', ...argv], { home, mock: { replies, strictHistory: true }, ...options });
const messagesOf = (run: Run, index = 0): { role: string; content: unknown }[] =>
  Object(run.requests[index]?.json).messages;
const text = (words: string): Block => ({ type: 'text', text: words });
const call = (input: unknown, more: Block = {}): Block => ({
  type: 'tool_use',
  id: 'toolu_a',
  name: 'n',
  input,
  ...more,
});
const search: Block = { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} };
const fine = streamReply('fine');

describe('a session goes on after', () => {
  it.each<[string, Block[], string | null | undefined, string]>([
    ['an empty text', [text('')], 'end_turn', '1 blank text left out'],
    ['a blank text', [text('\n\n')], 'end_turn', '1 blank text left out'],
    ['broken tool input', [call('{"a')], 'tool_use', 'broken input of 1 tool call (n) put into an object'],
    [
      'a call cut by max_tokens',
      [text('ok '), call('{"a')],
      'max_tokens',
      '1 tool call without a result (n)',
    ],
    ['an answer that broke off in a call', [text('ok '), call('{"a')], undefined, '1 cut tool call left out'],
    ['text on a tool call', [call({}, { text: 'x' })], 'tool_use', 'made a text of its own'],
    ['a pause', [text('Searching'), search], 'pause_turn', '1 block of unfinished server tools left out'],
    [
      'fields of a gateway',
      [{ ...text('yes'), parsed: 1 }],
      'end_turn',
      'that no request may carry (parsed)',
    ],
    [
      'thinking nobody signed',
      [{ type: 'thinking', thinking: 'hm' }, text('yes')],
      'end_turn',
      'without a signature',
    ],
    [
      'only thinking',
      [{ type: 'thinking', thinking: 'hm', signature: 's' }],
      'end_turn',
      'at the end of an answer',
    ],
  ])('%s, and says in one line what is sent instead', async (_, blocks, reason, change) => {
    const mock = await startMock({ strictHistory: true, replies: [told(blocks, reason), fine, fine] });
    const turn = (...argv: string[]): Promise<Run> => runMsg(['send', ...argv], { home, on: mock });
    await turn('--session', 'odd', 'one', '--max-retries', '0');
    const second = await turn('--session', 'odd', 'two');
    expect({ code: second.code, stdout: second.stdout }).toEqual({ code: 0, stdout: 'fine\n' });
    expect(second.stderr).toMatch(/^msg: mended before sending: .* \(--no-repair sends it as it is\)\n$/);
    expect(second.stderr).toContain(change);
    expect((await turn('-c', 'three')).code).toBe(0);
    mock.verify();
    await mock.close();
  });

  it('keeps in the file what arrived', async () => {
    const blocks = [text('ok'), call('{"a'), text('')];
    await send(['--session', 'odd', 'one', '--max-retries', '0'], [told(blocks, undefined)]);
    await send(['--session', 'odd', 'two'], [fine]);
    const file = readdirSync(join(home, 'state', 'sessions')).find((name) => name.endsWith('.jsonl')) ?? '';
    const lines = readFileSync(join(home, 'state', 'sessions', file), 'utf8')
      .trim()
      .split('\n');
    const turns = lines.map((line) => JSON.parse(line).message).filter((message) => message !== undefined);
    expect(turns).toEqual([
      { role: 'user', content: 'one' },
      { role: 'assistant', content: blocks },
      { role: 'user', content: 'two' },
      { role: 'assistant', content: [text('fine')] },
    ]);
  });

  it('a file of an older msg, with all that it kept', async () => {
    await send(['--session', 'old', 'one'], [fine]);
    const folder = join(home, 'state', 'sessions');
    const file = join(folder, readdirSync(folder).find((name) => name.endsWith('.jsonl')) ?? '');
    const content = [null, 7, text(''), text('cut \ud83d'), { ...call('{"a', { text: 'grown' }) }, search];
    const line = { type: 'turn', at: '2026-01-01T00:00:00Z', message: { role: 'assistant', content } };
    writeFileSync(file, `${readFileSync(file, 'utf8')}${JSON.stringify(line)}\n`);
    const next = await send(['--session', 'old', 'two'], [fine]);
    expect(next.code).toBe(0);
    expect(messagesOf(next)).toMatchObject([
      {},
      {
        content: [
          text('fine'),
          text('cut \ufffd'),
          text('grown'),
          { type: 'tool_use', input: { INVALID_JSON: '{"a' } },
        ],
      },
      { content: [{ type: 'tool_result', tool_use_id: 'toolu_a', is_error: true }, text('two')] },
    ]);
    const shown = await runMsg(['sessions', 'show', 'old'], { home, env: {} });
    expect(shown.code).toBe(0);
  });
});

describe('--body', () => {
  const messages = [
    { role: 'user', content: 'hi' },
    { id: 'msg_1', role: 'assistant', content: [text(''), text('yes')], stop_reason: 'end_turn' },
    { role: 'user', content: 'and now?' },
  ];
  const body = JSON.stringify({ messages });

  it('is mended like any other history, and told; --count, --dry-run and --curl show the same', async () => {
    const sent = [messages[0], { role: 'assistant', content: [text('yes')] }, messages[2]];
    const note =
      'msg: mended before sending: 2 fields of answers left out that no turn may carry (id, stop_reason); ' +
      '1 blank text left out (--no-repair sends it as it is)\n';
    const run = await send(['--body', body], [fine]);
    expect(run).toMatchObject({ code: 0, stderr: note });
    expect(messagesOf(run)).toEqual(sent);
    const dry = await send(['--body', body, '--dry-run'], []);
    expect(dry.stderr).toBe(note);
    expect(JSON.parse(dry.stdout).request.body.messages).toEqual(sent);
    const curl = await send(['--body', body, '--curl'], []);
    expect(curl.stdout).toContain(JSON.stringify(sent[1]));
    expect(curl.stderr).toContain(note);
    const count = await send(['--body', body, '--count'], [jsonReply(200, { input_tokens: 3 })]);
    expect(messagesOf(count)).toEqual(sent);
    expect(count.stderr).toBe(note);
    expect((await send(['--body', body, '-q'], [fine])).stderr).toBe('');
  });

  it('--no-repair sends it as it is, and the server says what it thinks of that', async () => {
    const run = await send(['--body', body, '--no-repair'], []);
    expect(messagesOf(run)).toEqual(messages);
    expect(run.code).toBe(5);
    expect(run.stderr).toContain('messages.1.id: Extra inputs are not permitted');
    expect(run.stderr).not.toContain('mended');
  });
});

describe('the tool loop', () => {
  const tools = JSON.stringify([{ name: 'n', input_schema: { type: 'object' }, command: ['echo', 'noon'] }]);
  const loop = (replies: readonly Script[], argv: readonly string[] = []): Promise<Run> =>
    send(['go', '--tools', tools, '--run-tools', ...argv], replies);

  it('answers a call with broken input as failed, runs the others, and tells all of it', async () => {
    const run = await loop([told([call('{"a'), call({}, { id: 'toolu_b' })], 'tool_use'), fine]);
    expect({ code: run.code, stdout: run.stdout }).toEqual({ code: 0, stdout: 'fine\n' });
    expect(run.stderr).toContain('msg: n was not run: its input is cut or not JSON\n');
    expect(messagesOf(run, 1)[2]?.content).toMatchObject([
      { tool_use_id: 'toolu_a', is_error: true },
      { tool_use_id: 'toolu_b', content: 'noon\n' },
    ]);
  });

  it('ends at a call that the limit cut, with 12 under --strict', async () => {
    const cut = told([call('{"a')], 'max_tokens');
    const run = await loop([cut]);
    expect(run.code).toBe(0);
    expect(run.stderr).toContain(
      'The call of n is not whole, so it was not run. The answer is cut: it reached the limit of tokens.',
    );
    expect((await loop([cut], ['--strict'])).code).toBe(12);
  });

  it('goes on by itself after a pause, within --max-turns', async () => {
    const paused = told([text('Searching. '), search], 'pause_turn');
    const run = await loop([paused, fine]);
    expect({ code: run.code, stdout: run.stdout, stderr: run.stderr }).toEqual({
      code: 0,
      stdout: 'Searching. \nfine\n',
      stderr: '',
    });
    expect(messagesOf(run, 1)).toEqual([
      { role: 'user', content: 'go' },
      { role: 'assistant', content: [text('Searching. '), search] },
    ]);
    const still = await loop([paused, paused], ['--max-turns', '1', '--strict']);
    expect(still.code).toBe(12);
    expect(still.stderr).toContain('is still at work after one turn (--max-turns); stopped.');
  });

  it('gives repeated ids names of their own, on both sides, and says so once', async () => {
    const same = told([call({ n: 1 }), call({ n: 2 })], 'tool_use');
    const run = await loop([same, same, fine]);
    expect(run.code).toBe(0);
    expect(run.stderr.match(/mended before sending: .*/g)).toEqual([
      'mended before sending: 1 tool id renamed, being repeated or no id (toolu_a) (--no-repair sends it as it is)',
    ]);
    const ids = messagesOf(run, 2).flatMap(({ content }) =>
      Array.isArray(content) ? content.map(({ id, tool_use_id }: Block) => id ?? tool_use_id) : [],
    );
    expect(ids).toEqual([
      ...['toolu_a', 'toolu_a_2', 'toolu_a', 'toolu_a_2'],
      ...['toolu_a_3', 'toolu_a_4', 'toolu_a_3', 'toolu_a_4'],
    ]);
  });

  it('runs a whole call whatever the stop reason says, and nothing of a stream that broke off', async () => {
    for (const reason of ['end_turn', 'stop', null]) {
      const run = await loop([told([call({})], reason), fine]);
      expect({ code: run.code, stdout: run.stdout }).toEqual({ code: 0, stdout: 'fine\n' });
    }
    const broken = await loop([told([call({})], undefined)], ['--max-retries', '0']);
    expect(broken.code).toBe(9);
    expect(broken.stderr).not.toContain('running');
  });
});

describe('whatever is answered', () => {
  let mock: Mock;
  let next: Script | undefined;
  beforeAll(async () => {
    mock = await startMock({
      strictHistory: true,
      respond: () => {
        const script = next ?? fine;
        next = undefined;
        return script;
      },
    });
  });
  afterAll(() => mock.close());

  const blocks = fc
    .array(answerBlocks, { maxLength: 4 })
    .map((list) =>
      (JSON.parse(JSON.stringify(list)) as (Block | null)[]).filter(
        (block): block is Block => typeof block?.['type'] === 'string',
      ),
    );

  test('a session takes the next turn', async () => {
    let count = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(blocks, fc.option(stopReasons, { nil: undefined, freq: 5 })), {
          minLength: 1,
          maxLength: 2,
        }),
        async (answers) => {
          const session = `s${++count}`;
          const turn = (words: string): Promise<Run> =>
            runMsg(['send', words, '--session', session, '--max-retries', '0'], { home, on: mock });
          for (const [content, reason] of answers) {
            next = told(content, reason);
            const run = await turn('odd');
            // What cannot be read is the server's fault; what is refused is ours.
            expect([0, 9]).toContain(run.code);
          }
          for (const words of ['two', 'three'])
            expect(await turn(words)).toMatchObject({ code: 0, stdout: 'fine\n' });
        },
      ),
      { numRuns: 60 },
    );
  });
});
