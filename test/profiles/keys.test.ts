import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Clock } from '../../src/http/clock.ts';
import { lintKey } from '../../src/profiles/key-lint.ts';
import { createKeyReader, type KeySources } from '../../src/profiles/keys.ts';
import { describeReference } from '../../src/profiles/setting-kinds.ts';

const canary = 'sk-canary-4f9a8b7c6d5e4f3a2b1c';
let directory: string;
let notes: string[];
let now: number;
let sources: KeySources;
let counter: string;

/** Time that stands still until a test moves it; a sleep ends at once when `isImpatient`. */
const clockOf = (isImpatient: boolean): Clock => ({
  now: () => now,
  wallTime: () => now,
  sleep: (_, signal) =>
    isImpatient
      ? Promise.resolve()
      : new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
});

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'msg-keys-'));
  counter = join(directory, 'count');
  notes = [];
  now = 1_000;
  sources = {
    env: { HOME: directory, PATH: process.env['PATH'], WORK_KEY: canary, EMPTY: ' ' },
    clock: clockOf(false),
    store: { directory, readStoredKey: (name) => (name === 'work' ? canary : undefined) },
    note: (text) => notes.push(text),
    onExitSignal: () => () => {},
    sendSignal: (pid, signal) => process.kill(pid, signal),
  };
});

const node = process.execPath;
const script = (code: string) => ({ kind: 'command', argv: [node, '-e', code] }) as const;
/** Prints `k<n>-...`, n counting the runs. */
const counting = () =>
  script(`const fs=require('fs');fs.appendFileSync(${JSON.stringify(counter)},'x');
    console.log('key-number-'+fs.readFileSync(${JSON.stringify(counter)},'utf8').length)`);
const read = async (reference: Parameters<ReturnType<typeof createKeyReader>['read']>[0], name = 'work') =>
  (await createKeyReader(sources).read(reference, name)).reveal();

describe('references', () => {
  test('env', async () => {
    expect(await read({ kind: 'env', name: 'WORK_KEY' })).toBe(canary);
    await expect(read({ kind: 'env', name: 'MISSING' })).rejects.toThrow(
      'The variable MISSING, which should hold the key, is not set.',
    );
    await expect(read({ kind: 'env', name: 'EMPTY' })).rejects.toThrow('is empty');
  });

  test('stored', async () => {
    expect(await read({ kind: 'stored' })).toBe(canary);
    await expect(read({ kind: 'stored' }, 'home')).rejects.toThrow('No key is stored for the profile home.');
  });

  test('file: absolute, from home, beside the configuration; line end and byte order mark are no part of it', async () => {
    for (const content of [canary, `${canary}\n`, `\uFEFF${canary}\r\n`]) {
      writeFileSync(join(directory, 'key'), content, { mode: 0o600 });
      for (const path of [join(directory, 'key'), '~/key', 'key']) {
        expect(await read({ kind: 'file', path })).toBe(canary);
      }
    }
    expect(notes).toEqual([]);
  });

  test.skipIf(process.platform === 'win32')('file: readable by others is said, and used', async () => {
    writeFileSync(join(directory, 'key'), canary);
    chmodSync(join(directory, 'key'), 0o644);
    expect(await read({ kind: 'file', path: '~/key' })).toBe(canary);
    expect(notes).toEqual([expect.stringMatching(/can be read by other users\. Next: chmod 600 /)]);
  });

  test.each([
    ['absent', undefined, 'does not exist'],
    ['two lines', `${canary}\nsecond`, 'gave 2 lines'],
    ['empty', ' \n', 'it is empty'],
    ['UTF-16', Buffer.from(`\uFEFF${canary}`, 'utf16le'), 'is UTF-16'],
    ['too large', 'x'.repeat(70_000), 'too large'],
  ])('file: %s is refused without showing it', async (_, content, problem) => {
    if (content !== undefined) writeFileSync(join(directory, 'key'), content, { mode: 0o600 });
    const error = await read({ kind: 'file', path: 'key' }).catch((reason: unknown) => reason);
    expect(inspect(error, { depth: 9 })).toContain(problem);
    expect(inspect(error, { depth: 9 })).not.toContain(canary);
  });

  test.skipIf(process.platform === 'win32')('file: a pipe is read once, and remembered', async () => {
    const path = join(directory, 'pipe');
    execFileSync('mkfifo', ['-m', '600', path]);
    const write = (command: string) =>
      once(spawn('sh', ['-c', `${command} > ${path}`], { stdio: 'ignore' }), 'close');
    const flood = write('yes');
    await expect(read({ kind: 'file', path })).rejects.toThrow('is too large to be a key');
    // The next reader must not find this one still writing.
    await flood;
    const written = write(`echo ${canary}`);
    expect(await read({ kind: 'file', path })).toBe(canary);
    await written;
    // Another reader, with nobody at the other end any more.
    expect(await read({ kind: 'file', path })).toBe(canary);
    expect(notes).toEqual([]);
  });

  test('file: a directory is refused', async () => {
    mkdirSync(join(directory, 'd'));
    await expect(read({ kind: 'file', path: 'd' })).rejects.toThrow('is neither a regular file nor a pipe');
  });

  test('they are described without the key, and a command without its arguments', () => {
    expect(describeReference({ kind: 'command', argv: ['pass', 'show', 'x'] })).toBe('command:pass');
    expect(describeReference({ kind: 'stored' })).toBe('stored');
  });
});

describe('commands', () => {
  test('stdout is the key, stderr is not, and no shell is involved', async () => {
    expect(await read(script(`console.error('hello'); console.log(${JSON.stringify(canary)})`))).toBe(canary);
    expect(await read({ kind: 'command', argv: [node, '-p', 'process.argv[1]', '$HOME;`id`'] })).toBe(
      '$HOME;`id`',
    );
  });

  test('its stdin is empty: the prompt is not its to read', async () => {
    expect(await read(script(`process.stdin.on('data',()=>{}).on('end',()=>console.log('ended'))`))).toBe(
      'ended',
    );
  });

  test('runs once in five minutes', async () => {
    const reader = createKeyReader(sources);
    const all = await Promise.all([reader.read(counting(), 'work'), reader.read(counting(), 'work')]);
    now += 299_000;
    all.push(await reader.read(counting(), 'work'));
    expect(all.map((key) => key.reveal())).toEqual(['key-number-1', 'key-number-1', 'key-number-1']);
    now += 2_000;
    expect((await reader.read(counting(), 'work')).reveal()).toBe('key-number-2');
  });

  test('a refused key is read again, once for all who were refused, and never sent twice', async () => {
    const reader = createKeyReader(sources);
    const first = await reader.read(counting(), 'work');
    expect((await reader.refresh(counting(), 'work', first))?.reveal()).toBe('key-number-2');
    expect((await reader.read(counting(), 'work')).reveal()).toBe('key-number-2');
    // Somebody else still held the first one: the second is there for him.
    expect((await reader.refresh(counting(), 'work', first))?.reveal()).toBe('key-number-2');
    const fixed = await reader.read({ kind: 'env', name: 'WORK_KEY' }, 'work');
    expect(await reader.refresh({ kind: 'env', name: 'WORK_KEY' }, 'work', fixed)).toBeUndefined();
  });

  test('an interrupted one is ended with all it started, even if it does not want to', async () => {
    const pids = join(directory, 'pids');
    const stubborn = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);
      require('fs').appendFileSync(${JSON.stringify(pids)}, process.pid + '\\n');`;
    // From a thread: that is how many programs start others.
    const spawning = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(stubborn)}])`;
    const code = `new (require('worker_threads').Worker)(${JSON.stringify(spawning)}, { eval: true }); ${stubborn}`;
    const stop = new AbortController();
    const second = 1_000;
    sources = {
      ...sources,
      clock: {
        ...clockOf(false),
        sleep: async (ms) => await (ms > second ? new Promise(() => {}) : undefined),
      },
    };
    const reading = createKeyReader(sources).read(script(code), 'work', stop.signal);
    const started = () => (existsSync(pids) ? readFileSync(pids, 'utf8').trim().split('\n').map(Number) : []);
    await expect.poll(() => started().length).toBe(2);
    stop.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
    const isAlive = (pid: number): boolean => {
      try {
        // A killed child of a killed parent may stay in the table until somebody asks for it.
        return !/State:\tZ/.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
      } catch {
        return false;
      }
    };
    await expect.poll(() => started().filter(isAlive)).toEqual([]);
  });

  test('an interrupted one that has ended is sent no signal: its number may be that of another process', async () => {
    const pids = join(directory, 'pids');
    const signalled: number[] = [];
    const stop = new AbortController();
    sources = {
      ...sources,
      clock: { ...clockOf(false), sleep: (ms) => (ms > 1_000 ? new Promise(() => {}) : Promise.resolve()) },
      sendSignal: (pid) => signalled.push(pid),
    };
    // What it leaves in the background holds its output open.
    const argv = ['sh', '-c', `sleep 600 & echo $$ $! > ${pids}`];
    const reading = createKeyReader(sources).read({ kind: 'command', argv }, 'work', stop.signal);
    const started = () => (existsSync(pids) ? readFileSync(pids, 'utf8').trim().split(' ').map(Number) : []);
    await expect.poll(() => started().length).toBe(2);
    const [shell = 0, background = 0] = started();
    const isThere = (): boolean => {
      try {
        return process.kill(shell, 0);
      } catch {
        return false;
      }
    };
    await expect.poll(isThere).toBe(false);
    stop.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
    expect(signalled).toEqual([]);
    process.kill(background);
  });

  test('a failure is not remembered', async () => {
    const reader = createKeyReader(sources);
    const flaky = script(`const fs=require('fs');const f=${JSON.stringify(counter)};
      if(!fs.existsSync(f)){fs.writeFileSync(f,'');process.exit(1)} console.log('fine')`);
    await expect(reader.read(flaky, 'work')).rejects.toThrow('exited 1');
    expect((await reader.read(flaky, 'work')).reveal()).toBe('fine');
  });

  test('failing: its stderr is shown, its stdout is not, control sequences are gone', async () => {
    const error = await read(
      script(
        `console.log('${canary}'); console.error('\\u001b[31mlocked\\u001b[0m ${canary} \\u0007'); process.exit(3)`,
      ),
    ).catch((reason: unknown) => reason as Error);
    expect(inspect(error)).toContain('exited 3. It said:\nlocked …');
    expect(inspect(error, { depth: 9 })).not.toContain(canary);
  });

  test.each([
    ['nothing', '', 'it is empty'],
    ['two lines', `console.log('a\\n${canary}'); console.error('why')`, 'gave 2 lines'],
    ['a signal', "process.kill(process.pid,'SIGTERM'); setInterval(()=>{},1000)", 'was ended by SIGTERM'],
  ])('giving %s is a failure', async (_, code, problem) => {
    const error = await read(script(code)).catch((reason: unknown) => reason);
    expect(inspect(error)).toContain(problem);
    expect(inspect(error)).not.toContain(canary);
  });

  test('not there: said, with the reason shells do not apply', async () => {
    await expect(read({ kind: 'command', argv: ['no-such-program-here'] })).rejects.toMatchObject({
      message: 'The key command no-such-program-here was not found.',
      hint: expect.stringContaining('without a shell'),
    });
  });

  test('hanging: a notice after 10 s, the end after the time limit, even with a grandchild on the pipe', async () => {
    sources = { ...sources, clock: clockOf(true), commandTimeoutMs: 400 };
    const hanging =
      script(`require('child_process').spawn(process.execPath,['-e','setTimeout(()=>{},20000)'],{stdio:'inherit'});
      setInterval(()=>{},1000)`);
    await expect(read(hanging)).rejects.toThrow('did not finish within 0.4 s');
    expect(notes).toEqual([expect.stringContaining('is still running')]);
  });
});

describe('lintKey', () => {
  test.each([
    ['sk-good-key-1234', []],
    [
      ' sk-good-key-1234\n',
      ['Position 1 of 18 is U+0020 (space).', 'Position 18 of 18 is U+000A (line feed).'],
    ],
    ['sk-\u200bgood-key-1234', ['Position 4 of 17 is U+200B (zero width space).']],
    ['"sk-good-key-1234"', ['It stands in quotation marks.']],
    [
      'Bearer sk-good-key-1234',
      ['Position 7 of 23 is U+0020 (space).', 'It begins with "Bearer": msg adds the header itself.'],
    ],
    [
      '"Bearer sk-good-key-1234"',
      [
        'Position 8 of 25 is U+0020 (space).',
        'It stands in quotation marks.',
        'It begins with "Bearer": msg adds the header itself.',
      ],
    ],
    [
      'x-api-key: sk-good-key-1234',
      ['Position 11 of 27 is U+0020 (space).', 'It begins with "x-api-key:": msg adds the header itself.'],
    ],
    [
      'export API_KEY="sk-good-key-1234"',
      [
        'Position 7 of 33 is U+0020 (space).',
        'It begins with "API_KEY=": the whole line was copied.',
        'It stands in quotation marks.',
      ],
    ],
  ])('%j can be made a key', (key, messages) => {
    const lint = lintKey(key);
    expect(lint.faults.map((fault) => fault.message)).toEqual(messages);
    expect(lint.faults.every((fault) => fault.isTrimmable)).toBe(true);
    expect(lint.trimmed).toBe('sk-good-key-1234');
  });

  test.each([
    '',
    '   ',
    'YOUR_API_KEY',
    'your-api-key',
    '<key>',
    '$API_KEY',
    '$' + '{KEY}',
    '%KEY%',
    'sk-llmapi-xxxxxxxxxx',
    'test',
    'sk-ant-…',
    'sk–dash',
  ])('%j cannot', (key) => {
    expect(lintKey(key).faults.some((fault) => !fault.isTrimmable)).toBe(true);
  });

  test('a whole page pasted is summarised', () => {
    const { faults } = lintKey('word '.repeat(50));
    expect(faults.length).toBe(6);
    expect(faults[5]?.message).toBe('45 more characters do not belong into a key.');
  });

  test("another provider's prefix is a hint and nothing more", () => {
    const lint = lintKey('sk-or-v1-0123456789', 'llmapi-pro');
    expect(lint.faults).toEqual([]);
    expect(lint.hints).toEqual(['Keys beginning like this one usually belong to OpenRouter.']);
    expect(lintKey('sk-llmapi-0123456789', 'llmapi-pro').hints).toEqual([]);
    expect(lintKey('sk-ant-oat01-0123456789', 'anthropic').hints[0]).toContain('OAuth');
  });
});

test('the read path of send loads neither the writer nor the keychain', () => {
  for (const name of ['keys', 'store', 'config-document', 'guarded-file']) {
    const source = readFileSync(new URL(`../../src/profiles/${name}.ts`, import.meta.url), 'utf8');
    expect(source).not.toMatch(
      /^import (?!type)[^;]*'(conf|\.\/conf\.ts|proper-lockfile|@napi-rs\/keyring|\.\/keychain\.ts|\.\/lock\.ts)'/m,
    );
  }
});
