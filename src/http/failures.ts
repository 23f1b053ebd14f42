// Codes of Node, TLS and undici as sentences: what happened, what to do, whether trying again can help.

import { type ErrorDetails, MsgError } from '../errors.ts';
import { mebibytes } from '../text/counted.ts';
import { messageOf } from '../text/thrown.ts';
import { limits } from './limits.ts';

type Failure = {
  /** Completes "host: ...". */
  readonly says: string;
  readonly hint?: string;
  readonly isRetryable: boolean;
};

const unsendable: Failure = {
  says: 'the request cannot be sent with these headers',
  hint: 'Connection, Content-Length, Transfer-Encoding, Expect and Upgrade are set by msg itself.',
  isRetryable: false,
};

const failures: Readonly<Record<string, Failure>> = {
  ENOTFOUND: {
    says: 'the name does not resolve',
    hint: 'Check the host in the base URL for a typo, then VPN and DNS.',
    isRetryable: false,
  },
  EAI_AGAIN: {
    says: 'the name could not be resolved right now (DNS did not answer)',
    hint: 'Check the network, VPN and DNS.',
    isRetryable: true,
  },
  ECONNREFUSED: {
    says: 'refused the connection: nothing listens on that port',
    hint: 'Check the port, and that the server is running.',
    isRetryable: true,
  },
  ECONNRESET: { says: 'the connection was reset', isRetryable: true },
  ECONNABORTED: { says: 'the connection was aborted', isRetryable: true },
  EPIPE: { says: 'the connection was closed while the request was being sent', isRetryable: true },
  ETIMEDOUT: {
    says: 'the connection timed out',
    hint: 'A firewall or a missing proxy setting is the usual reason.',
    isRetryable: true,
  },
  EHOSTUNREACH: { says: 'the host cannot be reached', hint: 'Check the network and VPN.', isRetryable: true },
  ENETUNREACH: {
    says: 'the network cannot be reached',
    hint: 'Check the network and VPN.',
    isRetryable: true,
  },
  UND_ERR_CONNECT_TIMEOUT: {
    says: 'no connection within the time allowed',
    hint: 'A firewall or a missing proxy setting is the usual reason; --connect-timeout allows more.',
    isRetryable: true,
  },
  UND_ERR_HEADERS_TIMEOUT: {
    says: 'no response within the time allowed',
    hint: 'Allow more with --idle-timeout.',
    isRetryable: true,
  },
  UND_ERR_BODY_TIMEOUT: {
    says: 'not one byte (no ping either) within the time allowed',
    hint: 'Allow more with --idle-timeout.',
    isRetryable: true,
  },
  UND_ERR_HEADERS_OVERFLOW: {
    says: `the headers of the answer are larger than ${limits.headers / 1024} KiB`,
    hint: 'A proxy or gateway adds too many of them, e.g. cookies.',
    isRetryable: false,
  },
  ERR_ASSERTION: {
    says: 'the answer breaks the rules of HTTP/1.1',
    hint: 'Another service may listen on that port.',
    isRetryable: false,
  },
  UND_ERR_SOCKET: { says: 'the connection was closed by the other side', isRetryable: true },
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: {
    says: 'the answer breaks the rules of HTTP/1.1: its body does not fit its content-length, or a header is malformed',
    hint: 'A hop counts it wrong, sends that header twice or beside transfer-encoding: chunked, or has control characters in a header.',
    isRetryable: true,
  },
  UND_ERR_INVALID_ARG: unsendable,
  UND_ERR_NOT_SUPPORTED: unsendable,
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: unsendable,
  DEPTH_ZERO_SELF_SIGNED_CERT: {
    says: 'the certificate is self-signed',
    hint: 'Give its PEM file with --cacert FILE.',
    isRetryable: false,
  },
  SELF_SIGNED_CERT_IN_CHAIN: {
    says: 'the certificate chain ends in a root this machine does not know',
    hint: 'A private CA or TLS inspection: give its root as PEM with --cacert FILE.',
    isRetryable: false,
  },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: {
    says: 'the certificate chain is incomplete or from an unknown CA',
    hint: 'The server should send its intermediate; or give the CA with --cacert FILE.',
    isRetryable: false,
  },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: {
    says: 'the certificate comes from a CA this machine does not know',
    hint: 'Give the CA with --cacert FILE.',
    isRetryable: false,
  },
  UNABLE_TO_GET_ISSUER_CERT: {
    says: 'the certificate chain is incomplete',
    hint: 'The server should send its intermediate; or give the CA with --cacert FILE.',
    isRetryable: false,
  },
  CERT_HAS_EXPIRED: {
    says: 'the certificate has expired',
    hint: 'Its owner has to renew it. If it has not, check the clock of this machine.',
    isRetryable: false,
  },
  CERT_NOT_YET_VALID: {
    says: 'the certificate is not valid yet',
    hint: 'Check the clock of this machine.',
    isRetryable: false,
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    says: 'the certificate is for another host',
    hint: 'Use the name the certificate was made for.',
    isRetryable: false,
  },
  ERR_SSL_WRONG_VERSION_NUMBER: {
    says: 'the port does not speak TLS',
    hint: 'Use http:// if this is a plain port.',
    isRetryable: false,
  },
  EPROTO: {
    says: 'the TLS handshake failed',
    hint: 'The port may speak plain http, or want a client certificate (--client-cert).',
    isRetryable: false,
  },
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: {
    says: 'a client certificate is required',
    hint: 'Give it with --client-cert FILE --client-key FILE.',
    isRetryable: false,
  },
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: {
    says: 'the TLS handshake was refused',
    hint: 'The server may want a client certificate: --client-cert FILE --client-key FILE.',
    isRetryable: false,
  },
};

/** Codes of one kind that come in many spellings. */
const families: readonly (readonly [RegExp, Failure])[] = [
  [
    /^HPE_/,
    {
      says: 'the answer is not HTTP',
      hint: 'Another service listens on that port, or the port wants https://.',
      isRetryable: false,
    },
  ],
  [
    /^ERR_OSSL_/,
    {
      says: 'a certificate or key file cannot be used',
      hint: 'Check the PEM files of --cacert, --client-cert and --client-key.',
      isRetryable: false,
    },
  ],
  [
    /NO_APPLICATION_PROTOCOL$/,
    {
      says: 'the server takes no HTTP/1.1, so probably HTTP/2 only',
      hint: 'msg speaks HTTP/1.1. The gateway has to offer it too (ALPN http/1.1), or a proxy in front of it.',
      isRetryable: false,
    },
  ],
  [
    /^ERR_SSL_/,
    {
      says: 'the TLS handshake failed',
      hint: 'Check the scheme and the port of the base URL.',
      isRetryable: false,
    },
  ],
];

/**
 * A MsgError `network` for whatever a connection threw. Looks through `cause` and AggregateError (Node
 * tries several addresses and reports them together, with an empty message).
 */
export function networkError(thrown: unknown, host: string): MsgError<'network'> {
  const code = codeOf(thrown);
  const failure = lookUp(code) ?? { says: `the request failed: ${messageOf(thrown)}`, isRetryable: true };
  return new MsgError('network', `${host}: ${failure.says}${code === undefined ? '' : ` (${code})`}.`, {
    hint: failure.hint,
    details: { isRetryable: failure.isRetryable, ...(code === undefined ? {} : { code }) },
    cause: thrown,
  });
}

/** From here on the size of a request is a suspect when the connection breaks while it is on its way. */
const largeBytes = 1024 * 1024;

/**
 * The same failure with the size as a suspect, where a large body was on its way and the connection broke before
 * anything was answered: many servers close rather than answer 413.
 */
export function withUpload(failure: MsgError, bodyBytes: number): MsgError {
  if (failure.kind !== 'network' || bodyBytes < largeBytes) return failure;
  const { code, isRetryable } = failure.details as ErrorDetails['network'];
  if (!/^(ECONNRESET|ECONNABORTED|EPIPE|UND_ERR_SOCKET)$/.test(code ?? '')) return failure;
  const size = mebibytes(bodyBytes);
  return new MsgError('network', `${failure.message.replace(/\.$/, '')}, while ${size} were being sent.`, {
    hint: 'The size may be the cause: some servers close instead of saying that it is too large. Send less, or have the limit measured.',
    details: { isRetryable, bodyBytes, ...(code === undefined ? {} : { code }) },
    cause: failure,
  });
}

function lookUp(code: string | undefined): Failure | undefined {
  if (code === undefined) return undefined;
  return failures[code] ?? families.find(([pattern]) => pattern.test(code))?.[1];
}

/** The most telling code inside an error: its own, its first inner error's, its cause's. */
export function codeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  // OpenSSL reports every handshake failure of one kind as EPROTO; the reason is in the message.
  if (/wrong version number|packet length too long/i.test(thrown.message))
    return 'ERR_SSL_WRONG_VERSION_NUMBER';
  // undici looks its parser's codes up the wrong way round, so that they are always undefined.
  if (thrown.name === 'HTTPParserError') return 'HPE_INVALID_RESPONSE';
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return codeOf(thrown.errors[0]);
  const code = (thrown as { code?: unknown }).code;
  // undici wraps what was wrong with the certificate of a proxy.
  return typeof code === 'string' && code !== 'UND_ERR_PRX_TLS' ? code : codeOf(thrown.cause);
}
