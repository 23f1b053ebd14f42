// The built command between pipes and signals: readers that leave, stall, or come back; Ctrl-C and kill.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  end,
  event,
  gate,
  head,
  type Mock,
  type Script,
  startMock,
  streamReply,
} from '../../src/mock/index.ts';
import { binary } from '../built.ts';
import { bareEnv, closed, type Home, newHome, runBin, startBin, textOf } from './run-bin.ts';

const line = `${'x'.repeat(199)}\n`;
const text = (words: string): object => ({
  type: 'content_block_delta',
  index: 0,
  delta: { type: 'text_delta', text: words },
});
const start = { type: 'message_start', message: { id: 'msg_1', role: 'assistant', content: [] } };
const stopped = { type: 'message_delta', delta: { stop_reason: 'end_turn' } };
const stop = { type: 'message_stop' };

/** Much more than the pipes and sockets between the server and the reader hold. */
const lineCount = 100_000;
const flood: Script = [
  head(),
  event(start),
  { step: 'repeat', times: lineCount / 100, steps: Array(100).fill(event(text(line))) },
  event(stopped),
  event(stop),
  end,
];
const trickle: Script = [head(), event(start), event(text('Half an ans')), gate('never')];

let mock: Mock;
let home: Home;
let env: Record<string, string>;
beforeEach(async () => {
  mock = await startMock();
  home = newHome();
  env = { MSG_BASE_URL: mock.url, MSG_API_KEY: 'sk-test-0123456789abcdef', MSG_MODEL: 'm' };
});
afterEach(async () => {
  await mock.close();
  home.close();
});

describe.skipIf(process.platform === 'win32')('a key from a pipe', () => {
  it.each([
    ['stdin', 'echo "$KEY" | "$0" "$1" send hi --api-key-file /dev/stdin'],
    ['a process', '"$0" "$1" send hi --api-key-file <(echo "$KEY") </dev/null'],
  ])('(%s) is the key, and no part of the prompt', async (_name, command) => {
    const { MSG_API_KEY: key = '', ...rest } = env;
    const child = spawn('bash', ['-c', command, process.execPath, binary], {
      env: bareEnv(home.path, { ...rest, KEY: key }),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [stderr, code] = await Promise.all([textOf(child.stderr), closed(child)]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(mock.requests[0]?.headers['x-api-key']).toBe(key);
    expect(mock.requests[0]?.json).toMatchObject({ messages: [{ role: 'user', content: 'hi' }] });
  });
});

describe.skipIf(process.platform === 'win32')('an input without an end', () => {
  it.each([
    ['a pipe', 'yes | "$0" "$1" send hi'],
    ['a device', '"$0" "$1" send hi </dev/zero'],
    ['a file', '"$0" "$1" send hi -f /dev/zero'],
  ])('(%s) is refused before it fills the memory', async (_name, command) => {
    const shell = spawn('bash', ['-c', command, process.execPath, binary], {
      env: bareEnv(home.path, env),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr, code] = await Promise.all([
      textOf(shell.stdout),
      textOf(shell.stderr),
      closed(shell),
    ]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('holds more than 64 MB');
    expect(mock.requests).toEqual([]);
  });
});

describe('a reader', () => {
  it.skipIf(process.platform === 'win32')(
    'that leaves after one line (head -1) ends it quietly',
    async () => {
      mock.reply(flood);
      const shell = spawn(
        'bash',
        ['-c', `"$0" "$1" send hi | head -1; echo "msg: \${PIPESTATUS[0]}"`, process.execPath, binary],
        {
          env: bareEnv(home.path, env),
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      );
      const [stdout, stderr] = await Promise.all([textOf(shell.stdout), textOf(shell.stderr), closed(shell)]);
      expect(stdout).toBe(`${line}msg: 0\n`);
      expect(stderr).toBe('');
      expect(await mock.requests[0]?.outcome).toBe('aborted');
    },
  );

  it('that stalls and comes back gets everything', async () => {
    mock.reply(flood);
    const child = startBin(['send', 'hi'], home.path, { env });
    const { stdout, stderr } = child;
    if (stdout === null || stderr === null) throw new Error('no pipes');
    await once(stdout, 'readable');
    // Meanwhile nobody reads, and another command starts and ends.
    await runBin(['send', '-P', 'demo', 'hello']);
    const [answer, notes, code] = await Promise.all([textOf(stdout), textOf(stderr), closed(child)]);
    expect({ code, notes, length: answer.length }).toEqual({
      code: 0,
      notes: '',
      length: line.length * lineCount,
    });
  });

  it('that stalls does not make it collect the answer in memory', async () => {
    mock.reply(flood);
    const child = startBin(['send', 'hi'], home.path, { env, node: ['--max-old-space-size=48'] });
    const { stdout } = child;
    if (stdout === null) throw new Error('no pipe');
    await once(stdout, 'readable');
    await runBin(['send', '-P', 'demo', 'hello']);
    const [answer, code] = await Promise.all([textOf(stdout), closed(child)]);
    expect({ code, length: answer.length }).toEqual({ code: 0, length: line.length * lineCount });
  });
});

describe.skipIf(!existsSync('/dev/full'))('a full disk under stdout', () => {
  const intoFullDisk = async (argv: readonly string[]): Promise<{ code: number | null; stderr: string }> => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [binary, ...argv], {
      env: bareEnv(home.path, env),
      stdio: ['ignore', full, 'pipe'],
    });
    closeSync(full);
    const [stderr, code] = await Promise.all([textOf(child.stderr), closed(child)]);
    return { code, stderr };
  };

  it.each([[['send', 'hi']], [['send', 'hi', '-o', 'json']], [['--help']], [['profiles', 'presets']]])(
    'is an error of %j',
    async (argv) => {
      expect(await intoFullDisk(argv)).toEqual({
        code: 3,
        stderr: 'msg: Cannot write to stdout: no space left on the device.\n',
      });
    },
  );

  it('is the only thing a chat says, in mid-answer too', async () => {
    mock.reply(trickle);
    expect(await intoFullDisk(['chat', 'hi'])).toEqual({
      code: 3,
      stderr: 'msg: Cannot write to stdout: no space left on the device.\n',
    });
    expect(await mock.requests[0]?.outcome).toBe('aborted');
  });

  it('fails --version without a stack trace', async () => {
    expect(await intoFullDisk(['--version'])).toEqual({
      code: 3,
      stderr: 'msg: Cannot write to stdout: no space left on the device.\n',
    });
  });
});

describe.skipIf(process.platform === 'win32')('a signal', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s keeps what came and exits %i', async (signal, code) => {
    mock.reply(trickle);
    const child = startBin(['send', 'hi'], home.path, { env });
    const output = textOf(child.stdout);
    const notes = textOf(child.stderr);
    if (child.stdout === null) throw new Error('no pipe');
    await once(child.stdout, 'data');
    child.kill(signal);
    expect(await closed(child)).toBe(code);
    expect(await output).toBe('Half an ans\n');
    expect(await notes).toContain('Interrupted');
    expect(await mock.requests[0]?.outcome).toBe('aborted');
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends a chat without a terminal, answer and all, and exits %i', async (signal, code) => {
    mock.reply(trickle);
    const child = startBin(['chat', 'hi'], home.path, { env, stdin: 'and then?\n' });
    const output = textOf(child.stdout);
    const notes = textOf(child.stderr);
    if (child.stdout === null) throw new Error('no pipe');
    await once(child.stdout, 'data');
    child.kill(signal);
    expect(await closed(child)).toBe(code);
    expect(await output).toBe('Half an ans\n');
    expect(await notes).not.toContain('/continue');
    expect(mock.requests).toHaveLength(1);
    expect(await mock.requests[0]?.outcome).toBe('aborted');
  });

  it.each([
    ['/doctor', '/doctor\n', 'HEAD'],
    ['/compact', 'one\ntwo\n/compact\ny\n', 'Summarise'],
    ['/model', '/model\n', 'GET'],
    ['/context', '/context\n', 'GET'],
  ])('SIGINT ends a chat without a terminal in the midst of %s', async (_command, stdin, sign) => {
    await mock.close();
    mock = await startMock({
      respond: ({ method, body }) =>
        method === 'POST' && !body.includes(sign) ? streamReply('ok') : [gate('never')],
    });
    const child = startBin(['chat'], home.path, { env: { ...env, MSG_BASE_URL: mock.url }, stdin });
    await mock.reached('never');
    child.kill('SIGINT');
    expect(await closed(child)).toBe(130);
  });

  it('ends it although its reader stalls', async () => {
    mock.reply(flood);
    const child = startBin(['send', 'hi'], home.path, { env });
    if (child.stdout === null) throw new Error('no pipe');
    await once(child.stdout, 'readable');
    await runBin(['--version']);
    const exited = once(child, 'exit');
    child.kill('SIGINT');
    expect(await exited).toEqual([130, null]);
    child.stdout.resume();
  });

  it('while it waits for the first byte ends it at once', async () => {
    mock.reply([gate('never')]);
    const child = startBin(['send', 'hi'], home.path, { env });
    await mock.reached('never');
    child.kill('SIGINT');
    expect(await closed(child)).toBe(130);
  });

  describe('ends the child it would leave behind', () => {
    /** A program that says when it runs, and when it was told to end. */
    const program = (): string[] => {
      const path = join(home.path, 'child.cjs');
      writeFileSync(
        path,
        `const { writeFileSync } = require('node:fs');
        process.on('SIGTERM', () => { writeFileSync('ended', ''); process.exit(); });
        process.on('SIGHUP', () => { writeFileSync('ended', ''); process.exit(); });
        setInterval(() => {}, 1000);
        writeFileSync('running', '');`,
      );
      return [process.execPath, path];
    };
    const appears = (name: string) => expect.poll(() => existsSync(join(home.path, name))).toBe(true);
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

    const keyCommands = [
      ['a key command', program],
      // What it waits for is what has to go: a shell alone would leave it behind.
      ['a key command of a shell', () => ['sh', '-c', `${program().join(' ')}; true`]],
    ] as const;
    it.each(keyCommands.flatMap(([name, argv]) => signals.map((signal) => [signal, name, argv] as const)))(
      '%s: %s',
      async (signal, _name, argv) => {
        const key = { kind: 'command', argv: argv() };
        mkdirSync(join(home.path, 'config'));
        writeFileSync(
          join(home.path, 'config/config.json'),
          JSON.stringify({ version: 1, profiles: { w: { baseUrl: mock.url, model: 'm', key } } }),
        );
        const child = startBin(['send', 'hi', '-P', 'w'], home.path);
        await appears('running');
        child.kill(signal);
        await closed(child);
        await appears('ended');
        expect(mock.requests).toHaveLength(0);
      },
    );

    it.each(signals)('%s: a tool', async (signal) => {
      const call = { type: 'tool_use', id: 't', name: 'wait', input: {} };
      mock.reply(streamReply({ content: [call], stop_reason: 'tool_use' }));
      const tools = [{ name: 'wait', command: program(), input_schema: { type: 'object' } }];
      const child = startBin(['send', 'hi', '--run-tools', '--tools', JSON.stringify(tools)], home.path, {
        env,
      });
      await appears('running');
      child.kill(signal);
      await closed(child);
      await appears('ended');
    });

    it.each(['SIGTERM', 'SIGHUP'] as const)('%s: an editor', async (signal) => {
      const child = startBin(['send', '-e'], home.path, { env: { ...env, EDITOR: program().join(' ') } });
      await appears('running');
      // Ctrl-C in an editor is the editor's.
      child.kill('SIGINT');
      child.kill(signal);
      expect(await closed(child)).toBe(null);
      await appears('ended');
    });
  });

  it('during a key command is told as one, whoever runs it', async () => {
    mkdirSync(join(home.path, 'config'));
    const key = {
      kind: 'command',
      argv: [
        process.execPath,
        '-e',
        'require("fs").writeFileSync("running", ""); setInterval(() => {}, 1000)',
      ],
    };
    writeFileSync(
      join(home.path, 'config/config.json'),
      JSON.stringify({ version: 1, profiles: { w: { baseUrl: mock.url, model: 'm', key } } }),
    );
    const child = startBin(['doctor', 'w'], home.path);
    const notes = textOf(child.stderr);
    await expect.poll(() => existsSync(join(home.path, 'running'))).toBe(true);
    child.kill('SIGINT');
    expect(await closed(child)).toBe(130);
    expect(await notes).toBe('msg: Interrupted.\n');
  });
});
