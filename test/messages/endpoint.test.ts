import { describe, expect, it } from 'vitest';
import {
  baseForms,
  type Endpoint,
  endpointUrl,
  isLoopback,
  requestHeaders,
  urlAsWritten,
  urlOf,
} from '../../src/messages/endpoint.ts';
import { Secret } from '../../src/messages/secret.ts';
import fc from '../fast-check.ts';

/** Every vector of the protocol reference, 6.3. */
const vectors: readonly (readonly [string, string])[] = [
  ['https://llmapi.pro/', 'https://llmapi.pro/v1/messages'],
  ['https://llmapi.pro', 'https://llmapi.pro/v1/messages'],
  ['https://H/api/anthropic', 'https://h/api/anthropic/v1/messages'],
  ['https://H/api/anthropic/v1', 'https://h/api/anthropic/v1/messages'],
  ['https://H/api/anthropic/v1/v1/messages', 'https://h/api/anthropic/v1/messages'],
  ['https://H/api/anthropic/messages', 'https://h/api/anthropic/v1/messages'],
  ['https://H/api/anthropic/v1/messages', 'https://h/api/anthropic/v1/messages'],
  ['https://H/api/anthropic/v1/messages/', 'https://h/api/anthropic/v1/messages'],
  ['https://H/api/anthropic/v1/messages/count_tokens', 'https://h/api/anthropic/v1/messages'],
  ['https://H/v1/models', 'https://h/v1/messages'],
  ['https://aihubmix.com/v1/', 'https://aihubmix.com/v1/messages'],
  ['https://api.kimi.com/coding/', 'https://api.kimi.com/coding/v1/messages'],
  [
    'https://gateway.ai.cloudflare.com/v1/acct/gw/anthropic',
    'https://gateway.ai.cloudflare.com/v1/acct/gw/anthropic/v1/messages',
  ],
  ['localhost:11434', 'http://localhost:11434/v1/messages'],
  ['127.0.0.1:3000', 'http://127.0.0.1:3000/v1/messages'],
  ['[::1]:3000', 'http://[::1]:3000/v1/messages'],
  ['host.docker.internal:4000', 'http://host.docker.internal:4000/v1/messages'],
  ['api.z.ai/api/anthropic', 'https://api.z.ai/api/anthropic/v1/messages'],
  ['https://h/p?api-version=2', 'https://h/p/v1/messages?api-version=2'],
  ['https://h/p#fragment', 'https://h/p/v1/messages'],
  ['https://h//p//', 'https://h/p/v1/messages'],
  ['https://h/v10', 'https://h/v10/v1/messages'],
  ['https://h/myv1', 'https://h/myv1/v1/messages'],
  ['https://h/v1beta', 'https://h/v1beta/v1/messages'],
  ['https://h/V1', 'https://h/v1/messages'],
  ['  "https://h"  ', 'https://h/v1/messages'],
  ["'https://h/v1'", 'https://h/v1/messages'],
  ['`https://h/v1`', 'https://h/v1/messages'],
  ['<https://h/v1>', 'https://h/v1/messages'],
  ['http://my_host:3000', 'http://my_host:3000/v1/messages'],
  ['HTTPS://h:8443/x', 'https://h:8443/x/v1/messages'],
];

describe('the join rule', () => {
  it.each(vectors)('%s -> %s', (base, url) => expect(endpointUrl(base, 'messages')).toBe(url));

  it.each(vectors)('%s is idempotent', (base, url) => expect(endpointUrl(url, 'messages'), base).toBe(url));

  it('serves the other resources', () => {
    expect(endpointUrl('https://h/v1', 'messages/count_tokens')).toBe('https://h/v1/messages/count_tokens');
    expect(endpointUrl('https://h/v1', 'models')).toBe('https://h/v1/models');
  });

  it.each([
    ['', /empty/],
    ['   ', /empty/],
    ['ftp://h', /not http or https/],
    ['https://u:p@h', /user name or password/],
    ['https://', /not a URL/],
    ['ANTHROPIC_BASE_URL=https://h', /not a URL/],
    ['$ANTHROPIC_BASE_URL', /not a URL/],
    ['https//h', /not a URL/],
    ['https:/h', /not a URL/],
    ['htp:/foo', /not a URL/],
    ['htps:foo/v1', /not a URL/],
    ['htp//foo', /not a URL/],
    ['htps://h', /not http or https/],
    ['htps://u:p@h', /user name or password/],
    ['sk-canary-0123456789abcdef', /looks like a key/],
    ['Bearer sk-canary-0123456789abcdef', /looks like a key/],
    ['ANTHROPIC_API_KEY=sk-canary-0123456789', /looks like a key/],
    ['C:\\keys\\url.txt', /not a URL/],
  ])('refuses %j', (base, message) => expect(() => endpointUrl(base, 'messages')).toThrow(message));

  it('does not print the key it refuses', () => {
    expect(() => endpointUrl('sk-canary-0123456789abcdef', 'messages')).toThrow(/^(?!.*canary)/);
  });

  it('does not print the password it refuses', () => {
    expect(() => endpointUrl('https://user:hunter2@h', 'messages')).toThrow(/^(?!.*hunter2)/);
  });

  it('gives the same URL for any path, however often it is applied', () => {
    const segment = fc.stringMatching(/^[a-z0-9]{1,8}$/);
    fc.assert(
      fc.property(
        fc.array(segment, { maxLength: 4 }),
        fc.constantFrom('', '/', '/v1', '/v1/', '/v1/messages', '/messages'),
        (path, tail) => {
          const base = `https://h/${path.join('/')}`;
          const url = endpointUrl(base + tail, 'messages');
          expect(url.endsWith('/v1/messages')).toBe(true);
          expect(url.endsWith('/v1/v1/messages')).toBe(false);
          expect(endpointUrl(url, 'messages')).toBe(url);
        },
      ),
    );
  });

  it('prints the base in both conventions', () => {
    expect(baseForms('https://h/api/anthropic/v1/messages')).toEqual({
      sdk: 'https://h/api/anthropic',
      vercel: 'https://h/api/anthropic/v1',
    });
  });

  it('knows loopback', () => {
    expect(['localhost', '127.0.0.1', '127.9.9.9:1', '[::1]'].map(isLoopback)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(['https://localhost.evil.com', '10.0.0.1', 'https://h'].map(isLoopback)).toEqual([
      false,
      false,
      false,
    ]);
  });
});

const endpoint = (over: Partial<Endpoint> = {}): Endpoint => ({
  baseUrl: 'https://h',
  auth: 'x-api-key',
  key: new Secret('sk-canary-value-1234567890'),
  version: '2023-06-01',
  betas: [],
  headers: {},
  doctorCommand: 'msg doctor',
  modelsCommand: 'msg models',
  ...over,
});

describe('headers', () => {
  it.each([
    ['x-api-key', { 'x-api-key': 'sk-canary-value-1234567890' }],
    ['bearer', { authorization: 'Bearer sk-canary-value-1234567890' }],
    [
      'both',
      { 'x-api-key': 'sk-canary-value-1234567890', authorization: 'Bearer sk-canary-value-1234567890' },
    ],
    ['none', {}],
  ] as const)('auth %s', (auth, expected) => {
    const {
      'content-type': _type,
      accept: _accept,
      'anthropic-version': version,
      ...rest
    } = requestHeaders(endpoint({ auth }));
    expect(rest).toEqual(expected);
    expect(version).toBe('2023-06-01');
  });

  it('sends betas only when there are any, and lets own headers win', () => {
    expect(requestHeaders(endpoint())).not.toHaveProperty('anthropic-beta');
    expect(
      requestHeaders(endpoint({ betas: ['a', 'b'], headers: { 'anthropic-version': 'x', 'x-team': 't' } })),
    ).toMatchObject({
      'anthropic-beta': 'a,b',
      'anthropic-version': 'x',
      'x-team': 't',
    });
  });

  it.each([
    ['sk-canary\nnext-line', 'U\\+000A at position 10'],
    ['sk-canary\u00a0', 'U\\+00A0 at position 10'],
    ['\ufeffsk-canary', 'U\\+FEFF at position 1'],
    ['sk canary', 'U\\+0020 at position 3'],
    ['Bearer sk-canary', 'begins with "Bearer"'],
    ['Authorization: Bearer sk-canary', 'begins with "Authorization: Bearer"'],
    ['x-api-key: sk-canary', 'begins with "x-api-key:"'],
  ])('names what is wrong with %j without printing the key', (key, message) => {
    const act = (): unknown => requestHeaders(endpoint({ key: new Secret(key) }));
    expect(act).toThrow(new RegExp(message));
    expect(act).toThrow(/^(?!.*canary)/);
  });

  it('uses an exact messages URL as it is', () => {
    const exact = endpoint({ messagesUrl: 'https://h/odd/path/messages' });
    expect(urlOf(exact, 'messages')).toBe('https://h/odd/path/messages');
    expect(urlOf(exact, 'messages/count_tokens')).toBe('https://h/odd/path/messages/count_tokens');
    expect(urlOf(exact, 'models')).toBe('https://h/odd/path/models');
    const fixed = endpoint({ messagesUrl: ' https://h/odd/chat?v=2#x ' });
    expect(urlOf(fixed, 'messages')).toBe('https://h/odd/chat?v=2');
    expect(urlOf(fixed, 'messages/count_tokens')).toBe('https://h/odd/chat/count_tokens?v=2');
    expect(urlOf(fixed, 'models')).toBe('https://h/odd/models?v=2');
    expect(() => urlOf(endpoint({ messagesUrl: 'https://me:pw@h/x' }), 'messages')).toThrow(/password/);
  });

  it.each([
    ['https://h/relay/messages', 'https://h/relay/messages'],
    ['https://h/relay/messages?v=2', 'https://h/relay/messages?v=2'],
    ['https://h/v1/messages', undefined],
    ['https://h/relay', undefined],
  ])('a base URL %s could as it is written be %s', (baseUrl, url) => {
    expect(urlAsWritten(endpoint({ baseUrl }))).toBe(url);
  });
});
