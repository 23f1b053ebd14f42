import { afterEach, describe, expect, it } from 'vitest';
import { type Mock, type MockOptions, type Scenario, scenarios, startMock } from '../../src/mock/index.ts';

let mock: Mock;
afterEach(() => mock.close());

const version = { 'anthropic-version': '2023-06-01' };
const hello = { model: 'm', max_tokens: 1_000, messages: [{ role: 'user', content: 'hello' }] };

const post = async (
  body: unknown,
  {
    headers = version,
    path = '/v1/messages',
    ...options
  }: MockOptions & { headers?: object; path?: string } = {},
): Promise<Response> => {
  mock = await startMock(options);
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const fields = { 'content-type': 'application/json', ...headers };
  return fetch(new URL(mock.url).origin + path, { method: 'POST', headers: fields, body: text });
};
const get = async (path: string, options: MockOptions = {}): Promise<Response> => {
  mock = await startMock(options);
  return fetch(mock.url + path, { headers: version });
};
const messageOf = async (response: Response) =>
  (await response.json()) as {
    content: { text: string }[];
    stop_reason: string;
    usage: { output_tokens: number };
  };
const errorOf = async (response: Response) => {
  const { error } = (await response.json()) as { error: { type: string; message: string } };
  return `${response.status} ${error.type}: ${error.message}`;
};

describe('a message', () => {
  it('is Markdown made from the prompt and says that no model is behind it', async () => {
    const response = await post(hello);
    const message = await messageOf(response);
    expect(message).toMatchObject({
      type: 'message',
      role: 'assistant',
      model: 'm',
      stop_reason: 'end_turn',
    });
    expect(message.content[0]?.text).toMatch(/^# Hello\n\nNo model is behind this answer\./);
    expect(message.usage.output_tokens).toBeGreaterThan(20);
    expect(response.headers.get('request-id')).toBe('req_mock_1');
    expect(response.headers.get('anthropic-ratelimit-requests-limit')).toBe('1000');
    expect(response.headers.get('content-length')).not.toBeNull();
  });

  it('is the text the options give', async () => {
    const message = await messageOf(await post(hello, { answer: 'Hi there.' }));
    expect(message.content).toEqual([{ type: 'text', text: 'Hi there.' }]);
    expect(message.usage.output_tokens).toBe(2);
  });

  it('streams the same text word by word, in the order of the protocol', async () => {
    const response = await post({ ...hello, stream: true }, { answer: 'Hi there.' });
    const events = [...(await response.text()).matchAll(/^event: (\w+)\ndata: (.+)\n\n/gm)];
    expect(events.map(([, name]) => name)).toEqual([
      'message_start',
      'ping',
      'content_block_start',
      'content_block_delta',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(JSON.parse(events[0]?.[2] ?? '').message).toMatchObject({ content: [], stop_reason: null });
    expect(JSON.parse(events[4]?.[2] ?? '').delta).toEqual({ type: 'text_delta', text: ' there.' });
    expect(JSON.parse(events[6]?.[2] ?? '')).toMatchObject({
      delta: { stop_reason: 'end_turn' },
      usage: { output_tokens: 2 },
    });
  });

  it('stops at max_tokens', async () => {
    const message = await messageOf(await post({ ...hello, max_tokens: 2 }, { answer: 'One two three.' }));
    expect(message).toMatchObject({ content: [{ text: 'One two' }], stop_reason: 'max_tokens' });
  });

  it('that a scenario words otherwise ends and counts as that', async () => {
    const scenario = scenarios.find(({ name }) => name === 'thinking');
    const message = await messageOf(
      await post({ ...hello, max_tokens: 20 }, { scenario: scenario as Scenario }),
    );
    expect(message).toMatchObject({ stop_reason: 'end_turn', usage: { output_tokens: 6 } });
  });

  it('stops before the first stop sequence', async () => {
    const body = { ...hello, stop_sequences: ['three', 'two'] };
    const message = await messageOf(await post(body, { answer: 'One two three.' }));
    expect(message).toMatchObject({
      content: [{ text: 'One ' }],
      stop_reason: 'stop_sequence',
      stop_sequence: 'two',
    });
  });

  it('answers under a base path, and only there', async () => {
    expect(
      (await post(hello, { basePath: '/api/anthropic', path: '/api/anthropic/v1/messages' })).status,
    ).toBe(200);
    expect(mock.url).toMatch(/:\d+\/api\/anthropic$/);
    await mock.close();
    expect((await post(hello, { basePath: '/api/anthropic' })).status).toBe(404);
    await mock.close();
    expect((await post(hello, { basePath: '*', path: '/any/where/v1/messages' })).status).toBe(200);
  });

  it('accepts 100 kB bodies, unknown fields, unknown betas and query strings', async () => {
    const body = { ...hello, system: 'x'.repeat(115_000), new_field: { a: 1 } };
    const headers = { ...version, 'anthropic-beta': 'never-heard-of-2030-01-01' };
    expect((await post(body, { headers, path: '/v1/messages?beta=true' })).status).toBe(200);
  });
});

describe('tools', () => {
  const tools = [
    {
      name: 'get_time',
      input_schema: { type: 'object', properties: { zone: { type: 'string' }, hours: { enum: [12, 24] } } },
    },
  ];

  it('are called when the request forces it, with input that fits the schema', async () => {
    const message = await messageOf(await post({ ...hello, tools, tool_choice: { type: 'any' } }));
    expect(message.stop_reason).toBe('tool_use');
    expect(message.content).toEqual([
      { type: 'tool_use', id: 'toolu_mock_1_1', name: 'get_time', input: { zone: 'hello', hours: 12 } },
    ]);
  });

  it('are called when the prompt names one, and left alone otherwise', async () => {
    expect((await messageOf(await post({ ...hello, tools }))).stop_reason).toBe('end_turn');
    await mock.close();
    const messages = [{ role: 'user', content: 'please use get_time' }];
    expect((await messageOf(await post({ ...hello, tools, messages }))).stop_reason).toBe('tool_use');
  });

  it('stream their input in pieces that join to JSON', async () => {
    const text = await (await post({ ...hello, stream: true, tools, tool_choice: { type: 'any' } })).text();
    const pieces = [...text.matchAll(/"partial_json":("(?:[^"\\]|\\.)*")/g)].map(([, json]) =>
      JSON.parse(json ?? ''),
    );
    expect(JSON.parse(pieces.join(''))).toEqual({ zone: 'hello', hours: 12 });
  });

  it('that brought results are told in the answer', async () => {
    const messages = [
      { role: 'user', content: 'use get_time' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'get_time', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: 'half past nine' }] },
    ];
    const message = await messageOf(await post({ ...hello, tools, messages }));
    expect(message.content[0]?.text).toContain('half past nine');
  });
});

describe('credentials', () => {
  it.each([
    ['no key', {}, '401 authentication_error: x-api-key header is required'],
    ['a wrong key', { 'x-api-key': 'wrong' }, '401 authentication_error: invalid x-api-key'],
    ['a wrong token', { authorization: 'Bearer wrong' }, '401 authentication_error: Invalid bearer token'],
  ])('%s is refused when a key is set', async (_, headers, expected) => {
    expect(await errorOf(await post(hello, { key: 'right', headers: { ...version, ...headers } }))).toBe(
      expected,
    );
  });

  it.each([{ 'x-api-key': 'right' }, { authorization: 'Bearer right' }, { authorization: 'bearer right' }])(
    'the key is accepted in %o',
    async (headers) => {
      expect((await post(hello, { key: 'right', headers: { ...version, ...headers } })).status).toBe(200);
    },
  );

  it('only one header counts where the rule says so', async () => {
    const options = { auth: 'bearer', headers: { ...version, 'x-api-key': 'any' } } as const;
    expect(await errorOf(await post(hello, options))).toMatch(/^401 .* 'Authorization' field/);
  });

  it('are asked for before anything else', async () => {
    expect((await post('no json', { key: 'right', headers: {} })).status).toBe(401);
  });
});

describe('a body the API does not accept', () => {
  const turn = (role: string, content: unknown) => ({ messages: [{ role, content }] });
  it.each([
    ['no version', hello, {}, 'anthropic-version: header is required'],
    [
      'an unknown version',
      hello,
      { 'anthropic-version': '2020-01-01' },
      'anthropic-version: "2020-01-01" is not',
    ],
    ['no JSON', '{', version, 'The request body is not valid JSON'],
    ['an empty object', {}, version, 'model: Field required'],
    ['no max_tokens', { ...hello, max_tokens: undefined }, version, 'max_tokens: Field required'],
    [
      'max_tokens as text',
      { ...hello, max_tokens: '9' },
      version,
      'max_tokens: Input should be a valid integer',
    ],
    ['no messages', { ...hello, messages: undefined }, version, 'messages: Field required'],
    ['no message', { ...hello, messages: [] }, version, 'messages: at least one message is required'],
    ['a strange role', { ...hello, ...turn('bot', 'x') }, version, "messages.0.role: Input should be 'user'"],
    [
      'empty text',
      { ...hello, ...turn('user', '') },
      version,
      'messages.0: user messages must have non-empty',
    ],
    [
      'an empty block',
      { ...hello, ...turn('user', [{ type: 'text', text: '' }]) },
      version,
      'messages: text content',
    ],
    [
      'tool_choice alone',
      { ...hello, tool_choice: { type: 'any' } },
      version,
      'tool_choice: may only be specified',
    ],
    [
      'sampling under the new version',
      { ...hello, temperature: 1 },
      { 'anthropic-version': '2026-10-21' },
      'temperature: Extra inputs are not permitted',
    ],
    [
      'a tool call without its result',
      {
        ...hello,
        messages: [
          { role: 'user', content: 'x' },
          { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'n', input: {} }] },
          { role: 'user', content: 'y' },
        ],
      },
      version,
      'messages.2: `tool_use` ids were found without `tool_result` blocks immediately after: t1.',
    ],
  ])('%s is told in the native envelope', async (_, body, headers, message) => {
    const response = await post(body, { headers });
    expect(response.headers.get('request-id')).toBe('req_mock_1');
    expect(await errorOf(response)).toMatch(`400 invalid_request_error: ${message}`);
  });

  it('names an unknown model when the models are listed', async () => {
    expect(await errorOf(await post(hello, { models: ['a'] }))).toBe('404 not_found_error: model: m');
  });
});

describe('the other endpoints', () => {
  it('count tokens, without max_tokens', async () => {
    const response = await post({ ...hello, max_tokens: undefined }, { path: '/v1/messages/count_tokens' });
    expect(await response.json()).toEqual({ input_tokens: expect.any(Number) });
  });

  it('list models in pages', async () => {
    const first = await (await get('/v1/models?limit=2', { models: ['a', 'b', 'c'] })).json();
    expect(first).toMatchObject({ has_more: true, first_id: 'a', last_id: 'b' });
    const second = await (await fetch(`${mock.url}/v1/models?after_id=b`, { headers: version })).json();
    expect(second).toMatchObject({ data: [{ type: 'model', id: 'c' }], has_more: false });
  });

  it('give one model by its id', async () => {
    expect(await (await get('/v1/models/a%2Fb', { models: ['a/b'] })).json()).toMatchObject({ id: 'a/b' });
    expect(await errorOf(await fetch(`${mock.url}/v1/models/c`, { headers: version }))).toContain('model: c');
  });

  it('answer HEAD /, and 404 or 405 natively elsewhere', async () => {
    mock = await startMock();
    expect((await fetch(mock.url, { method: 'HEAD' })).status).toBe(200);
    expect(await errorOf(await fetch(`${mock.url}/v1/v1/messages`))).toBe('404 not_found_error: Not found');
    const wrongMethod = await fetch(`${mock.url}/v1/messages`);
    expect([wrongMethod.status, wrongMethod.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('can be absent', async () => {
    expect((await get('/v1/models', { absent: ['models'] })).status).toBe(404);
  });
});
