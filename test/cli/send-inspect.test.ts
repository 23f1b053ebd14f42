// What `send` does instead of sending: a curl command a real shell runs, the dry run, the count.
import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { errorReply, jsonReply, pageReply, startMock, streamReply } from '../../src/mock/index.ts';
import { type RunOptions, runMsg, testKey } from './run-msg.ts';

const shell = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'msg-inspect-'));
const secret = 'gateway-secret-0123456789';

describe('--curl', () => {
  /** What msg sends, and what bash and curl make of the command it prints instead. */
  async function both(
    argv: readonly string[],
    variables: Record<string, string> = {},
    options: RunOptions = {},
  ) {
    const mock = await startMock({ respond: () => streamReply('Hello') });
    try {
      const env = { MSG_BASE_URL: '{url}', MSG_API_KEY: testKey, MSG_MODEL: 'm' };
      await runMsg(['send', ...argv], { on: mock, env, ...options });
      const printed = await runMsg(['send', '--curl', ...argv], { on: mock, env, ...options });
      expect(mock.requests).toHaveLength(1);
      const script = join(folder, 'script.sh');
      writeFileSync(script, printed.stdout);
      const { stdout } = await shell('bash', [script], {
        env: { PATH: process.env['PATH'], HOME: '/wrong', MSG_API_KEY: testKey, ...variables },
      });
      const [sent, curled] = mock.requests;
      return { printed, sent, curled, stdout };
    } finally {
      await mock.close();
    }
  }

  it.each<[string, string[]]>([
    ['plain words', ['hi']],
    ['quotes', [`it's "quoted" and ''twice''`]],
    ['what a shell would read', ['$HOME `id` $(id) !! \\ \\n %s *?[a-z] ~ # & ; | < > {a,b}']],
    ['lines and unicode', ['one\ntwo\ttabbed\r\nthree é 中文 🎉 \u2028 \u0007']],
    ['what curl would read', ['@/etc/passwd']],
    ['an option', ['--', '-d']],
    ['headers', ['hi', '-H', 'x-odd: $HOME `id` "q" \'s\'', '-H', 'x-empty:', '--beta', 'a,b']],
    ['a bearer token', ['hi', '--auth', 'both']],
    [
      'everything',
      ['hi', '-s', "don't", '--stop', '$', '--tools', '[{"name":"n","input_schema":{}}]', '-t', '0'],
    ],
  ])('makes the same request of %s', async (_name, argv) => {
    const { printed, sent, curled, stdout } = await both(argv);
    expect(printed).toMatchObject({ code: 0, stderr: '' });
    expect(printed.stdout).not.toContain(testKey);
    expect(curled?.body).toBe(sent?.body);
    expect(curled?.path).toBe(sent?.path);
    const headers: Record<string, string> = { ...sent?.headers };
    for (const volatile of ['user-agent', 'connection', 'transfer-encoding', 'accept-encoding'])
      delete headers[volatile];
    expect(curled?.headers).toMatchObject(headers);
    expect(stdout).toContain('message_stop');
  });

  it('leaves out the headers that were to be left out', async () => {
    const { sent, curled } = await both(['hi', '-H', 'accept:', '-H', 'content-type:', '-H', 'x-api-key:']);
    for (const { headers } of [sent, curled].filter((one) => one !== undefined)) {
      const names = ['accept', 'content-type', 'x-api-key'].filter((name) => name in headers);
      expect(names).toEqual([]);
    }
    expect(curled?.body).toBe(sent?.body);
  });

  it('makes the same request of an attachment no command line could hold', async () => {
    const path = join(folder, 'big.txt');
    writeFileSync(path, `it's $HOME\nEND_OF_BODY\n${'x'.repeat(300_000)}`);
    const { sent, curled } = await both(['-f', path, 'sum up']);
    expect(curled?.json).toEqual(sent?.json);
  });

  it('leaves every secret to a variable, and says which to fill', async () => {
    const argv = ['hi', '-H', `cf-aig-authorization: Bearer ${secret}`, '-H', `x-gateway-token: ${secret}`];
    const variables = { CF_AIG_AUTHORIZATION: secret, X_GATEWAY_TOKEN: secret };
    const { printed, sent, curled } = await both(argv, variables);
    expect(printed.stdout).not.toContain(secret);
    expect(printed.stdout).toContain('-H "cf-aig-authorization: Bearer $CF_AIG_AUTHORIZATION"');
    expect(printed.stderr).toContain('put the value of the header x-gateway-token into X_GATEWAY_TOKEN');
    expect(curled?.headers['cf-aig-authorization']).toBe(sent?.headers['cf-aig-authorization']);
    expect(curled?.headers['x-gateway-token']).toBe(secret);
  });

  it('leaves a secret in the query to a variable', async () => {
    const key = 'sk-ca"na\\ry$1-0123456789';
    const argv = ['hi', '--base-url', `{url}/?a=$b&api_key=${encodeURIComponent(key)}&c=d`];
    const { printed, sent, curled } = await both(argv, { API_KEY: encodeURIComponent(key) });
    expect(sent?.query).toEqual({ a: '$b', api_key: key, c: 'd' });
    expect(curled?.query).toEqual(sent?.query);
    expect(printed.stdout).not.toContain('0123456789');
    expect(printed.stderr).toContain(
      'Before you run it, put api_key, as it stands in the URL, into API_KEY.',
    );
  });

  it('names the variable for a key that comes from a file', async () => {
    const path = join(folder, 'key');
    writeFileSync(path, `${testKey}\n`, { mode: 0o600 });
    const { printed, curled } = await both(['hi', '--api-key-file', path]);
    expect(printed.stderr).toContain('put the key into MSG_API_KEY');
    expect(curled?.headers['x-api-key']).toBe(testKey);
  });

  it('finds a key file where it was named: in the working directory', async () => {
    const key = 'sk-of-the-file-0123456789';
    writeFileSync(join(folder, 'key'), `${key}\n`, { mode: 0o600 });
    const run = await runMsg(['send', 'hi', '--api-key-file', 'key'], { cwd: folder });
    expect(run.stderr).toBe('');
    expect(run.requests[0]?.headers['x-api-key']).toBe(key);
  });

  it('passes on proxy, certificates and limits, but no password', async () => {
    const run = await runMsg([
      ...[
        'send',
        'hi',
        '--curl',
        '-x',
        'http://user:hunter2hunter2@proxy:3128',
        '--cacert',
        'my ca.pem',
        '-k',
      ],
      ...['--client-cert', 'c.pem', '--client-key', 'k.pem', '--connect-timeout', '3', '--timeout', '60'],
    ]);
    expect(run).toMatchObject({ code: 0, requests: [] });
    for (const part of [
      '--proxy http://proxy:3128 \\\n',
      '--proxy-user "$PROXY_USER_AND_PASSWORD"',
      "--cacert 'my ca.pem'",
      '--cert c.pem',
      '--key k.pem',
      '--connect-timeout 3',
      '--max-time 60',
      '--insecure',
    ]) {
      expect(run.stdout).toContain(part);
    }
    expect(run.stdout + run.stderr).not.toContain('hunter2');
  });

  it('of the demo says that curl cannot reach it', async () => {
    const run = await runMsg(['send', '-P', 'demo', 'hi', '--curl'], { env: {} });
    expect(run.code).toBe(0);
    expect(run.stderr).toContain('msg mock');
  });
});

describe('--dry-run', () => {
  it('shows the request and where each value comes from, and sends nothing', async () => {
    const run = await runMsg(['send', 'hi', '--dry-run', '-m', 'other', '--top-k', '4']);
    expect(run).toMatchObject({ code: 0, stderr: '', requests: [] });
    const { request, settings } = JSON.parse(run.stdout);
    expect(request).toMatchObject({
      method: 'POST',
      url: expect.stringMatching(/\/v1\/messages$/),
      headers: { 'x-api-key': '$MSG_API_KEY', 'anthropic-version': '2023-06-01' },
      body: { model: 'other', top_k: 4, messages: [{ role: 'user', content: 'hi' }] },
    });
    expect(settings).toMatchObject({
      base_url: { from: 'MSG_BASE_URL' },
      model: { value: 'other', from: '--model' },
      key: { from: 'MSG_API_KEY' },
      max_tokens: { value: 4096, from: 'default' },
    });
    expect(run.stdout).not.toContain(testKey);
  });

  it('tells that the system prompt of the profile is left out', async () => {
    const env = {
      MSG_BASE_URL: 'http://127.0.0.1:9',
      MSG_MODEL: 'm',
      MSG_SYSTEM: 'Be kind.',
      MSG_AUTH: 'none',
    };
    const run = await runMsg(['send', 'hi', '-s', '', '--dry-run'], { env });
    const { request, settings } = JSON.parse(run.stdout);
    expect(request.body).not.toHaveProperty('system');
    expect(settings.system).toEqual({ value: null, from: '--system' });
  });

  it('names what counts for every field of the body, also over a profile', async () => {
    const env = {
      // Not on this machine: what is reached there goes through no proxy of the environment.
      MSG_BASE_URL: 'http://gateway.example',
      MSG_API_KEY: testKey,
      MSG_MODEL: 'one',
      MSG_MAX_TOKENS: '77',
      MSG_SYSTEM: 'Be kind.',
      MSG_HEADERS: 'x-one: 1\nx-two: 2',
      http_proxy: `http://user:${secret}@proxy:3128`,
    };
    const run = await runMsg(
      [
        ...['send', 'hi', '--dry-run', '--max-tokens', '5', '--stop', 'x', '-H', 'X-Two: 3', '-t', '0.5'],
        ...['--effort', 'low', '--schema', '{}', '--set', 'output_config.more=1', '--set', 'model=two'],
        ...['--body', '{"temperature":1,"unknown":{"a":1}}', '--set', 'unknown.b=2'],
      ],
      { env },
    );
    const { request, settings } = JSON.parse(run.stdout);
    expect(settings).toMatchObject({
      max_tokens: { value: 5, from: '--max-tokens' },
      model: { value: 'two', from: '--set' },
      system: { value: 'Be kind.', from: 'MSG_SYSTEM' },
      stop_sequences: { value: ['x'], from: '--stop' },
      temperature: { value: 1, from: '--body' },
      output_config: { from: '--effort, --schema, --set' },
      unknown: { value: { a: 1, b: 2 }, from: '--body, --set' },
      stream: { value: true, from: 'default' },
      'header.x-one': { value: '1', from: 'MSG_HEADERS' },
      'header.x-two': { value: '3', from: '--header' },
      proxy: { value: 'http://proxy:3128 (with user and password)', from: 'http_proxy' },
    });
    expect(Object.keys(request.body).filter((name) => !(name in settings))).toEqual(['messages']);
    expect(run.stdout).not.toContain(secret);
  });

  it('shows no secret of headers and proxy', async () => {
    const run = await runMsg([
      ...['send', 'hi', '--dry-run', '-H', `authorization: Bearer ${secret}`, '-H', `x-my-key: ${secret}`],
      ...['-x', `http://user:${secret}@proxy:3128`],
    ]);
    expect(run.code).toBe(0);
    expect(run.stdout).not.toContain(secret);
    expect(JSON.parse(run.stdout).request.headers).toMatchObject({
      authorization: 'Bearer $AUTHORIZATION',
      'x-my-key': '$X_MY_KEY',
    });
  });
});

describe('--count', () => {
  it('asks for the count only, with what counts', async () => {
    const run = await runMsg(
      ['send', 'hi', '--count', '-s', 'Be brief.', '--max-tokens', '5', '-t', '1', '--schema', '{}'],
      { mock: { replies: [jsonReply(200, { input_tokens: 1234 })] } },
    );
    expect(run).toMatchObject({ code: 0, stdout: '1234\n', stderr: '' });
    expect(run.requests.map(({ path }) => path)).toEqual(['/v1/messages/count_tokens']);
    expect(run.requests[0]?.json).toEqual({
      model: 'test-model',
      messages: [{ role: 'user', content: 'hi' }],
      system: 'Be brief.',
      output_config: { format: { type: 'json_schema', schema: {} } },
    });
  });

  it.each([[['--json']], [['-o', 'json']], [['-o', 'stream-json']]])('as JSON with %j', async (form) => {
    const mock = { replies: [jsonReply(200, { input_tokens: 1234 })] };
    const run = await runMsg(['send', 'hi', '--count', ...form], { mock });
    expect(run).toMatchObject({ code: 0, stdout: '{"input_tokens":1234}\n' });
  });

  it.each([
    ['404', errorReply(404, 'not_found_error', 'Not found')],
    ['405', pageReply(405, 'text/html', '<h1>405</h1>')],
    ['501', errorReply(501, 'not_implemented_error', 'later')],
  ])('says that it is not supported where it is absent (%s)', async (_status, script) => {
    const run = await runMsg(['send', 'hi', '--count'], { mock: { replies: [script] } });
    expect(run).toMatchObject({ code: 5, stdout: '' });
    expect(run.stderr).toContain('Not supported here: 127.0.0.1');
    expect(run.requests).toHaveLength(1);
  });

  it.each([
    ['in digits', { input_tokens: '12' }],
    ['inside its usage', { usage: { input_tokens: 12 } }],
  ])('is read %s', async (_where, answer) => {
    const run = await runMsg(['send', 'hi', '--count'], { mock: { replies: [jsonReply(200, answer)] } });
    expect(run).toMatchObject({ code: 0, stdout: '12\n' });
  });

  it('of an answer without a count is no number', async () => {
    const run = await runMsg(['send', 'hi', '--count'], { mock: { replies: [jsonReply(200, {})] } });
    expect(run).toMatchObject({ code: 9, stdout: '' });
    expect(run.stderr).toContain('without input_tokens');
  });

  it('fails as sending would', async () => {
    const script = errorReply(401, 'authentication_error', 'invalid x-api-key');
    const run = await runMsg(['send', 'hi', '--count'], { mock: { replies: [script] } });
    expect(run).toMatchObject({ code: 4, stdout: '' });
    expect(run.stderr).toContain('the key from MSG_API_KEY was refused');
  });
});
