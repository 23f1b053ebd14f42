// The one reader of errors: every shape that servers and gateways were seen to write them in.
import { describe, expect, it } from 'vitest';
import { envelopeOf, errorIn, isFailure, isHollow } from '../../src/messages/envelope.ts';
import fc from '../fast-check.ts';

const native = (type: string, message: string, more: object = {}): object => ({
  type: 'error',
  error: { type, message },
  ...more,
});
const text = (json: unknown): string => JSON.stringify(json);
const refused = text(native('authentication_error', 'invalid x-api-key'));

describe('the facts of an error', () => {
  it.each<[string, unknown, object]>([
    [
      'the native envelope',
      {
        type: 'error',
        error: { type: 'rate_limit_error', message: 'slow', details: { error_code: 'ramp' } },
        request_id: 'req_1',
      },
      { message: 'slow', type: 'rate_limit_error', code: 'ramp', requestId: 'req_1' },
    ],
    [
      "OpenAI's envelope",
      { error: { message: 'no', type: 'invalid_request_error', code: 'model_not_found' } },
      { message: 'no', type: 'invalid_request_error', code: 'model_not_found' },
    ],
    [
      "Google's list",
      [{ error: { code: 400, message: 'API key not valid', status: 'INVALID_ARGUMENT' } }],
      { message: 'API key not valid', code: 'INVALID_ARGUMENT', status: 400 },
    ],
    [
      'no envelope',
      { type: 'rate_limit_error', message: 'slow' },
      { message: 'slow', type: 'rate_limit_error' },
    ],
    ['a string', { error: 'nope' }, { message: 'nope' }],
    ['a string of the type error', { type: 'error', error: 'nope' }, { message: 'nope' }],
    [
      'a title and words',
      { error: 'Stream error', message: 'aborted' },
      { message: 'Stream error: aborted' },
    ],
    [
      'a title that the words repeat',
      { error: 'Not Found', message: 'Route POST:/x not found', statusCode: 404 },
      { message: 'Route POST:/x not found', status: 404 },
    ],
    [
      "OAuth's two fields",
      { error: 'invalid_token', error_description: 'The token expired' },
      { message: 'The token expired', type: 'invalid_token' },
    ],
    ['a plain message', { message: 'nope' }, { message: 'nope' }],
    ['msg with a code', { code: 401, msg: 'nope' }, { message: 'nope', status: 401 }],
    ['capitals', { Error: 'nope' }, { message: 'nope' }],
    [
      "AWS's type",
      { __type: 'ThrottlingException', Message: 'slow' },
      { message: 'slow', type: 'ThrottlingException' },
    ],
    ['detail in words', { detail: 'Not Found' }, { message: 'Not Found' }],
    [
      'an envelope in detail',
      { detail: native('not_found_error', 'nope') },
      { message: 'nope', type: 'not_found_error' },
    ],
    [
      "FastAPI's list",
      {
        detail: [
          { loc: ['body', 'model'], msg: 'Field required', type: 'missing' },
          { loc: ['body', 'messages', 0], msg: 'Wrong', type: 'value_error' },
        ],
      },
      { message: 'body.model: Field required; body.messages.0: Wrong' },
    ],
    [
      'problem details',
      { type: 'about:blank', title: 'Bad Request', detail: 'x is wrong', status: 400 },
      { message: 'Bad Request: x is wrong', status: 400 },
    ],
    ['a list of errors', { errors: [{ message: 'one' }, { message: 'two' }] }, { message: 'one; two' }],
    ['a list of words', { error: { message: ['one', 'two'] } }, { message: 'one; two' }],
    [
      'envelopes in envelopes',
      { error: { error: native('x_error', 'nope') } },
      { message: 'nope', type: 'x_error' },
    ],
    [
      'an object as message',
      { type: 'error', message: { type: 'x_error', message: 'nope' } },
      { message: 'nope', type: 'x_error' },
    ],
    [
      'a null message',
      { type: 'error', error: { type: 'api_error', message: null } },
      { message: '', type: 'api_error' },
    ],
    ['fields nobody knows', { error: { foo: 1 } }, { message: '{"foo":1}' }],
    ['an error number', { error: 17 }, { message: '17' }],
    ['an empty error', { error: {} }, { message: '' }],
    ['a list without words', { detail: [{ loc: ['body'] }] }, { message: '{"loc":["body"]}' }],
    [
      'another status than it came with',
      { error: { code: 'E015', message: 'm' }, status: 500 },
      { message: 'm', code: 'E015', status: 500 },
    ],
    ['a status in digits', { error: { message: 'm', code: '401' } }, { message: 'm', status: 401 }],
  ])('are read from %s', (_name, json, facts) => {
    expect(envelopeOf(text(json))).toMatchObject(facts);
    expect(envelopeOf(text(json)).relayed).toBeUndefined();
  });

  it('stand in details that quote the error', () => {
    const details = text(native('rate_limit_error', 'slow'));
    expect(errorIn({ error: 'Claude API error', status: 429, details })).toMatchObject({
      message: 'Claude API error: rate_limit_error: slow',
      type: 'rate_limit_error',
      status: 429,
    });
  });

  it.each([
    ['a page', '<html>{"error":"x"}</html>'],
    ['nothing', ''],
    ['plain words', 'nope'],
    ['JSON that is none', 'null'],
    ['half a JSON', '{"error":{"mess'],
  ])('are not in %s', (_name, body) => {
    expect(envelopeOf(body)).toEqual({ message: '' });
  });

  it('are read behind the fields of a stream that ended before it began', () => {
    expect(envelopeOf(`event: error\ndata: ${refused}\n\n`)).toMatchObject({
      message: 'invalid x-api-key',
      type: 'authentication_error',
      relayed: undefined,
    });
  });
});

describe('an error that quotes another one', () => {
  const inner = { message: 'invalid x-api-key', type: 'authentication_error' };

  it.each<[string, unknown, string, object]>([
    ['as all its words', native('api_error', refused), 'authentication_error: invalid x-api-key', inner],
    ['as a string', { error: refused }, 'authentication_error: invalid x-api-key', inner],
    [
      'twice',
      native('api_error', text(native('proxy_error', refused))),
      'proxy_error: authentication_error: invalid x-api-key',
      inner,
    ],
    [
      'with the status it had',
      native('api_error', `inference error: chat server returned HTTP 401: ${refused}`),
      'inference error: chat server returned HTTP 401: authentication_error: invalid x-api-key',
      { ...inner, status: 401 },
    ],
    [
      'as Python prints bytes, with words behind it',
      {
        error: { message: `litellm.AuthenticationError: b'${refused}'. Group=x`, type: 'None', code: '401' },
      },
      "litellm.AuthenticationError: b'authentication_error: invalid x-api-key'. Group=x",
      inner,
    ],
    [
      'with its quotes escaped once more',
      { error: { message: `upstream said ${refused.replaceAll('"', '\\"')}` } },
      'upstream said authentication_error: invalid x-api-key',
      inner,
    ],
    ['in quotes', { error: text(refused) }, 'authentication_error: invalid x-api-key', inner],
    [
      'as an object beside a type of its own',
      { error: { type: 'api_error', error: { type: 'overloaded_error', message: 'Busy' } } },
      'overloaded_error: Busy',
      { message: 'Busy', type: 'overloaded_error' },
    ],
    [
      'by its id',
      native('not_found_error', text(native('not_found_error', 'model: x', { request_id: 'req_up' }))),
      'not_found_error: model: x',
      { message: 'model: x', requestId: 'req_up' },
    ],
    [
      'by the status in its words',
      { message: 'upstream returned 529' },
      'upstream returned 529',
      { message: 'upstream returned 529', status: 529 },
    ],
    [
      'in a message that is JSON without a type',
      { type: 'error', message: { type: 'api_error', message: '{"message":"Overloaded"}' } },
      'Overloaded',
      { message: 'Overloaded' },
    ],
  ])(
    '%s gives the inner words, and says that they were issued further up',
    (_name, json, message, relayed) => {
      expect(errorIn(json)).toMatchObject({ message, relayed });
      expect(envelopeOf(text(json))).toMatchObject({ message, relayed });
    },
  );

  it('keeps the type of its own; without one, the inner type stands', () => {
    expect(errorIn(native('api_error', refused)).type).toBe('api_error');
    expect(errorIn({ error: { message: refused } }).type).toBe('authentication_error');
  });

  it('that is cut stays as it came', () => {
    const message = `upstream: ${refused.slice(0, 30)}`;
    expect(errorIn({ error: { message } })).toMatchObject({ message, relayed: undefined });
  });
});

describe('an error beside an answer', () => {
  it.each([
    [null],
    [false],
    [''],
    ['  '],
    [0],
    [{}],
    [[]],
    [{ code: 0, message: '' }],
    [{ code: '0', message: null, details: {} }],
  ])('%j is hollow', (error) => {
    expect(isHollow(error)).toBe(true);
    expect(isFailure({ type: 'message', content: [], error })).toBe(false);
  });

  it.each([['nope'], [{ code: 1 }], [{ message: 'nope' }], [true], [17]])('%j is none', (error) => {
    expect(isHollow(error)).toBe(false);
    expect(isFailure({ type: 'message', content: [], error })).toBe(true);
  });

  it.each([
    [{ type: 'error' }, true],
    [{ code: 401, msg: 'nope' }, true],
    [{ success: false, message: 'nope' }, true],
    [{ detail: 'Not Found' }, true],
    [{ message: 'Welcome' }, false],
    [{ data: [], error: {} }, false],
    [{ content: [], status: 500 }, false],
  ])('%j is a failure: %s', (json, fails) => {
    expect(isFailure(json)).toBe(fails);
  });
});

describe('the reader of errors', () => {
  it('never throws, never prints an object, and gives words as text', () => {
    fc.assert(
      fc.property(
        fc.json({ maxDepth: 6 }),
        fc.constantFrom('error', 'message', 'detail', 'errors', '__proto__'),
        (json, name) => {
          for (const body of [
            json,
            `{"${name}":${json}}`,
            text({ error: { message: json } }),
            `x ${json} y`,
          ]) {
            const { message, type, code } = envelopeOf(body);
            expect([typeof message, typeof (type ?? ''), typeof (code ?? '')]).toEqual([
              'string',
              'string',
              'string',
            ]);
            expect(message).not.toContain('[object Object]');
          }
        },
      ),
    );
  });

  it('is not brought down by depth, in structure or in words', () => {
    const deep = `${'{"error":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
    expect(envelopeOf(deep).message).toBe('');
    let words = 'the end';
    for (let turn = 0; turn < 14; turn++) words = text({ error: words });
    expect(() => envelopeOf(words)).not.toThrow();
    expect(() => envelopeOf('{"'.repeat(50_000))).not.toThrow();
    expect(() => envelopeOf(`${'{"a":1'.repeat(20_000)}${'}'.repeat(20_000)}x`)).not.toThrow();
  });
});
