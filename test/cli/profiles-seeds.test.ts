// Each of the five seeds, played by a mock, through the whole life of a profile: add, list, show, use, test,
// env in real shells, run, send. The key must be seen by the provider and by nobody else.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Mock, type MockOptions, startMock } from '../../src/mock/index.ts';
import { type Run, runMsg } from './run-msg.ts';

const secret = 'canary-7f3a9c1e5b2d8460';

type Seed = {
  readonly preset: string;
  readonly key: string;
  readonly rules: MockOptions;
  readonly path?: string;
  readonly model?: string;
  readonly asked: string;
};

const seeds: readonly Seed[] = [
  {
    preset: 'apixo',
    key: `apx-${secret}`,
    rules: {
      auth: 'x-api-key',
      models: ['claude-haiku-4-5-20251001', 'claude-opus-4-6', 'claude-sonnet-4-6'],
      absent: ['models', 'count_tokens'],
    },
    asked: 'claude-sonnet-4-6',
  },
  { preset: 'llmapi-pro', key: `sk-llmapi-${secret}`, rules: {}, asked: 'claude-sonnet-4-6' },
  {
    preset: 'aisix',
    key: `caller-${secret}`,
    rules: { needsVersion: false, models: ['claude-prod'] },
    model: 'claude-prod',
    asked: 'claude-prod',
  },
  {
    preset: 'auxot',
    key: `user.${secret}`,
    rules: { basePath: '/api/anthropic', models: ['auto'] },
    path: '/api/anthropic',
    asked: 'auto',
  },
  {
    preset: 'aihubmix',
    key: `ahm-${secret}`,
    rules: { auth: 'x-api-key', absent: ['models', 'count_tokens'] },
    model: 'claude-sonnet-4-6',
    asked: 'claude-sonnet-4-6',
  },
];

let home: string;
let seen: string[];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'msg-seed-'));
  seen = [];
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** Runs in the same home; everything printed is kept, to be searched for the key. */
async function msg(
  mock: Mock,
  argv: string[],
  options: { stdin?: string; tty?: boolean } = {},
): Promise<Run> {
  const run = await runMsg(argv, { on: mock, home, env: {}, stdin: '', ...options });
  seen.push(run.stderr);
  return run;
}

function filesUnder(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile());
}

describe.each(seeds)('$preset', ({ preset, key, rules, path = '', model, asked }) => {
  let mock: Mock;
  beforeEach(async () => {
    mock = await startMock({ ...rules, key, answer: 'All right.' });
  });
  afterEach(() => mock.close());

  test('lives through add, list, show, use, test, env, run, send', async () => {
    const base = `${mock.url.slice(0, mock.url.length - (mock.url.endsWith(path) ? path.length : 0))}${path}`;
    const add = await msg(
      mock,
      [
        'profiles',
        'add',
        'work',
        '--preset',
        preset,
        '--base-url',
        // Where the preset knows the path, the origin is enough.
        new URL(base).origin,
        '--key-stdin',
        ...(model ? ['-m', model] : []),
      ],
      { stdin: `${key}\n` },
    );
    expect([add.code, add.stdout]).toEqual([0, '']);
    expect(add.stderr).toContain(`Added profile work: ${base}/v1/messages`);
    expect(add.stderr).toContain('in use from now on');

    const list = await msg(mock, ['profiles']);
    seen.push(list.stdout);
    const host = new URL(base).host;
    for (const part of ['work', preset, host, asked, 'x-api-key', 'stored'])
      expect(list.stdout).toContain(part);
    const json = await msg(mock, ['profiles', 'list', '--json']);
    seen.push(json.stdout);
    expect(JSON.parse(json.stdout)).toMatchObject([
      { name: 'work', current: true, preset, messages_url: `${base}/v1/messages`, key: { kind: 'stored' } },
    ]);

    const show = await msg(mock, ['profiles', 'show', 'work', '--explain']);
    seen.push(show.stdout);
    expect(show.stdout).toContain(`${base}/v1/messages`);
    expect(show.stdout).toMatch(/base URL +http\S+ {2}from profile work/);
    expect(show.stdout).toMatch(/auth +x-api-key {2}from preset/);

    expect((await msg(mock, ['profiles', 'copy', 'work', 'second'])).code).toBe(0);
    expect((await msg(mock, ['profiles', 'use', 'second'])).stderr).toContain(
      'second is in use (before: work)',
    );
    expect((await msg(mock, ['profiles', 'use', '-'])).stderr).toContain('work is in use (before: second)');

    const tested = await msg(mock, ['profiles', 'test', '--all']);
    seen.push(tested.stdout);
    expect([tested.code, tested.stdout.match(/✓|\+/g)?.length]).toEqual([0, 8]);
    const paid = mock.requests.filter((request) => request.path.endsWith('/v1/messages'));
    expect(paid.map((request) => (request.json as { max_tokens: number }).max_tokens)).toEqual([1, 1]);
    const free = await msg(mock, ['profiles', 'test', '--free', '--json']);
    seen.push(free.stdout);
    expect(JSON.parse(free.stdout)).toMatchObject([{ name: 'work', ok: true, path: 'pass', auth: 'pass' }]);

    const sent = await msg(mock, ['send', 'hello']);
    expect([sent.code, sent.stdout.trim()]).toEqual([0, 'All right.']);
    const last = mock.requests.at(-1);
    expect(last?.path).toBe(`${path}/v1/messages`);
    expect(last?.headers['x-api-key']).toBe(key);
    expect(last?.json).toMatchObject({ model: asked });

    // Whatever send can write down, the key is not in it.
    const recording = join(home, 'recording');
    for (const inspection of [
      ['--record', recording],
      ['-v'],
      ['--dry-run'],
      ['--curl'],
      ['-o', 'stream-json'],
    ]) {
      const inspected = await msg(mock, ['send', 'hello', ...inspection]);
      seen.push(inspected.stdout);
      expect([inspection, inspected.code]).toEqual([inspection, 0]);
    }
    seen.push(readFileSync(recording, 'utf8'));
    rmSync(recording);

    const env = await msg(mock, ['profiles', 'env', 'work', '--shell', 'json']);
    expect(JSON.parse(env.stdout)).toEqual({
      ANTHROPIC_BASE_URL: base,
      ANTHROPIC_API_KEY: key,
      ANTHROPIC_AUTH_TOKEN: null,
      ANTHROPIC_MODEL: asked,
      ANTHROPIC_CUSTOM_HEADERS: null,
      ANTHROPIC_BETAS: null,
    });
    const vercel = await msg(mock, ['profiles', 'env', 'work', '--shell', 'json', '--sdk', 'vercel']);
    expect(JSON.parse(vercel.stdout).ANTHROPIC_BASE_URL).toBe(`${base}/v1`);

    const script = `process.exit(process.env.ANTHROPIC_API_KEY === '${key}' &&
      process.env.ANTHROPIC_BASE_URL === '${base}' && process.env.ANTHROPIC_AUTH_TOKEN === undefined ? 42 : 1)`;
    const child = await msg(mock, ['profiles', 'run', 'work', '--', process.execPath, '-e', script]);
    expect(child.code).toBe(42);

    // The wrong key: refused by the provider, named by msg, shown by neither.
    const wrong = `${key}-wrong`;
    await msg(mock, ['profiles', 'set', 'work', '--key-stdin'], { stdin: wrong });
    const refused = await msg(mock, ['profiles', 'test', 'work', 'second']);
    seen.push(refused.stdout);
    expect(refused.code).toBe(4);
    expect(refused.stdout).toMatch(/work: 401/);

    expect(seen.join('')).not.toContain(secret);
    for (const file of filesUnder(home)) {
      const isCredentials = file.endsWith('credentials.json');
      expect([file, readFileSync(file, 'utf8').includes(secret)]).toEqual([file, isCredentials]);
      expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
    }
    await msg(mock, ['profiles', 'remove', 'work', 'second', '--yes']);
    for (const file of filesUnder(home)) expect(readFileSync(file, 'utf8')).not.toContain(secret);
  });
});

const shells = [
  { shell: 'bash', program: 'bash', argv: ['--norc', '-euc'] },
  { shell: 'zsh', program: 'zsh', argv: ['-f', '-euc'] },
  { shell: 'fish', program: 'fish', argv: ['--no-config', '-c'] },
  { shell: 'powershell', program: 'pwsh', argv: ['-NoProfile', '-Command'] },
] as const;

describe.each(shells)(
  'the lines for $shell (skipped where $program is not installed)',
  ({ shell, program, argv }) => {
    const isThere = spawnSync(program, ['--version']).error === undefined;
    // Debian has no PowerShell: there is nothing a CI on Debian could install.
    const mayBeAbsent = program === 'pwsh' || process.env['CI'] !== 'true';

    test.skipIf(!isThere && mayBeAbsent)('set what they say, clear the rest, and go back', async () => {
      const awkward = `k'e"y$HOME\`id\`\\n%PATH%!;#&`;
      const mock = await startMock();
      try {
        const run = (argument: string[], stdin = '') =>
          runMsg(['profiles', ...argument], { on: mock, home, env: {}, stdin });
        await run(
          [
            'add',
            'odd',
            '--base-url',
            'https://a.example/x',
            'auth=bearer',
            'model=m 1',
            'header.x-a=1',
            'header.x-b=2',
            '--key-stdin',
          ],
          awkward,
        );
        const set = await run(['env', 'odd', '--shell', shell]);
        const unset = await run(['env', '--unset', '--shell', shell]);
        const print = `"${process.execPath}" -e 'console.log(JSON.stringify(process.env))'`;
        const call = program === 'pwsh' ? `& ${print}` : print;
        const from = (lines: string): Record<string, string> =>
          JSON.parse(
            execFileSync(program, [...argv, `${lines}\n${call}`], {
              encoding: 'utf8',
              env: {
                PATH: process.env['PATH'],
                HOME: home,
                ANTHROPIC_API_KEY: 'old',
                ANTHROPIC_BETAS: 'old',
              },
            }),
          );
        expect(from(set.stdout)).toMatchObject({
          ANTHROPIC_BASE_URL: 'https://a.example/x',
          ANTHROPIC_AUTH_TOKEN: awkward,
          ANTHROPIC_MODEL: 'm 1',
          ANTHROPIC_CUSTOM_HEADERS: 'x-a: 1\nx-b: 2',
        });
        expect(Object.keys(from(set.stdout))).not.toContain('ANTHROPIC_API_KEY');
        const cleared = from(`${set.stdout}${unset.stdout}`);
        expect(Object.keys(cleared).filter((name) => name.startsWith('ANTHROPIC_'))).toEqual([]);
      } finally {
        await mock.close();
      }
    });
  },
);

test('a file for dotenv is read back as it was written', async () => {
  const mock = await startMock();
  try {
    const add = ['profiles', 'add', 'odd', '--base-url', 'https://a.example', '--key-stdin', 'model=it"s $5'];
    await runMsg(add, { on: mock, home, env: {}, stdin: 'k$HOME"#' });
    const { stdout } = await runMsg(['profiles', 'env', 'odd', '--shell', 'dotenv'], {
      on: mock,
      home,
      env: {},
    });
    const { parseEnv } = await import('node:util');
    expect(parseEnv(stdout)).toMatchObject({
      ANTHROPIC_API_KEY: 'k$HOME"#',
      ANTHROPIC_MODEL: 'it"s $5',
      ANTHROPIC_AUTH_TOKEN: '',
    });
    expect(existsSync(join(home, 'config', 'config.json'))).toBe(true);
  } finally {
    await mock.close();
  }
});

test('a model that is misspelt is answered with the one of the documents', async () => {
  const mock = await startMock({ key: secret, models: ['claude-sonnet-4-6'] });
  await msg(mock, ['profiles', 'add', 'work', '--preset', 'apixo', '--base-url', mock.url, '--key-stdin'], {
    stdin: secret,
  });
  const run = await msg(mock, ['send', 'hi', '-m', 'claude-sonet-4-6']);
  expect(run.code).toBe(5);
  expect(run.stderr).toContain('Did you mean claude-sonnet-4-6? msg models -P work lists what it offers.');
  expect((await msg(mock, ['send', 'hi', '-m', 'gpt-4o'])).stderr).not.toContain('Did you mean');
  await mock.close();
});
