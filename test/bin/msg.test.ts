// The built command from outside: version, help, mistakes, exit codes, the Node gate, links, other folders.
import { spawn } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  errorReply,
  type Mock,
  pageReply,
  type Script,
  startMock,
  streamReply,
} from '../../src/mock/index.ts';
import { binary } from '../built.ts';
import { bareEnv, closed, type Home, newHome, runBin, startBin, textOf } from './run-bin.ts';

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));

describe('the built command', () => {
  it.each(['--version', '-V'])('prints its version for %s', async (flag) => {
    expect(await runBin([flag])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each([['--help'], ['-h'], ['help'], ['send', '--help'], ['help', 'send']])(
    'prints help for %s %s',
    async (...argv) => {
      const run = await runBin(argv);
      expect(run).toMatchObject({ code: 0, stderr: '' });
      expect(run.stdout).toContain('Usage: msg');
    },
  );

  it('says what to do in a clone that was not built', async () => {
    const home = newHome();
    cpSync(join(binary, '..'), join(home.path, 'bin'), { recursive: true });
    cpSync(join(binary, '../../package.json'), join(home.path, 'package.json'));
    const script = join(home.path, 'bin/msg.js');
    for (const argv of [['--help'], ['send', 'hi']]) {
      const run = await runBin(argv, { script });
      expect(run).toMatchObject({ code: 1, stdout: '' });
      expect(run.stderr).toBe(
        `msg: It is not built yet.\n  Next: npm run build (in ${realpathSync(home.path)})\n`,
      );
    }
    expect(await runBin(['--version'], { script })).toMatchObject({ code: 0, stdout: `${version}\n` });
    home.close();
  });

  it('is no success when nothing is left to wait for before the work is done', async () => {
    const home = newHome();
    const stuck = join(home.path, 'stuck.cjs');
    const msg = '{ main: () => new Promise(() => {}), systemContext() {} }';
    const loader = JSON.stringify(join(binary, '../load.js'));
    writeFileSync(stuck, `require(${loader}); require.cache[${loader}].exports = ${msg};`);
    const run = await runBin(['send', 'hi'], { node: ['--require', stuck] });
    expect(run).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('bug in msg') });
    home.close();
  });

  it('names its exit codes in the help', async () => {
    const { stdout } = await runBin(['help', 'exit-codes']);
    for (const line of ['0    done', '4    auth', '130  interrupted']) expect(stdout).toContain(line);
  });

  it.each([
    [['sned', 'hi'], 'send'],
    [['send', '--modle', 'x'], '--model'],
    [['send', '-o', 'jsn'], 'json'],
    [['send', '--max-tokens', 'many', 'hi'], 'whole number'],
    [['send', '--auth', 'basic'], 'x-api-key'],
  ])('answers %j with exit 2 and what was meant', async (argv, meant) => {
    const run = await runBin(argv);
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain(meant);
    expect(run.stderr).not.toContain('    at ');
  });

  it('answers nothing at all with help', async () => {
    const run = await runBin([]);
    expect(run.stdout + run.stderr).toContain('Usage: msg');
  });

  it('ends at once when there is no such key command', async () => {
    const home = newHome();
    mkdirSync(join(home.path, 'config'), { mode: 0o700 });
    const work = {
      baseUrl: 'http://127.0.0.1:9',
      model: 'm',
      key: { kind: 'command', argv: ['no-such-program'] },
    };
    writeFileSync(join(home.path, 'config', 'config.json'), JSON.stringify({ profiles: { work } }), {
      mode: 0o600,
    });
    const child = startBin(['send', '-P', 'work', 'hi'], home.path);
    const [stderr, code] = await Promise.all([textOf(child.stderr), closed(child)]);
    expect(code).toBe(3);
    expect(stderr).toContain('The key command no-such-program was not found.');
    home.close();
  });

  it('shows the demo without a key and without a network', async () => {
    const run = await runBin(['send', '-P', 'demo', 'hello']);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toContain('No model is behind this answer');
  });
});

it('a Node that makes no code of strings writes profiles all the same, and no wrong ones', async () => {
  const home = newHome();
  const path = join(home.path, 'config', 'config.json');
  const node = ['--disallow-code-generation-from-strings'];
  const run = async (argv: readonly string[]) => {
    const child = startBin(['profiles', ...argv], home.path, { node });
    const [stderr, code] = await Promise.all([textOf(child.stderr), closed(child)]);
    return { stderr, code };
  };
  try {
    expect(
      await run(['add', 'work', '--base-url', 'http://127.0.0.1:9', '-m', 'm', '--key-env', 'KEY']),
    ).toMatchObject({
      code: 0,
      stderr: expect.not.stringContaining('schema'),
    });
    const file = JSON.parse(readFileSync(path, 'utf8'));
    file.profiles.other = { maxTokens: -1 };
    const text = JSON.stringify(file);
    writeFileSync(path, text);
    expect(await run(['set', 'work', 'model=n'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('"profiles.other.maxTokens" in '),
    });
    expect(readFileSync(path, 'utf8')).toBe(text);
  } finally {
    home.close();
  }
});

describe('against a server', () => {
  let mock: Mock;
  let env: Record<string, string>;
  beforeEach(async () => {
    mock = await startMock();
    env = { MSG_BASE_URL: mock.url, MSG_API_KEY: 'sk-test-0123456789abcdef', MSG_MODEL: 'm' };
  });
  afterEach(() => mock.close());

  it.each<[string, Script, number]>([
    ['an answer', streamReply('Hi'), 0],
    ['401', errorReply(401, 'authentication_error', 'no'), 4],
    ['404', errorReply(404, 'not_found_error', 'Not found'), 5],
    ['429', errorReply(429, 'rate_limit_error', 'slow'), 6],
    ['500', errorReply(500, 'api_error', 'no'), 7],
    ['a page', pageReply(200, 'text/html', '<h1>hi</h1>'), 9],
  ])('%s ends in its exit code', async (_name, script, code) => {
    mock.reply(script);
    expect((await runBin(['send', '--max-retries', '0', 'hi'], { env })).code).toBe(code);
  });

  it('reads the prompt from a pipe', async () => {
    mock.reply(streamReply('ok'));
    const run = await runBin(['send'], { env, stdin: 'piped in' });
    expect(run).toEqual({ code: 0, stdout: 'ok\n', stderr: '' });
    expect(mock.requests[0]?.json).toMatchObject({ messages: [{ role: 'user', content: 'piped in' }] });
  });

  it('leaves no process behind: it ends by itself although the server keeps the connection', async () => {
    // That long undici would keep the idle connection.
    mock.reply(streamReply('ok', { 'keep-alive': 'timeout=600' }));
    expect((await runBin(['send', 'hi'], { env })).code).toBe(0);
  });

  it('goes on with a chat where the disk refuses what a command of it wants', async () => {
    const home = newHome();
    const id = '20260101-000000-abcd';
    mkdirSync(join(home.path, 'state', 'sessions', `${id}.jsonl`), { recursive: true });
    mkdirSync(join(home.path, 'state', 'copied.md'));
    mock.reply(streamReply('One.'), streamReply('Two.'));
    const stdin = `hi\n/resume ${id}\n/copy file\nand then?\n`;
    const child = startBin(['chat'], home.path, { env, stdin });
    const [stdout, stderr, code] = await Promise.all([
      textOf(child.stdout),
      textOf(child.stderr),
      closed(child),
    ]);
    home.close();
    expect(stderr).toContain(`${id}.jsonl is a directory, not a file: it was not read.`);
    expect(stderr).toContain('copied.md cannot be written: it is a directory.');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'One.\nTwo.\n' });
  });

  it('reads lines that Windows piped: a byte order mark is no part of the first', async () => {
    const home = newHome();
    mock.reply(streamReply('One.'));
    const child = startBin(['chat', '--no-save'], home.path, {
      env,
      stdin: '\ufeff/system Be brief.\r\nhi\r\n',
    });
    const [stdout, code] = await Promise.all([textOf(child.stdout), closed(child)]);
    home.close();
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'One.\n' });
    expect(mock.requests.at(-1)?.json).toMatchObject({
      system: 'Be brief.',
      messages: [{ role: 'user', content: 'hi' }],
    });
  });

  it('says where a text for the editor cannot be kept', async () => {
    const run = await runBin(['send', '--editor', 'hi'], {
      env: { ...env, EDITOR: 'true', TMPDIR: '/nowhere' },
    });
    expect(run).toMatchObject({ code: 3, stderr: expect.stringContaining('cannot be kept in /nowhere') });
  });

  it('keeps a key that has to be escaped out of a chat and of what it keeps', async () => {
    const key = 'sk-ca"na\\ry$1-/+0a1b2c3d';
    const home = newHome();
    mock.reply(
      streamReply({
        content: [
          { type: 'text', text: 'ok' },
          { type: 'tool_use', id: 't', name: 'n', input: { key } },
        ],
      }),
    );
    mock.reply(errorReply(401, 'authentication_error', `Bad key ${JSON.stringify([key])}`));
    const child = startBin(['chat', '-v'], home.path, {
      env: { ...env, MSG_API_KEY: key },
      stdin: `my key is ${key}\nagain ${JSON.stringify({ key })}\n`,
    });
    const printed = await Promise.all([textOf(child.stdout), textOf(child.stderr), closed(child)]);
    const sessions = join(home.path, 'state/sessions');
    const kept = readdirSync(sessions).map((file) => readFileSync(join(sessions, file), 'utf8'));
    home.close();
    expect(kept.join()).toContain('my key is sk-… (24 characters)');
    expect(kept.join() + printed.join()).not.toContain('0a1b2c3d');
  });

  it('says so when nobody listens', async () => {
    await mock.close();
    const run = await runBin(['send', '--max-retries', '0', 'hi'], { env });
    expect(run).toMatchObject({ code: 8, stdout: '' });
    expect(run.stderr).toContain('nothing listens on that port');
    mock = await startMock();
  });
});

describe('where it is started', () => {
  let home: Home;
  beforeEach(() => {
    home = newHome();
  });
  afterEach(() => home.close());

  it.skipIf(process.platform === 'win32')('does not matter, nor does a link', async () => {
    const link = join(home.path, 'msg');
    symlinkSync(binary, link);
    const run = await runBin(['send', '-P', 'demo', 'hello'], { script: link, cwd: tmpdir() });
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toContain('# Hello');
  });

  it.skipIf(process.platform === 'win32')('does not matter either when HOME is empty', async () => {
    const env = { HOME: '', MSG_CONFIG_DIR: '' };
    const run = await runBin(['profiles', 'path'], { env, cwd: home.path });
    expect(run.stdout).toMatch(/^\//);
    expect(run.stdout).not.toContain(home.path);
  });

  it.skipIf(process.platform === 'win32')('does not matter when it has been deleted', async () => {
    const gone = join(home.path, 'gone');
    mkdirSync(gone);
    const shell = spawn('sh', ['-c', 'rmdir "$PWD" && "$0" "$1" send -P demo hi', process.execPath, binary], {
      cwd: gone,
      env: bareEnv(home.path),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr, code] = await Promise.all([
      textOf(shell.stdout),
      textOf(shell.stderr),
      closed(shell),
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('No model is behind this answer');
  });

  it.each([
    ['16.20.0', 1],
    ['18.20.4', 1],
    ['20.17.9', 1],
    ['20.18.0', 1],
    ['20.18.1', 0],
    ['22.0.0', 0],
    ['100.0.0', 0],
  ])('Node %s: exit %i', async (node, code) => {
    const preload = join(home.path, 'preload.cjs');
    writeFileSync(
      preload,
      `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${node}' } });
       Object.defineProperty(process, 'version', { value: 'v${node}' });`,
    );
    const run = await runBin(['--version'], { node: ['--require', preload] });
    expect(run).toEqual(
      code === 0
        ? { code, stdout: `${version}\n`, stderr: '' }
        : { code, stdout: '', stderr: `msg needs Node 20.18.1 or newer; this is v${node}.\n` },
    );
  });
});
