// `msg doctor TARGET --request FILE`, from the file to the report: what is said, what is sent, what is written.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startMock } from '../../src/mock/index.ts';
import type { SeenRequest } from '../../src/mock/received-request.ts';
import { errorReply, jsonReply, messageReply } from '../../src/mock/replies.ts';
import { bytes, reset } from '../../src/mock/script.ts';
import type { JsonObject } from '../../src/text/json.ts';
import { shortenedTime } from './paced-time.ts';
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
      'a result that is a list, whatever is in it',
      {
        ...body,
        messages: [
          { role: 'user', content: 'go' },
          { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }] },
          {
            role: 'user',
            content: [
              { type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text: 'seen' }] },
            ],
          },
        ],
      },
      (one: JsonObject) => /"tool_use_id":"toolu_1","content":\[/.test(JSON.stringify(one)),
      'messages[2].content[0].content (a list) is refused',
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

  it.each([
    [400, 'you'],
    [500, 'gateway'],
  ])('finds a picture that is answered with %d, and who is to act', async (status, owner) => {
    const source = { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' };
    const content = [
      { type: 'text', text: 'what is it?' },
      { type: 'image', source },
    ];
    const test = (one: JsonObject): string | undefined =>
      JSON.stringify(one).includes('"image"') ? 'no pictures' : undefined;
    const { report } = await examine({ ...body, messages: [{ role: 'user', content }] }, [], {
      mock: refusing(test, status) ?? {},
    });
    expect([report.rootCause?.id, report.rootCause?.owner]).toEqual(['request.message', owner]);
    expect(report.rootCause?.summary).toMatch(/^messages\[0\]\.content\[1\] \(image\) is refused/);
  });

  const turns = (count: number, text: (at: number) => string): JsonObject[] =>
    Array.from({ length: count }, (_, at) => ({
      role: at % 2 === 0 ? 'user' : 'assistant',
      content: text(at),
    }));
  const lengthOf = (one: JsonObject, name: string): number =>
    Array.isArray(one[name]) ? one[name].length : 0;

  it.each([
    [
      'tools, not their parts',
      {
        ...body,
        tools: Array.from({ length: 40 }, (_, at) => ({
          name: `tool_${at}`,
          description: 'Does it.',
          input_schema: { type: 'object', properties: { a: { type: 'string' } } },
        })),
      },
      (one: JsonObject) => lengthOf(one, 'tools') > 32,
      /^33 × tools is refused \(32 are taken\)/,
    ],
    [
      'turns, with those that stand in',
      { ...body, messages: turns(61, (at) => `turn ${at}`) },
      (one: JsonObject) => lengthOf(one, 'messages') > 30,
      /^31 × messages is refused \(29 are taken\)/,
    ],
    [
      'a few turns, where only those that stand in make them as many',
      { ...body, messages: turns(7, (at) => `turn ${at}`) },
      (one: JsonObject) => lengthOf(one, 'messages') > 4,
      /^5 × messages is refused \(4 are taken\)/,
    ],
    [
      'turns of one role',
      { ...body, messages: turns(7, (at) => `turn ${at}`) },
      (one: JsonObject) => (JSON.stringify(one).match(/"assistant"/g) ?? []).length > 1,
      /^4 × messages is refused \(3 are taken\)/,
    ],
    [
      'pictures in one turn',
      {
        ...body,
        messages: [
          {
            role: 'user',
            content: Array.from({ length: 8 }, () => ({
              type: 'image',
              source: { type: 'base64', media_type: 'image/png', data: 'iVBOR' },
            })),
          },
        ],
      },
      (one: JsonObject) => (JSON.stringify(one).match(/"image"/g) ?? []).length > 5,
      /^6 × image is refused \(5 are taken\)/,
    ],
    [
      'descriptions, not the tools that have them',
      {
        ...body,
        tools: Array.from({ length: 9 }, (_, at) => ({
          name: `tool_${at}`,
          description: 'x'.repeat(100),
          input_schema: { type: 'object' },
        })),
      },
      (one: JsonObject) => JSON.stringify(one).split('x'.repeat(100)).length > 7,
      /^7 × tools\[\]\.description is refused \(6 are taken\)/,
    ],
    [
      'bytes, where the number of turns is nothing',
      { ...body, messages: turns(41, (at) => `word ${at} `.repeat(300)) },
      (one: JsonObject) => JSON.stringify(one).length > 60_000,
      /^the size of the body is refused \(6\d{4} bytes; 5\d{4} are taken\)/,
    ],
  ])('counts %s', async (_name, content, test, says) => {
    const mock = refusing((one) => (test(one) ? 'Bad Request' : undefined));
    const { report, requests } = await examine(content, [], { mock: mock ?? {} });
    expect(report.rootCause?.summary).toMatch(says);
    expect(requests.length).toBeLessThanOrEqual(40);
  });

  it('goes by the status where the words are others each time', async () => {
    let count = 0;
    const words = ['no such thing', 'it was not possible', 'try something else', 'sorry'];
    const mock = refusing((one) => {
      count += 1;
      return 'metadata' in one && 'temperature' in one ? words[count % words.length] : undefined;
    });
    const content = { ...body, metadata: { user_id: 'a' }, temperature: 1, top_k: 5 };
    const { report } = await examine(content, [], { mock: mock ?? {} });
    expect(report.rootCause).toMatchObject({
      confidence: 'certain',
      summary: expect.stringMatching(/^temperature: 1 together with metadata is refused: 400/) as string,
    });
  });

  it('sends the query with the reduced request, to one address', async () => {
    const mock = refusing((_, { query }) => (query['beta'] === 'true' ? 'no such route' : undefined), 404);
    const reduced = join(folder, 'query.json');
    const on = await startMock({ key: testKey, ...mock });
    try {
      const kept = { request: { method: 'POST', url: '/v1/messages?beta=true', headers: {}, body } };
      const argv = ['{url}', '--reduced', reduced];
      const { report } = await examine(kept, argv, { on });
      const [command = ''] = report.rootCause?.remedy.commands ?? [];
      expect(command).toContain(`--messages-url '${on.url}/v1/messages?beta=true'`);
      const words = command.match(/'[^']*'|\S+/g)?.map((word) => word.replaceAll("'", '')) ?? [];
      const { code, stderr, requests } = await runMsg(words.slice(1), { on });
      expect([code, stderr]).toEqual([5, expect.stringContaining('no such route')]);
      expect(requests.at(-1)?.query).toEqual({ beta: 'true' });
    } finally {
      await on.close();
    }
  });

  it('tells a text of two megabytes that is too large by its size', async () => {
    const mock = refusing((one) => (JSON.stringify(one).length > 900_000 ? 'Too Large' : undefined), 413);
    const messages = [{ role: 'user', content: 'word '.repeat(400_000) }];
    const { report } = await examine({ ...body, messages }, [], { mock: mock ?? {} });
    expect(report.rootCause).toMatchObject({
      id: 'request.size',
      summary: expect.stringMatching(/^messages\[0\]\.content is refused \(longer than 89\d{4} characters\)/),
    });
  });

  it.each([
    [
      'in a list of faults',
      jsonReply(422, { detail: [{ loc: ['body', 'metadata'], msg: 'Extra inputs are not permitted' }] }),
    ],
    [
      'with status 200',
      jsonReply(200, { type: 'error', error: { type: 'api_error', message: 'metadata?' } }),
    ],
    ['as a code with status 200', jsonReply(200, { code: 400, msg: 'bad parameter', data: null })],
    ['with status 500', errorReply(500, 'api_error', 'internal error')],
    [
      'as a page',
      [
        { step: 'head', status: 400, headers: { 'content-type': 'text/html' } },
        bytes('<html>Bad Request</html>'),
        { step: 'end' },
      ],
    ],
  ] as [string, ReturnType<typeof errorReply>][])('finds what is refused %s', async (_name, reply) => {
    const respond = ({ json }: SeenRequest) =>
      'metadata' in (json as JsonObject) && 'temperature' in (json as JsonObject) ? reply : undefined;
    const content = { ...body, metadata: { user_id: 'a' }, temperature: 1, top_k: 5 };
    const { report } = await examine(content, [], { mock: { respond } });
    expect(report.rootCause?.summary).toMatch(/^temperature: 1 together with metadata is refused/);
  });

  it.each([
    [
      'one thing',
      (one: JsonObject) => 'metadata' in one,
      10,
      /^metadata is refused: The connection was closed/,
    ],
    ['everything', () => true, 11, /cannot be told: The connection was closed/],
  ])('takes a connection that is closed on %s for what it is', async (_name, isClosed, exit, says) => {
    const respond = ({ json }: SeenRequest) => (isClosed(json as JsonObject) ? [reset] : undefined);
    const content = { ...body, metadata: { user_id: 'a' }, temperature: 1 };
    const { code, report, requests } = await examine(content, [], { mock: { respond } });
    expect([code, report.rootCause?.summary]).toEqual([exit, expect.stringMatching(says)]);
    expect(requests.length).toBeLessThan(20);
  });

  it.each([
    [[], 11, /^Whether the request is accepted cannot be told: No answer .* With --timeout SECONDS,/],
    [['--timeout', '30'], 10, /^metadata is refused: No answer within the time allowed\.$/],
  ])('takes silence for a refusal where it is said how long one waits: %j', async (flags, exit, says) => {
    const time = shortenedTime();
    const silent = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      if (Buffer.concat(chunks).includes('"metadata"')) return time.hang(() => response.destroyed);
      const content = [{ type: 'text', text: 'OK' }];
      const usage = { input_tokens: 3, output_tokens: 1 };
      const message = {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'test-model',
        content,
        usage,
      };
      response.writeHead(200, { 'content-type': 'application/json' });
      return response.end(JSON.stringify({ ...message, stop_reason: 'end_turn' }));
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    try {
      const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
      const env = { MSG_BASE_URL: url, MSG_API_KEY: testKey, MSG_MODEL: 'test-model' };
      const content = { ...body, metadata: { user_id: 'a' }, temperature: 1 };
      const { code, report } = await examine(content, flags, { env, adapt: time.adapt });
      expect([code, report.rootCause?.summary]).toEqual([exit, expect.stringMatching(says)]);
    } finally {
      silent.closeAllConnections();
      silent.close();
    }
  });

  it('names a block that is refused by its type', async () => {
    const mock = refusing((one) => (JSON.stringify(one).includes('"image"') ? 'Bad Request' : undefined));
    const source = { type: 'base64', media_type: 'image/png', data: 'iVBOR'.repeat(9000) };
    const content = [
      { type: 'text', text: 'look' },
      { type: 'image', source },
    ];
    const { report } = await examine({ ...body, messages: [{ role: 'user', content }] }, [], {
      mock: mock ?? {},
    });
    expect(report.rootCause?.summary).toMatch(/^messages\[0\]\.content\[1\] \(image\) is refused: 400/);
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
    const argv = ['--budget', '5', '--reduced', join(folder, 'early.json')];
    const { report, requests, code } = await examine({ ...body, messages }, argv, { mock: mock ?? {} });
    expect([code, requests.length]).toEqual([10, 5]);
    // What is suspected may not be enough: what is written was seen to be refused.
    expect(readFileSync(join(folder, 'early.json'), 'utf8')).toContain('needle');
    expect(report.rootCause).toMatchObject({
      id: 'request.message',
      confidence: 'likely',
      summary: expect.stringMatching(/^What is refused is among .*messages\[20\]\.content/),
    });
  });

  describe('where there are too many requests in between', () => {
    /** Waits are noted and over at once; the limits of requests, which are longer, are not. */
    const shortWaits = (): { slept: number[]; adapt: NonNullable<RunOptions['adapt']> } => {
      const slept: number[] = [];
      return {
        slept,
        adapt: (context) => ({
          ...context,
          clock: {
            ...context.clock,
            async sleep(ms, signal) {
              if (ms >= 60_000) return context.clock.sleep(ms, signal);
              slept.push(ms);
            },
          },
        }),
      };
    };

    /** A system prompt is refused, and every third request is one too many. */
    const limited = (headers: Record<string, string>): RunOptions['mock'] => {
      let count = 0;
      return {
        respond: ({ json }) => {
          count += 1;
          if (count % 3 === 0) return errorReply(429, 'rate_limit_error', 'slow down', { headers });
          return 'system' in (json as JsonObject)
            ? errorReply(400, 'invalid_request_error', 'no system prompts here')
            : undefined;
        },
      };
    };

    it('waits as long as the server asks, says so, and goes on', async () => {
      const { slept, adapt } = shortWaits();
      const mock = limited({ 'retry-after': '7' }) ?? {};
      const { code, report, stderr, requests } = await examine(body, [], { mock, adapt });
      expect([code, report.rootCause?.summary]).toEqual([
        10,
        'system is refused: 400 "no system prompts here".',
      ]);
      const waits = slept.filter((ms) => ms === 7000).length;
      expect(waits).toBe(Math.floor(requests.length / 3));
      expect(report.rootCause?.evidence[0]).toContain(`${7 * waits} s waited for a limit of the server`);
      expect(stderr).toMatch(/Too many requests.* Going on in 7\.0 s\./);
    });

    it('waits a second where it names no time, and twice that the next time in a row', async () => {
      const { slept, adapt } = shortWaits();
      const { report } = await examine(body, [], { mock: limited({}) ?? {}, adapt });
      expect(report.rootCause?.id).toBe('request.system');
      expect(slept.filter((ms) => ms === 1000).length).toBeGreaterThan(1);
    });

    it.each(['3600', '61'])('ends the search at a wait of %s s, and says so', async (seconds) => {
      const { slept, adapt } = shortWaits();
      const mock = limited({ 'retry-after': seconds }) ?? {};
      const { report, requests } = await examine(body, [], { mock, adapt });
      expect([slept, requests.length]).toEqual([[], 3]);
      expect(report.verdict).not.toBe('healthy');
      expect(JSON.stringify(report.checks)).toMatch(/slow down/);
    });
  });

  it.each([
    ['every second request', (count: number) => count % 2 === 1],
    ['two of three', (count: number) => count % 3 !== 0],
    ['most', (count: number) => count % 7 !== 5],
  ])('blames nothing where %s is refused, whatever is in it', async (_name, isRefused) => {
    let count = 0;
    const mock = refusing(() => {
      count += 1;
      return isRefused(count) ? 'Bad Request' : undefined;
    });
    const { code, report } = await examine(body, [], { mock: mock ?? {} });
    expect([code, report.rootCause?.id]).toEqual([11, 'request.accepted']);
    expect(report.rootCause?.summary).toMatch(
      /cannot be told: the same request is refused at one time \(400 "Bad Request"\) and accepted at another/,
    );
  });

  describe('where a target lets certain clients in only', () => {
    it.each([
      [
        'a user-agent',
        (_: JsonObject, { headers }: SeenRequest) => /^claude-cli\//.test(headers['user-agent'] ?? ''),
        ['user-agent: claude-cli/'],
      ],
      [
        'a header',
        (_: JsonObject, { headers }: SeenRequest) => headers['x-app'] !== undefined,
        ['x-app: cli'],
      ],
      [
        'a beta',
        (_: JsonObject, { headers }: SeenRequest) =>
          (headers['anthropic-beta'] ?? '').includes('claude-code-20250219'),
        ['anthropic-beta: claude-code-20250219'],
      ],
      ['a stream', (one: JsonObject) => one['stream'] === true, ['stream: true']],
      [
        'two headers and a line of the system prompt',
        (one: JsonObject, { headers }: SeenRequest) =>
          /^claude-cli\//.test(headers['user-agent'] ?? '') &&
          headers['x-app'] === 'cli' &&
          JSON.stringify(one['system'] ?? '').includes('Claude Agent SDK'),
        ['user-agent: claude-cli/', 'x-app: cli', 'system[1]'],
      ],
      [
        'a header that only an SDK sends',
        (_: JsonObject, { headers }: SeenRequest) => headers['x-stainless-helper-method'] !== undefined,
        ['x-stainless-helper-method: stream'],
      ],
    ])('finds that it wants %s, and the request with it is taken', async (_name, isLetIn, places) => {
      const home = mkdtempSync(join(tmpdir(), 'doctor-request-'));
      const mock = refusing(
        (one, seen) => (isLetIn(one, seen) ? undefined : 'This client is not allowed.'),
        403,
      );
      const options = { mock: mock ?? {}, home };
      const reduced = join(home, 'reduced.json');
      const { code, report, requests } = await examine(body, ['--reduced', reduced], options);
      expect([code, report.rootCause?.id, report.rootCause?.confidence]).toEqual([
        10,
        'request.missing',
        'certain',
      ]);
      for (const place of places) expect(report.rootCause?.summary).toContain(place);
      expect(report.rootCause?.summary).toMatch(/, as .* sends it, everything is refused: 403 "This client/);
      expect(report.rootCause?.evidence[0]).toMatch(/^with it the rest of the request is accepted/);
      expect(requests.length).toBeLessThanOrEqual(40);
      const [, words = ''] = /^msg (send .*)$/.exec(report.rootCause?.remedy.commands[0] ?? '') ?? [];
      const argv = (words.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^'|'$/g, ''));
      const sent = JSON.parse(readFileSync(join(home, 'reduced-complete.json'), 'utf8')) as JsonObject;
      expect(sent['messages']).toEqual(body['messages']);
      const again = await runMsg(argv, options);
      expect(again.code, again.stderr).toBe(0);
    });

    it('finds what is refused besides', async () => {
      const mock = refusing((one, { headers }) =>
        headers['x-app'] === undefined
          ? 'This client is not allowed.'
          : 'temperature' in one
            ? 'temperature: Extra inputs are not permitted'
            : undefined,
      );
      const { report } = await examine({ ...body, temperature: 1 }, [], { mock: mock ?? {} });
      const failed = report.checks.filter(({ status }) => status === 'fail').map(({ summary }) => summary);
      expect(failed.join('\n')).toMatch(/^temperature: 1 is refused.*\nWithout x-app: cli/);
    });

    it('finds it where the words of the refusal tell the client', async () => {
      const mock = refusing((_, { headers: { 'user-agent': agent = '' } }) =>
        agent.startsWith('claude-cli/') ? undefined : `"${agent}" is no client of ours`,
      );
      const kept = { request: { url: '/v1/messages', headers: { 'user-agent': 'my-tool/1' }, body } };
      const { report } = await examine(kept, [], { mock: mock ?? {} });
      expect(report.rootCause?.summary).toMatch(/^Without user-agent: claude-cli\/.*my-tool\/1/);
    });

    it('says that no client it knows is let in', async () => {
      const mock = refusing(() => 'This client is not allowed.');
      const { code, report, requests } = await examine(body, [], { mock: mock ?? {} });
      expect([code, requests.length < 20]).toEqual([11, true]);
      expect(report.rootCause?.summary).toMatch(/nothing that known clients send besides/);
    });
  });

  it('writes the reduced request of each target that is compared, and says where', async () => {
    const home = mkdtempSync(join(tmpdir(), 'doctor-request-'));
    const mock = refusing((one) => ('system' in one ? 'no system prompts here' : undefined));
    const reduced = join(home, 'reduced.json');
    const argv = ['doctor', '--request', written(body), '--reduced', reduced];
    const kept = join(home, 'kept.json');
    const options = { mock: mock ?? {}, home };
    const both = await runMsg([...argv, '--compare', '{url}'], options);
    expect(both.stderr).toContain(`refuses: ${reduced}\n`);
    expect(both.stderr).toContain(`refuses: ${join(home, 'reduced-other.json')}\n`);
    await runMsg([...argv, '--json', '-o', kept], options);
    for (const path of [reduced, join(home, 'reduced-other.json')]) {
      expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ system: expect.any(String) as string });
      rmSync(path);
    }
    await runMsg([...argv, '--baseline', kept], options);
    expect(JSON.parse(readFileSync(reduced, 'utf8'))).toHaveProperty('system');
  });

  it('shows on a terminal how many requests it has made', async () => {
    const texts: string[] = [];
    const mock = refusing((one) => ('system' in one ? 'no system prompts here' : undefined));
    await runMsg(['doctor', '--request', written(body)], {
      mock: mock ?? {},
      tty: true,
      adapt: (context) => ({
        ...context,
        // After three seconds there is a bar, too.
        clock: { ...context.clock, now: () => 0 },
        spinner: async () => (first) => {
          texts.push(first);
          return { update: (text) => texts.push(text), stop() {} };
        },
      }),
    });
    expect(texts).toContain('the request of the client, part by part: 3 of at most 40 requests');
  });

  it.each([
    ['request.*', 'Next: add --request FILE, or --client NAME'],
    ['request', 'Next: add --request FILE, or --client NAME'],
    ['identity.cache', 'Next: add --identity'],
  ])('refuses --only %s by itself, which would check nothing', async (glob, next) => {
    const { code, stderr, requests } = await runMsg(['doctor', '--only', glob]);
    expect([code, requests.length, stderr]).toEqual([2, 0, expect.stringContaining(next)]);
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
