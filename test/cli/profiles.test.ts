// msg profiles command by command: what it prints, what it writes, what it refuses.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Mock, startMock } from '../../src/mock/index.ts';
import { errorReply, jsonReply, messageReply, pageReply } from '../../src/mock/replies.ts';
import { gate } from '../../src/mock/script.ts';
import { startProxy } from '../http/proxy-server.ts';
import { type Run, type RunOptions, runMsg } from './run-msg.ts';

const canary = 'sk-canary-5d2f8a1b9c3e7046';
let home: string;
let mock: Mock;
let printed: string;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'msg-profiles-'));
  mock = await startMock({ key: canary });
  printed = '';
});
afterEach(async () => {
  await mock.close();
  rmSync(home, { recursive: true, force: true });
  expect(printed).not.toContain(canary);
});

/** `msg profiles ...`; what it says is searched for the key at the end of each test. */
async function profiles(
  argv: readonly string[],
  options: RunOptions & { isExpected?: boolean } = {},
): Promise<Run> {
  const run = await runMsg(['profiles', ...argv], { on: mock, home, env: {}, stdin: '', ...options });
  printed += run.stderr + (options.isExpected ? '' : run.stdout);
  return run;
}
const add = (name: string, ...more: string[]) =>
  profiles(['add', name, '--base-url', '{url}', '-m', 'mock-1', '--key-stdin', ...more], { stdin: canary });
const config = () => JSON.parse(readFileSync(join(home, 'config', 'config.json'), 'utf8'));
const credentials = () => JSON.parse(readFileSync(join(home, 'config', 'credentials.json'), 'utf8')).keys;
/** A context whose questions are answered from a list, in order. */
const answering = (...answers: (string | boolean)[]): RunOptions => ({
  tty: true,
  adapt: (context) => ({
    ...context,
    streams: { ...context.streams, stdin: { kind: 'terminal', readAll: async () => undefined } },
    asker: async () => ({
      line: async () => String(answers.shift()),
      hidden: async () => String(answers.shift()),
      confirm: async () => answers.shift() as boolean,
      pick: async () => answers.shift() as never,
      inSteps: async (first, steps) => {
        let state = first;
        for (const step of steps) state = await step(state);
        return state;
      },
      say: (text) => {
        printed += text;
      },
    }),
  }),
});

test('a current profile that is gone is told, with the way on, beside those that are there', async () => {
  mkdirSync(join(home, 'config'));
  const file = { version: 1, current: 'gone', profiles: { work: { baseUrl: mock.url } } };
  writeFileSync(join(home, 'config', 'config.json'), JSON.stringify(file), { mode: 0o600 });
  const way = 'Next: msg profiles use NAME, or msg profiles add gone\n';
  expect(await profiles(['list'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('work'),
    stderr: `msg: There is no profile "gone" (the current profile). ${way}`,
  });
  expect(JSON.parse((await profiles(['list', '--json'])).stdout)).toMatchObject([
    { name: 'work', current: false },
  ]);
  expect(await profiles(['test'])).toMatchObject({ code: 3, stderr: expect.stringContaining(way) });
  expect((await profiles(['use', 'work'])).stderr).toBe('msg: work is in use (before: gone).\n');
  expect((await profiles(['list'])).stderr).toBe('');
});

describe('add', () => {
  test('needs an endpoint, a name, and takes no key as an argument', async () => {
    expect(await profiles(['add', 'work'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('needs an endpoint'),
    });
    expect(await profiles(['add'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('needs a name'),
    });
    const refused = await profiles(['add', 'work', '--preset', 'apixo', `key=${canary}`]);
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('never given on the command line'),
    });
    const mistaken = await profiles(['add', 'work', '--preset', 'apixo', '--key-env', canary]);
    expect(mistaken).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('the name of a variable, not a key'),
    });
    expect((await profiles(['list', '--json'])).stdout).toBe('[]\n');
  });

  test('the placeholders of a preset must be given in a script', async () => {
    const { code, stderr } = await profiles(['add', 'gate', '--preset', 'aisix']);
    expect([code, stderr]).toEqual([3, expect.stringContaining('--base-url http://127.0.0.1:3000')]);
  });

  test('a known host brings its preset along', async () => {
    await profiles(['add', 'work', '--base-url', 'llmapi.pro/v1']);
    expect(config().profiles.work).toEqual({ preset: 'llmapi-pro', baseUrl: 'llmapi.pro/v1' });
  });

  test("without a word about the key, the preset's variable is taken", async () => {
    const { stderr } = await profiles(['add', 'work', '--preset', 'apixo']);
    expect(config().profiles.work).toEqual({
      preset: 'apixo',
      key: { kind: 'env', name: 'APIXO_API_KEY' },
      keyOrigin: 'https://llm.apixo.ai',
    });
    expect(stderr).toContain('Its key is taken from APIXO_API_KEY.');
  });

  test('the first profile is in use, the second is not unless asked for', async () => {
    await profiles(['add', 'a', '--preset', 'apixo']);
    await profiles(['add', 'b', '--preset', 'apixo']);
    expect(config().current).toBe('a');
    await profiles(['add', 'c', '--preset', 'apixo', '--use']);
    expect(config()).toMatchObject({ current: 'c', previous: 'a' });
  });

  test('key commands are words, behind the option or behind --', async () => {
    await profiles(['add', 'a', '--preset', 'apixo', '--key-command', 'pass', 'show', 'x']);
    await profiles([
      'add',
      'b',
      '--preset',
      'apixo',
      '--key-command',
      '--',
      'op',
      'read',
      '--no-newline',
      'x',
    ]);
    expect(config().profiles.a.key.argv).toEqual(['pass', 'show', 'x']);
    expect(config().profiles.b.key.argv).toEqual(['op', 'read', '--no-newline', 'x']);
    const { code, stderr } = await profiles([
      'add',
      'c',
      '--preset',
      'apixo',
      '--key-command',
      'pass show x',
    ]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('Give the words one by one')]);
  });

  test('one place for the key, not two', async () => {
    const { code } = await profiles(['add', 'a', '--preset', 'apixo', '--key-env', 'X', '--key-stdin'], {
      stdin: canary,
    });
    expect(code).toBe(2);
  });

  test('a key with something pasted along is named, and trimmed on request only', async () => {
    const dirty = ` "${canary}"\u200b`;
    const refused = await profiles(['add', 'a', '--preset', 'apixo', '--key-stdin'], { stdin: dirty });
    expect(refused.code).toBe(3);
    expect(refused.stderr).toMatch(
      /Position 1 of 30 is U\+0020 \(space\).*Position 30 of 30 is U\+200B \(zero width space\).*--trim-key/s,
    );
    expect(
      (await profiles(['add', 'a', '--preset', 'apixo', '--key-stdin', '--trim-key'], { stdin: dirty })).code,
    ).toBe(0);
    expect(credentials()).toEqual({ a: canary });
    const placeholder = await profiles(['add', 'b', '--preset', 'apixo', '--key-stdin'], {
      stdin: 'YOUR_API_KEY',
    });
    expect(placeholder.stderr).toContain('looks like a placeholder');
  });

  test("another provider's prefix is a hint", async () => {
    const { code, stderr } = await profiles(['add', 'a', '--preset', 'llmapi-pro', '--key-stdin'], {
      stdin: 'sk-or-v1-0123456789abc',
    });
    expect([code, stderr]).toEqual([0, expect.stringContaining('usually belong to OpenRouter')]);
  });

  test.each(['__proto__', 'constructor', 'a.b.c', '..hidden', 'toString'])(
    'the name %s works',
    async (name) => {
      expect((await add(name)).code).toBe(0);
      expect((await profiles(['use', name])).code).toBe(0);
      expect((await profiles(['list'])).stdout).toContain(name);
      const sent = await runMsg(['send', 'hi', '-q'], { on: mock, home, env: {}, stdin: '' });
      expect(sent.code).toBe(0);
      expect((await profiles(['rename', name, 'plain'])).code).toBe(0);
      expect(credentials()).toEqual({ plain: canary });
      expect((await profiles(['remove', 'plain', '-y'])).code).toBe(0);
      expect([config().profiles, credentials()]).toEqual([{}, {}]);
    },
  );

  test.each(['a b', '-', '-x', '.', '..', 'a/b', 'ü', 'x'.repeat(65), 'env', 'demo', 'Demo'])(
    'the name %j is refused',
    async (name) => {
      expect((await profiles(['add', '--preset', 'apixo', '--', name])).code).toBe(2);
    },
  );

  test('names that differ in case only are refused, also by rename and copy', async () => {
    await add('Work');
    for (const argv of [
      ['add', 'work', '--preset', 'apixo'],
      ['copy', 'Work', 'WORK'],
    ]) {
      expect(await profiles(argv)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('differ in case only'),
      });
    }
    await profiles(['add', 'other', '--preset', 'apixo']);
    expect((await profiles(['rename', 'Work', 'work'])).code).toBe(0);
    expect([credentials(), Object.keys(config().profiles), config().current]).toEqual([
      { work: canary },
      ['work', 'other'],
      'work',
    ]);
    expect((await profiles(['rename', 'work', 'other'])).code).toBe(2);
    expect((await profiles(['rename', 'work', 'work'])).code).toBe(2);
  });

  test('questions, where there is somebody to answer them', async () => {
    const { code, stderr } = await profiles(
      ['add'],
      answering(
        'not a name',
        'home',
        undefined as never,
        mock.url,
        'bearer',
        'mock-1',
        'stored',
        ` ${canary}`,
        true,
        true,
      ),
    );
    expect([code, stderr]).toEqual([0, expect.stringContaining('Added profile home')]);
    expect(printed).toContain('"not a name" cannot be the name');
    expect(printed).toContain(`Requests go to ${mock.url}/v1/messages`);
    expect(printed).toContain('Position 1 of 27 is U+0020');
    expect(config().profiles.home).toEqual({
      baseUrl: mock.url,
      auth: 'bearer',
      model: 'mock-1',
      key: { kind: 'stored' },
      keyOrigin: mock.url,
    });
    expect(mock.requests.map((request) => request.path)).toEqual(['/v1/messages/count_tokens']);
    expect(mock.requests[0]?.headers['authorization']).toBe(`Bearer ${canary}`);
  });
});

describe('a base URL beside a preset', () => {
  test.each([
    [['add', 'aux', '--preset', 'auxot', '--base-url', 'http://127.0.0.1:9/'], '/api/anthropic', undefined],
    [['add', 'aux', '--preset', 'auxot', 'base-url=http://127.0.0.1:9'], '/api/anthropic', undefined],
    [
      ['add', 'aux', '--preset', 'auxot', '--base-url', 'http://127.0.0.1:9/x/api/anthropic'],
      '/x/api/anthropic',
      undefined,
    ],
    [
      ['add', 'aux', '--preset', 'auxot', '--base-url', 'http://127.0.0.1:9/other'],
      '/other',
      'Auxot documents its endpoint under /api/anthropic; http://127.0.0.1:9/other was kept',
    ],
    [['add', 'aux', '--preset', 'aisix', '--base-url', 'http://127.0.0.1:9'], '', undefined],
    [['add', 'aux', '--preset', 'openrouter', '--base-url', 'http://127.0.0.1:9'], '', undefined],
    [
      ['add', 'aux', '--base-url', 'https://openrouter.ai/v1'],
      '/v1',
      'OpenRouter documents its endpoint under /api;',
    ],
  ])('%j', async (argv, path, doubt) => {
    const { code, stderr } = await profiles([...argv, '-m', 'x', '--key-env', 'WORK']);
    expect(code).toBe(0);
    expect(new URL(config().profiles.aux.baseUrl).pathname.replace(/\/$/, '')).toBe(path);
    if (doubt === undefined) expect(stderr).not.toContain('documents');
    else expect(stderr).toContain(doubt);
  });

  test('is filled in by set, by hand-written files and for one call; another profile is left alone', async () => {
    await profiles(['add', 'aux', '--preset', 'auxot', '--base-url', 'http://127.0.0.1:9', '--auth', 'none']);
    await profiles(['set', 'aux', 'base-url=http://127.0.0.1:8']);
    expect(config().profiles.aux.baseUrl).toBe('http://127.0.0.1:8/api/anthropic');
    const bare = {
      profiles: { aux: { ...config().profiles.aux, baseUrl: 'http://127.0.0.1:7' } },
      current: 'aux',
    };
    writeFileSync(join(home, 'config', 'config.json'), JSON.stringify(bare));
    const asked = async (...argv: string[]): Promise<string> =>
      (await runMsg(['send', 'hi', '--curl', ...argv], { on: mock, home, env: {} })).stdout.split(' \\')[0] ??
      '';
    expect(await asked()).toContain('http://127.0.0.1:7/api/anthropic/v1/messages');
    expect(await asked('--base-url', 'http://127.0.0.1:7/')).toContain(':7/api/anthropic/v1/messages');
    expect(await asked('-P', 'aux', '--base-url', 'http://127.0.0.1:6')).toContain(
      ':6/api/anthropic/v1/messages',
    );
    expect(await asked('-P', 'aux', '--base-url', 'http://127.0.0.1:6/v1')).toContain(':6/v1/messages');
    expect(await asked('--base-url', 'http://127.0.0.1:6')).toContain(':6/v1/messages');
    await profiles(['unset', 'aux', 'base-url']);
    const run = await runMsg(['send', 'hi'], { on: mock, home, env: {} });
    expect(run).toMatchObject({ code: 3, requests: [] });
    expect(run.stderr).toContain('Next: msg profiles set aux base-url=URL');
  });
});

describe('a key where something else belongs', () => {
  test.each([
    [['add', canary, '--base-url', 'http://127.0.0.1:9']],
    [['add', 'x', '--base-url', canary]],
    [['add', 'x', '--base-url', 'http://127.0.0.1:9', '-m', canary]],
    [['add', 'x', '--base-url', 'http://127.0.0.1:9', `model=${canary}`]],
    [['add', 'x', '--preset', 'auxot', '--base-url', 'http://127.0.0.1:9', '-m', 'user.test123']],
    [['add', 'x', '--base-url', 'http://127.0.0.1:9', '--key-file', canary]],
    [['add', 'x', '--base-url', 'http://127.0.0.1:9', '--key-command', '--', canary]],
    [['set', 'work', `model=${canary}`]],
    [['set', 'work', `base-url=${canary}`, '--keep-key']],
    [['rename', 'work', canary]],
  ])('%j is neither kept nor repeated', async (argv) => {
    await add('work');
    const before = config();
    const { code, stdout, stderr } = await profiles(argv);
    expect([2, 3]).toContain(code);
    expect(config()).toEqual(before);
    expect(stdout + stderr).not.toMatch(new RegExp(`${canary}|user\\.test123`));
  });
});

describe('set and unset', () => {
  test('paths hold wherever msg is started, and an error names where they come from', async () => {
    await add('work', 'client-cert=~/me.pem');
    await profiles(['set', 'work', 'cacert=certs/root.pem'], { cwd: join(home, 'here') });
    expect(config().profiles.work).toMatchObject({
      cacert: join(home, 'here', 'certs', 'root.pem'),
      clientCert: join(home, 'me.pem'),
    });
    const run = await runMsg(['send', 'hi', '-P', 'work'], { on: mock, home, env: {} });
    expect(run.stderr).toContain('me.pem (profile work): there is no such file');
  });

  test('fields, headers, and what is no field', async () => {
    await add('work');
    await profiles([
      'set',
      'work',
      'model=mock-2',
      'max_tokens=77',
      'header.X-Team=search',
      'betas=a,b',
      'system=be brief',
    ]);
    expect(config().profiles.work).toMatchObject({
      model: 'mock-2',
      maxTokens: 77,
      headers: { 'x-team': 'search' },
      betas: ['a', 'b'],
    });
    await runMsg(['send', 'hi', '-q'], { on: mock, home, env: {}, stdin: '' });
    expect(mock.requests.at(-1)?.headers).toMatchObject({ 'x-team': 'search', 'anthropic-beta': 'a,b' });
    expect(mock.requests.at(-1)?.json).toMatchObject({ model: 'mock-2', max_tokens: 77, system: 'be brief' });
    await profiles(['unset', 'work', 'header.x-team', 'betas', 'max-tokens', 'system']);
    expect(Object.keys(config().profiles.work).sort()).toEqual(['baseUrl', 'key', 'keyOrigin', 'model']);
    for (const [word, problem] of [
      ['modle=x', 'Did you mean model'],
      ['model', 'not written name=value'],
      ['model=', 'sets nothing'],
      ['auth=basic', 'auth is one of'],
      ['max-tokens=few', 'whole number'],
      ['version=1', 'looks like 2023-06-01'],
    ] as const) {
      expect(await profiles(['set', 'work', word])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(problem),
      });
    }
    expect((await profiles(['set', 'work', 'base-url=ftp://x'])).code).toBe(3);
    expect((await profiles(['set', 'wrok', 'model=x'])).stderr).toContain('Did you mean work?');
  });

  test('another host asks again about the key, or is told', async () => {
    await add('work');
    const refused = await profiles(['set', 'work', 'base-url=https://evil.example']);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--keep-key') });
    expect(config().profiles.work.baseUrl).toBe(mock.url);
    // The same origin in other words is no other host.
    expect((await profiles(['set', 'work', 'base-url={url}/v1/'])).code).toBe(0);

    await profiles(['set', 'work', 'base-url=https://other.example'], answering(false));
    expect(config().profiles.work).toMatchObject({ baseUrl: 'https://other.example', keyOrigin: mock.url });
    const sent = await runMsg(['send', 'hi'], { on: mock, home, env: {}, stdin: '' });
    expect([sent.code, sent.stderr]).toEqual([3, expect.stringContaining('is not sent elsewhere')]);
    expect((await profiles(['list'])).stdout).toContain('withheld');

    await profiles(['set', 'work', '--keep-key']);
    expect(config().profiles.work.keyOrigin).toBe('https://other.example');
    await profiles(['set', 'work', 'base-url={url}', '--key-stdin'], { stdin: canary });
    expect(config().profiles.work.keyOrigin).toBe(mock.url);
  });

  test('a hand-made change of the host in config.json takes no key along', async () => {
    await add('work');
    const edited = config();
    edited.profiles.work.baseUrl = 'https://evil.example';
    writeFileSync(join(home, 'config', 'config.json'), JSON.stringify(edited), { mode: 0o600 });
    const sent = await runMsg(['send', 'hi'], { on: mock, home, env: {}, stdin: '' });
    expect([sent.code, sent.stderr]).toEqual([3, expect.stringContaining('evil.example')]);
    expect(mock.requests).toEqual([]);
  });

  test('processes that change different fields at once lose nothing', async () => {
    await add('work');
    const words = [
      'model=m',
      'max-tokens=5',
      'system=s',
      'betas=b',
      'header.x-a=1',
      'header.x-b=2',
      'version=2026-10-21',
    ];
    const runs = await Promise.all(words.map((word) => profiles(['set', 'work', word])));
    expect(runs.map((run) => run.code)).toEqual(words.map(() => 0));
    expect(config().profiles.work).toMatchObject({
      model: 'm',
      maxTokens: 5,
      system: 's',
      betas: ['b'],
      headers: { 'x-a': '1', 'x-b': '2' },
      version: '2026-10-21',
    });
  });

  test('two who add the same name: one gets it, and keeps its own key', async () => {
    const runs = await Promise.all(
      [1, 2, 3].map((number) =>
        profiles(['add', 'work', '--base-url', `https://h${number}.example`, '--key-stdin'], {
          stdin: `key-number-${number}`,
        }),
      ),
    );
    expect(runs.map((run) => run.code).sort()).toEqual([0, 2, 2]);
    const winner = runs.findIndex((run) => run.code === 0) + 1;
    expect([config().profiles.work.baseUrl, credentials()]).toEqual([
      `https://h${winner}.example`,
      { work: `key-number-${winner}` },
    ]);
  });

  test('unset key removes what is kept; another kind of key does too', async () => {
    await add('a');
    await add('b');
    await profiles(['unset', 'a', 'key']);
    await profiles(['set', 'b', '--key-env', 'B_KEY']);
    expect([config().profiles.a.key, config().profiles.b.key, credentials()]).toEqual([
      undefined,
      { kind: 'env', name: 'B_KEY' },
      {},
    ]);
  });
});

describe('remove', () => {
  test('asks, or wants --yes', async () => {
    await add('work');
    expect(await profiles(['remove', 'work'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--yes'),
    });
    await profiles(['remove', 'work'], answering(false));
    expect(Object.keys(config().profiles)).toEqual(['work']);
    await profiles(['remove', 'work'], answering(true));
    expect([config().profiles, config().current, credentials()]).toEqual([{}, undefined, {}]);
    expect((await profiles(['remove', 'work', '-y'])).code).toBe(3);
  });

  test('a malformed entry is shown as such, does not stop the others, and can be removed', async () => {
    await add('good');
    const edited = config();
    edited.profiles.bad = { auth: 'basic' };
    writeFileSync(join(home, 'config', 'config.json'), JSON.stringify(edited), { mode: 0o600 });
    const list = await profiles(['list'], { tty: true, width: 200 });
    expect(list.stdout).toMatch(/bad +"profiles.bad.auth" in .* must be one of/);
    expect(list.stdout).toContain('good');
    expect((await profiles(['remove', 'bad', '-y'])).code).toBe(0);
    expect(Object.keys(config().profiles)).toEqual(['good']);
  });
});

describe('choosing', () => {
  test('use, use -, MSG_PROFILE, the project file and -P, in this order of weight', async () => {
    for (const name of ['a', 'b', 'c', 'd']) await add(name, `model=mock-${name}`);
    const project = join(home, 'project', 'deep', 'er');
    mkdirSync(project, { recursive: true });
    writeFileSync(join(home, 'project', '.msg.json'), '{"profile": "c"}');
    const asked = async (argv: string[], env = {}, cwd = home) => {
      const run = await runMsg(['send', '-q', 'hi', ...argv], { on: mock, home, env, cwd, stdin: '' });
      expect(run.code).toBe(0);
      return (mock.requests.at(-1)?.json as { model: string } | undefined)?.model;
    };
    expect(await asked([])).toBe('mock-a');
    await profiles(['use', 'b']);
    expect(await asked([])).toBe('mock-b');
    await profiles(['use', '-']);
    expect(await asked([])).toBe('mock-a');
    expect(await asked([], {}, project)).toBe('mock-c');
    expect(await asked([], { MSG_PROFILE: 'b' }, project)).toBe('mock-b');
    expect(await asked(['-P', 'd'], { MSG_PROFILE: 'b' }, project)).toBe('mock-d');
    writeFileSync(join(home, 'project', '.msg.json'), '{"profile": "c", "model": "mock-x"}');
    expect(await asked([], {}, project)).toBe('mock-x');
    const marked = await profiles(['list'], { cwd: project });
    expect(marked.stdout).toMatch(/[▸>] +c /);
    const told = await profiles(['use', 'd'], { cwd: project });
    expect(told.stderr).toContain('Here c still counts');
    expect((await profiles(['use', 'x'])).code).toBe(3);
  });

  test('use - with nothing to go back to', async () => {
    expect(await profiles(['use', '-'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('to go back to'),
    });
  });

  test.each([
    '{"baseUrl": "https://evil.example"}',
    '{"profile": "a", "key": {"kind": "env", "name": "ANTHROPIC_API_KEY"}}',
    '{"headers": {"x": "y"}}',
    '{"messagesUrl": "https://evil.example"}',
    '{"__proto__": {"baseUrl": "https://evil.example"}}',
  ])('a project file may not redirect a key: %s', async (content) => {
    await add('a');
    writeFileSync(join(home, '.msg.json'), content);
    const { code, stderr } = await runMsg(['send', 'hi'], { on: mock, home, env: {}, stdin: '' });
    expect([code, stderr]).toEqual([
      3,
      expect.stringMatching(/may set profile and model only.*must not decide where a key is sent/),
    ]);
    expect(mock.requests).toEqual([]);
  });

  test('show --explain tells where each value comes from and what it hides', async () => {
    await add('work');
    writeFileSync(join(home, '.msg.json'), '{"model": "mock-p"}');
    const { stdout } = await profiles(['show', 'work', '--explain'], { env: { MSG_MODEL: 'mock-e' } });
    expect(stdout).toMatch(
      /model +mock-e {2}from MSG_MODEL\n +hides mock-p from .*\.msg\.json\n +hides mock-1 from profile work/,
    );
    const json = JSON.parse((await profiles(['show', 'work', '--explain', '--json'])).stdout);
    expect(json.sources.model).toMatchObject({ from: 'project', hides: [{ from: 'profile', name: 'work' }] });
  });
});

describe('secrets', () => {
  test('show --reveal prints the key, after a question on a terminal', async () => {
    await add('work');
    expect((await profiles(['show', 'work', '--reveal'], { isExpected: true })).stdout).toContain(canary);
    const refused = await profiles(['show', 'work', '--reveal'], answering(false));
    expect(refused.stdout).not.toContain(canary);
  });

  test('env prints a key into a pipe, and onto a screen only with --reveal', async () => {
    await add('work');
    const screen = await profiles(['env', 'work', '--shell', 'bash'], { tty: true });
    expect([screen.code, screen.stderr]).toEqual([
      2,
      expect.stringContaining('eval "$(msg profiles env work)"'),
    ]);
    const revealed = await profiles(['env', 'work', '--shell', 'bash', '--reveal'], {
      tty: true,
      isExpected: true,
    });
    expect(revealed.stdout).toContain(`export ANTHROPIC_API_KEY='${canary}'`);
  });

  test('credentials in headers and proxy addresses are covered', async () => {
    await add(
      'work',
      'header.cf-aig-authorization=Bearer abc-secret',
      'proxy=http://me:abc-secret@proxy.example:3128',
    );
    for (const argv of [
      ['show', 'work'],
      ['show', 'work', '--json'],
      ['list', '--json'],
    ]) {
      const { stdout } = await profiles(argv);
      expect(stdout).toContain('proxy.example:3128');
      expect(stdout).not.toContain('abc-secret');
    }
  });

  test('a key that is open to others is closed, and said so', async () => {
    await add('work');
    chmodSync(join(home, 'config', 'credentials.json'), 0o644);
    const { code, stderr } = await runMsg(['send', 'hi'], { on: mock, home, env: {}, stdin: '' });
    expect([code, stderr]).toEqual([0, expect.stringContaining('it is 0600 now')]);
  });

  test('a profile in use while ANTHROPIC_* is set: one note, and its key goes nowhere', async () => {
    await add('work');
    const env = { ANTHROPIC_API_KEY: 'sk-ant-other-0123456789' };
    const { code, stderr } = await runMsg(['send', 'hi'], { on: mock, home, env, stdin: '' });
    expect([code, stderr.match(/ANTHROPIC_/g)?.length]).toEqual([0, 1]);
    expect(mock.requests[0]?.headers['x-api-key']).toBe(canary);
  });

  test('a key command that gives a new key after a refusal is asked once more', async () => {
    const counter = join(home, 'count');
    const code = `const fs=require('fs');fs.appendFileSync('${counter}','x');
      console.log(fs.readFileSync('${counter}','utf8').length > 1 ? '${canary}' : 'sk-stale-0123456789')`;
    await profiles([
      'add',
      'work',
      '--base-url',
      '{url}',
      '-m',
      'mock-1',
      '--key-command',
      '--',
      process.execPath,
      '-e',
      code,
    ]);
    const sent = await runMsg(['send', '-q', 'hi'], { on: mock, home, env: {}, stdin: '' });
    expect([sent.code, mock.requests.map((request) => request.headers['x-api-key'])]).toEqual([
      0,
      ['sk-stale-0123456789', canary],
    ]);
  });
});

describe('test', () => {
  test('each way of failing is told apart, and the exit code is the worst class', async () => {
    await add('good');
    await profiles(['add', 'closed', '--base-url', 'http://127.0.0.1:1', '-m', 'm', '--auth', 'none']);
    await profiles(['add', 'refused', '--base-url', '{url}', '-m', 'mock-1', '--key-stdin'], {
      stdin: 'sk-wrong-0123456789',
    });
    await profiles(['add', 'nokey', '--base-url', '{url}', '-m', 'mock-1', '--key-env', 'NO_SUCH_VARIABLE']);
    await profiles(['add', 'nowhere', '--base-url', '{url}/nowhere', '-m', 'mock-1', '--key-stdin'], {
      stdin: canary,
    });
    const json = JSON.parse((await profiles(['test', '--all', '--json'])).stdout);
    const facts = json.map((row: Record<string, unknown>) => [
      row['name'],
      row['ok'],
      row['path'],
      row['auth'],
      row['model'],
      row['stream'],
      (row['error'] as { class?: string })?.class,
    ]);
    expect(facts).toEqual([
      ['good', true, 'pass', 'pass', 'pass', 'pass', undefined],
      ['closed', false, 'fail', 'unknown', 'unknown', 'unknown', 'network'],
      ['refused', false, 'pass', 'fail', 'unknown', 'unknown', 'auth'],
      ['nokey', false, 'unknown', 'unknown', 'unknown', 'unknown', 'config'],
      ['nowhere', false, 'fail', 'unknown', 'unknown', 'unknown', 'request'],
    ]);
    expect((await profiles(['test', '--all'])).code).toBe(3);
    expect((await profiles(['test', 'good', 'closed', 'refused'])).code).toBe(4);
    expect((await profiles(['test', 'good', 'closed'])).code).toBe(8);
    expect((await profiles(['test', 'good'])).code).toBe(0);
  });

  test('the options of the way to the network count, as with send', async () => {
    await add('good');
    const proxy = await startProxy();
    const through = await profiles(['test', 'good', '-x', `http://127.0.0.1:${proxy.port}`]);
    expect(through.code).toBe(0);
    expect(proxy.seen).toHaveLength(1);
    await proxy.close();
    const gone = await profiles(['test', 'good', '--cacert', join(home, 'gone.pem')]);
    expect(gone).toMatchObject({ code: 3, stdout: expect.stringContaining('gone.pem (--cacert)') });
    const silent = await startMock({ replies: [[gate('never')]] });
    await profiles(['add', 'silent', '--base-url', silent.url, '-m', 'm', '--auth', 'none']);
    const late = await profiles(['test', 'silent', '--timeout', '0.3']);
    expect(late).toMatchObject({
      code: 8,
      stdout: expect.stringContaining('No complete answer within 0.3 s.'),
    });
    await silent.close();
  });

  test('an answer with nothing in it fails the model and the stream', async () => {
    const empty = [{ type: 'text', text: '' }];
    const hollow = await startMock({
      replies: [
        jsonReply(200, {
          type: 'message',
          role: 'assistant',
          content: empty,
          stop_reason: 'end_turn',
          usage: { input_tokens: 0, output_tokens: 0 },
        }),
      ],
    });
    await profiles(['add', 'hollow', '--base-url', hollow.url, '-m', 'm', '--auth', 'none']);
    const run = await profiles(['test', 'hollow', '--json']);
    expect(run.code).toBe(7);
    expect(JSON.parse(run.stdout)).toMatchObject([
      { ok: false, path: 'pass', model: 'fail', stream: 'fail', error: { class: 'server' } },
    ]);
    await hollow.close();
  });

  test('a key that is none is named where it was refused', async () => {
    await profiles(['add', 'quoted', '--base-url', '{url}', '-m', 'mock-1', '--key-env', 'QUOTED']);
    const run = await profiles(['test', 'quoted'], { env: { QUOTED: '"sk-wrong-0123456789"' } });
    expect(run).toMatchObject({ code: 4, stdout: expect.stringContaining('It stands in quotation marks.') });
    expect(run.stdout).not.toContain('0123456789');
  });

  test('--free spends nothing and still tells path and key', async () => {
    await add('good');
    await profiles(['add', 'bad', '--base-url', '{url}', '-m', 'mock-1', '--key-stdin'], {
      stdin: 'sk-wrong-0123456789',
    });
    const bare = await startMock({ absent: ['count_tokens', 'models'] });
    await profiles(['add', 'bare', '--base-url', bare.url, '-m', 'mock-1', '--auth', 'none']);
    const { code, stdout } = await profiles(['test', '--all', '--free', '--json']);
    expect([code, JSON.parse(stdout)]).toMatchObject([
      4,
      [
        { name: 'good', ok: true, path: 'pass', auth: 'pass', model: 'pass', stream: 'unknown' },
        { name: 'bad', ok: false, path: 'pass', auth: 'fail' },
        { name: 'bare', ok: true, path: 'pass', auth: 'pass', model: 'unknown' },
      ],
    ]);
    for (const request of [...mock.requests, ...bare.requests]) {
      if (request.path.endsWith('/messages')) expect((request.json as { messages: [] }).messages).toEqual([]);
    }
    await bare.close();
  });

  test.each([
    ['a page', pageReply(200, 'text/html', '<html>welcome</html>'), 9, 'path'],
    ['an unknown model', errorReply(404, 'not_found_error', 'model: mock-1'), 5, 'model'],
    ['a limit', errorReply(429, 'rate_limit_error', 'slow down'), 6, undefined],
    ['an error of the server', errorReply(500, 'api_error', 'oops'), 7, undefined],
  ])('%s', async (_, reply, code, failing) => {
    const scripted = await startMock({ replies: [reply] });
    await profiles(['add', 'one', '--base-url', scripted.url, '-m', 'mock-1', '--auth', 'none']);
    const run = await profiles(['test', '--json']);
    const [row] = JSON.parse(run.stdout);
    expect([run.code, ['path', 'auth', 'model', 'stream'].find((column) => row[column] === 'fail')]).toEqual([
      code,
      failing,
    ]);
    expect(scripted.requests).toHaveLength(1);
    await scripted.close();
  });

  test('Ctrl-C ends all that is under way', async () => {
    const waiting = await startMock({ replies: [[gate('never')], [gate('never')]] });
    for (const name of ['a', 'b']) {
      await profiles(['add', name, '--base-url', waiting.url, '-m', 'mock-1', '--auth', 'none']);
    }
    const run = await profiles(['test', '--all'], {
      during: async ({ interrupt }) => {
        await waiting.request(2);
        interrupt();
      },
    });
    expect(run.code).toBe(130);
    expect(await Promise.all(waiting.requests.map((request) => request.outcome))).toEqual([
      'aborted',
      'aborted',
    ]);
    await waiting.close();
  });

  test('an answer in one piece works, and is no stream', async () => {
    const scripted = await startMock({ replies: [messageReply('Yes.')] });
    await profiles(['add', 'one', '--base-url', scripted.url, '-m', 'mock-1', '--auth', 'none']);
    const run = await profiles(['test']);
    expect([run.code, run.stdout]).toEqual([
      0,
      expect.stringContaining('in one piece although a stream was asked for'),
    ]);
    await scripted.close();
  });

  test('at most four at a time', async () => {
    let open = 0;
    let most = 0;
    const slow = await startMock({
      ttftMs: 20,
      onRequest: () => {
        open += 1;
        most = Math.max(most, open);
      },
      onExchange: () => {
        open -= 1;
      },
    });
    for (let index = 0; index < 9; index += 1) {
      await profiles(['add', `p${index}`, '--base-url', slow.url, '-m', 'mock-1', '--auth', 'none']);
    }
    expect((await profiles(['test', '-a'])).code).toBe(0);
    expect([slow.requests.length, most]).toEqual([9, 4]);
    await slow.close();
  });
});

describe('widths', () => {
  test('narrow terminals keep name and host', async () => {
    await add('a-rather-long-profile-name');
    const { stdout } = await profiles(['list'], { tty: true, width: 40 });
    for (const line of stdout.trimEnd().split('\n')) expect([...line].length).toBeLessThanOrEqual(40);
    expect(stdout).toMatch(/NAME +HOST/);
    expect(stdout).not.toContain('AUTH');
  });
});

describe('other commands', () => {
  test('an unknown one is told what was meant; presets and path print', async () => {
    expect(await profiles(['lst'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Did you mean list'),
    });
    expect((await profiles(['path'])).stdout).toBe(`${join(home, 'config', 'config.json')}\n`);
    expect((await profiles(['presets'])).stdout.split('\n').length).toBeGreaterThan(22);
    expect((await profiles(['presets', 'show', 'minimax'])).stdout).toMatch(
      /unverified[\s\S]*not documented/,
    );
    expect(JSON.parse((await profiles(['presets', 'show', 'apixo', '--json'])).stdout)).toMatchObject({
      id: 'apixo',
    });
    expect(await profiles(['presets', 'show', 'apix'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('apixo'),
    });
  });

  test('edit replaces the file by what was saved, and only when it is valid', async () => {
    await add('work');
    const path = join(home, 'config', 'config.json');
    const edit = (EDITOR: string): Promise<Run> => profiles(['edit'], { env: { EDITOR } });
    expect((await edit('sed -i \'s/mock-1/mock-9/;s/^  "/    "/\'')).code).toBe(0);
    expect(config().profiles.work.model).toBe('mock-9');
    const before = readFileSync(path, 'utf8');
    // Word for word, the layout of the user too.
    expect(before).toContain('\n    "profiles"');

    for (const [script, says] of [
      ["sed -i 's/{/{,/'", 'config.json is not valid JSON, line 1, column 2: expected a name'],
      ['sed -i \'s/"mock-9"/9/\'', '"profiles.work.model" in config.json must be text'],
      ['sed -i \'s/"work"/"no name"/\'', 'would not be valid'],
    ] as const) {
      const broken = await edit(script);
      expect(broken).toMatchObject({ code: 3, stderr: expect.stringContaining(says) as string });
      expect(readFileSync(path, 'utf8')).toBe(before);
      const [, kept = ''] = /Your edit is kept in (\S+)/.exec(broken.stderr) ?? [];
      expect(readFileSync(kept, 'utf8')).not.toBe(before);
      rmSync(dirname(kept), { recursive: true });
    }
    for (const nothing of ['true', 'truncate -s 0', 'false']) {
      expect((await edit(nothing)).code).toBe(nothing === 'false' ? 3 : 0);
      expect(readFileSync(path, 'utf8')).toBe(before);
    }
  });

  test('edit does not overwrite what another program wrote meanwhile', async () => {
    await add('work');
    const path = join(home, 'config', 'config.json');
    const other = readFileSync(path, 'utf8').replace('mock-1', 'mock-2');
    writeFileSync(join(home, 'other.json'), other);
    const run = await profiles(['edit'], {
      env: { EDITOR: `cp ${join(home, 'other.json')} ${path}; sed -i s/mock-1/mock-3/` },
    });
    expect(run.code).toBe(3);
    expect(run.stderr).toContain(
      'config.json was changed meanwhile. Nothing was overwritten. Your edit is kept in',
    );
    expect(readFileSync(path, 'utf8')).toBe(other);
  });

  test('edit mends a broken file, and shows an absent one what belongs there', async () => {
    const path = join(home, 'config', 'config.json');
    expect((await profiles(['edit'], { env: { EDITOR: 'true' } })).code).toBe(0);
    expect(config()).toEqual({ profiles: {} });
    writeFileSync(path, '{, "profiles": {} }', { mode: 0o600 });
    expect((await profiles(['set', 'work', 'model=x'])).code).toBe(3);
    expect((await profiles(['edit'], { env: { EDITOR: 'true' } })).code).toBe(3);
    expect((await profiles(['edit'], { env: { EDITOR: "sed -i 's/{,/{/'" } })).code).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe('{ "profiles": {} }');
  });

  test('run demo starts the built-in server for the child alone', async () => {
    const script = `fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', {method:'POST', headers:{'content-type':'application/json','anthropic-version':'2023-06-01','x-api-key':'x'},
      body: JSON.stringify({model:'demo',max_tokens:5,messages:[{role:'user',content:'hi'}]})}).then(r => process.exit(r.status === 200 ? 33 : 1))`;
    expect((await profiles(['run', 'demo', '--', process.execPath, '-e', script])).code).toBe(33);
    expect((await profiles(['env', 'demo'])).code).toBe(2);
    await add('work');
    expect((await profiles(['run', 'work', '--', 'no-such-program'])).code).toBe(3);
    expect((await profiles(['run', 'work'])).code).toBe(2);
  });

  test('import shows what it found before it writes: environment, Claude Code, ant', async () => {
    mkdirSync(join(home, '.claude'));
    mkdirSync(join(home, '.config/anthropic/configs'), { recursive: true });
    writeFileSync(
      join(home, '.claude', 'settings.json'),
      JSON.stringify({
        env: {
          ANTHROPIC_BASE_URL: 'https://openrouter.ai/api',
          ANTHROPIC_AUTH_TOKEN: 'sk-or-v1-0123456789abcdef0123',
        },
      }),
    );
    writeFileSync(
      join(home, '.config/anthropic/configs/default.json'),
      JSON.stringify({ version: '1.0', authentication: { type: 'user_oauth' } }),
    );
    const env = { ANTHROPIC_BASE_URL: mock.url, ANTHROPIC_API_KEY: canary, ANTHROPIC_MODEL: 'mock-1' };
    const shown = await profiles(['import'], { env });
    expect(shown.code).toBe(2);
    expect(shown.stdout).toMatch(/sk-canary-… \(26 characters\)|sk-… \(26 characters\)/);
    expect(shown.stdout).toContain('openrouter.ai');
    expect(shown.stdout).not.toContain('0123456789abcdef');
    expect((await profiles(['import', 'env', '--as', 'here', '--yes'], { env })).code).toBe(0);
    expect((await profiles(['import', 'claude', '--yes'])).code).toBe(0);
    expect((await profiles(['import', 'ant', '--yes'])).code).toBe(0);
    expect(config().profiles).toMatchObject({
      here: {
        baseUrl: mock.url,
        auth: 'x-api-key',
        model: 'mock-1',
        key: { kind: 'stored' },
        keyOrigin: mock.url,
      },
      openrouter: { preset: 'openrouter', auth: 'bearer', key: { kind: 'stored' } },
      ant: { auth: 'bearer', key: { kind: 'command' }, betas: ['oauth-2025-04-20'] },
    });
    expect(credentials()).toEqual({ here: canary, openrouter: 'sk-or-v1-0123456789abcdef0123' });
    const sent = await runMsg(['send', '-q', 'hi'], { on: mock, home, env: {}, stdin: '' });
    expect(sent.code).toBe(0);
    expect((await profiles(['import', 'nonsense'])).code).toBe(2);
  });

  test('an apiKeyHelper becomes a key command that names its shell', async () => {
    mkdirSync(join(home, '.claude'));
    writeFileSync(
      join(home, '.claude', 'settings.json'),
      JSON.stringify({
        apiKeyHelper: `echo ${canary} | cat`,
        env: { ANTHROPIC_BASE_URL: mock.url, ANTHROPIC_MODEL: 'mock-1' },
      }),
    );
    await profiles(['import', 'claude', '--as', 'helped', '--yes']);
    const path = { PATH: process.env['PATH'] };
    const sent = await runMsg(['send', '-q', 'hi'], { on: mock, home, env: path, stdin: '' });
    expect([sent.code, mock.requests[0]?.headers['x-api-key']]).toEqual([0, canary]);
  });
});
