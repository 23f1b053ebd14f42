// `msg doctor TARGET --request FILE`, from the file to the report: what is said, what is sent, what is written.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SeenRequest } from '../../src/mock/received-request.ts';
import { errorReply, messageReply } from '../../src/mock/replies.ts';
import type { JsonObject } from '../../src/text/json.ts';
import { reportIn } from './report.ts';
import { type RunOptions, runMsg, testKey } from './run-msg.ts';

const folder = mkdtempSync(join(tmpdir(), 'doctor-request-'));
const fileKey = 'sk-ant-api03-0123456789abcdefghij';
const body: JsonObject = {
  model: 'test-model',
  max_tokens: 4096,
  system: 'Be brief.',
  messages: [{ role: 'user', content: 'hello' }],
};

function written(content: unknown, name = 'request.json'): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

async function examine(content: unknown, argv: readonly string[] = [], options: RunOptions = {}) {
  const run = await runMsg(['doctor', '--request', written(content), '--json', ...argv], options);
  return { ...run, report: reportIn(run.stdout) };
}

const refusing = (
  test: (body: JsonObject, seen: SeenRequest) => string | undefined,
  status = 400,
): RunOptions['mock'] => ({
  respond: (seen) => {
    const message = test((seen.json ?? {}) as JsonObject, seen);
    return message === undefined ? undefined : errorReply(status, 'invalid_request_error', message);
  },
});

describe('msg doctor --request', () => {
  it('says that a request is accepted, and what came', async () => {
    const { code, report, requests } = await examine({ ...body, stream: true });
    expect(code).toBe(0);
    expect(report.verdict).toBe('healthy');
    expect(requests.map(({ json }) => json)).toEqual([{ ...body, stream: true, max_tokens: 1 }]);
    expect(
      report.checks.filter(({ summary }) => summary !== '').map(({ id, summary }) => [id, summary]),
    ).toEqual([
      ['request.answer', expect.stringMatching(/^test-model; stop reason \w+$/)],
      ['request.accepted', 'a request body; sent with max_tokens 1 in place of 4096 (--full sends that)'],
    ]);
  });

  it('sends it as it is with --full', async () => {
    const { requests } = await examine(body, ['--full']);
    expect(requests.map(({ json }) => json)).toEqual([body]);
  });

  it('finds a limit of max_tokens where the file tells that it was refused', async () => {
    const limited = refusing(({ max_tokens: limit }) =>
      Number(limit) > 1000 ? 'max_tokens: 4096 > 1000, which is the maximum' : undefined,
    );
    const kept = {
      request: { method: 'POST', url: '/v1/messages', headers: [], postData: { text: JSON.stringify(body) } },
      response: { status: 400, content: { text: '' } },
    };
    const { report } = await examine(kept, [], { mock: limited ?? {} });
    expect(report.rootCause).toMatchObject({
      id: 'request.field',
      summary: 'max_tokens: 4096 is refused: 400 "max_tokens: 4096 > 1000, which is the maximum".',
    });
  });

  it('sends the credentials of the target, and none of the file', async () => {
    const curl = `curl '{url}/v1/messages' -H 'x-api-key: ${fileKey}' -H 'x-app: cli' -d '${JSON.stringify(body)}'`;
    const { requests, stdout, stderr } = await examine(curl);
    expect(requests[0]?.headers).toMatchObject({ 'x-api-key': testKey, 'x-app': 'cli' });
    expect(`${stdout}${stderr}${JSON.stringify(requests)}`).not.toContain(fileKey);
    expect(stdout).toContain('the credentials of the target in place of what the file has in x-api-key');
  });

  it('writes the reduced request, and the line that sends it is refused in the same words', async () => {
    const mock = refusing((_, { headers, body: text }) =>
      headers['x-app'] === 'cli' && text.includes('forbidden') ? 'not for this client' : undefined,
    );
    const reduced = join(folder, 'reduced.json');
    const kept = {
      request: {
        url: '/v1/messages',
        headers: { 'x-app': 'cli' },
        body: { ...body, system: 'x '.repeat(50) + 'forbidden'.padEnd(60, '.') },
      },
    };
    const { code, report } = await examine(kept, ['--reduced', reduced], { mock: mock ?? {} });
    expect(code).toBe(10);
    expect(report.rootCause?.summary).toBe(
      'system together with x-app: cli is refused (the text "forbidden" in it): 400 "not for this client".',
    );
    expect(report.rootCause?.remedy.commands[0]).toContain(
      `--body ${reduced} --no-repair --no-stream -H 'x-app: cli'`,
    );
    expect(JSON.parse(readFileSync(reduced, 'utf8'))).toEqual({
      model: 'test-model',
      max_tokens: 1,
      system: 'forbidden',
      messages: [{ role: 'user', content: 'hi' }],
    });
    const again = await runMsg(
      ['send', '--body', reduced, '--no-repair', '--no-stream', '-H', 'x-app: cli'],
      { mock: mock ?? {} },
    );
    expect([again.code, again.stderr]).toEqual([5, expect.stringContaining('not for this client')]);
  });

  it.each([
    [
      'the length of a text',
      { ...body, system: 'y'.repeat(900) },
      (one: JsonObject) => String(one['system'] ?? '').length > 512,
      'system is refused (longer than 512 characters)',
    ],
    [
      'a number of marks',
      {
        ...body,
        system: Array.from({ length: 6 }, (_, at) => ({
          type: 'text',
          text: `${at}`,
          cache_control: { type: 'ephemeral' },
        })),
      },
      (one: JsonObject) => (JSON.stringify(one).match(/cache_control/g) ?? []).length > 4,
      '5 × cache_control is refused (4 are taken)',
    ],
    [
      'a field inside a field',
      {
        ...body,
        output_config: {
          effort: 'high',
          format: {
            type: 'json_schema',
            schema: { type: 'object', properties: { a: { type: 'string', format: 'uri' } } },
          },
        },
      },
      (one: JsonObject) => JSON.stringify(one).includes('"uri"'),
      'output_config.format.schema.properties.a.format: "uri" is refused',
    ],
    [
      'a field, whatever is in it',
      { ...body, context_management: { edits: [{ type: 'clear' }] } },
      (one: JsonObject) => 'context_management' in one,
      'context_management is refused',
    ],
    [
      'a role',
      {
        ...body,
        messages: [
          { role: 'user', content: 'a' },
          { role: 'system', content: 'b' },
          { role: 'user', content: 'c' },
        ],
      },
      (one: JsonObject) => JSON.stringify(one).includes('"role":"system"'),
      'messages[1].role is refused',
    ],
    [
      'the model',
      { ...body, model: 'other-model' },
      (one: JsonObject) => one['model'] !== 'test-model',
      'model: "other-model" is refused',
    ],
  ])('finds %s', async (_name, content, test, says) => {
    const mock = refusing((one) => (test(one) ? 'Bad Request' : undefined));
    const { report, requests } = await examine(content, [], { mock: mock ?? {} });
    expect(report.rootCause?.summary).toBe(`${says}: 400 "Bad Request".`);
    expect(requests.length).toBeLessThanOrEqual(40);
  });

  it('tells the size where the size counts', async () => {
    const mock = refusing(
      (_, { body: text }) => (text.length > 30_000 ? 'Request too large' : undefined),
      413,
    );
    const messages = Array.from({ length: 21 }, (_, at) => ({
      role: at % 2 === 0 ? 'user' : 'assistant',
      content: 'word '.repeat(400),
    }));
    const { report } = await examine({ ...body, messages }, [], { mock: mock ?? {} });
    expect(report.rootCause?.id).toBe('request.size');
    expect(report.rootCause?.summary).toMatch(
      /^the size of the body is refused \(3\d{4} bytes; 2\d{4} are taken\): 413/,
    );
  });

  it('stops at its budget, and says among what it is', async () => {
    const mock = refusing((_, { body: text }) => (text.includes('needle') ? 'Bad Request' : undefined));
    const messages = Array.from({ length: 41 }, (_, at) => ({
      role: at % 2 === 0 ? 'user' : 'assistant',
      content: at === 20 ? 'needle' : `text ${at}`,
    }));
    const { report, requests, code } = await examine({ ...body, messages }, ['--budget', '5'], {
      mock: mock ?? {},
    });
    expect([code, requests.length]).toEqual([10, 5]);
    expect(report.rootCause).toMatchObject({
      id: 'request.message',
      confidence: 'likely',
      summary: expect.stringMatching(/^What is refused is among .*messages\[20\]\.content/),
    });
  });

  it.each([
    [
      'refuses everything',
      (): ReturnType<typeof errorReply> => errorReply(400, 'invalid_request_error', 'no'),
      /no part of this request/,
    ],
    ['is at its limit', () => errorReply(429, 'rate_limit_error', 'slow down'), /cannot be told/],
    [
      'sends elsewhere',
      () =>
        messageReply('hi').map((step) =>
          step.step === 'head'
            ? { ...step, status: 302, headers: { location: 'https://elsewhere.example/' } }
            : step,
        ),
      /cannot be told/,
    ],
  ])('leaves it open where the target %s', async (_name, respond, says) => {
    const { code, report } = await examine(body, [], { mock: { respond } });
    expect([code, report.verdict]).toEqual([11, 'undetermined']);
    expect(report.rootCause).toMatchObject({ id: 'request.accepted', summary: expect.stringMatching(says) });
  });

  it.each([
    ['is not there', join(folder, 'missing.json'), 3, /Cannot read .*missing\.json \(--request\)/],
    [
      'is a recording without a request',
      written(
        '{"recording":1,"at":1,"status":200,"headers":{}}\n{"at":2,"end":"complete"}\n',
        'answers.jsonl',
      ),
      3,
      /recording without a request/,
    ],
    ['is counted from nought', `${written(body)}#0`, 2, /the first request is #1/],
  ])('refuses a file that %s', async (_name, path, code, says) => {
    const run = await runMsg(['doctor', '--request', path]);
    expect([run.code, run.requests.length, run.stderr]).toEqual([code, 0, expect.stringMatching(says)]);
  });

  it.each(['text', 'md', 'html', 'junit', 'sarif'])('reports as %s', async (format) => {
    const mock = refusing((one) => ('system' in one ? 'no system prompts here' : undefined));
    const run = await runMsg(['doctor', '--request', written(body), '--format', format], {
      mock: mock ?? {},
    });
    expect([run.code, run.stdout]).toEqual([10, expect.stringContaining('request.system')]);
  });
});
