// What the codes of Node, TLS and undici mean, and which check owns each. Data.
import type { Confidence, Owner } from '../engine/report.ts';

type FailureRow = {
  readonly pattern: RegExp;
  readonly check: string;
  readonly means: string;
  readonly owner: Owner;
  readonly isRetryable?: boolean;
  readonly confidence?: Confidence;
};

export const failureRows: readonly FailureRow[] = [
  {
    pattern: /ENOTFOUND|EAI_AGAIN|EAI_NODATA|EAI_NONAME|NXDOMAIN|could not resolve host/i,
    check: 'net.dns',
    owner: 'network',
    means: 'The host name does not resolve.',
  },
  {
    pattern:
      /SELF_SIGNED_CERT|DEPTH_ZERO|UNABLE_TO_GET_ISSUER|UNABLE_TO_VERIFY_LEAF|self[- ]signed certificate|unable to get local issuer|unable to verify the first/i,
    check: 'tls.untrusted',
    owner: 'network',
    means: 'The certificate chain is not trusted here.',
  },
  {
    pattern: /CERT_HAS_EXPIRED|certificate has expired/i,
    check: 'tls.expired',
    owner: 'gateway',
    means: 'The certificate has expired.',
  },
  {
    pattern: /CERT_NOT_YET_VALID|not yet valid/i,
    check: 'tls.not_yet',
    owner: 'you',
    means: 'The certificate is not valid yet, or the clock here is wrong.',
  },
  {
    pattern:
      /ALTNAME_INVALID|does not match certificate|Hostname\/IP does not match|no alternative certificate subject/i,
    check: 'tls.hostname',
    owner: 'gateway',
    means: 'The certificate is for another host.',
  },
  {
    pattern:
      /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|wrong version number|packet length too long|HTTP_REQUEST\b/i,
    check: 'tls.scheme_mismatch',
    owner: 'you',
    means: 'The port does not speak TLS.',
  },
  {
    // Whoever sends an alert speaks TLS.
    pattern: /^ERR_SSL_\w*(ALERT|UNRECOGNIZED_NAME|UNSUPPORTED_PROTOCOL)|alert number \d+/i,
    check: 'tls.version',
    owner: 'gateway',
    means: 'The server refused the TLS handshake: the version, the name, or a client certificate is wanted.',
  },
  {
    pattern: /^ERR_HTTP2|INTERNAL_ERROR|PROTOCOL_ERROR|NGHTTP2|HTTP\/2 stream/i,
    check: 'http.alpn',
    owner: 'gateway',
    means: 'HTTP/2 broke off; the same request over HTTP/1.1 may work.',
    isRetryable: true,
    confidence: 'likely',
  },
  {
    pattern: /^EPROTO$/i,
    check: 'tls.scheme_mismatch',
    owner: 'you',
    means: 'The TLS handshake failed.',
    confidence: 'likely',
  },
  {
    pattern: /^ERR_SSL/i,
    check: 'tls.version',
    owner: 'gateway',
    means: 'The TLS handshake failed.',
    confidence: 'likely',
  },
  {
    pattern: /^HPE_|Parse Error|not HTTP/i,
    check: 'url.port',
    owner: 'you',
    means: 'What listens on this port does not speak HTTP.',
  },
  {
    pattern:
      /Z_DATA_ERROR|Z_BUF_ERROR|ZlibError|incorrect header check|invalid (block|stored)|ERR__ERROR_FORMAT/i,
    check: 'edge.encoding_lie',
    owner: 'proxy',
    means: 'The body is not encoded the way its content-encoding says.',
  },
  {
    pattern: /ECONNREFUSED|connection refused/i,
    check: 'net.refused',
    owner: 'you',
    means: 'Nothing listens on that port.',
  },
  {
    pattern: /ERR_INVALID_URL|Invalid URL$/i,
    check: 'url.syntax',
    owner: 'you',
    means: 'The base URL is not a URL.',
  },
  {
    pattern: /ERR_INVALID_CHAR|ByteString|invalid header value|Invalid character in header/i,
    check: 'key.whitespace',
    owner: 'you',
    means: 'A header value, usually the key, holds a character that no header may hold.',
  },
  {
    // A status is that of the proxy: of the API, it would be an answer.
    pattern: /PROXY|CONNECT tunnel|UND_ERR_PRX|^[45]\d\d$/i,
    check: 'env.proxy_auth',
    owner: 'proxy',
    means: 'The forward proxy did not open a tunnel.',
  },
  {
    pattern: /ETIMEDOUT|CONNECT_TIMEOUT|HEADERS_TIMEOUT|EHOSTUNREACH|ENETUNREACH|connect timeout|timed out/i,
    check: 'net.timeout',
    owner: 'network',
    means: 'No answer within the time allowed.',
    isRetryable: true,
  },
  {
    pattern: /BODY_TIMEOUT|idle/i,
    check: 'sse.idle_gap',
    owner: 'gateway',
    means: 'Not one byte for too long.',
    isRetryable: true,
  },
  {
    pattern:
      /terminated|UND_ERR_RES_CONTENT_LENGTH|incomplete chunked|ERR_INCOMPLETE|premature close|without sending any chunks/i,
    check: 'sse.truncated',
    owner: 'gateway',
    means: 'The answer broke off before its end.',
    confidence: 'likely',
  },
  {
    pattern: /ECONNRESET|ECONNABORTED|EPIPE|UND_ERR_SOCKET|socket hang up|other side closed/i,
    check: 'net.reset',
    owner: 'network',
    means: 'The connection was closed by the other side.',
    isRetryable: true,
  },
  {
    pattern: /fetch failed|AggregateError|network error/i,
    check: 'net.timeout',
    owner: 'network',
    means: 'The connection failed; the reason was swallowed by the client.',
    confidence: 'possible',
  },
];
