// One key that must be found nowhere: given in every way, sent to a server that repeats it wherever it can, looked for in
// every byte that a command prints and in every file it leaves. Each case has a key of its own, for this process hides
// every key it has met, and none has the shape of a key, for what has it is hidden anyway.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventsReply, jsonReply, pageReply, type Script, startMock } from '../../src/mock/index.ts';
import type { SeenRequest } from '../../src/mock/received-request.ts';
import { type RunningProxy, startProxy } from '../http/proxy-server.ts';
import { openMsg } from '../msg-terminal.ts';
import { type Run, runMsg } from './run-msg.ts';

/** 36 letters and digits. */
const keyFor = (name: string): string =>
  createHash('sha512')
    .update(name)
    .digest('base64')
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, 36);

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const hexadecimal = (text: string): string => Buffer.from(text).toString('hex');

/** How a server repeats a key. */
const echoOf = (key: string): string =>
  `<<echo ${key} | ${key.slice(0, 20)} | ${base64(key)} | ${base64(`user:${key}`)} | ${hexadecimal(key)} | ${JSON.stringify({ 'x-api-key': [key] })} >>`;

/** Whether twelve characters of a key, in any of these spellings, stand in a text. */
function tracesOf(key: string, text: string): string[] {
  const spellings = [key, base64(key), base64(`user:${key}`), hexadecimal(key)];
  return spellings.flatMap((spelling) =>
    Array.from({ length: spelling.length - 15 }, (_, at) => spelling.slice(at, at + 16))
      // The beginning of `user:` is in no key.
      .filter((piece) => !piece.startsWith(base64('user:').slice(0, 6)) && text.includes(piece)),
  );
}

/** What the model says. It is the answer, and is printed as it came; what is kept of it holds no key. */
const wordsOf = (key: string): string => `You said ${key}.`;

/** Servers that cannot keep a key to themselves. */
const servers: Readonly<Record<string, (key: string, request: SeenRequest) => Script>> = {
  'an error': (key) =>
    jsonReply(
      401,
      {
        type: 'error',
        error: { type: `t ${key}`, code: key, message: echoOf(key), param: key },
        request_id: key,
      },
      { 'x-echo': key, 'request-id': key, server: key, 'set-cookie': `session=${key}` },
    ),
  'a failure in other words': (key) =>
    jsonReply(
      503,
      { detail: [{ msg: echoOf(key), input: { key } }] },
      { 'retry-after': key, via: `1.1 ${key}` },
    ),
  'a page': (key) => pageReply(502, 'text/html', `<title>${echoOf(key)}</title><p>${key}</p>`),
  'a redirect': (key) => jsonReply(302, {}, { location: `https://elsewhere.example/${key}?key=${key}` }),
  'an answer': (key, { path }) =>
    path.includes('/models')
      ? jsonReply(200, { data: [{ id: `m-${key}`, type: 'model', display_name: key }], has_more: false })
      : path.includes('count_tokens')
        ? jsonReply(200, { input_tokens: 3, note: echoOf(key) })
        : eventsReply(
            {
              type: 'message_start',
              message: {
                id: key,
                model: key,
                role: 'assistant',
                content: [],
                usage: { input_tokens: 1, tier: key },
              },
            },
            { type: 'echo', text: echoOf(key) },
            { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
            { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: wordsOf(key) } },
            { type: 'content_block_stop', index: 0 },
            { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } },
            { type: 'message_stop' },
          ),
  'a stream that fails': (key) =>
    eventsReply(
      { type: 'message_start', message: { id: key, model: key, content: [], usage: { input_tokens: 1 } } },
      { type: 'error', error: { type: 'api_error', message: echoOf(key) } },
    ),
};

type Place = { readonly home: string; readonly proxy: RunningProxy };
type Way = {
  /** Connection options, for commands that have them. */
  readonly argv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Fields of the profile `work`, which is the current one. */
  readonly profile?: Readonly<Record<string, unknown>>;
  /** Files in the home, and what they hold. They are the user's own: the key stands in them. */
  readonly files?: Readonly<Record<string, string>>;
};

const profileOf = (fields: Readonly<Record<string, unknown>>): Way => ({
  profile: { baseUrl: '{url}', model: 'm', ...fields },
});
const noKey = { auth: 'none' } as const;
const withPassword = ({ port }: RunningProxy, password: string): string =>
  `http://user:${password}@127.0.0.1:${port}`;

/** Every way to give a key to msg. */
const ways: Readonly<Record<string, (key: string, place: Place) => Way>> = {
  MSG_API_KEY: (key) => ({ env: { MSG_BASE_URL: '{url}', MSG_MODEL: 'm', MSG_API_KEY: key } }),
  ANTHROPIC_API_KEY: (key) => ({
    env: { ANTHROPIC_BASE_URL: '{url}', ANTHROPIC_MODEL: 'm', ANTHROPIC_API_KEY: key },
  }),
  ANTHROPIC_AUTH_TOKEN: (key) => ({
    env: { ANTHROPIC_BASE_URL: '{url}', ANTHROPIC_MODEL: 'm', ANTHROPIC_AUTH_TOKEN: key },
  }),
  ANTHROPIC_CUSTOM_HEADERS: (key) => ({
    env: {
      ANTHROPIC_BASE_URL: '{url}',
      ANTHROPIC_MODEL: 'm',
      ANTHROPIC_API_KEY: 'unimportant-0123',
      ANTHROPIC_CUSTOM_HEADERS: `x-team-token: ${key}`,
    },
  }),
  '--api-key-env': (key) => ({
    argv: ['--base-url', '{url}', '-m', 'm', '--api-key-env', 'TEAM_KEY'],
    env: { TEAM_KEY: key },
  }),
  '--api-key-file': (key, { home }) => ({
    argv: ['--base-url', '{url}', '-m', 'm', '--api-key-file', join(home, 'team.key')],
    files: { 'team.key': `${key}\n` },
  }),
  '-H': (key) => ({
    argv: ['--base-url', '{url}', '-m', 'm', '--auth', 'none', '-H', `x-team-token: Bearer ${key}`],
  }),
  'the query of an address': (key) => ({
    env: { MSG_BASE_URL: `{url}/?api_key=${key}`, MSG_MODEL: 'm', MSG_AUTH: 'none' },
  }),
  'the password of a proxy': (key, { proxy }) => ({
    env: {
      MSG_BASE_URL: '{url}',
      MSG_MODEL: 'm',
      MSG_API_KEY: 'unimportant-0123',
      MSG_PROXY: withPassword(proxy, key),
    },
  }),
  'a variable that a profile names': (key) => ({
    ...profileOf({ key: { kind: 'env', name: 'TEAM_KEY' } }),
    env: { TEAM_KEY: key },
  }),
  'a file that a profile names': (key, { home }) => ({
    ...profileOf({ key: { kind: 'file', path: join(home, 'team.key') } }),
    files: { 'team.key': key },
  }),
  'a key command': (key, { home }) => ({
    ...profileOf({
      key: {
        kind: 'command',
        argv: [
          process.execPath,
          '-p',
          `process.stderr.write('not for you\\n'), require('fs').readFileSync('${join(home, 'team.key')}', 'utf8')`,
        ],
      },
    }),
    files: { 'team.key': key },
  }),
  'credentials.json': (key) => ({
    ...profileOf({ key: { kind: 'stored' }, keyOrigin: '{url}' }),
    files: { 'config/credentials.json': JSON.stringify({ version: 1, keys: { work: key } }) },
  }),
  'a header of a profile': (key) => profileOf({ ...noKey, headers: { 'x-team-token': `Bearer ${key}` } }),
  'the query of a profile’s address': (key) => profileOf({ ...noKey, baseUrl: `{url}/?api_key=${key}` }),
  'the proxy of a profile': (key, { proxy }) => profileOf({ ...noKey, proxy: withPassword(proxy, key) }),
};

const client = `const { ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: key = '', ANTHROPIC_AUTH_TOKEN: token = '' } = process.env;
  fetch(url + '/v1/messages', { method: 'POST', redirect: 'manual', body: JSON.stringify({ model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] }),
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01', ...(key && { 'x-api-key': key }), ...(token && { authorization: 'Bearer ' + token }) } }).then((answer) => answer.text())`;
const clientArgv = ['--', process.execPath, '-e', client];

type Command = {
  readonly argv: readonly string[];
  /** It takes no options of the connection. */
  readonly isBare?: true;
  /** It sends nothing. */
  readonly isQuiet?: true;
};
const bare = (...argv: string[]): Command => ({ argv, isBare: true });
const quiet = (...argv: string[]): Command => ({ argv, isQuiet: true });
const bareAndQuiet = (...argv: string[]): Command => ({ argv, isBare: true, isQuiet: true });
const send = ['send', 'hi', '--max-retries', '0'];

const sends: readonly Command[] = [
  [...send, '-v', '--debug', '--stats', '--record', '{home}/answer.jsonl', '--session', 's'],
  [...send, '-q', '--raw'],
  [...send, '--plain', '-u', '--strict'],
  [...send, '-o', 'json'],
  [...send, '-o', 'stream-json', '-v'],
  [...send, '--no-stream', '--debug'],
  [...send, '--extract-code'],
  [...send, '--count', '--json'],
  ['models', '--json'],
  ['models', '-v'],
].map((argv) => ({ argv }));

const requestFile = '{home}/request.json';
const examinations: readonly Command[] = [
  ...['text', 'json', 'junit', 'sarif', 'md', 'html'].map((format) => ({
    argv: [...['doctor', '--yes', '-v', '--format', format, '--bundle', '{home}/bundle.md']],
  })),
  { argv: ['doctor', '--yes', '--identity', '--debug', '-o', '{home}/identity.html'] },
  { argv: ['doctor', '--yes', '--request', requestFile, '--reduced', '{home}/reduced.json', '-v'] },
  { argv: ['doctor', '--yes', '--client', 'all', '--json'] },
  bare('doctor', 'work', '--compare', 'work', '--yes', '-v'),
  bare('doctor', 'work', 'work', '--race', '1', '--yes', '-v', '-o', '{home}/race.html'),
  bare('doctor', 'work', '--race', '1', '--yes', '--json'),
  { argv: ['doctor', '--yes', '--identity', '--json', '-o', '{home}/kept.json'] },
];

const taps: readonly Command[] = [
  bare(
    ...['tap', '-v', '--record', '{home}/kept', '--har', '{home}/tap.har', '--report', '{home}/tap.html'],
    ...clientArgv,
  ),
  bareAndQuiet('tap', '--fail', '529', '--debug', ...clientArgv),
];

const profiles: readonly Command[] = [
  bare('profiles', 'test', '-v'),
  bare('profiles', 'test', '--json', '--debug'),
];

const offline: readonly Command[] = [
  quiet(...send, '--curl'),
  quiet(...send, '--dry-run'),
  quiet(...send, '--dry-run', '-o', 'json', '-v'),
  ...[
    ['profiles'],
    ['profiles', 'list', '--json'],
    ['profiles', 'show', '--explain'],
    ['profiles', 'show', '--explain', '--json'],
    ['profiles', 'path'],
    ['completion', 'bash'],
    ['profiles', 'copy', 'work', 'play'],
    ['profiles', 'set', 'work', 'model=n'],
    ['sessions', 'list'],
    ['sessions', 'usage'],
    ['prompts'],
    ['help', 'environment'],
    [],
  ].map((argv) => bareAndQuiet(...argv)),
];

let home: string;
let proxy: RunningProxy;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'msg-canary-'));
  proxy = await startProxy();
});
afterEach(async () => {
  await proxy.close();
  rmSync(home, { recursive: true, force: true });
});

/** All that lies in the home, but what the user put there; each file with its name, for a name could hold a key, too. */
const kept = (own: ReadonlySet<string>): string =>
  readdirSync(home, { recursive: true, withFileTypes: true })
    .map((entry) => [entry, join(entry.parentPath, entry.name)] as const)
    .filter(([entry, path]) => entry.isFile() && !own.has(path))
    .map(([, path]) => `${path}\n${readFileSync(path, 'latin1')}`)
    .join('\n');

type Seen = { readonly run: Run; readonly files: string };

async function runWith(
  key: string,
  wayName: string,
  serverName: string,
  command: Command,
): Promise<Seen & { readonly hasKeyOnWire: boolean }> {
  const way = ways[wayName]!(key, { home, proxy });
  const respond = (request: SeenRequest): Script => servers[serverName]!(key, request);
  const own = new Set<string>();
  const mock = await startMock({ respond });
  const fill = (text: string): string => text.replaceAll('{url}', mock.url).replaceAll('{home}', home);
  const write = (name: string, text: string): void => {
    const path = join(home, name);
    mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 });
    writeFileSync(path, fill(text), { mode: 0o600 });
    own.add(path);
  };
  for (const [name, text] of Object.entries(way.files ?? {})) write(name, text);
  write(
    'request.json',
    JSON.stringify({ model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] }),
  );
  if (way.profile !== undefined)
    write(
      'config/config.json',
      JSON.stringify({ version: 1, current: 'work', profiles: { work: way.profile } }),
    );
  try {
    const argv = [...command.argv];
    const program = argv.indexOf('--');
    argv.splice(program < 0 ? argv.length : program, 0, ...(command.isBare ? [] : (way.argv ?? [])));
    const run = await runMsg(argv.map(fill), {
      on: mock,
      env: { ...way.env },
      home,
      cwd: home,
      stdin: '',
    });
    const wire = JSON.stringify(mock.requests.map(({ headers, query }) => [headers, query]));
    return {
      run,
      // A profile that holds the key in itself holds it: config.json is the user's, like the other files of its own.
      files: kept(own),
      hasKeyOnWire: wire.includes(key) || proxy.seen.length > 0,
    };
  } finally {
    await mock.close();
  }
}

function expectNoTrace(key: string, { run, files }: Seen): void {
  const spoken = wordsOf(key);
  for (const [where, text] of [
    // The answer itself is what was asked for.
    ['stdout', run.stdout.replaceAll(spoken, '')],
    ['stderr', run.stderr],
    ['files', files],
  ] as const) {
    const traces = tracesOf(key, text);
    const around =
      traces.length === 0 ? '' : text.slice(Math.max(0, text.indexOf(traces[0]!) - 300)).slice(0, 400);
    expect(traces, `${where}: ${around}`).toEqual([]);
  }
}

const isFor = (way: Way, command: Command): boolean =>
  // Without its options, or without the profile, a command would not have the key at all.
  (way.argv === undefined || !command.isBare) &&
  (way.profile !== undefined || !command.argv.some((word) => word === 'work' || word === 'test'));
const anyPlace = { home: '', proxy: { port: 1, seen: [] } } as unknown as Place;

const casesOf = (
  wayNames: readonly string[],
  serverNames: readonly string[],
  commands: readonly Command[],
): (readonly [string, string, string, Command])[] =>
  wayNames.flatMap((way) =>
    serverNames.flatMap((server) =>
      commands
        .filter((command) => isFor(ways[way]!('', anyPlace), command))
        .map((command) => [way, server, command.argv.join(' ').slice(0, 100), command] as const),
    ),
  );

async function examine(way: string, server: string, words: string, command: Command): Promise<void> {
  const key = keyFor(`${way} ${server} ${words}`);
  const seen = await runWith(key, way, server, command);
  expect(seen.run.code, seen.run.stderr).not.toBe(1);
  expect(seen.run.code, seen.run.stderr).not.toBe(2);
  // The doctor sends no key more where a redirect would take it elsewhere.
  const isHeldBack = server === 'a redirect' && command.argv[0] === 'doctor';
  if (!isHeldBack) expect(seen.hasKeyOnWire).toBe(!command.isQuiet);
  expectNoTrace(key, seen);
}

const oneWay = 'a variable that a profile names';
const otherWays = Object.keys(ways).filter((way) => way !== oneWay);

describe('a key is in nothing that is printed or kept', () => {
  it.each(casesOf([oneWay], Object.keys(servers), [...sends, ...taps, ...profiles]))(
    'from %s, repeated by %s: %s',
    examine,
  );
  it.each(casesOf([oneWay], ['an error', 'an answer', 'a redirect'], examinations))(
    'from %s, repeated by %s: %s',
    examine,
  );
  it.each(casesOf(otherWays, ['an error'], [sends[0]!, sends[3]!, examinations[1]!, taps[0]!, profiles[0]!]))(
    'from %s, repeated by %s: %s',
    examine,
  );
  it.each(casesOf(Object.keys(ways), ['an error'], offline))('from %s, beside %s: %s', examine);

  it.each(Object.keys(servers))('that %s repeats, in what is made of what was kept', async (server) => {
    const key = keyFor(`kept ${server}`);
    const env = { TEAM_KEY: key };
    await runWith(key, oneWay, server, sends[0]!);
    await runWith(key, oneWay, server, taps[0]!);
    const [recorded = ''] = readdirSync(join(home, 'kept'));
    for (const argv of [
      [...send, '-v', '--replay', '{home}/answer.jsonl', '--replay-speed', '0'],
      ['doctor', '--from-error', '{home}/answer.jsonl'],
      ['doctor', '--from-error', join('{home}', 'kept', recorded), '--json'],
      ['tap', '--open', '{home}/kept', '--report', '{home}/again.html'],
      ['sessions', 'list', '--json'],
      ['sessions', 'show', 's'],
      ['sessions', 'show', 's', '--json'],
      ['sessions', 'search', 'said'],
      ['sessions', 'export', 's', '{home}/s.html'],
    ]) {
      const run = await runMsg(
        argv.map((word) => word.replace('{home}', home)),
        { home, cwd: home, env, stdin: '' },
      );
      expect(run.code, run.stderr).not.toBe(1);
      expectNoTrace(key, { run, files: '' });
    }
  });

  it('in the address of a new profile', async () => {
    const key = keyFor('new');
    const run = await runMsg(
      [
        'profiles',
        'add',
        'new',
        '--base-url',
        `http://127.0.0.1:1/?api_key=${key}`,
        '-m',
        'm',
        '--auth',
        'none',
      ],
      { home, env: {}, stdin: '' },
    );
    expect(run.code, run.stderr).toBe(0);
    expectNoTrace(key, { run, files: '' });
  });

  it.each(['an error', 'an answer', 'a redirect'])(
    'that %s repeats to a watch, and in its history',
    async (server) => {
      const key = keyFor(`watch ${server}`);
      const target = ['doctor', '--free', '-v'];
      const options = {
        mock: { respond: (request: SeenRequest): Script => servers[server]!(key, request) },
        env: { MSG_BASE_URL: `{url}/?token=${key}`, MSG_MODEL: 'm', MSG_API_KEY: key },
        home,
        cwd: home,
      };
      const run = await runMsg([...target, '--watch', '1', '--report', join(home, 'watch.html')], {
        ...options,
        async during({ shows, interrupt }) {
          await shows('\n');
          interrupt();
        },
      });
      expectNoTrace(key, { run, files: kept(new Set()) });
      expect(kept(new Set())).toContain('watch');
      const told = await runMsg(['doctor', '--history', '--json'], options);
      expectNoTrace(key, { run: told, files: '' });
    },
  );

  it('in what msg mock tells of requests', async () => {
    const key = keyFor('mock');
    const run = await runMsg(['mock', '--port', '0', '--verbose', '--key', key], {
      home,
      env: {},
      async during({ shows, interrupt, printed }) {
        await shows('Ctrl-C stops it', 'stderr');
        const [, url = ''] = /listens on (\S+)\. /.exec(printed('stderr')) ?? [];
        const body = JSON.stringify({ model: 'm', metadata: { user_id: key }, messages: echoOf(key) });
        await fetch(`${url}/v1/messages?api_key=${key}`, {
          method: 'POST',
          headers: { 'x-api-key': key, 'x-odd': key, 'content-type': 'application/json' },
          body,
        }).then((answer) => answer.text());
        await shows('POST /v1/messages', 'stderr');
        interrupt();
      },
    });
    expectNoTrace(key, { run, files: '' });
  });

  it('in the words of a bug', async () => {
    const key = keyFor('bug');
    const run = await runMsg([...send, '--debug'], {
      env: { MSG_BASE_URL: '{url}', MSG_MODEL: 'm', MSG_API_KEY: key },
      adapt: (context) => ({
        ...context,
        transport: async () => {
          throw new TypeError(`cannot read ${echoOf(key)}`, { cause: new Error(key) });
        },
      }),
    });
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('cannot read');
    expectNoTrace(key, { run, files: '' });
  });

  it('in a chat, its commands and what it keeps', async () => {
    const key = keyFor('chat');
    const replies = ['an answer', 'an error', 'a stream that fails'];
    let turn = 0;
    const mock = await startMock({
      respond: (request) =>
        request.path.includes('/models')
          ? servers['an answer']!(key, request)
          : servers[replies[turn++ % replies.length]!]!(key, request),
    });
    const terminal = openMsg(['chat'], {
      working: home,
      columns: 120,
      env: { MSG_BASE_URL: mock.url, MSG_API_KEY: key, MSG_MODEL: 'm', MSG_MAX_RETRIES: '0', EDITOR: '' },
    });
    try {
      let prompts = 1;
      const isAtPrompt = (text: string): boolean => (text.match(/▸/g) ?? []).length >= prompts;
      await terminal.see(isAtPrompt);
      const lines = [
        'one',
        'two',
        'three',
        '/headers',
        '/curl',
        '/usage',
        '/history',
        `/export ${join(home, 'c.md')}`,
      ];
      for (const line of lines) {
        prompts++;
        terminal.type(`${line}\r`);
        await terminal.see(isAtPrompt);
      }
      terminal.type('/exit\r');
      await terminal.ended;
      expect(JSON.stringify(mock.requests.map(({ headers }) => headers))).toContain(key);
      const run = { code: 0, stdout: terminal.output(), stderr: terminal.text(), requests: [] };
      expect(run.stderr).toContain('401');
      expect(readFileSync(join(home, 'c.md'), 'utf8')).toContain('You said');
      expectNoTrace(key, {
        run: { ...run, stderr: run.stderr.replaceAll(wordsOf(key), '') },
        files: kept(new Set()),
      });
    } finally {
      await terminal.close();
      await mock.close();
    }
  });
});
