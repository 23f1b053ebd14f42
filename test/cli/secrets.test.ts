// Secrets that are no key of a profile: in the query of a URL, in a header, in the place of a variable's name.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventsReply, jsonReply, pageReply, type Script, startMock } from '../../src/mock/index.ts';
import { runMsg } from './run-msg.ts';

const canary = 'sk-canary-0a1b2c3d4e5f';

it.each([
  ['the query of the base URL', ['--base-url', `{url}/?api_key=${canary}`]],
  ['a header', ['-H', `x-team-token: Bearer ${canary}`]],
])('one in %s is printed nowhere, even when the server repeats it', async (_where, argv) => {
  const error = { type: 'authentication_error', message: `Invalid key ${canary}` };
  const mock = await startMock();
  mock.reply(jsonReply(401, { type: 'error', error }, { 'x-echo': canary }));
  const words = argv.map((word) => word.replace('{url}', mock.url));
  const run = await runMsg(['send', 'hi', '--auth', 'none', '-m', 'm', '-v', '--debug', ...words], {
    on: mock,
    env: { MSG_BASE_URL: mock.url },
  });
  await mock.close();
  expect(run.code).toBe(4);
  expect(run.requests).toHaveLength(1);
  expect(run.stderr).toContain('sk-canary-… (22 characters)');
  expect(run.stdout + run.stderr).not.toContain(canary);
});

describe('a key that has to be escaped', () => {
  const key = 'sk-ca"na\\ry$1-/+0a1b2c3d';
  const echo = `${key} ${JSON.stringify({ k: JSON.stringify([key]) })} ${encodeURIComponent(key)} ${key.replace('"', '&quot;')}`;
  const traces = /0a1b2c3d/;
  const error = { type: 'authentication_error', message: echo };
  const refusal = jsonReply(401, { type: 'error', error, request_id: echo }, { 'x-echo': key });
  const answer = eventsReply(
    { type: 'message_start', message: { id: echo, model: echo, content: [], usage: { input_tokens: 1 } } },
    { type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id: 't', name: 'n' } },
    {
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'input_json_delta', partial_json: JSON.stringify({ echo }) },
    },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 1 } },
    { type: 'message_stop' },
  );
  const page = pageReply(502, 'text/html', `<title>${echo}</title>`);
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'msg-secrets-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  const run = (reply: Script, argv: readonly string[]) =>
    runMsg(
      argv.map((word) => word.replace('{home}', home)),
      {
        mock: { respond: () => reply },
        env: { MSG_BASE_URL: '{url}', MSG_API_KEY: key, MSG_MODEL: 'm' },
        home,
        cwd: home,
      },
    );
  /** Everything that was kept on the disk. */
  const kept = (): string =>
    readdirSync(home, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
      .join('\n');

  it.each<[string, Script, string[]]>([
    ['an error', refusal, ['send', 'hi', '-v', '--debug', '--record', '{home}/r.jsonl']],
    ['an error as JSON', refusal, ['send', 'hi', '-o', 'json']],
    ['a page', page, ['send', 'hi', '-v', '--record', '{home}/r.jsonl', '--max-retries', '0']],
    [
      'statistics',
      answer,
      ['send', 'hi', '-v', '--stats', '--record', '{home}/r.jsonl', '-q', '--session', 's'],
    ],
    ...['text', 'json', 'html', 'junit', 'sarif'].flatMap((format): [string, Script, string[]][] => [
      [
        `a report as ${format} on an error`,
        refusal,
        ['doctor', '--yes', '--format', format, '--bundle', '{home}/b.md'],
      ],
      [
        `a report as ${format} on a page`,
        page,
        ['doctor', '--yes', '--format', format, '--bundle', '{home}/b.md'],
      ],
      [
        `a report as ${format} on an answer`,
        answer,
        ['doctor', '--yes', '--format', format, '--bundle', '{home}/b.md'],
      ],
    ]),
  ])('shows in no %s', async (name, reply, argv) => {
    const { requests, stdout, stderr } = await run(reply, argv);
    expect(requests.some(({ headers }) => headers['x-api-key'] === key)).toBe(true);
    expect(name === 'statistics' ? '' : stdout).not.toMatch(traces);
    expect(stderr).not.toMatch(traces);
    expect(kept()).not.toMatch(traces);
    expect(stdout + stderr + kept()).toMatch(/sk-…|sk-\.\.\./);
  });
});

it('one given as the name of a variable is refused without being repeated', async () => {
  const run = await runMsg(['send', 'hi', '--api-key-env', canary]);
  expect(run).toMatchObject({ code: 2, requests: [] });
  expect(run.stderr).toBe(
    'msg: --api-key-env takes the name of a variable, not a key.\n  Example: --api-key-env WORK_API_KEY\n',
  );
});

it('two places for one key are refused', async () => {
  const run = await runMsg(['send', 'hi', '--api-key-env', 'A', '--api-key-file', 'b']);
  expect(run).toMatchObject({ code: 2, requests: [] });
});

describe('a key that comes back in another shape', () => {
  const body = 'Rk7PxQ2vLm9TzW4nBd8YcJ5hGf3sXaEuKo6t';
  const key = `sk-ant-api03-${body}`;
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const shapes = {
    'without its prefix': `get token by key ant-api03-${body}: record not found`,
    'without what is public of it': body,
    'cut by the server': `${key.slice(0, 28)}...${key.slice(-6)}`,
    'behind Bearer': `Bearer ${body}`,
    'in a URL': encodeURIComponent(`key=${key}&x="${body}"`),
    'in JSON in JSON': JSON.stringify(JSON.stringify({ [body]: key })),
    'in base64': `${base64(key)} ${base64(`user:${key}`)} ${base64(`x-${body}`)}`,
    'in hexadecimal': Buffer.from(body).toString('hex'),
    'in capitals': key.toUpperCase(),
  };
  /** What must be found nowhere: every twelve characters of the key, in each of these spellings. */
  const traces = Object.values(shapes)
    .concat(key)
    .flatMap((shape) => shape.match(/[A-Za-z0-9+/]{16,}/g) ?? [])
    .filter((word) => !/^(record|token)/.test(word))
    .flatMap((word) => [word.slice(2, 18), word.slice(-18, -2)])
    .filter((piece) => piece.length === 16);
  const echo = Object.values(shapes).join(' | ');
  const refusal = jsonReply(
    401,
    { error: { message: echo, type: `t ${body}`, code: body }, request_id: body },
    { 'x-echo': body, 'x-request-id': body },
  );
  const page = pageReply(502, 'text/html', `<title>${echo}</title>`);
  const inStream = eventsReply(
    { type: 'message_start', message: { id: body, model: body, content: [], usage: { input_tokens: 1 } } },
    { type: 'error', error: { type: 'api_error', message: echo } },
  );
  const elsewhere = jsonReply(302, {}, { location: `https://elsewhere.example/${body}?key=${body}` });
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'msg-echoes-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));
  const kept = (): string =>
    readdirSync(home, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== 'credentials.json')
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
      .join('\n');
  const tracesIn = (text: string): string[] =>
    traces.filter((trace) => text.toLowerCase().includes(trace.toLowerCase()));

  const send = ['send', 'hi', '--max-retries', '0'];
  const commands: readonly string[][] = [
    [...send, '-v', '--debug', '--record', '{home}/r.jsonl', '--session', 's'],
    [...send, '-o', 'json'],
    [...send, '-o', 'stream-json', '--stats'],
    [...send, '--count'],
    ['models'],
    ['models', '--json'],
    ['profiles', 'test', '--json'],
    ...['text', 'json', 'html', 'junit', 'sarif', 'md'].map((format) => [
      ...['doctor', '--yes', '--format', format, '--bundle', '{home}/b.md'],
    ]),
  ];
  it.each(
    Object.entries({ refusal, page, inStream, elsewhere }).flatMap(([name, reply]) =>
      commands.map((argv) => [name, argv.join(' '), reply, argv] as const),
    ),
  )('shows nowhere: %s to %s', async (_name, _words, reply, argv) => {
    const run = await runMsg(
      argv.map((word) => word.replace('{home}', home)),
      {
        mock: { respond: () => reply },
        env: { ANTHROPIC_BASE_URL: '{url}', ANTHROPIC_API_KEY: key, ANTHROPIC_MODEL: 'm' },
        home,
        cwd: home,
      },
    );
    // The doctor keeps the key where it was configured for.
    if (reply !== elsewhere)
      expect(run.requests.some(({ headers }) => headers['x-api-key'] === key)).toBe(true);
    expect(run.requests).not.toEqual([]);
    expect(tracesIn(run.stdout)).toEqual([]);
    expect(tracesIn(run.stderr)).toEqual([]);
    expect(tracesIn(kept())).toEqual([]);
  });

  it.each(Object.entries(shapes))('is told: %s', async (_name, shape) => {
    const { stderr } = await runMsg(send, {
      mock: { respond: () => jsonReply(401, { error: { message: shape, type: 'one_api_error' } }) },
      env: { MSG_BASE_URL: '{url}', MSG_API_KEY: key, MSG_MODEL: 'm' },
    });
    expect(stderr).toContain('The server quoted the key back; it is hidden here.');
    expect(tracesIn(stderr)).toEqual([]);
  });

  it('is not told of an error without one', async () => {
    const { stderr } = await runMsg(send, {
      mock: { respond: () => jsonReply(401, { error: { message: 'Keys begin with sk-ant-api03-.' } }) },
      env: { MSG_BASE_URL: '{url}', MSG_API_KEY: key, MSG_MODEL: 'm' },
    });
    expect(stderr).toContain('(Keys begin with sk-ant-api03-.)');
    expect(stderr).not.toContain('quoted');
  });

  it('is hidden in what a replay shows', async () => {
    const path = join(home, 'foreign.jsonl');
    const lines = [
      { recording: 1, at: 1, status: 401, headers: { 'content-type': 'application/json', 'x-echo': body } },
      { at: 2, text: JSON.stringify({ error: { message: echo, type: 'one_api_error' } }) },
      { at: 3, end: 'complete' },
    ];
    writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const { stdout, stderr } = await runMsg([...send, '-v', '--replay', path], {
      env: { ANTHROPIC_API_KEY: key },
    });
    expect(stderr).toContain('one_api_error');
    expect(tracesIn(stdout + stderr)).toEqual([]);
  });

  it('is hidden although it belongs to a profile that is not in use', async () => {
    const [stored, inVariable] = ['sk-stored-Qm4Zx8Lw2Nv6Bt1K', 'sk-other-Hy3Jd7Sp9Fc5Gq2R'];
    mkdirSync(join(home, 'config'), { mode: 0o700 });
    writeFileSync(
      join(home, 'config', 'config.json'),
      JSON.stringify({ profiles: { a: { key: { kind: 'env', name: 'A_KEY' } } } }),
      { mode: 0o600 },
    );
    writeFileSync(join(home, 'config', 'credentials.json'), JSON.stringify({ keys: { gone: stored } }), {
      mode: 0o600,
    });
    const message = `${stored.slice(3)} and ${inVariable.slice(3)}`;
    const { stderr } = await runMsg(send, {
      mock: { respond: () => jsonReply(400, { error: { message } }) },
      env: { MSG_BASE_URL: '{url}', MSG_API_KEY: key, MSG_MODEL: 'm', A_KEY: inVariable },
      home,
    });
    expect(stderr).toContain('sk-stored-… (26 characters) and sk-other-… (25 characters)');
  });

  it.each([
    'sk-or-v1-0123456789abcdef0123',
    'AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY',
    'xai-a1b2c3d4e5f6a7b8c9d0',
  ])('is hidden although nobody knows it: %s', async (unknown) => {
    const { stderr } = await runMsg([...send, '-v'], {
      mock: {
        respond: () =>
          jsonReply(400, { error: { message: `no channel for ${unknown}` } }, { 'x-key-used': unknown }),
      },
      env: { MSG_BASE_URL: '{url}', MSG_API_KEY: key, MSG_MODEL: 'm' },
    });
    expect(stderr).toContain('no channel for');
    expect(stderr).not.toContain(unknown.slice(-12));
  });
});

it.each([
  [['send', 'hi', '-P', canary], canary],
  [['doctor', canary], canary],
  [['chat', '-P', '0123456789abcdef0123456789abcdef'], '0123456789abcdef'],
  [['profiles', 'add', canary, '--preset', 'anthropic'], canary],
  [['profiles', 'show', canary], canary],
  [['profiles', 'use', canary], canary],
])('one given as the name of a profile is not repeated: %j', async (argv, secret) => {
  const { code, stdout, stderr } = await runMsg(argv, { stdin: '' });
  expect(code).toBe(2);
  expect(stderr).toContain('looks like a key; it is not repeated here.');
  expect(stdout + stderr).not.toContain(secret);
});
