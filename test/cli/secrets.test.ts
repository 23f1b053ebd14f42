// Secrets that are no key of a profile: in the query of a URL, in a header, in the place of a variable's name.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
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
