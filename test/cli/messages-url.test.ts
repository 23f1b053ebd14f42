// Routes without /v1: an exact URL, to which nothing is added, and a base URL that is one already.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { httpServer, type Running } from '../http/servers.ts';
import { type RunOptions, runMsg, testKey } from './run-msg.ts';

const answer = JSON.stringify({
  type: 'message',
  role: 'assistant',
  content: [{ type: 'text', text: 'Hello' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 1, output_tokens: 1 },
});
let server: Running;
let home: string;
let exact: string;
let asked: string[];
let keys: unknown[];

beforeEach(async () => {
  asked = [];
  keys = [];
  home = mkdtempSync(join(tmpdir(), 'msg-exact-'));
  server = await httpServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    keys.push(request.headers['x-api-key']);
    const isThere = request.url?.split('?')[0] === '/relay/messages';
    request.resume().on('end', () => {
      response.writeHead(isThere ? 200 : 404, { 'content-type': 'application/json' });
      response.end(isThere ? answer : '{"error":{"message":"no route"}}');
    });
  });
  exact = `http://127.0.0.1:${server.port}/relay/messages`;
});
afterEach(async () => {
  await server.close();
  rmSync(home, { recursive: true, force: true });
});

const run = (argv: readonly string[], env: RunOptions['env'] = { MSG_MODEL: 'm', KEY: testKey }) =>
  runMsg(argv, { env, home });
const keyed = ['--api-key-env', 'KEY'];

it('--messages-url is asked as it stands, with its query', async () => {
  for (const url of [exact, `${exact}?api-version=2`])
    expect(await run(['send', 'hi', '--messages-url', url, ...keyed])).toMatchObject({
      code: 0,
      stdout: 'Hello\n',
      stderr: '',
    });
  expect(asked).toEqual(['POST /relay/messages', 'POST /relay/messages?api-version=2']);
});

it('MSG_MESSAGES_URL is the same, and its key goes there', async () => {
  const env = { MSG_MESSAGES_URL: exact, MSG_API_KEY: testKey, MSG_MODEL: 'm' };
  expect(await run(['send', 'hi'], env)).toMatchObject({ code: 0, stdout: 'Hello\n' });
  expect(keys).toEqual([testKey]);
});

it('with --base-url beside it is a mistake', async () => {
  const both = await run(['send', 'hi', '--messages-url', exact, '--base-url', 'http://h', ...keyed]);
  expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining('Name one address, not two.') });
});

it('a plan shows the URL and where it was said', async () => {
  const plan = JSON.parse((await run(['send', 'hi', '--messages-url', exact, ...keyed, '--dry-run'])).stdout);
  expect(plan.request.url).toBe(exact);
  expect(plan.settings.messages_url).toEqual({ value: exact, from: '--messages-url' });
  expect((await run(['send', 'hi', '--messages-url', exact, ...keyed, '--curl'])).stdout).toContain(exact);
  expect(asked).toEqual([]);
});

it('a profile keeps it; its key goes to no other host, whichever option names that', async () => {
  const made = await run([
    'profiles',
    'add',
    'relay',
    '--messages-url',
    exact,
    '--key-env',
    'KEY',
    '-m',
    'm',
  ]);
  expect(made.code).toBe(0);
  expect(await run(['send', 'hi', '-P', 'relay'])).toMatchObject({ code: 0, stdout: 'Hello\n' });
  expect((await run(['profiles', 'test', 'relay'])).code).toBe(0);
  const elsewhere = exact.replace('127.0.0.1', 'localhost');
  for (const option of [
    ['--messages-url', elsewhere],
    ['--base-url', elsewhere],
  ]) {
    const refused = await run(['send', 'hi', '-P', 'relay', ...option]);
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining('is not sent elsewhere') });
  }
  expect(asked).toHaveLength(2);
  const shown = await run(['profiles', 'show', 'relay', '--json']);
  expect(JSON.parse(shown.stdout)).toMatchObject({ messages_url: exact, base_url: null });
  const env = await run(['profiles', 'env', 'relay']);
  expect(env.stderr).toContain(`they cannot be told the exact URL ${exact}`);
});

it('a base URL on the command line stands over the exact URL of the profile', async () => {
  await run(['profiles', 'add', 'relay', '--messages-url', exact, '--key-env', 'KEY', '-m', 'm']);
  await run(['send', 'hi', '-P', 'relay', '--base-url', exact.replace('/relay/messages', '/other')]);
  expect(asked).toEqual(['POST /other/v1/messages']);
});

it('lists and counts are looked for beside it, and told where they are not', async () => {
  const models = await run(['models', '--messages-url', exact, ...keyed]);
  expect(models.stderr).toMatch(
    /does not offer a list of models \(404\)\.\n {2}Next: msg doctor --messages-url /,
  );
  const count = await run(['send', 'hi', '--count', '--messages-url', exact, ...keyed]);
  expect(count.stderr).toContain('does not offer count_tokens (404)');
  expect(asked.map((one) => one.replace(/\?.*/, ''))).toEqual([
    'GET /relay/models',
    'POST /relay/messages/count_tokens',
  ]);
});

it('a base URL that ends in /messages is tried as it is written where /v1/messages is not there', async () => {
  const found = await run(['send', 'hi', '--base-url', exact, ...keyed]);
  expect(found).toMatchObject({ code: 0, stdout: 'Hello\n' });
  expect(found.stderr).toContain(`at once: --messages-url ${exact}`);
  expect(asked).toEqual(['POST /relay/v1/messages', 'POST /relay/messages']);
  const nowhere = await run(['send', 'hi', '--base-url', exact.replace('relay', 'none'), ...keyed]);
  expect(nowhere).toMatchObject({ code: 5, stdout: '' });
  expect(asked).toHaveLength(4);
});

it('the doctor takes it, and finds a route without /v1 by itself', async () => {
  const base = exact.replace('/messages', '');
  const report = JSON.parse((await run(['doctor', base, ...keyed, '--free', '--json'])).stdout);
  expect(report.root_cause.summary).toContain(
    'serves Messages at /relay/messages, not at /relay/v1/messages',
  );
  expect(report.root_cause.remedy.commands[0]).toContain(`--messages-url ${exact}`);
  const direct = JSON.parse(
    (await run(['doctor', '--messages-url', exact, ...keyed, '--free', '--json'])).stdout,
  );
  expect(direct.target.messages_url).toBe(exact);
  expect(
    direct.checks.filter(
      ({ id, status }: { id: string; status: string }) => id.startsWith('url.') && status === 'fail',
    ),
  ).toEqual([]);
});
