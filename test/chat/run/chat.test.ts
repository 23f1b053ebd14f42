// msg chat on a terminal, against a real server: turns, interruptions, failures.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import {
  errorReply,
  event,
  gate,
  hangup,
  head,
  type Mock,
  type MockOptions,
  pause,
  type Script,
  scenarios,
  startMock,
  streamReply,
} from '../../../src/mock/index.ts';
import { pacedTime } from '../../cli/paced-time.ts';
import { paused } from '../../gated-reply.ts';
import { type MsgTerminal, openMsg } from '../../msg-terminal.ts';
import { type ChatOptions, control, type OpenChat, openChat } from './open-chat.ts';

let folder: string;
let mock: Mock | undefined;
let terminal: MsgTerminal | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'msg-chat-'));
});
/** A chat with a server that gives these replies, at its first prompt. */
async function open(options: ChatOptions = {}): Promise<OpenChat> {
  const chat = await openChat({ ...options, working: folder });
  ({ mock, terminal } = chat);
  return chat;
}

const sentMessages = (index: number): unknown =>
  (mock?.requests[index]?.json as { messages: unknown } | undefined)?.messages;

test('an answer is shown as it arrives', async () => {
  const { terminal, mock } = await open({ replies: [paused('Begin ', 'end.')] });
  terminal.type('go\r');
  await terminal.see('Begin');
  expect(terminal.text()).not.toContain('end.');
  mock.open('more');
  await terminal.see('Begin end.\n');
});

test('Ctrl-C cancels the turn, keeps what arrived and stays', async () => {
  const { terminal } = await open({ replies: [paused('Partial text', '!'), streamReply('Going on.')] });
  terminal.type('go\r');
  await terminal.see('Partial text');
  terminal.type(control('c'));
  await terminal.see('interrupted: /continue goes on, /retry asks again');
  await terminal.see(/▸$/);
  terminal.type('/continue\r');
  await terminal.see('Going on.');
  expect(sentMessages(1)).toMatchObject([
    { role: 'user', content: 'go' },
    { role: 'assistant', content: [{ type: 'text', text: 'Partial text' }] },
    { role: 'user', content: expect.stringContaining('cut off') },
  ]);
});

test.each(['Ctrl-C', 'an answer that breaks off'])(
  '%s shows the rows of a table that were held back',
  async (end) => {
    const rows = 'Begin.\n\n| A | B |\n|---|---|\n| one | two |\n';
    const begun = paused(rows, '| three | four |\n');
    const gateAt = begun.findIndex(({ step }) => step === 'gate');
    const { terminal } = await open({
      replies: [end === 'Ctrl-C' ? begun : [...begun.slice(0, gateAt), hangup]],
    });
    terminal.type('go\r');
    // The rows came with it.
    await terminal.see('Begin.');
    if (end === 'Ctrl-C') terminal.type(control('c'));
    await terminal.see(/\nA {3}│ B\n─+┼─+\none │ two\n[\s\S]*\n▸$/);
  },
);

test('Ctrl-C before the first byte keeps nothing, and /retry asks again', async () => {
  const { terminal } = await open({ replies: [[gate('never')], streamReply('At last.')] });
  terminal.type('go\r');
  await mock?.reached('never');
  await terminal.see('waiting');
  terminal.type(control('c'));
  await terminal.see('interrupted: /retry asks again');
  expect(terminal.text()).not.toContain('waiting');
  terminal.type('/retry\r');
  await terminal.see('At last.');
  expect(sentMessages(1)).toEqual([{ role: 'user', content: 'go' }]);
});

test('Ctrl-C on an empty line gives a hint, twice leaves with 130', async () => {
  const { terminal } = await open();
  terminal.type(control('c'));
  await terminal.see('Ctrl-C again leaves, so does Ctrl-D.');
  terminal.type(control('c'));
  expect((await terminal.ended).exitCode).toBe(130);
});

test('while an answer streams, what is typed is kept for the next prompt', async () => {
  const { terminal, mock } = await open({ replies: [paused('Half ', 'whole.')] });
  terminal.type('go\r');
  await terminal.see('Half');
  terminal.type('next question');
  mock.open('more');
  await terminal.see('Half whole.\n');
  await terminal.see(/\n▸ next question$/);
  expect(mock.requests).toHaveLength(1);
  expect(terminal.text()).toMatch(/▸ go\n\nHalf whole\.\n+▸ next question$/);
});

test('the spinner shows seconds and pings as signs of life, and leaves no trace', async () => {
  const { terminal, mock } = await open({
    replies: [
      [
        head(),
        event({ type: 'ping' }),
        event({ type: 'ping' }),
        gate('more'),
        ...streamReply('Done.').slice(1),
      ],
    ],
  });
  terminal.type('go\r');
  await terminal.see(/waiting \d+ s, the server is alive \(2\)/);
  mock.open('more');
  await terminal.see('▸ go\n\nDone.');
  expect(terminal.text()).not.toContain('waiting');
});

test('a broken stream keeps the partial answer, says why in one line, and /retry asks again', async () => {
  const broken = paused('So far', '').map((step) => (step.step === 'gate' ? hangup : step));
  const { terminal } = await open({ replies: [broken, streamReply('Whole.')] });
  terminal.type('go\r');
  await terminal.see('/continue goes on, /retry asks again');
  expect(terminal.text()).toMatch(/So far\nThe stream from .* broke off/);
  terminal.type('/retry\r');
  await terminal.see('Whole.');
  expect(sentMessages(1)).toEqual([{ role: 'user', content: 'go' }]);
});

test('a rate limit counts down, and Ctrl-C cancels the wait', async () => {
  const limited = errorReply(429, 'rate_limit_error', 'Slow down', { headers: { 'retry-after': '50' } });
  const { terminal } = await open({ replies: [limited] });
  terminal.type('go\r');
  const countdown = /again in ([45]\d) s \(Ctrl-C cancels\): 429 from [\d.:]+: too many requests/;
  await terminal.see(countdown);
  const [, seconds = ''] = countdown.exec(terminal.text()) ?? [];
  await terminal.see((text) => Number(countdown.exec(text)?.[1]) < Number(seconds));
  terminal.type('typed meanwhile');
  await terminal.see(/again in .*… ▸ typed meanwhile/);
  terminal.type(control('c'));
  await terminal.see('interrupted: /retry asks again');
  await terminal.see('\n▸ typed meanwhile');
});

test('a refused key names the source and the line to run', async () => {
  const refused = errorReply(401, 'authentication_error', 'invalid x-api-key');
  const { terminal } = await open({ replies: [refused] });
  terminal.type('go\r');
  await terminal.see('the key from MSG_API_KEY was refused');
  await terminal.see('/doctor finds out why; /profile NAME switches to another provider');
});

test('thinking is shown before the answer, and folded with -R', async () => {
  const answer = {
    content: [
      { type: 'thinking', thinking: 'Let me see.', signature: 'sig' },
      { type: 'text', text: 'The answer.' },
    ],
  };
  const { terminal } = await open({ replies: [streamReply(answer), streamReply('Again.')] });
  terminal.type('go\r');
  await terminal.see('▸ go\n\nLet me see.\n\nThe answer.\n');
  terminal.type('more\r');
  await terminal.see('Again.');
  expect(sentMessages(1)).toMatchObject([{}, { content: answer.content }, {}]);
  const folded = await open({ replies: [streamReply(answer)], args: ['-R'] });
  folded.terminal.type('go\r');
  await folded.terminal.see('▸ go\n\nThe answer.\n');
  expect(folded.terminal.text()).not.toContain('Let me see');
});

test('blocks told at once are shown one after the other, thinking between texts on lines of its own', async () => {
  const start = (index: number, type: 'text' | 'thinking') =>
    event({ type: 'content_block_start', index, content_block: { type, [type]: '' } });
  const delta = (index: number, type: 'text' | 'thinking', words: string) =>
    event({ type: 'content_block_delta', index, delta: { type: `${type}_delta`, [type]: words } });
  const stop = (index: number) => event({ type: 'content_block_stop', index });
  const whole = streamReply('');
  const reply: Script = [
    head(),
    event({ type: 'message_start', message: { role: 'assistant', content: [], usage: {} } }),
    ...[start(0, 'text'), start(1, 'text')],
    ...[delta(0, 'text', 'One '), delta(1, 'text', 'Three.'), delta(0, 'text', 'two. ')],
    ...[stop(0), stop(1), start(2, 'thinking'), delta(2, 'thinking', 'Hm.'), stop(2)],
    ...[start(3, 'text'), delta(3, 'text', 'Four.'), stop(3)],
    ...whole.slice(
      whole.findIndex(
        (step) => step.step === 'event' && (step.data as { type?: string }).type === 'message_delta',
      ),
    ),
  ];
  const { terminal } = await open({ replies: [reply] });
  terminal.type('go\r');
  await terminal.see('▸ go\n\nOne two. Three.\n\nHm.\n\nFour.\n\n▸');
});

test('an unknown command names the nearest and is never sent; a path is a message', async () => {
  const { terminal, mock } = await open({ replies: [streamReply('A path.')] });
  terminal.type('/modle\r');
  await terminal.see('/modle is not a command: did you mean /model?');
  terminal.type('/etc/hosts looks wrong\r');
  await terminal.see('A path.');
  expect(mock.requests).toHaveLength(1);
  expect(sentMessages(0)).toEqual([{ role: 'user', content: '/etc/hosts looks wrong' }]);
});

test('tools run after a yes, results are shown folded and sent back', async () => {
  const tools = join(folder, 'tools.json');
  const script = "process.stdin.resume().on('data', (d) => console.log('got ' + d + '\\nsecond line'))";
  const command = [process.execPath, '-e', script];
  writeFileSync(tools, JSON.stringify([{ name: 'lookup', input_schema: { type: 'object' }, command }]));
  const call = {
    content: [{ type: 'tool_use', id: 't1', name: 'lookup', input: { city: 'Oslo' } }],
    stop_reason: 'tool_use',
  };
  const { terminal } = await open({
    replies: [streamReply(call), streamReply('Cold.')],
    args: ['--tools', tools],
  });
  terminal.type('weather?\r');
  // Where the lines break depends on how long the path of Node is.
  const unspaced = (text: string): string => text.replace(/\s/g, '');
  const shown = (): string => unspaced(terminal.text());
  await terminal.see('run it? [y/N, a: always in this session]');
  expect(shown()).toContain(unspaced(`lookup: ${process.execPath} -e 'process.stdin.resume()`));
  expect(shown()).toContain(unspaced(`<<< '{"city":"Oslo"}' run it?`));
  terminal.type('y\r');
  await terminal.see('  got {"city":"Oslo"} (2 lines)');
  await terminal.see('Cold.');
  expect(sentMessages(1)).toMatchObject([
    {},
    { role: 'assistant' },
    {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: 't1', content: 'got {"city":"Oslo"}\nsecond line\n' }],
    },
  ]);
  expect(mock?.requests[0]?.json).toMatchObject({
    tools: [{ name: 'lookup', input_schema: { type: 'object' } }],
  });
});

test('/attach takes the files that are there and names the one that is not; /profile names itself', async () => {
  const there = join(folder, 'there.txt');
  writeFileSync(there, 'I am here');
  const { terminal } = await open({ replies: [streamReply('Seen.')] });
  terminal.type(`/attach ${there} ${join(folder, 'gone')} ${there}\r`);
  await terminal.see(/Cannot read .*gone \(\/attach\)/s);
  await terminal.see('attached for the next message');
  terminal.type('/profile nope\r');
  await terminal.see('There is no profile "nope" (from /profile).\n/profile lists them\n');
  terminal.type('look\r');
  await terminal.see('Seen.');
  expect(sentMessages(0)).toMatchObject([
    { content: [{ type: 'text' }, { type: 'text' }, { type: 'text', text: 'look' }] },
  ]);
});

test('always runs a tool without a question from then on, and only that one', async () => {
  const input_schema = { type: 'object' };
  const tools = JSON.stringify([
    { name: 'now', input_schema, command: ['echo', 'noon'] },
    { name: 'where', input_schema, command: ['echo', "it's here"] },
  ]);
  const call = (id: string, name: string) => ({
    content: [{ type: 'tool_use', id, name, input: { of: "it's" } }],
    stop_reason: 'tool_use',
  });
  const { terminal } = await open({
    replies: [call('t1', 'now'), call('t2', 'now'), call('t3', 'where')].map((one) => streamReply(one)),
    args: ['--tools', tools],
  });
  terminal.type('time?\r');
  await terminal.see(`now: echo noon <<< '{"of":"it'\\''s"}'\nrun it?`);
  terminal.type('always\r');
  await terminal.see(
    /run now: echo noon <<< [^\n]*\n {2}noon\nwhere: echo 'it'\\''s here' <<< [^\n]*\nrun it\?/,
  );
  terminal.type('n\r');
  await terminal.see('not run');
});

test('/continue asks again for a call that was interrupted, and sends its result', async () => {
  const tools = JSON.stringify([
    { name: 'now', input_schema: { type: 'object' }, command: ['echo', 'noon'] },
  ]);
  const call = {
    content: [{ type: 'tool_use', id: 't1', name: 'now', input: {} }],
    stop_reason: 'tool_use',
  };
  const { terminal } = await open({
    replies: [streamReply(call), streamReply('Lunch.')],
    args: ['--tools', tools],
  });
  terminal.type('time?\r');
  await terminal.see('now: echo noon\nrun it?');
  terminal.type(control('c'));
  await terminal.see('interrupted: /continue goes on, /retry asks again');
  terminal.type('/continue\r');
  await terminal.see((text) => text.split('now: echo noon\nrun it?').length === 3);
  terminal.type('y\r');
  await terminal.see('Lunch.');
  const result = { type: 'tool_result', tool_use_id: 't1', content: 'noon\n' };
  expect(sentMessages(1)).toMatchObject([{}, { role: 'assistant' }, { role: 'user', content: [result] }]);
});

test('a tool that ran before Ctrl-C is not run again by /continue', async () => {
  const input_schema = { type: 'object' };
  const tools = JSON.stringify([
    { name: 'now', input_schema, command: ['echo', 'noon'] },
    { name: 'where', input_schema, command: ['echo', 'here'] },
  ]);
  const calls = {
    content: [
      { type: 'tool_use', id: 't1', name: 'now', input: {} },
      { type: 'tool_use', id: 't2', name: 'where', input: {} },
    ],
    stop_reason: 'tool_use',
  };
  const { terminal } = await open({
    replies: [streamReply(calls), streamReply('Lunch.')],
    args: ['--tools', tools],
  });
  terminal.type('time?\r');
  await terminal.see('now: echo noon\nrun it?');
  terminal.type('y\r');
  await terminal.see('where: echo here\nrun it?');
  terminal.type(control('c'));
  await terminal.see('interrupted: /continue goes on');
  terminal.type('/continue\r');
  await terminal.see((text) => text.split('where: echo here\nrun it?').length === 3);
  terminal.type('y\r');
  await terminal.see('Lunch.');
  expect(terminal.text().split('now: echo noon')).toHaveLength(2);
  expect(sentMessages(1)).toMatchObject([
    {},
    {},
    {
      content: [
        { type: 'tool_result', tool_use_id: 't1', content: 'noon\n' },
        { type: 'tool_result', tool_use_id: 't2', content: 'here\n' },
      ],
    },
  ]);
});

test('a tool without a command waits for its result by hand', async () => {
  const call = {
    content: [{ type: 'tool_use', id: 't1', name: 'lookup', input: {} }],
    stop_reason: 'tool_use',
  };
  const tools = '[{"name":"lookup","input_schema":{"type":"object"}}]';
  const { terminal } = await open({
    replies: [streamReply(call), streamReply('Cold.')],
    args: ['--tools', tools],
  });
  terminal.type('weather?\r');
  await terminal.see('waiting for the result of lookup: /tool-result TEXT');
  terminal.type('/tool-result -3 degrees\r');
  await terminal.see('Cold.');
  expect(sentMessages(1)).toMatchObject([
    {},
    {},
    { content: [{ type: 'tool_result', tool_use_id: 't1', content: '-3 degrees' }] },
  ]);
});

test('an edited question stands there like one that was pasted or spoken', async () => {
  const { terminal } = await open({
    replies: [streamReply('One.'), streamReply('Two.'), streamReply('Three.')],
    args: ['--plain'],
    env: { EDITOR: "sed -i '1s/one/one\\ntwo/; 1s/old/seq 30/e'" },
  });
  await terminal.see(/you:$/);
  terminal.type('one\r');
  await terminal.see('One.');
  terminal.type('/edit\r');
  await terminal.see('you: /edit\nyou: one\ntwo\nassistant: Two.');
  terminal.type('old\r');
  await terminal.see('Three.');
  mock?.reply(streamReply('Four.'));
  terminal.type('/edit\r');
  await terminal.see('you: /edit\nyou: [pasted 30 lines]\nassistant: Four.');
});

test('/undo takes the last question and its answer back', async () => {
  const { terminal } = await open({ replies: [streamReply('A.'), streamReply('B.'), streamReply('C.')] });
  terminal.type('one\r');
  await terminal.see('A.');
  terminal.type('two\r');
  await terminal.see('B.');
  terminal.type('/undo\r');
  await terminal.see('took back your message and all after it: two');
  terminal.type('three\r');
  await terminal.see('C.');
  expect(sentMessages(2)).toMatchObject([{ content: 'one' }, {}, { content: 'three' }]);
});

test('/attach sends a file with the next message', async () => {
  const file = join(folder, 'notes.txt');
  writeFileSync(file, 'remember the milk\n');
  const { terminal } = await open({ replies: [streamReply('Milk.')] });
  terminal.type(`/attach ${file}\r`);
  await terminal.see('attached for the next message');
  terminal.type('what?\r');
  await terminal.see('Milk.');
  expect(JSON.stringify(sentMessages(0))).toContain('remember the milk');
});

test('a file that is not there ends the chat before anything is asked without it', async () => {
  const { terminal, mock } = await open({ args: ['--plain', '-f', 'nowhere.txt', 'what is it?'] });
  expect((await terminal.ended).exitCode).toBe(3);
  expect(terminal.text()).toMatch(/Cannot read .*nowhere\.txt \(--file\)/);
  expect(mock.requests).toHaveLength(0);
});

test('/copy without a clipboard writes the answer to a file', async () => {
  const { terminal } = await open({ replies: [streamReply('Copy me.')] });
  terminal.type('go\r');
  await terminal.see('Copy me.');
  terminal.type('/copy\r');
  await terminal.see('no clipboard here');
  expect(readFileSync(join(folder, 'state', 'copied.md'), 'utf8')).toBe('Copy me.');
  terminal.type('/copy file\r');
  await terminal.see('\n8 characters written to');
});

test('/set and /system change the next request', async () => {
  const { terminal } = await open({ replies: [streamReply('Ok.')] });
  terminal.type('/set max-tokens 99\r/set temperature 9\r/system Be brief.\rgo\r');
  await terminal.see('temperature is a number from 0 to 2');
  await terminal.see('Ok.');
  expect(mock?.requests[0]?.json).toMatchObject({ max_tokens: 99, system: 'Be brief.' });
});

test('/set shows what is set by its names, /system the system prompt alone', async () => {
  const { terminal } = await open({ args: ['--stop', 'END', '-s', 'Be brief.'] });
  terminal.type('/set\r');
  await terminal.see('▸ /set\nmodel: mock-1\nmax-tokens: 4096\nstop: ["END"]\nsystem: Be brief.\n▸');
  terminal.type('/system\r');
  await terminal.see('▸ /system\nBe brief.\n▸');
});

test('/system @FILE takes the file as it is', async () => {
  const file = join(folder, 'role.md');
  writeFileSync(file, '@off duty\n');
  const { terminal } = await open({ replies: [streamReply('Ok.')] });
  terminal.type(`/system @${file}\rgo\r`);
  await terminal.see('Ok.');
  expect(mock?.requests[0]?.json).toMatchObject({ system: '@off duty\n' });
});

test('usage is shown after each answer with -u', async () => {
  const { terminal } = await open({ replies: [streamReply('Ok.')], args: ['-u'] });
  terminal.type('go\r');
  await terminal.see('Ok.\n12 in + 7 out tokens');
});

test('/model lets one choose of what the endpoint offers, and Tab completes it', async () => {
  const { terminal, mock } = await open({ mock: { models: ['mock-1', 'mock-large'] } as MockOptions });
  terminal.type('/model\r');
  await terminal.see(/model: ▏ {2}2\n▸ mock-1 .*\n {2}mock-large /);
  terminal.type(control('c'));
  await terminal.see(/\/model\n▸$/);
  terminal.type('/model mock-l\t\r');
  await terminal.see('model: mock-large');
  terminal.type('/model\r');
  await terminal.see(/\n {2}mock-1 .*\n▸ mock-large /);
  terminal.type('1\r');
  await terminal.see('model: mock-1\n');
  expect(mock.requests.filter(({ path }) => path === '/v1/messages')).toEqual([]);
  terminal.type('go\r');
  await terminal.see(() => mock.requests.some(({ path }) => path === '/v1/messages'));
});

test('/model without a list names the doctor of the chat', async () => {
  const scenario = scenarios.find(({ name }) => name === 'marketing-html-200');
  const { terminal } = await open({ mock: { ...(scenario && { scenario }) } });
  terminal.type('/model\r');
  await terminal.see(/Not a Messages answer[\s\S]*\/doctor finds out why/);
  expect(terminal.text()).not.toContain('msg doctor');
});

test('/profile switches the provider, keeps the conversation and drops thinking', async () => {
  const other = await startMock({ replies: [streamReply('From the other.')] });
  const config = join(folder, 'config');
  mkdirSync(config, { mode: 0o700 });
  const profile = { baseUrl: other.url, auth: 'none', model: 'other-1' };
  writeFileSync(join(config, 'config.json'), JSON.stringify({ profiles: { other: profile } }), {
    mode: 0o600,
  });
  const answer = [
    { type: 'thinking', thinking: 'Hm.', signature: 's' },
    { type: 'text', text: 'From here.' },
  ];
  const { terminal } = await open({ replies: [streamReply({ content: answer })] });
  terminal.type('one\r');
  await terminal.see('From here.');
  terminal.type('/profile other\r');
  await terminal.see('(profile other)');
  terminal.type('two\r');
  await terminal.see('mended before sending: 1 thinking block left out that others made');
  await terminal.see('From the other.');
  expect(other.requests[0]?.json).toMatchObject({
    model: 'other-1',
    messages: [{}, { content: [{ type: 'text', text: 'From here.' }] }, { content: 'two' }],
  });
  expect(other.requests[0]?.headers['x-api-key']).toBeUndefined();
  await other.close();
});

test('/doctor examines the connection in use, and Ctrl-C ends only the doctor', async () => {
  let isHeld = false;
  const { terminal, mock } = await open({ mock: { respond: () => (isHeld ? [gate('never')] : undefined) } });
  terminal.type('/doctor\r');
  await terminal.see(/requests · .* tokens/);
  await terminal.see(/▸$/);
  isHeld = true;
  terminal.type('/doctor\r');
  await mock.reached('never');
  terminal.type(control('c'));
  await terminal.see('interrupted');
  await terminal.see(/▸$/);
});

test('Ctrl-C right behind /doctor ends it too', async () => {
  const { terminal, mock } = await open({ mock: { respond: () => [gate('never')] } });
  terminal.type(`/doctor\r${control('c')}`);
  await terminal.see(/interrupted\n+▸$/);
  expect(mock.requests).toEqual([]);
});

test('/export writes Markdown, JSON or HTML, and never over a file', async () => {
  const { terminal } = await open({ replies: [streamReply('Exported.')] });
  terminal.type('go\r');
  await terminal.see('Exported.');
  const file = join(folder, 'talk.html');
  terminal.type(`/export ${file}\r`);
  await terminal.see('written to');
  expect(readFileSync(file, 'utf8')).toContain('<div>Exported.</div>');
  terminal.type(`/export ${file}\r`);
  await terminal.see('exists already');
});

test('a key that was said is in no export', async () => {
  const key = 'sk-live-abcdef1234567890';
  const { terminal } = await open({ replies: [streamReply('Ok.')], env: { MSG_API_KEY: key } });
  terminal.type(`mine is ${key}\r`);
  await terminal.see('Ok.');
  for (const format of ['md', 'JSON', 'html']) {
    const file = join(folder, `talk.${format}`);
    terminal.type(`/export ${file}\r`);
    await terminal.see(`written to ${file}`);
    expect(readFileSync(file, 'utf8')).toContain('mine is sk-live-…');
    expect(readFileSync(file, 'utf8')).not.toContain(key);
  }
});

test('/compact shows the cost, asks, and replaces older turns', async () => {
  const { terminal } = await open({
    replies: [streamReply('A.'), streamReply('B.'), streamReply('They said A.'), streamReply('C.')],
  });
  terminal.type('one\r');
  await terminal.see('A.');
  terminal.type('two\r');
  await terminal.see('B.');
  terminal.type('/compact\r');
  await terminal.see('summarise 2 older messages, about 19 tokens in? [y/N]');
  terminal.type('y\r');
  await terminal.see('2 messages summarised');
  terminal.type('three\r');
  await terminal.see('C.');
  expect(sentMessages(3)).toMatchObject([
    { content: expect.stringContaining('They said A.') },
    { role: 'assistant' },
    { content: 'two' },
    { content: [{ text: 'B.' }] },
    { content: 'three' },
  ]);
  const file = join(folder, 'talk.md');
  terminal.type(`/export ${file}\r`);
  await terminal.see('written to');
  const headings = readFileSync(file, 'utf8').match(/^## .*$/gm);
  expect(headings).toEqual([
    '## You (summarised since)',
    '## mock-1 (summarised since)',
    '## Summary',
    ...['## Assistant', '## You', '## Assistant', '## You', '## mock-1'],
  ]);
});

test('/undo brings back what /compact took, also in a chat that goes on with the session', async () => {
  const replies = ['A.', 'B.', 'They said A.'].map((text) => streamReply(text));
  const first = (await open({ replies })).terminal;
  for (const [question, sign] of [
    ['one', 'A.'],
    ['two', 'B.'],
    ['/compact', '[y/N]'],
    ['y', '2 messages summarised'],
  ] as const) {
    first.type(`${question}\r`);
    await first.see(sign);
  }
  await first.see(/▸$/);
  first.type(control('d'));
  await first.ended;
  const { terminal } = await open({ replies: [streamReply('C.')], args: ['-c'] });
  await terminal.see(/: 1 question\n[\s\S]*\n\n▸ two\n\nB\.\n/);
  terminal.type('/undo\r');
  await terminal.see('the summary is taken back: the conversation has 4 messages');
  terminal.type('three\r');
  await terminal.see('C.');
  expect(sentMessages(0)).toMatchObject([
    { content: 'one' },
    { content: [{ text: 'A.' }] },
    { content: 'two' },
    { content: [{ text: 'B.' }] },
    { content: 'three' },
  ]);
});

test('/compact changes nothing when the summary is cut', async () => {
  const cut = streamReply('They sa', {}).map((step) =>
    step.step === 'event' && (step.data as { type?: string }).type === 'message_delta'
      ? event({ type: 'message_delta', delta: { stop_reason: 'max_tokens' }, usage: { output_tokens: 2 } })
      : step,
  );
  const { terminal } = await open({
    replies: [streamReply('A.'), streamReply('B.'), cut, streamReply('C.')],
  });
  terminal.type('one\r');
  await terminal.see('A.');
  terminal.type('two\r');
  await terminal.see('B.');
  terminal.type('/compact\r');
  await terminal.see('[y/N]');
  terminal.type('y\r');
  await terminal.see('nothing changed. The answer is cut');
  await terminal.see(/▸$/);
  terminal.type('three\r');
  await terminal.see('C.');
  expect(sentMessages(3)).toHaveLength(5);
});

test('a summary that has to be asked for again counts down to the next try', async () => {
  const busy = errorReply(529, 'overloaded_error', 'Busy', { headers: { 'retry-after': '2' } });
  const { terminal } = await open({
    replies: [streamReply('A.'), streamReply('B.'), busy, streamReply('They said A.')],
  });
  terminal.type('one\r');
  await terminal.see('A.');
  terminal.type('two\r');
  await terminal.see('B.');
  terminal.type('/compact\r');
  await terminal.see('[y/N]');
  terminal.type('y\r');
  await terminal.see(/again in [12] s \(Ctrl-C cancels\): 529 from/);
  await terminal.see('2 messages summarised');
  expect(terminal.text()).not.toContain('again in');
});

test('a server that gives nothing but signs of life is told of, and waited for', async () => {
  const whole = paused('Half ', 'whole.');
  const at = whole.findIndex(({ step }) => step === 'gate');
  const beats = Array.from({ length: 4 }, () => [pause(10_000), event({ type: 'ping' })]).flat();
  const { adapt, timersFor } = pacedTime();
  const { terminal, mock } = await open({
    replies: [[...whole.slice(0, at), gate('silence'), ...beats, ...whole.slice(at)]],
    mock: { timersFor },
    args: ['--idle-timeout', '30'],
    // What the screen waits for goes on as ever: a word for its end.
    adapt: (context) => ({ ...adapt(context), clock: context.clock }),
  });
  terminal.type('go\r');
  await terminal.see('Half');
  mock.open('silence');
  await terminal.see('Half\nno content for 40 s, only signs of life; Ctrl-C leaves this turn');
  mock.open('more');
  await terminal.see('whole.');
});

test('/curl shows the last request without the key, /headers the last response', async () => {
  const { terminal } = await open({ replies: [streamReply('Ok.', { 'x-seen': 'yes' })] });
  terminal.type('go\r');
  await terminal.see('Ok.');
  terminal.type('/curl\r');
  await terminal.see('curl -sS -N -X POST');
  terminal.type('/headers\r');
  await terminal.see('x-seen: yes');
  // What came back was not sent.
  expect(terminal.text()).not.toContain('"assistant"');
  expect(terminal.text()).not.toContain('sk-test');
});

const piped = async (
  stdin: string,
  replies: readonly Script[],
  ...args: string[]
): Promise<{ readonly answers: () => string }> => {
  let answers = '';
  await open({
    replies,
    args,
    stdin,
    onStdout: (text) => {
      answers += text;
    },
  });
  return { answers: () => answers };
};

test('without a terminal, lines are turns, and one that ends in a backslash goes on with the next', async () => {
  const { answers } = await piped('\uFEFFone\\\nand more\ntwo', [
    streamReply('First.'),
    streamReply('Second.'),
  ]);
  expect(await terminal?.ended).toEqual({ exitCode: 0 });
  expect(answers()).toBe('First.\nSecond.\n');
  expect(sentMessages(1)).toMatchObject([{ content: 'one\nand more' }, {}, { content: 'two' }]);
  mock?.verify();
});

test('a script ends with the code of what failed last, and asks nobody', async () => {
  const tool = [{ name: 'now', input_schema: { type: 'object' }, command: ['date'] }];
  const call = { content: [{ type: 'tool_use', id: 't1', name: 'now', input: {} }], stop_reason: 'tool_use' };
  const replies = [streamReply(call), errorReply(401, 'authentication_error', 'no')];
  await piped('one', replies, '--tools', JSON.stringify(tool));
  expect(await terminal?.ended).toEqual({ exitCode: 4 });
  expect(terminal?.text()).toContain(
    'now {}: there is nobody to ask; --run-tools runs it unasked\nnot run\n',
  );
});

test('Ctrl-C ends a script in the midst of an answer', async () => {
  const { answers } = await piped('one\ntwo', [paused('Half ', 'whole.')]);
  await mock?.reached('more');
  await expect.poll(answers).toBe('Half ');
  terminal?.signal('SIGINT');
  expect(await terminal?.ended).toEqual({ exitCode: 130 });
});

test('--plain has no spinner, no glyphs, and spoken labels', async () => {
  const { terminal } = await open({ replies: [paused('**Bold** ', 'end.')], args: ['--plain'] });
  await terminal.see('you:');
  terminal.type('go\r');
  await terminal.see('you: go\nassistant: **Bold**');
  mock?.open('more');
  await terminal.see('assistant: **Bold** end.\n');
  expect(terminal.output()).not.toMatch(/\x1b\[[\d;]*m/);
});

test('--plain has no glyphs in lists, and none of the doctor', async () => {
  const { terminal } = await open({ args: ['--plain'] });
  await terminal.see(/you:$/);
  mkdirSync(join(folder, 'config'), { mode: 0o700 });
  const profile = { baseUrl: 'http://127.0.0.1:1', model: 'm', key: { kind: 'env', name: 'MSG_API_KEY' } };
  writeFileSync(
    join(folder, 'config', 'config.json'),
    JSON.stringify({ profiles: { one: profile, two: profile } }),
    { mode: 0o600 },
  );
  terminal.type('/profile\r');
  await terminal.see(/^ 1 {3}one {2}m {2}127.0.0.1:1\n 2 {3}two .*\nprofile: number or words \[1\]:$/m);
  terminal.type(control('c'));
  terminal.type('/doctor\r');
  await terminal.see(/[+i] config[\s\S]*requests - [\s\S]*you:$/);
  terminal.type('/help\r');
  await terminal.see(/Ctrl-C cancels - Ctrl-D leaves[\s\S]*you:$/);
  expect(terminal.text()).not.toMatch(/[^\x00-\x7f]/);
});

test('/paste on a dumb terminal ends with a dot, and the chat goes on', async () => {
  const { terminal } = await open({
    replies: [streamReply('One.'), streamReply('Two.')],
    env: { TERM: 'dumb' },
  });
  terminal.type('/paste\r');
  await terminal.see('a line with only a dot');
  terminal.type('a\rb\r.\r');
  await terminal.see('One.');
  expect(sentMessages(0)).toEqual([{ role: 'user', content: 'a\nb' }]);
  terminal.type('next\r');
  await terminal.see('Two.');
});

test('Ctrl-C on a dumb terminal ends the answer, not the chat', async () => {
  const { terminal } = await open({
    replies: [paused('Half ', 'whole.'), streamReply('Again.')],
    env: { TERM: 'dumb' },
  });
  terminal.type('go\r');
  await terminal.see('Half');
  terminal.type(control('c'));
  await terminal.see('interrupted: /continue goes on, /retry asks again');
  terminal.type('/retry\r');
  await terminal.see('Again.');
});

test('Ctrl-C answers a question on a dumb terminal with no', async () => {
  const tools = '[{"name":"lookup","input_schema":{"type":"object"},"command":["true"]}]';
  const call = {
    content: [{ type: 'tool_use', id: 't1', name: 'lookup', input: {} }],
    stop_reason: 'tool_use',
  };
  const { terminal } = await open({
    replies: [streamReply(call)],
    args: ['--tools', tools],
    env: { TERM: 'dumb' },
  });
  terminal.type('go\r');
  await terminal.see('run it? [y/N');
  terminal.type(control('c'));
  await terminal.see('interrupted');
  await terminal.see(/▸$/);
});

test('NO_COLOR writes no colours', async () => {
  const { terminal } = await open({ replies: [streamReply('# Title\n\n**bold**')], env: { NO_COLOR: '1' } });
  terminal.type('go\r');
  await terminal.see('bold');
  expect(terminal.output()).not.toMatch(/\x1b\[[\d;]*[3-9][\d;]*m/);
});

test('control characters of an answer are shown, not obeyed', async () => {
  const { terminal } = await open({ replies: [streamReply('a\x1b[2Jb\x1b]0;title\x07c')] });
  terminal.type('go\r');
  await terminal.see('a␛[2Jb␛]0;title␇c');
});

test('control characters of an error are shown, not obeyed', async () => {
  const { terminal } = await open({ replies: [errorReply(400, 'invalid_request_error', 'no \x1b[2J such')] });
  terminal.type('go\r');
  await terminal.see(/no\s␛\[2J such/);
});

test('while an answer streams the cursor never moves up', async () => {
  const markdown =
    '# Title\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```js\nlet a = 1;\n```\n\n> quote\n';
  const { terminal } = await open({ replies: [streamReply(markdown.repeat(5))], columns: 40 });
  const before = terminal.output().length;
  terminal.type('go\r');
  await terminal.see((text) => text.split('quote').length === 6 && text.endsWith('▸'));
  expect(terminal.output().slice(before)).not.toMatch(/\x1b\[\d*[AFH]|\x1bM|\x1b\[\d+;\d+H/);
});

test('/paste takes lines as one message up to Ctrl-D', async () => {
  const { terminal } = await open({ replies: [streamReply('Got it.')] });
  terminal.type('/paste\r');
  await terminal.see('paste, then Ctrl-D');
  terminal.type('/first\rsecond\r');
  await terminal.see('second');
  terminal.type(control('d'));
  await terminal.see('Got it.');
  expect(sentMessages(0)).toEqual([{ role: 'user', content: '/first\nsecond' }]);
});

test('Ctrl-C ends a key command that runs again after a refusal, and one of another profile', async () => {
  const runs = join(folder, 'runs');
  const countOfRuns = (): number => (existsSync(runs) ? readFileSync(runs, 'utf8').length : 0);
  // The first time it gives a key, then it waits for somebody.
  const code = `const fs = require('fs'); const isFirst = !fs.existsSync('${runs}'); fs.appendFileSync('${runs}', '.');
    if (isFirst) console.log('sk-of-a-command-0123'); else setInterval(() => {}, 1000);`;
  const mock = await startMock({
    replies: [errorReply(401, 'authentication_error', 'no'), streamReply('Still here')],
  });
  onTestFinished(() => mock.close());
  const key = { kind: 'command', argv: [process.execPath, '-e', code] };
  const profile = { baseUrl: mock.url, model: 'mock-1', key };
  mkdirSync(join(folder, 'config'), { mode: 0o700 });
  writeFileSync(
    join(folder, 'config', 'config.json'),
    JSON.stringify({ current: 'one', profiles: { one: profile, two: profile } }),
    { mode: 0o600 },
  );
  const terminal = openMsg(['chat'], { working: folder });
  onTestFinished(() => terminal.close());
  await terminal.see('▸');
  terminal.type('hello\r');
  await terminal.see('waiting');
  await expect.poll(countOfRuns).toBe(2);
  terminal.type(control('c'));
  await terminal.see('interrupted: /retry asks again');
  await terminal.see((text) => text.endsWith('▸'));
  terminal.type('/profile two\r');
  await expect.poll(countOfRuns).toBe(3);
  terminal.type(control('c'));
  await terminal.see('Interrupted.');
  terminal.type('/retry\r');
  await terminal.see('Still here');
});
