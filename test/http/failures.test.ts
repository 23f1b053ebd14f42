import { describe, expect, it } from 'vitest';
import { codeOf, networkError } from '../../src/http/failures.ts';

const coded = (code: string, message = code): Error => Object.assign(new Error(message), { code });

describe('the code of a failure', () => {
  it.each<[string, unknown, string | undefined]>([
    ['is its own', coded('ECONNREFUSED'), 'ECONNREFUSED'],
    ['is that of its cause', new TypeError('fetch failed', { cause: coded('ECONNRESET') }), 'ECONNRESET'],
    [
      'is that of the first address tried',
      new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')]),
      'ECONNREFUSED',
    ],
    [
      'is in the words of OpenSSL',
      coded('EPROTO', 'ssl3_get_record:wrong version number'),
      'ERR_SSL_WRONG_VERSION_NUMBER',
    ],
    [
      'is made up for a parser without one',
      Object.assign(new Error('x'), { name: 'HTTPParserError' }),
      'HPE_INVALID_RESPONSE',
    ],
    ['may be missing', new Error('x'), undefined],
    ['of what is no error is missing', 'x', undefined],
  ])('%s', (_name, thrown, code) => {
    expect(codeOf(thrown)).toBe(code);
  });
});

describe('a failure in words', () => {
  it.each([
    ['ENOTFOUND', 'the name does not resolve', false],
    ['EAI_AGAIN', 'could not be resolved right now', true],
    ['ECONNREFUSED', 'nothing listens on that port', true],
    ['ECONNRESET', 'the connection was reset', true],
    ['ETIMEDOUT', 'timed out', true],
    ['UND_ERR_CONNECT_TIMEOUT', 'no connection within the time allowed', true],
    ['UND_ERR_HEADERS_TIMEOUT', 'no response within the time allowed', true],
    ['UND_ERR_BODY_TIMEOUT', 'not one byte', true],
    ['ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL', 'HTTP/2 only', false],
    ['UND_ERR_SOCKET', 'closed by the other side', true],
    ['CERT_HAS_EXPIRED', 'the certificate has expired', false],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed', false],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'for another host', false],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'does not speak TLS', false],
    ['ERR_SSL_SOMETHING_NEW', 'the TLS handshake failed', false],
    ['HPE_INVALID_CONSTANT', 'the answer is not HTTP', false],
  ])('of %s says "%s"', (code, words, isRetryable) => {
    const error = networkError(coded(code), 'api.example:8443');
    expect(error.message).toMatch(/^api\.example:8443: /);
    expect(error.message).toContain(words);
    expect(error.message).toContain(`(${code}).`);
    expect(error.details).toEqual({ code, isRetryable });
  });

  it('of an unknown code keeps the original words, and may pass', () => {
    expect(networkError(coded('EWHATEVER', 'something odd'), 'h')).toMatchObject({
      message: 'h: the request failed: something odd (EWHATEVER).',
      details: { isRetryable: true },
    });
  });

  it('of what is no error at all is still told', () => {
    expect(networkError('just words', 'h').message).toBe('h: the request failed: just words.');
  });
});
