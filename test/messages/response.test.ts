import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { MsgError } from '../../src/errors.ts';
import { type Arrival, newTrace, type WireResponse } from '../../src/http/wire.ts';
import { answerForm, readJson, readMessage, readStart, readText } from '../../src/messages/response.ts';
import { arrivals, bytesOf, endpoint } from './feed.ts';

const facts = { endpoint, model: 'm-1', wallTimeMs: 0 };

const answered = (
  body: string,
  type: string | undefined = 'application/json',
  status = 200,
  headers: Record<string, string> = {},
): WireResponse => ({
  status,
  headers: { ...headers, ...(type === undefined ? {} : { 'content-type': type }) },
  trace: newTrace(0),
  body: arrivals([bytesOf(body)]),
});

const failing = (promise: Promise<unknown>): Promise<MsgError> =>
  promise.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: MsgError) => error,
  );

describe('the form of an answer', () => {
  it.each([
    ['text/event-stream', 'stream'],
    ['Text/Event-Stream; charset=utf-8', 'stream'],
    ['application/json', 'json'],
    ['application/json;charset=UTF-8', 'json'],
    ['application/vnd.api+json', 'json'],
    ['text/event-stream, text/event-stream', 'stream'],
    ['text/plain; charset=utf-8, application/json; charset=utf-8', 'json'],
  ])('of %s is %s', async (type, form) => {
    expect((await answerForm(answered('', type), facts)).form).toBe(form);
  });

  it.each([
    ['data: {"type":"ping"}\n\n', 'stream'],
    [': hello\n\n', 'stream'],
    ['event: message_start\n', 'stream'],
    ['\ufeffevent: message_start\n', 'stream'],
    ['{"type":"message"}', 'json'],
    [' \n{"type":"message"}', 'json'],
  ])('without a content type is told by its beginning, of which nothing is lost: %o', async (body, form) => {
    const { form: read, response } = await answerForm(answered(body, ''), facts);
    expect(read).toBe(form);
    expect(await readText(response)).toBe(body.replace('\ufeff', ''));
  });

  it.each([
    ['application/json', 'event: message_start\n', 'stream'],
    ['application/json', 'data: {"type":"ping"}\n\n', 'stream'],
    ['text/event-stream', '{"type":"message"}', 'json'],
    ['text/event-stream', '\ufeff {"type":"message"}', 'json'],
    ['text/event-stream', 'hello', 'stream'],
    ['application/json', 'hello', 'json'],
  ])('labelled %s is told by its beginning where that is plain: %o', async (type, body, form) => {
    expect((await answerForm(answered(body, type), facts)).form).toBe(form);
  });

  it.each([
    [200, 'application/json'],
    [200, undefined],
    [500, 'application/json'],
  ])('that is gzip without saying so is read (%i, %s)', async (status, type) => {
    const bytes = gzipSync('{"type":"error","error":{"type":"api_error","message":"Grüße"}}');
    const response = {
      ...answered('', type, status),
      body: arrivals([bytes.subarray(0, 1), bytes.subarray(1)]),
    };
    const error = await failing(readJson(response, facts));
    expect(error.message).toContain('(api_error: Grüße)');
  });

  it.each([
    ['', ''],
    ['hello', ''],
    ['<html>', ''],
    ['data: {}', 'text/plain'],
    ['{}', 'application/octet-stream'],
  ])('of %o under the content type %o breaks the protocol', async (body, type) => {
    expect(await failing(answerForm(answered(body, type), facts))).toMatchObject({ kind: 'protocol' });
  });

  it('that is a page breaks the protocol, and tells status, type and first line', async () => {
    const error = await failing(
      answerForm(answered('<!DOCTYPE html>\n<h1>Sign in</h1>', 'text/html'), facts),
    );
    expect(error).toMatchObject({
      kind: 'protocol',
      message: 'Not a Messages answer from api.example: 200, text/html: a page, "Sign in"',
    });
  });

  it('that is a page is quoted briefly, without control characters', async () => {
    const error = await failing(answerForm(answered(`\x1b[2J${'x'.repeat(5000)}`, 'text/html'), facts));
    expect(error.message).not.toContain('\x1b');
    expect(error.message.length).toBeLessThan(300);
  });

  it('with a login of its own blames the hop, not the key', async () => {
    const headers = { 'www-authenticate': 'Basic realm="staging"' };
    const page = '<html><head><title>401 Authorization Required</title></head></html>';
    const error = await failing(answerForm(answered(page, 'text/html', 401, headers), facts));
    expect(error.message).toBe(
      '401 from api.example: a hop before the API wants a user name and password (Basic) (text/html: a page, "401 Authorization Required")',
    );
  });

  it('that is an error in a list, as Google writes them, gives its words', async () => {
    const body =
      '[{"error":{"code":400,"message":"Please pass a valid API key","status":"INVALID_ARGUMENT"}}]';
    const error = await failing(answerForm(answered(body, 'application/json', 400), facts));
    expect(error.message).toBe('400 from api.example: the request was refused (Please pass a valid API key)');
  });

  it('that redirects is not followed', async () => {
    const response = answered('', 'text/html', 302, { location: 'https://login.example/' });
    const error = await failing(answerForm(response, facts));
    expect(error.kind).toBe('protocol');
    expect(error.message).toContain('redirects (302) to https://login.example/');
  });

  it.each([
    [401, '{"error":{"type":"authentication_error","message":"no"}}', 'application/json', 'auth'],
    [403, '<h1>Blocked</h1>', 'text/html', 'auth'],
    [404, '<h1>Not Found</h1>', 'text/html', 'request'],
    [502, '', '', 'server'],
    [522, 'timed out', 'text/plain', 'server'],
  ])('with status %i is of the class %s says', async (status, body, type, kind) => {
    expect(await failing(answerForm(answered(body, type, status), facts))).toMatchObject({ kind });
  });

  it('with a failing status and no envelope quotes what came instead', async () => {
    expect((await failing(answerForm(answered('<p>Blocked</p>', 'text/html', 403), facts))).message).toBe(
      '403 from api.example: the request is not permitted (text/html: <p>Blocked</p>)',
    );
    expect((await failing(answerForm(answered('', '', 502), facts))).message).toBe(
      '502 from api.example: the server failed (no content type: an empty body)',
    );
  });
});

describe('a message in one piece', () => {
  const read = (json: unknown): Promise<unknown> =>
    readMessage(answered(typeof json === 'string' ? json : JSON.stringify(json)), facts).then(
      ({ message }) => message,
    );

  it('is read with everything it holds', async () => {
    const message = { type: 'message', content: [{ type: 'text', text: 'Hi' }], usage: {}, extra: 1 };
    expect(await read(message)).toEqual({ ...message, role: 'assistant', stop_reason: null });
  });

  it.each([
    [
      { type: 'message', content: null },
      { content: [], stop_reason: null, usage: {} },
    ],
    [
      { content: [{ type: 'text', text: 'x' }], error: null, usage: null },
      { usage: {}, stop_reason: null },
    ],
  ])('is read although fields are missing or null: %o', async (json, expected) => {
    expect(await read(json)).toMatchObject(expected);
  });

  it.each([
    ['an error inside a 200', { type: 'error', error: { type: 'overloaded_error' } }, 'limit'],
    ['a bare error inside a 200', { error: { message: 'quota', type: 'new_api_error' } }, 'server'],
    ['an error in words inside a 200', { error: 'something broke' }, 'server'],
    ['an error without an envelope inside a 200', { code: 500, msg: 'something broke' }, 'server'],
    ['an error in a list inside a 200', [{ error: { message: 'something broke' } }], 'server'],
    ['another dialect', { object: 'chat.completion', choices: [] }, 'protocol'],
    ['other JSON', { hello: 1 }, 'protocol'],
    ['an array', [1], 'protocol'],
    ['half a JSON', '{"type":"mess', 'protocol'],
    ['nothing', '', 'protocol'],
  ])('is not %s', async (_name, json, kind) => {
    expect(await failing(read(json))).toMatchObject({ kind });
  });

  it.each([
    [{ type: 'message', content: 'Hello' }],
    [{ type: 'message', content: { type: 'text', text: 'Hello' } }],
    [{ role: 'assistant', content: ['Hello'] }],
    [{ content: [null, { text: 'Hello' }] }],
    [{ type: 'message', content: [{ type: 'text', text: 'Hello' }], error: { code: 0, message: '' } }],
  ])('is read in another shape: %j', async (json) => {
    expect(await read(json)).toMatchObject({ content: [{ type: 'text', text: 'Hello' }] });
  });

  it('on several lines is kept as one line', async () => {
    const { data } = await readMessage(answered('{\n "content": []\n}'), facts);
    expect(data).toBe('{"content":[]}');
  });
});

it('JSON that is none is told from a web site', async () => {
  const body = '{"type":"message","usage":{"output_tokens":NaN}}';
  const error = await failing(readMessage(answered(body), facts));
  expect(error.kind).toBe('protocol');
  expect(error.hint).toContain('It begins as JSON and is none');
});

it('304 is no redirect', async () => {
  const error = await failing(answerForm(answered('', undefined, 304), facts));
  expect(error.message).toContain('304, application/json: an empty body');
  expect(error.message).not.toContain('redirect');
});

it.each([
  ['application/x-ndjson', '{"type":"message_start","message":{}}\n{"type":"message_stop"}\n'],
  ['application/vnd.amazon.eventstream', '\0\0\0\x61 {"bytes":"eyJ0eXBlIjoi"}'],
])('events that come as %s are told from a web site', async (type, body) => {
  const error = await failing(answerForm(answered(body, type), facts));
  expect(error.kind).toBe('protocol');
  expect(error.hint).toContain('What came are events, but not as an event stream');
  expect(error.hint).toContain('--no-stream');
});

describe('reading text', () => {
  it('joins characters cut between chunks', async () => {
    const bytes = bytesOf('Grüße 👋');
    const single = Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
    expect(await readText({ body: arrivals(single), headers: {} })).toBe('Grüße 👋');
  });

  it.each([
    ['gbk', [0xd3, 0xe0, 0xb6, 0xee]],
    ['GB2312', [0xd3, 0xe0, 0xb6, 0xee]],
    ['utf-16le', [...Buffer.from('余额', 'utf16le'), 0x20, 0]],
    ['iso-8859-1', [...bytesOf('余额')]],
    ['none-of-this-name', [...bytesOf('余额')]],
  ])('reads %s as it is labelled where it is no UTF-8', async (charset, bytes) => {
    const headers = { 'content-type': `application/json; charset=${charset}` };
    const text = await readText({ body: arrivals([Uint8Array.from(bytes)]), headers });
    expect(text.trim()).toBe('余额');
  });

  it('gives the start of a page and reads little more', async () => {
    const chunk = bytesOf('x'.repeat(100));
    expect(await readStart({ body: arrivals(Array(50).fill(chunk)), headers: {} }, 250)).toHaveLength(300);
  });

  it('refuses an answer that is longer than any, and reads no further', async () => {
    const chunk = new Uint8Array(1024 * 1024).fill(0x20);
    let megabytes = 0;
    async function* endless(): AsyncGenerator<Arrival> {
      for (;;) yield { at: megabytes++, chunks: [chunk] };
    }
    expect(await failing(readText({ body: endless(), headers: {} }))).toMatchObject({
      kind: 'protocol',
      message: 'The answer is longer than 128 MB: msg reads no further.',
      details: { isRetryable: false },
    });
    expect(megabytes).toBe(129);
  });
});
