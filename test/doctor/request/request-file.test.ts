// Every kind of file that holds a request, what of it is the client's, and what is never kept.
import { describe, expect, it } from 'vitest';
import { readRequest } from '../../../src/doctor/request/request-file.ts';

const key = 'sk-ant-api03-0123456789abcdefghij';
const body = { model: 'm', max_tokens: 5, messages: [{ role: 'user', content: "it's ü" }] };
const noFile = (path: string): string => {
  throw new Error(`${path} is not to be read`);
};
const read = (text: string, pick?: number) => readRequest(text, 'FILE', pick, noFile);

const har = (...entries: readonly object[]): string => JSON.stringify({ log: { version: '1.2', entries } });
const entry = (status: number, model: string, more: object = {}) => ({
  request: {
    method: 'POST',
    url: 'https://gw.example/v1/messages?beta=true',
    headers: [
      { name: 'X-Api-Key', value: key },
      { name: 'Anthropic-Beta', value: 'a-2026, b-2026' },
      { name: ':authority', value: 'gw.example' },
    ],
    postData: { mimeType: 'application/json', text: JSON.stringify({ ...body, model }) },
    ...more,
  },
  response: {
    status,
    content: { text: '{"type":"error","error":{"type":"invalid_request_error","message":"no"}}' },
  },
});
const recording = [
  {
    at: 0,
    request: {
      method: 'POST',
      path: '/v1/messages?beta=true',
      headers: [
        ['User-Agent', 'agent/1'],
        ['Authorization', 'Bearer …'],
        ['Connection', 'keep-alive'],
        ['Content-Length', '10'],
      ],
      body: { text: JSON.stringify(body), isBinary: false },
    },
  },
  { recording: 1, at: 3, status: 400, headers: { 'content-type': 'application/json' } },
  { at: 4, text: '{"type":"error","error":{"type":"invalid_request_error","message":"no"}}' },
  { at: 5, end: 'complete' },
];
const lines = (list: readonly object[]): string => list.map((line) => JSON.stringify(line)).join('\n');

describe('the request in a file', () => {
  it('is a body', () => {
    expect(read(JSON.stringify(body))).toEqual({
      request: { headers: {}, betas: [], query: [], body },
      hidden: [],
      kind: 'a request body',
      answer: null,
    });
  });

  it('is in a recording, with how it was answered', () => {
    expect(read(lines(recording))).toEqual({
      request: { headers: { 'user-agent': 'agent/1' }, betas: [], query: [['beta', 'true']], body },
      hidden: ['authorization'],
      kind: 'a recording',
      answer: { status: 400, message: 'no' },
    });
  });

  it('is the first of a HAR archive that failed, or the one that is named', () => {
    const archive = har(
      {
        request: { method: 'GET', url: 'https://gw.example/v1/models', headers: [] },
        response: { status: 500 },
      },
      entry(200, 'first'),
      entry(400, 'second'),
    );
    expect(read(archive)).toMatchObject({
      kind: 'entry 3 of a HAR archive',
      request: { body: { model: 'second' } },
    });
    expect(read(archive, 2)).toMatchObject({
      request: {
        body: { model: 'first' },
        betas: ['a-2026', 'b-2026'],
        query: [['beta', 'true']],
        headers: {},
      },
      hidden: ['x-api-key'],
    });
    expect(() => read(archive, 4)).toThrow(/holds 3 requests, not 4/);
  });

  it('is in base64 where an archive has it so', () => {
    const text = Buffer.from(JSON.stringify(body)).toString('base64');
    expect(read(har(entry(400, 'm', { postData: { text, encoding: 'base64' } }))).request.body).toEqual(body);
  });

  it.each([
    [
      'in single quotes',
      `curl https://gw/v1/messages -H 'user-agent: a/1' -d '${JSON.stringify(body).replace("'", `'\\''`)}'`,
    ],
    [
      'in double quotes, with continued lines and a key',
      `$ curl -sS -X POST \\\n  -H "x-api-key: ${key}" -A a/1 \\\n  --url "https://gw/v1/messages" \\\n  --data-raw ${JSON.stringify(JSON.stringify(body))}`,
    ],
    [
      "as browsers copy it, in $'...'",
      `curl 'https://gw/v1/messages' -H 'User-Agent: a/1' --data-raw $'${JSON.stringify(body).replace("'", "\\'").replace('ü', '\\u00fc')}' --compressed`,
    ],
    [
      'in a here document',
      `curl -H 'user-agent: a/1' --data-binary @- https://gw/v1/messages <<'EOF'\n${JSON.stringify(body)}\nEOF\n`,
    ],
    [
      'before what curl -v told',
      `curl -v -o /dev/null --json='${JSON.stringify(body).replace("'", `'\\''`)}' -Huser-agent:a/1 https://gw/v1/messages\n> POST /v1/messages HTTP/2\n< HTTP/2 400\n`,
    ],
  ])('is a curl command, %s', (_name, text) => {
    const { request, kind } = read(text);
    expect({ request, kind }).toEqual({
      request: { headers: { 'user-agent': 'a/1' }, betas: [], query: [], body },
      kind: 'a curl command',
    });
  });

  it('is what a curl command reads from a file beside it', () => {
    const { request } = readRequest('curl -d @body.json https://gw/v1/messages', 'FILE', undefined, (path) =>
      path === 'body.json' ? JSON.stringify(body) : '',
    );
    expect(request.body).toEqual(body);
  });

  it('keeps no key, wherever it stands, and says where it stood', () => {
    const file = read(
      JSON.stringify({
        request: {
          url: `/v1/messages?api_key=${key}`,
          headers: { 'x-api-key': key, 'x-portkey-api-key': 'secret', 'x-note': `use ${key}`, cookie: 'a=b' },
          body: {
            ...body,
            messages: [{ role: 'user', content: `my key is ${key}` }],
            mcp_servers: [{ type: 'url', url: 'https://mcp.example', authorization_token: 'tok' }],
          },
        },
      }),
    );
    expect(JSON.stringify(file.request)).not.toMatch(/0123456789abcdefghij|secret|"tok"|a=b/);
    expect(file.hidden).toEqual([
      'x-api-key',
      'x-portkey-api-key',
      'x-note',
      'cookie',
      '?api_key',
      'messages[0].content',
      'mcp_servers[0].authorization_token',
    ]);
  });

  it.each([
    ['nothing', '', /is empty/],
    ['a text', 'hello', /is no request/],
    ['another JSON', '{"a":1}', /neither model nor messages/],
    [
      'a recording of answers only',
      lines(recording.slice(1)),
      /recording without a request.*keeps answers only/,
    ],
    [
      'an archive without a message',
      har({ request: { method: 'GET', url: '/' } }),
      /holds no POST to a messages URL/,
    ],
    ['a curl command without a body', 'curl https://gw/v1/messages', /a curl command without a request body/],
    ['a body that is no JSON', "curl https://gw/v1/messages -d 'a=1'", /whose body is no JSON object/],
    ['a form', 'curl https://gw/v1/messages -F file=@a.png', /that sends a form \(-F\)/],
    [
      'a form of text',
      'curl https://gw/v1/messages --data-urlencode a=b',
      /that sends a form \(--data-urlencode\)/,
    ],
    [
      'an upload',
      'curl https://gw/v1/messages -T body.json',
      /that sends a file \(-T\): name the file itself/,
    ],
    ['a file of options', 'curl -K options', /whose options are in another file \(-K\)/],
    [
      'half a body',
      '{"model": "m",\n "messages": [',
      /its JSON is not whole: line 2, column 15 needs a value/,
    ],
    ['a list', '[{"model": "m"}]', /its JSON is no object/],
    ['bytes', '\0\u0001{"model"', /it is no text \(binary, compressed, or UTF-16\)/],
    ['bytes that are no characters', '\u001f\uFFFD\b\uFFFD\uFFFD', /it is no text/],
  ])('is missed where there is %s', (_name, text, says) => {
    expect(() => read(text)).toThrow(says);
  });
});
