// msg chat on a real terminal: what the driver, the shell and signals do. What it says is tested in test/chat/run.
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Mock, type MockOptions, type Script, startMock, streamReply } from '../../src/mock/index.ts';
import { binary } from '../built.ts';
import { gatedReply, paused } from '../gated-reply.ts';
import { openTerminal, type TestTerminal } from './terminal.ts';

const control = (letter: string): string => String.fromCharCode(letter.charCodeAt(0) - 96);

let folder: string;
let mock: Mock | undefined;
let terminal: TestTerminal | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'msg-chat-'));
});
afterEach(async () => {
  terminal?.close();
  await mock?.close();
});

type OpenOptions = {
  replies?: Script[];
  mock?: MockOptions;
  args?: string[];
  columns?: number;
  env?: Record<string, string>;
};

/** A chat with a server that gives these replies, at its first prompt. */
async function open({ replies, mock: options, args = [], columns = 80, env = {} }: OpenOptions = {}) {
  mock = await startMock({ ...options, ...(replies && { replies }) });
  terminal = openTerminal([process.execPath, binary, 'chat', ...args], {
    columns,
    env: {
      MSG_BASE_URL: mock.url,
      MSG_API_KEY: 'sk-test',
      MSG_MODEL: 'mock-1',
      MSG_CONFIG_DIR: join(folder, 'config'),
      MSG_STATE_DIR: join(folder, 'state'),
      EDITOR: '',
      ...env,
    },
  });
  if (!args.includes('--plain')) await terminal.see('▸');
  return { mock, terminal };
}

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const sentMessages = (index: number): unknown =>
  (mock?.requests[index]?.json as { messages: unknown } | undefined)?.messages;

/**
 * Shell: prints the exit code, and stays. What a program writes just before its end can be lost: to Node the terminal has
 * ended when nobody holds its other side, although the system still delivers.
 */
const tellCode = 'echo "code $?"; cat';

test('a turn: the answer appears, the next question carries the conversation', async () => {
  const { terminal, mock } = await open({ replies: [streamReply('First answer.'), streamReply('Second.')] });
  terminal.type('one\r');
  await terminal.see('▸ one\n\nFirst answer.\n');
  terminal.type('two\r');
  await terminal.see('▸ two\n\nSecond.\n');
  expect(sentMessages(1)).toEqual([
    { role: 'user', content: 'one' },
    { role: 'assistant', content: [{ type: 'text', text: 'First answer.' }] },
    { role: 'user', content: 'two' },
  ]);
  terminal.type(control('d'));
  expect((await terminal.ended).exitCode).toBe(0);
  mock.verify();
});

test('lines that come at once are one message, whatever they begin with, and Ctrl-C loses no draft', async () => {
  const { terminal } = await open({ replies: [streamReply('Seen.'), streamReply('Again.')] });
  terminal.type('/etc/hosts:\r127.0.0.1 x\r/help');
  await terminal.see('x\n/help');
  terminal.type(control('c'));
  await terminal.see((text) => text.endsWith('▸'));
  terminal.type('\x1b[A');
  await terminal.see((text) => text.endsWith('▸ /etc/hosts:\n127.0.0.1 x\n/help'));
  terminal.type('\r');
  await terminal.see('Seen.');
  expect(sentMessages(0)).toEqual([{ role: 'user', content: '/etc/hosts:\n127.0.0.1 x\n/help' }]);
  terminal.type('\x1b[200~/help\nis what I typed\x1b[201~\r');
  await terminal.see('Again.');
  expect(sentMessages(1)).toMatchObject([{}, {}, { role: 'user', content: '/help\nis what I typed' }]);
});

test('/edit opens the last question in the editor and asks that instead', async () => {
  const { terminal } = await open({
    replies: [streamReply('About cats.'), streamReply('About dogs.')],
    env: { EDITOR: "sed -i 's/cats/dogs/'" },
  });
  terminal.type('cats?\r');
  await terminal.see('About cats.');
  terminal.type('/edit\r');
  await terminal.see('▸ /edit\n▸ dogs?\n\nAbout dogs.');
  expect(sentMessages(1)).toEqual([{ role: 'user', content: 'dogs?' }]);
});

test('without a terminal, lines are turns', async () => {
  mock = await startMock({ replies: [streamReply('First.'), streamReply('Second.')] });
  const script = `printf 'one\\ntwo\\n' | "${process.execPath}" "${binary}" chat 2>notes; ${tellCode}`;
  terminal = openTerminal(['/bin/sh', '-c', `cd "${folder}" && ${script}`], {
    env: { MSG_BASE_URL: mock.url, MSG_API_KEY: 'sk-test', MSG_MODEL: 'mock-1', MSG_STATE_DIR: folder },
  });
  await terminal.see('First.\nSecond.\ncode 0');
  mock.verify();
});

test('a tool takes no line of a script as its yes or no', async () => {
  const tool = [{ name: 'now', input_schema: { type: 'object' }, command: ['date'] }];
  writeFileSync(join(folder, 'tools.json'), JSON.stringify(tool));
  const call = { content: [{ type: 'tool_use', id: 't1', name: 'now', input: {} }], stop_reason: 'tool_use' };
  mock = await startMock({ replies: [call, 'No tool then.', 'Second.'].map((reply) => streamReply(reply)) });
  const script = `printf 'one\\ntwo\\n' | "${process.execPath}" "${binary}" chat --tools tools.json; ${tellCode}`;
  terminal = openTerminal(['/bin/sh', '-c', `cd "${folder}" && ${script}`], {
    env: { MSG_BASE_URL: mock.url, MSG_API_KEY: 'sk-test', MSG_MODEL: 'mock-1', MSG_STATE_DIR: folder },
  });
  await terminal.see('now {}: there is nobody to ask; --run-tools runs it unasked\nnot run\n');
  await terminal.see(/No tool then\.\n+Second\.\n+code 0/);
  mock.verify();
});

test('TERM=dumb gets plain lines: no escapes at all', async () => {
  const { terminal } = await open({ replies: [streamReply('Ok.')], env: { TERM: 'dumb' } });
  terminal.type('go\r');
  await terminal.see('Ok.');
  terminal.type(control('d'));
  expect((await terminal.ended).exitCode).toBe(0);
  expect(terminal.output()).not.toContain('\x1b');
  expect(terminal.text()).toContain('\ngo on with: msg chat -r');
});

test('Ctrl-C at the prompt of a dumb terminal gives a hint, twice leaves with 130', async () => {
  const { terminal } = await open({ replies: [streamReply('Still here.')], env: { TERM: 'dumb' } });
  // What was typed is dropped with it, and the next line is a message like any other.
  terminal.type('dropped');
  await terminal.see('dropped');
  terminal.type(control('c'));
  await terminal.see('Ctrl-C again leaves, so does Ctrl-D.');
  await terminal.see(/Ctrl-D\.\n▸$/);
  terminal.type('go\r');
  await terminal.see('Still here.');
  await terminal.see(/Still here\.\s+▸$/);
  expect(sentMessages(0)).toEqual([{ role: 'user', content: 'go' }]);
  terminal.type(control('c'));
  await terminal.see((text) => text.split('Ctrl-C again leaves').length === 3);
  terminal.type(control('c'));
  expect((await terminal.ended).exitCode).toBe(130);
});

test('Ctrl-C ends a chat whose lines come from elsewhere', async () => {
  mock = await startMock({ replies: [paused('Half ', 'whole.')] });
  const script = `"${process.execPath}" "${binary}" chat --no-save go </dev/null`;
  terminal = openTerminal(['/bin/sh', '-c', `trap : INT; ${script}; ${tellCode}`], {
    env: { MSG_BASE_URL: mock.url, MSG_API_KEY: 'sk-test', MSG_MODEL: 'mock-1', MSG_STATE_DIR: folder },
  });
  await terminal.see('Half');
  terminal.type(control('c'));
  await terminal.see('code 130');
});

test('Ctrl-Z while an answer streams gives the terminal back, fg goes on', async () => {
  mock = await startMock({ replies: [paused('Half ', 'whole.')] });
  terminal = openTerminal(['/bin/bash', '--norc', '-i'], {
    env: {
      PS1: 'shell$ ',
      MSG_BASE_URL: mock.url,
      MSG_API_KEY: 'sk-test',
      MSG_MODEL: 'mock-1',
      MSG_STATE_DIR: join(folder, 'state'),
    },
  });
  await terminal.see('shell$');
  terminal.type(`'${process.execPath}' '${binary}' chat --no-save\r`);
  await terminal.see('▸');
  terminal.type('go\r');
  await terminal.see('Half');
  terminal.type(control('z'));
  await terminal.see('Stopped');
  terminal.type('fg\r');
  mock.open('more');
  await terminal.see('whole.');
  await terminal.see(/▸$/);
  terminal.type(control('d'));
  await terminal.see(/shell\$$/);
});

test('Ctrl-Z takes what is typed ahead off before the shell writes', async () => {
  mock = await startMock({ replies: [gatedReply(['Half', ' a line.\nThe', ' end.'], String)] });
  terminal = openTerminal(['/bin/bash', '--norc', '-i'], {
    env: {
      PS1: 'shell$ ',
      MSG_BASE_URL: mock.url,
      MSG_API_KEY: 'sk-test',
      MSG_MODEL: 'mock-1',
      MSG_STATE_DIR: join(folder, 'state'),
    },
  });
  await terminal.see('shell$');
  terminal.type(`'${process.execPath}' '${binary}' chat --no-save\r`);
  await terminal.see('▸');
  terminal.type('go\r');
  await terminal.see('Half');
  terminal.type('ahead');
  await terminal.see('Half ▸ ahead');
  terminal.type(control('z'));
  await terminal.see('Stopped');
  expect(terminal.text()).not.toContain('ahead');
  terminal.type('fg\r');
  mock.open('1');
  await terminal.see(' a line.\nThe ▸ ahead');
  mock.open('2');
  await terminal.see(/ a line\.\nThe end\.\n\n▸ ahead$/);
});

test('Ctrl-Z changes nothing where no shell is that could go on with it', async () => {
  const { terminal, mock } = await open({ replies: [paused('Half ', 'whole.'), streamReply('Second.')] });
  terminal.type(`go${control('z')}${control('z')}!\r`);
  await terminal.see('Half');
  expect(sentMessages(0)).toMatchObject([{ content: 'go!' }]);
  const [given, taken] = ['\x1b[?2004l', '\x1b[?2004h'];
  const before = terminal.output().lastIndexOf(given);
  terminal.type(`ah${control('z')}ead`);
  // Given back for a moment: in it, Enter would be a line feed.
  await terminal.see(() => {
    const last = terminal.output().lastIndexOf(given);
    return last > before && terminal.output().lastIndexOf(taken) > last;
  });
  mock.open('more');
  await terminal.see(/Half whole\.\n\n▸ ahead$/);
  terminal.type('\r');
  await terminal.see('Second.');
});

test('SIGTERM leaves with 143 and gives the terminal back', async () => {
  const { terminal } = await open();
  terminal.signal('SIGTERM');
  expect((await terminal.ended).exitCode).toBe(143);
  expect(terminal.output()).toContain('\x1b[?2004l');
});

test.each([
  ['SIGTERM', { exitCode: 143 }],
  ['SIGHUP', { signal: 1 }],
] as const)(
  '%s in a list gives everything back that was switched on: screen, cursor, pastes, focus',
  async (name, end) => {
    const { terminal } = await open({
      mock: { models: ['mock-1', 'mock-large'] } as MockOptions,
      args: ['--notify'],
    });
    terminal.type('/model\r');
    await terminal.see('▸ mock-1');
    terminal.type('lar');
    await terminal.see(/model: lar▏ {2}1 of 2\n▸ mock-large/);
    terminal.signal(name);
    expect(await terminal.ended).toMatchObject(end);
    const after = terminal.output().slice(terminal.output().lastIndexOf('mock-large'));
    for (const off of ['\x1b[?1049l', '\x1b[?25h', '\x1b[?2004l', '\x1b[?1004l'])
      expect(after).toContain(off);
    expect(terminal.text()).not.toContain('mock-large');
  },
);

test('Ctrl-Z in a list gives the terminal to the shell, and fg shows the list again', async () => {
  mock = await startMock({ models: ['mock-1', 'mock-large'] });
  terminal = openTerminal(['bash', '--norc', '--noprofile', '-i'], {
    env: {
      PS1: 'shell$ ',
      MSG_BASE_URL: mock.url,
      MSG_API_KEY: 'sk-test',
      MSG_MODEL: 'mock-1',
      MSG_CONFIG_DIR: join(folder, 'config'),
      MSG_STATE_DIR: join(folder, 'state'),
    },
  });
  await terminal.see('shell$');
  terminal.type(`${process.execPath} ${binary} chat\r`);
  await terminal.see('▸');
  terminal.type('/model\r');
  await terminal.see('▸ mock-1');
  terminal.type(control('z'));
  await terminal.see(/Stopped[\s\S]*shell\$/);
  terminal.type('fg\r');
  await terminal.see('▸ mock-1');
  terminal.type('\x1b[B\r');
  await terminal.see('model: mock-large');
});

for (const how of ['SIGHUP', 'a closed window'])
  test(`${how} while an answer streams keeps what arrived, lets others have the session and ends the chat`, async () => {
    const { terminal } = await open({ replies: [paused('Half ', 'whole.')] });
    terminal.type('go\r');
    await terminal.see('Half');
    if (how === 'SIGHUP') terminal.signal('SIGHUP');
    else terminal.vanish();
    expect((await terminal.ended).signal).toBe(1);
    if (how === 'SIGHUP') expect(terminal.output()).toContain('\x1b[?2004l');
    const [file = '', ...others] = readdirSync(join(folder, 'state', 'sessions'));
    expect(others).toEqual([]);
    expect(readFileSync(join(folder, 'state', 'sessions', file), 'utf8')).toContain('"Half "');
  });

test('SIGHUP ends a chat that runs a tool, and the tool', async () => {
  const pidFile = join(folder, 'pid');
  const tools = join(folder, 'tools.json');
  const command = ['sh', '-c', `echo $$ > ${pidFile}; exec sleep 1000`];
  writeFileSync(tools, JSON.stringify([{ name: 'wait', input_schema: { type: 'object' }, command }]));
  const call = {
    content: [{ type: 'tool_use', id: 't1', name: 'wait', input: {} }],
    stop_reason: 'tool_use',
  };
  const { terminal } = await open({
    replies: [streamReply(call)],
    args: ['--tools', tools, '--run-tools'],
  });
  terminal.type('go\r');
  await expect.poll(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8').trim()).toBeTruthy();
  terminal.signal('SIGHUP');
  expect((await terminal.ended).signal).toBe(1);
  const tool = Number(readFileSync(pidFile, 'utf8'));
  await expect.poll(() => isRunning(tool)).toBe(false);
  expect(readdirSync(join(folder, 'state', 'sessions'))).toHaveLength(1);
});
