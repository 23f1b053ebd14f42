// Sessions of msg chat on a terminal: kept at once, found again, never mixed up.
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gate, type Mock, startMock, streamReply } from '../../../src/mock/index.ts';
import { type MsgTerminal, openMsg } from '../../msg-terminal.ts';

const control = (letter: string): string => String.fromCharCode(letter.charCodeAt(0) - 96);
const up = '\x1b[A';

let state: string;
let mock: Mock;
const terminals: MsgTerminal[] = [];
beforeEach(async () => {
  state = mkdtempSync(join(tmpdir(), 'msg-sessions-'));
  mock = await startMock({ replies: [] });
});
afterEach(async () => {
  for (const terminal of terminals.splice(0)) await terminal.close();
  await mock.close();
});

/** Starts a chat that shares the state directory with the others of the test. */
const chat = (...args: string[]): Promise<MsgTerminal> => open(['chat', ...args]);

async function open(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<MsgTerminal> {
  const terminal = openMsg(argv, {
    env: {
      MSG_BASE_URL: mock.url,
      MSG_API_KEY: 'sk-test',
      MSG_MODEL: 'mock-1',
      MSG_CONFIG_DIR: join(state, 'config'),
      MSG_STATE_DIR: state,
      ...env,
    },
  });
  terminals.push(terminal);
  await terminal.see(/▸|>|you:|\]:$/);
  return terminal;
}
/** One question and its answer. */
async function talk(terminal: MsgTerminal, question: string, answer: string): Promise<void> {
  mock.reply(streamReply(answer));
  terminal.type(`${question}\r`);
  await terminal.see(new RegExp(`${answer}\\n+▸$`));
}
async function leave(terminal: MsgTerminal): Promise<void> {
  terminal.type(control('d'));
  await terminal.ended;
}
const files = (): string[] => {
  try {
    return readdirSync(join(state, 'sessions')).filter((name) => name.endsWith('.jsonl'));
  } catch {
    return [];
  }
};
const contents = (file: string): string => readFileSync(join(state, 'sessions', file), 'utf8');
const sent = (count: number): unknown[] =>
  (mock.requests[count - 1] as unknown as { json: { messages: { content: unknown }[] } }).json.messages.map(
    ({ content }) => content,
  );

test('-c goes on with the session used last', async () => {
  const first = await chat();
  await talk(first, 'one', 'Answer one.');
  await leave(first);
  expect(first.text()).toContain('go on with: msg chat -r ');
  const second = await chat('-c');
  await second.see('going on with');
  await second.see(/: 1 question\n\n▸ one\n\nAnswer one\.\n\n▸$/);
  await talk(second, 'two', 'Answer two.');
  expect(sent(2)).toEqual(['one', [{ type: 'text', text: 'Answer one.' }], 'two']);
  expect(files()).toHaveLength(1);
});

test('what is no session is neither continued nor in the way', async () => {
  const first = await chat();
  await talk(first, 'one', 'Answer one.');
  await leave(first);
  const empty = join(state, 'sessions', '29990101-000000-abcd.jsonl');
  writeFileSync(empty, '');
  const second = await chat('-c');
  await second.see(/: 1 question\n\n▸ one\n\nAnswer one\.\n\n▸$/);
  await leave(second);
  const third = openMsg(['chat', '-r', '29990101', 'two'], {
    env: { MSG_BASE_URL: mock.url, MSG_API_KEY: 'sk-test', MSG_MODEL: 'mock-1', MSG_STATE_DIR: state },
  });
  terminals.push(third);
  expect((await third.ended).exitCode).toBe(3);
  expect(third.text()).toContain('is not a session of msg');
  expect(mock.requests).toHaveLength(1);
});

test('-c and -r together are a mistake, not a choice', async () => {
  const terminal = openMsg(['chat', '-c', '-r', 'x'], {
    env: { MSG_BASE_URL: mock.url, MSG_API_KEY: 'sk-test', MSG_MODEL: 'mock-1', MSG_STATE_DIR: state },
  });
  terminals.push(terminal);
  expect((await terminal.ended).exitCode).toBe(2);
  expect(terminal.text()).toContain('both say which session');
});

test('each turn is on the disk as soon as it is there, private to the user', async () => {
  const terminal = await chat();
  mock.reply([gate('never')]);
  terminal.type('a question\r');
  await mock.reached('never');
  const [file = ''] = files();
  expect(contents(file)).toContain('a question');
  expect(statSync(join(state, 'sessions', file)).mode & 0o777).toBe(0o600);
  expect(contents(file)).not.toContain('sk-test');
});

test('/save names a session and -r finds it by name', async () => {
  const first = await chat();
  await talk(first, 'one', 'Answer one.');
  first.type('/save plans\r');
  await first.see('this session is called plans');
  await leave(first);
  const second = await chat('-r', 'plans');
  await second.see('going on with plans: 1 question');
});

test('-r alone lets one choose from a list with previews', async () => {
  for (const word of ['alpha', 'beta']) {
    const terminal = await chat();
    await talk(terminal, `about ${word}`, `Of ${word}.`);
    await leave(terminal);
  }
  const terminal = await chat('-r');
  await terminal.see(/session: ▏ {2}2\n▸ just now {2}about beta\n {2}just now {2}about alpha\n/);
  terminal.type('\x1b[B\r');
  await terminal.see(/going on with .*: 1 question\n\n(?:▸|>|you:) about alpha\n+(?:assistant: )?\S+/);
});

test('the list is narrowed by a half-remembered name or by first words, and nothing of that is sent', async () => {
  const first = await chat();
  await talk(first, 'about alpha', 'A.');
  first.type('/save greek-letters\r/clear\r');
  await talk(first, 'about beta', 'B.');
  first.type('/clear\r');
  await talk(first, 'on gamma', 'C.');
  await leave(first);
  const terminal = await chat('-r');
  await terminal.see('session: ▏  3');
  terminal.type('delta\r');
  await terminal.see(/session: delta▏ {2}0 of 3\nnothing fits/);
  terminal.type(`${control('u')}about`);
  await terminal.see(/2 of 3\n.*about beta\n.*greek-letters: about alpha\n/);
  terminal.type(' letters\r');
  await terminal.see(/going on with greek-letters: 1 question\n\n▸ about alpha\n\nA\.\n\n▸$/);
  await leave(terminal);
  expect(mock.requests).toHaveLength(3);
});

test('a wide preview takes one row of the list', async () => {
  const terminal = await chat();
  await talk(terminal, '日本語の質問'.repeat(10), 'Hai.');
  terminal.type('/resume\r');
  await terminal.see(/\n▸ just now {2}(日本語の質問){5}日本語…\ntype to narrow/);
});

test('--list shows the sessions, the newest first', async () => {
  for (const word of ['alpha', 'beta']) {
    const terminal = await chat();
    await talk(terminal, `about ${word}`, `Of ${word}.`);
    await leave(terminal);
  }
  const terminal = openMsg(['chat', '--list'], {
    env: { MSG_STATE_DIR: state },
  });
  terminals.push(terminal);
  await terminal.see(/about beta[\s\S]*about alpha/);
  expect((await terminal.ended).exitCode).toBe(0);
});

test('/resume and /clear change the session, the files stay apart', async () => {
  const first = await chat();
  await talk(first, 'one', 'Answer one.');
  first.type('/save first\r/clear\r');
  await first.see('a new conversation');
  await talk(first, 'two', 'Answer two.');
  expect(sent(2)).toEqual(['two']);
  first.type('/resume first\r');
  await first.see('going on with first');
  await talk(first, 'three', 'Answer three.');
  expect(sent(3)).toEqual(['one', [{ type: 'text', text: 'Answer one.' }], 'three']);
  expect(files()).toHaveLength(2);
});

test('a conversation that stopped in the middle says how it goes on', async () => {
  const first = await chat();
  mock.reply([gate('never')]);
  first.type('one\r');
  await mock.reached('never');
  first.signal('SIGTERM');
  await first.ended;
  const second = await chat('-c');
  const inOneLine = (words: string) => (screen: string) => screen.replaceAll('\n', ' ').includes(words);
  await second.see(inOneLine('1 question (without an answer: /retry asks it again)'));
  const whole = streamReply('Half of it.');
  const cutAt = whole.findLastIndex(({ step }) => step === 'event') - 2;
  mock.reply([...whole.slice(0, cutAt), gate('rest')]);
  second.type('/retry\r');
  await second.see('Half');
  second.type(control('c'));
  await second.see('interrupted: /continue');
  await leave(second);
  const third = await chat('-c');
  await third.see(inOneLine('1 question (its answer was cut: /continue goes on)'));
});

test('going on at another host is said', async () => {
  const first = await chat();
  await talk(first, 'one', 'Answer one.');
  await leave(first);
  const second = await chat('-c');
  expect(second.text()).not.toContain('it began at');
  await leave(second);
  const before = mock.url;
  await mock.close();
  mock = await startMock({ replies: [] });
  const third = await chat('-c');
  await third.see(`it began at ${before}, and goes on at ${mock.url}`);
});

test('the demo, which listens elsewhere each time, is no other host', async () => {
  const demo = (...argv: string[]): MsgTerminal => {
    const terminal = openMsg([...argv, '-P', 'demo'], {
      env: { MSG_CONFIG_DIR: join(state, 'config'), MSG_STATE_DIR: state },
    });
    terminals.push(terminal);
    return terminal;
  };
  const first = demo('chat', 'one');
  await first.see(/author is\s(?:│ )?missing\.\n+▸$/);
  await leave(first);
  const second = demo('send', '-c', 'two');
  await second.ended;
  expect(second.text()).toContain('before this you said “one”');
  expect(second.text()).not.toContain('began at');
});

test('what was taken back stays taken back', async () => {
  const first = await chat();
  await talk(first, 'one', 'Answer one.');
  await talk(first, 'two', 'Answer two.');
  first.type('/undo\r');
  await first.see('took back');
  await leave(first);
  const second = await chat('-c');
  await talk(second, 'three', 'Answer three.');
  expect(sent(3)).toEqual(['one', [{ type: 'text', text: 'Answer one.' }], 'three']);
});

test('--no-save keeps nothing on the disk', async () => {
  const terminal = await chat('--no-save');
  await talk(terminal, 'secret question', 'Answer.');
  terminal.type(up);
  await terminal.see(/▸ secret question$/);
  terminal.type(control('c'));
  await leave(terminal);
  expect(files()).toEqual([]);
  expect(readdirSync(state).filter((name) => name.includes('history'))).toEqual([]);
});

test('the history of inputs outlives the process, without what looks like a key', async () => {
  const key = `sk-ant-api03-${'a1'.repeat(20)}`;
  const first = await chat();
  await talk(first, 'remember this', 'Yes.');
  await talk(first, `my key is ${key}`, 'Oh.');
  await leave(first);
  const second = await chat();
  second.type(up);
  await second.see(/▸ remember this$/);
  expect(readFileSync(join(state, 'history.jsonl'), 'utf8')).not.toContain(key);
  expect(statSync(join(state, 'history.jsonl')).mode & 0o777).toBe(0o600);
});

test.each([
  ['a dumb terminal', [], { TERM: 'dumb' }],
  ['--plain', ['--plain'], {}],
])('%s is asked by number or words, until it is known which one', async (_, args, env) => {
  const first = await chat();
  for (const [question, answer] of [
    ['about alpha', 'A.'],
    ['on gamma', 'C.'],
  ] as const) {
    await talk(first, question, answer);
    first.type('/clear\r');
    await first.see(/a new conversation\n▸$/);
  }
  await leave(first);
  const terminal = await open(['chat', '-r', ...args], env);
  await terminal.see(
    / 1 {3}just now {2}on gamma\n 2 {3}just now {2}about alpha\nsession: number or words \[1\]:$/,
  );
  terminal.type('delta\r');
  await terminal.see('no session has "delta" in its row');
  terminal.type('alpha\r');
  await terminal.see(/going on with .*: 1 question\n\n(?:▸|>|you:) about alpha\n+(?:assistant: )?\S+/);
  expect(terminal.output()).not.toContain('\x1b[?1049h');
});

test('msg sessions lets one choose, and goes on with it; Esc leaves nothing behind', async () => {
  const first = await chat();
  await talk(first, 'about alpha', 'A.');
  await leave(first);
  const left = await open(['sessions']);
  await left.see(/session: ▏ {2}1\n▸ just now {2}about alpha\n/);
  left.type('\x1b');
  expect(await left.ended).toEqual({ exitCode: 0 });
  expect(left.text()).toBe('');
  const chosen = await open(['sessions']);
  await chosen.see('session:');
  chosen.type('alp\r');
  await chosen.see('going on with');
  await talk(chosen, 'more', 'B.');
  expect(sent(2)).toHaveLength(3);
});

test('/fork goes on in a copy, --fork too, and the session they come from stays as it is', async () => {
  const first = await chat();
  first.type('/fork\r');
  await first.see('there is nothing to copy yet');
  await talk(first, 'one', 'Answer one.');
  first.type('/save plans\r/fork plans\r');
  await first.see('Another session is called plans.');
  first.type('/fork other\r');
  await first.see('going on in the copy other; /resume plans goes back');
  await talk(first, 'two', 'Answer two.');
  await leave(first);
  await first.see('msg chat -r other');
  const file = (name: string): string => files().find((each) => each.includes(`.${name}.`)) ?? '';
  expect(contents(file('plans'))).not.toContain('two');
  expect(contents(file('other'))).toContain('Answer two.');
  const before = contents(file('other'));
  const second = await chat('-r', 'other', '--fork');
  await second.see(/going on with \d{8}-\S+, a copy of other: 2 questions/);
  await talk(second, 'three', 'Answer three.');
  expect(sent(3)).toHaveLength(5);
  expect(contents(file('other'))).toBe(before);
  expect(files()).toHaveLength(3);
});
