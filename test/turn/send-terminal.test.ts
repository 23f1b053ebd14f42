// What `msg send` shows on a terminal while nothing arrives, and that nothing of it stays.
import { afterEach, expect, it } from 'vitest';
import {
  end,
  errorReply,
  event,
  gate,
  head,
  type Mock,
  pageReply,
  type Script,
  startMock,
  streamReply,
} from '../../src/mock/index.ts';
import { gatedReply, paused } from '../gated-reply.ts';
import { type MsgTerminal, type MsgTerminalOptions, openMsg } from '../msg-terminal.ts';

let mock: Mock;
let terminal: MsgTerminal;
afterEach(async () => {
  await terminal.close();
  await mock.close();
});

async function send(
  replies: readonly Script[],
  argv: readonly string[] = [],
  options: MsgTerminalOptions = {},
) {
  mock = await startMock({ replies });
  terminal = openMsg(['send', 'hi', ...argv], {
    speed: 10,
    ...options,
    env: { MSG_BASE_URL: mock.url, MSG_API_KEY: 'sk-test', MSG_MODEL: 'm', ...options.env },
  });
}

const thinks = (words: string) => [
  head(),
  event({ type: 'message_start', message: { id: 'm', content: [] } }),
  event({ type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } }),
  event({ type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: words } }),
];
const answers = (words: string) => [
  event({ type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } }),
  event({ type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: words } }),
  event({ type: 'message_delta', delta: { stop_reason: 'end_turn' } }),
  event({ type: 'message_stop' }),
  end,
];

const markdown = '# Title\n\n- **bold** and `code`\n\n| a | b |\n| - | - |\n| 1 | 2 |\n';

it('shows Markdown as it arrives', async () => {
  await send([gatedReply(['# Title\n\n- **bo', 'ld** end\n'], () => 'more')]);
  await terminal.see('Title\n\n• ');
  expect(terminal.output()).not.toContain('#');
  mock.open('more');
  expect((await terminal.ended).exitCode).toBe(0);
  expect(terminal.lines()).toEqual(['Title', '', '• bold end']);
  expect(terminal.output()).toContain('\x1b[1mbo');
});

it('leaves the marks that no colour stands for where NO_COLOR is set', async () => {
  await send([streamReply(markdown)], [], { env: { NO_COLOR: '1' } });
  expect((await terminal.ended).exitCode).toBe(0);
  expect(terminal.lines().slice(0, 3)).toEqual(['# Title', '', '• bold and `code`']);
  expect(terminal.output()).not.toMatch(/\x1b\[[\d;]*m/);
});

it.each([
  ['with --raw', ['--raw'], {}],
  ['with --plain', ['--plain'], {}],
  ['at a dumb terminal', [], { env: { TERM: 'dumb' } }],
])('shows the text of an answer as it is %s', async (_name, argv, options) => {
  await send([streamReply(markdown)], argv, options);
  expect((await terminal.ended).exitCode).toBe(0);
  expect(`${terminal.text()}\n`).toBe(markdown);
});

it('gives other forms, and code, as they are', async () => {
  await send([streamReply('# Title\n\n```\n# code\n```\n')], ['--extract-code']);
  await terminal.ended;
  expect(terminal.lines()).toEqual(['# code']);
  await terminal.close();
  await mock.close();
  await send([streamReply('# T')], ['-o', 'json'], { columns: 4000 });
  await terminal.ended;
  expect(JSON.parse(terminal.text())).toMatchObject({ content: [{ text: '# T' }] });
});

it('shows all that came of an answer that broke off', async () => {
  await send([[...streamReply('A **bold').slice(0, -3), end]], ['--max-retries', '0']);
  expect((await terminal.ended).exitCode).toBe(9);
  expect(terminal.text()).toMatch(/^A \S*bold\nmsg: .*ended without message_stop/);
});

it('shows the calls of tools below the answer', async () => {
  const call = { type: 'tool_use', id: 't', name: 'now', input: {} } as const;
  await send([streamReply({ content: [{ type: 'text', text: 'I *look*' }, call] as never })]);
  await terminal.ended;
  expect(terminal.lines()).toEqual(['I look', JSON.stringify(call)]);
});

it('counts down to the next try, and says above it why', async () => {
  const busy = errorReply(529, 'overloaded_error', 'Busy', { headers: { 'retry-after': '5' } });
  await send([[gate('first'), ...busy], streamReply('Hello')]);
  await terminal.see('waiting for the answer');
  mock.open('first');
  await terminal.see(
    /^msg: 529 .*Trying again in 5\.0 s, as the server asks\.\n. again in \d+ s \(Ctrl-C cancels\)$/s,
  );
  expect((await terminal.ended).exitCode).toBe(0);
  expect(terminal.text()).toMatch(/^msg: 529 [^\n]*\n([^\n]*\n)?Hello$/);
});

it('Ctrl-C cancels that wait', async () => {
  await send([errorReply(529, 'overloaded_error', 'Busy', { headers: { 'retry-after': '30' } })]);
  await terminal.see(/again in \d+ s \(Ctrl-C cancels\)/);
  terminal.type('\x03');
  expect((await terminal.ended).exitCode).toBe(130);
  expect(terminal.text()).not.toContain('(Ctrl-C cancels)');
});

it('tells the seconds, and signs of life, and that the model thinks', async () => {
  await send(
    [
      [
        head(),
        event({ type: 'ping' }),
        event({ type: 'ping' }),
        gate('more'),
        ...thinks('Hm').slice(1),
        gate('text'),
        ...answers('Hello'),
      ],
    ],
    ['-R'],
  );
  await terminal.see(/waiting for the answer \d+ s, the server is alive \(2\)$/);
  mock.open('more');
  await terminal.see(/thinking \d+ s, the server is alive \(2\)$/);
  mock.open('text');
  expect((await terminal.ended).exitCode).toBe(0);
  expect(terminal.lines()).toEqual(['Hello']);
});

it('tells a silence behind the answer, and takes it off', async () => {
  await send([paused('Half ', 'whole.')]);
  await terminal.see(/^Half +… \d+ s$/);
  mock.open('more');
  expect((await terminal.ended).exitCode).toBe(0);
  expect(terminal.lines()).toEqual(['Half whole.']);
});

it('also behind thinking', async () => {
  await send([[...thinks('Let me see.'), gate('more'), ...answers('Hello')]]);
  await terminal.see(/^Let me see\. … \d+ s$/);
  mock.open('more');
  expect((await terminal.ended).exitCode).toBe(0);
  expect(terminal.lines()).toEqual(['Let me see.', '', 'Hello']);
});

it('Ctrl-C in such a silence leaves the answer as it came', async () => {
  await send([paused('Half', ' whole.')]);
  await terminal.see(/… \d+ s$/);
  terminal.type('\x03');
  expect((await terminal.ended).exitCode).toBe(130);
  expect(terminal.text()).toMatch(/^Half\^C\nmsg: Interrupted\. The answer above is incomplete\.$/);
});

it.each([
  ['with --raw', ['--raw'], {}],
  ['with -q', ['-q'], {}],
  ['at a dumb terminal', [], { env: { TERM: 'dumb' } }],
  ['in CI', [], { env: { CI: 'true' } }],
])('draws nothing behind an answer %s', async (_name, argv, options) => {
  await send([paused('Half ', 'whole.')], argv, options);
  await terminal.see('Half');
  mock.open('more');
  expect((await terminal.ended).exitCode).toBe(0);
  expect(terminal.output()).not.toContain('\x1b7');
  expect(terminal.lines()).toEqual(['Half whole.']);
});

it('spins beside an answer that goes elsewhere, until it comes', async () => {
  let answer = '';
  const onStdout = (text: string): void => {
    answer += text;
  };
  await send([[gate('first'), ...streamReply('Hello')]], [], { onStdout });
  await terminal.see('waiting for the answer');
  mock.open('first');
  expect((await terminal.ended).exitCode).toBe(0);
  expect(terminal.text()).toBe('');
  expect(answer).toBe('Hello\n');
});

it('says on a line of its own that the address as it is written is tried', async () => {
  mock = await startMock({
    replies: [
      [gate('first'), ...pageReply(404, 'text/html', '<h1>Not Found</h1>')],
      [gate('second'), ...streamReply('Hello')],
    ],
  });
  terminal = openMsg(['send', 'hi'], {
    columns: 60,
    env: { MSG_BASE_URL: `${mock.url}/proxy/messages`, MSG_API_KEY: 'sk-test', MSG_MODEL: 'm' },
  });
  await terminal.see('waiting for the answer');
  mock.open('first');
  await terminal.see(/^msg: Nothing answers at\s[\s\S]*waiting for the answer$/);
  mock.open('second');
  await terminal.ended;
  expect(terminal.text()).not.toContain('waiting');
  expect(terminal.lines().at(-1)).toBe('Hello');
});
