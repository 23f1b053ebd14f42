// `msg send` against each seed provider as its own pages document it: URL, headers, body, answers, failures.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  bytes,
  errorReply,
  head,
  jsonReply,
  messageReply,
  pageReply,
  type Script,
  streamReply,
} from '../../src/mock/index.ts';
import { instantClock } from './instant-clock.ts';
import { type Run, runMsg } from './run-msg.ts';

const fixture = (path: string): string =>
  readFileSync(join(import.meta.dirname, '../fixtures', path), 'utf8');
const json = (path: string): unknown => JSON.parse(fixture(path));

type Seed = {
  readonly name: string;
  /** Every base URL the provider's page gives, with {url} for scheme and host. */
  readonly bases: readonly string[];
  readonly path: string;
  readonly auth: readonly ('x-api-key' | 'bearer')[];
  readonly key: string;
  /** The documented requests, and the arguments that make them. */
  readonly requests: readonly { readonly file: string; readonly argv: readonly string[] }[];
};

const seeds: readonly Seed[] = [
  {
    name: 'aihubmix',
    bases: ['{url}', '{url}/', '{url}/v1', '{url}/v1/messages'],
    path: '/v1/messages',
    auth: ['x-api-key'],
    key: 'sk-aihubmix-0123456789abcdef',
    requests: [
      {
        file: 'request.json',
        argv: ['Hello, world', '-m', 'claude-3-5-sonnet-20241022', '--max-tokens', '1024', '--no-stream'],
      },
      {
        file: 'request-body.json',
        argv: [
          'What is the meaning of life?',
          '-m',
          'claude-3-5-sonnet-20241022',
          '--max-tokens',
          '1024',
          '--no-stream',
        ],
      },
    ],
  },
  {
    name: 'aisix',
    bases: ['{url}', '{url}/v1'],
    path: '/v1/messages',
    auth: ['x-api-key', 'bearer'],
    key: 'aisix-caller-key-0123456789',
    requests: [
      {
        file: 'request.json',
        argv: ['Say hello from AISIX.', '-m', 'claude-prod', '--max-tokens', '128', '--no-stream'],
      },
    ],
  },
  {
    name: 'apixo',
    bases: ['{url}', '{url}/v1'],
    path: '/v1/messages',
    auth: ['x-api-key'],
    key: 'apixo-0123456789abcdef',
    requests: [
      {
        file: 'request.json',
        argv: ['Explain RAG in 3 bullets.', '-m', 'claude-sonnet-4-6', '--max-tokens', '256', '--no-stream'],
      },
      {
        file: 'request-stream.json',
        argv: ['Write a short release note.', '-m', 'claude-sonnet-4-6', '--max-tokens', '256'],
      },
    ],
  },
  {
    name: 'auxot',
    bases: ['{url}/api/anthropic', '{url}/api/anthropic/v1', '{url}/api/anthropic/v1/messages'],
    path: '/api/anthropic/v1/messages',
    auth: ['x-api-key', 'bearer'],
    key: 'user.0123456789abcdef0123456789abcdef',
    requests: [
      {
        file: 'request.json',
        argv: [
          'Summarize why max_tokens is required in Messages API.',
          '-m',
          'auto',
          '--max-tokens',
          '1024',
          '-s',
          'You are a concise editor.',
          '--no-stream',
        ],
      },
    ],
  },
  {
    name: 'llmapi-pro',
    bases: ['{url}', '{url}/', '{url}/v1'],
    path: '/v1/messages',
    auth: ['x-api-key', 'bearer'],
    key: 'sk-llmapi-xxxxxxxxxxxxxxxxxxxxxxxx',
    requests: [
      {
        file: 'request.json',
        argv: ['Hello! What can you do?', '-m', 'claude-sonnet-4-6', '--max-tokens', '1024', '--no-stream'],
      },
    ],
  },
];

describe.each(seeds)('$name', ({ name, bases, path, auth, key, requests }) => {
  describe.each(bases)('at %s', (base) => {
    it.each(auth)('gets the documented requests with the key in %s', async (scheme) => {
      for (const { file, argv } of requests) {
        const isStream = !argv.includes('--no-stream');
        const run = await runMsg(
          ['send', ...argv, '--base-url', base, '--auth', scheme, '--api-key-env', 'KEY'],
          {
            env: { KEY: key },
            mock: { replies: [isStream ? streamReply('Hello!') : messageReply('Hello!')] },
          },
        );
        expect(run).toMatchObject({ code: 0, stdout: 'Hello!\n', stderr: '' });
        const [request] = run.requests;
        expect(request).toMatchObject({ method: 'POST', path });
        expect(request?.json).toEqual(json(`seeds/${name}/${file}`));
        expect(request?.headers).toMatchObject({
          'content-type': 'application/json',
          'anthropic-version': '2023-06-01',
        });
        const sent = {
          'x-api-key': request?.headers['x-api-key'],
          authorization: request?.headers['authorization'],
        };
        expect(sent).toEqual(
          scheme === 'bearer'
            ? { 'x-api-key': undefined, authorization: `Bearer ${key}` }
            : { 'x-api-key': key, authorization: undefined },
        );
      }
    });
  });
});

describe('documented answers', () => {
  it('of AiHubMix in one piece is printed, text or JSON', async () => {
    const message = json('seeds/aihubmix/response.json') as { content: { text: string }[] };
    const text = await runMsg(['send', 'x', '--no-stream'], { mock: { replies: [jsonReply(200, message)] } });
    expect(text).toMatchObject({ code: 0, stdout: `${message.content[0]?.text}\n` });
    const whole = await runMsg(['send', 'x', '--no-stream', '-o', 'json'], {
      mock: { replies: [jsonReply(200, message)] },
    });
    expect(JSON.parse(whole.stdout)).toMatchObject(message);
  });

  it('of llmapi.pro in one piece comes with rate-limit headers', async () => {
    const headers = Object.fromEntries(
      fixture('seeds/llmapi-pro/rate-limit-headers.txt')
        .trim()
        .split('\n')
        .map((line) => line.split(/: (.*)/s) as [string, string]),
    );
    const run = await runMsg(['send', 'x', '--no-stream'], {
      mock: { replies: [jsonReply(200, json('seeds/llmapi-pro/response.json'), headers)] },
    });
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toBe('Hello! I can help you with a wide range of tasks...\n');
  });

  it('of llmapi.pro as a stream is printed, and passed on event by event', async () => {
    const stream: Script = [head(), bytes(fixture('streams/llmapi-pro.sse'))];
    const text = await runMsg(['send', 'x'], { mock: { replies: [stream] } });
    expect(text).toMatchObject({ code: 0, stdout: 'Hello! I can\n', stderr: '' });
    const lines = await runMsg(['send', 'x', '-o', 'stream-json'], { mock: { replies: [stream] } });
    const documented = fixture('streams/llmapi-pro.sse')
      .split('\n')
      .filter((line) => line.startsWith('data: '))
      .map((line) => line.slice('data: '.length));
    const printed = lines.stdout.trimEnd().split('\n');
    expect(printed.slice(0, -1)).toEqual(documented);
    expect(JSON.parse(printed.at(-1) ?? '')).toMatchObject({ type: 'msg.result', stop_reason: 'end_turn' });
  });
});

type Failure = {
  readonly status: number;
  readonly type?: string;
  readonly message?: string;
  readonly code: number;
  /** Requests made: 3 when it is tried again twice. */
  readonly tries: 1 | 3;
  readonly says: string;
};

const failures: Readonly<Record<string, readonly Failure[]>> = {
  'llmapi.pro': [
    {
      status: 400,
      type: 'invalid_request_error',
      message: 'messages: required',
      code: 5,
      tries: 1,
      says: 'the request was refused (invalid_request_error: messages: required)',
    },
    {
      status: 401,
      type: 'authentication_error',
      message: 'Invalid API key provided.',
      code: 4,
      tries: 1,
      says: 'the key from MSG_API_KEY was refused (authentication_error: Invalid API key provided.)',
    },
    {
      status: 403,
      type: 'permission_error',
      message: 'Account suspended',
      code: 4,
      tries: 1,
      says: 'the request is not permitted (permission_error: Account suspended)',
    },
    {
      status: 429,
      type: 'rate_limit_error',
      message: 'Too many requests',
      code: 6,
      tries: 3,
      says: 'too many requests',
    },
    {
      status: 500,
      type: 'api_error',
      message: 'Internal server error',
      code: 7,
      tries: 3,
      says: 'the server failed',
    },
    {
      status: 503,
      type: 'overloaded_error',
      message: 'Upstream overloaded',
      code: 6,
      tries: 3,
      says: 'the provider is overloaded',
    },
  ],
  // Its pages show no bodies.
  APIXO: [
    { status: 400, code: 5, tries: 1, says: 'the request was refused' },
    { status: 401, code: 4, tries: 1, says: 'the key from MSG_API_KEY was refused' },
    { status: 429, message: 'daily quota exceeded', code: 6, tries: 3, says: 'the quota is used up' },
    { status: 502, code: 7, tries: 3, says: 'the server failed' },
    { status: 504, code: 7, tries: 3, says: 'the answer took too long' },
  ],
  // A table of its own: `api_error` for every 5xx but 503, and no request_id.
  AISIX: [
    { status: 400, type: 'invalid_request_error', code: 5, tries: 1, says: 'the request was refused' },
    {
      status: 401,
      type: 'authentication_error',
      code: 4,
      tries: 1,
      says: 'the key from MSG_API_KEY was refused',
    },
    { status: 403, type: 'permission_error', code: 4, tries: 1, says: 'the request is not permitted' },
    {
      status: 404,
      type: 'not_found_error',
      message: 'model not found',
      code: 5,
      tries: 1,
      says: 'the model "test-model" is not available here',
    },
    { status: 408, type: 'timeout_error', code: 7, tries: 3, says: 'the answer took too long' },
    { status: 413, type: 'request_too_large', code: 5, tries: 1, says: 'the request is too large' },
    { status: 422, type: 'invalid_request_error', code: 5, tries: 1, says: 'the request was refused' },
    {
      status: 429,
      type: 'rate_limit_error',
      message: 'budget exceeded',
      code: 6,
      tries: 3,
      says: 'the quota is used up',
    },
    {
      status: 502,
      type: 'api_error',
      message: 'upstream timeout',
      code: 7,
      tries: 3,
      says: 'the server failed',
    },
    { status: 503, type: 'overloaded_error', code: 6, tries: 3, says: 'the provider is overloaded' },
    { status: 529, type: 'api_error', code: 6, tries: 3, says: 'the provider is overloaded' },
  ],
  Auxot: [
    {
      status: 401,
      type: 'authentication_error',
      code: 4,
      tries: 1,
      says: 'the key from MSG_API_KEY was refused',
    },
    { status: 403, type: 'permission_error', code: 4, tries: 1, says: 'the request is not permitted' },
    { status: 404, message: '404 page not found', code: 5, tries: 1, says: 'nothing answers at http://' },
    { status: 501, type: 'not_implemented_error', code: 7, tries: 1, says: 'the server failed' },
    {
      status: 503,
      type: 'overloaded_error',
      message: 'no worker',
      code: 6,
      tries: 3,
      says: 'the provider is overloaded',
    },
    { status: 504, type: 'api_error', code: 7, tries: 3, says: 'the answer took too long' },
  ],
};

const replyOf = ({ status, type, message = '' }: Failure): Script =>
  type === undefined ? pageReply(status, 'text/plain', message) : errorReply(status, type, message);

describe.each(Object.entries(failures))('a failure of %s', (_name, list) => {
  it.each(list)('$status $type exits $code after $tries requests', async (failure) => {
    const { slept, adapt } = instantClock();
    const replies = Array<Script>(failure.tries).fill(replyOf(failure));
    const run: Run = await runMsg(['send', 'x'], { mock: { replies }, adapt });
    expect(run.code).toBe(failure.code);
    expect(run.stdout).toBe('');
    const host = run.requests[0]?.headers['host'];
    expect(run.stderr).toContain(`msg: ${failure.status} from ${host}: ${failure.says}`);
    expect(run.requests).toHaveLength(failure.tries);
    expect(slept).toHaveLength(failure.tries - 1);
  });
});

describe('the wait llmapi.pro and AISIX ask for', () => {
  it('is kept, and told', async () => {
    const { slept, adapt } = instantClock();
    const limited = errorReply(429, 'rate_limit_error', 'slow', { headers: { 'retry-after': '2' } });
    const run = await runMsg(['send', 'x'], { mock: { replies: [limited, streamReply('ok')] }, adapt });
    expect(run).toMatchObject({ code: 0, stdout: 'ok\n' });
    expect(slept).toEqual([2000]);
    expect(run.stderr).toContain('Trying again in 2.0 s, as the server asks.');
  });

  it('of hours, when a five-hour quota is used up, is told and not kept', async () => {
    const { slept, adapt } = instantClock();
    const limited = errorReply(429, 'rate_limit_error', 'quota exceeded', {
      headers: { 'retry-after': '7200' },
    });
    const run = await runMsg(['send', 'x'], { mock: { replies: [limited] }, adapt });
    expect(run.code).toBe(6);
    expect(slept).toEqual([]);
    expect(run.stderr).toMatch(/The server asks to wait 2 h, until [-\d :]+\./);
  });
});
