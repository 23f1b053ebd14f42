// What the TLS alerts of a server mean (RFC 8446, 6.2), by the codes that OpenSSL makes of them. Data.
import type { Confidence, Owner } from '../engine/report.ts';

export type TlsAlert = {
  /** In the code of the failure. */
  readonly code: RegExp;
  readonly means: string;
  readonly owner: Owner;
  readonly confidence: Confidence;
  readonly cure: 'version' | 'certificate' | 'name' | 'http1' | 'server';
};

export const tlsAlerts: readonly TlsAlert[] = [
  {
    code: /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/,
    means: 'The server speaks no TLS version in common with this client.',
    owner: 'gateway',
    confidence: 'certain',
    cure: 'version',
  },
  {
    code: /CERTIFICATE_REQUIRED/,
    means: 'The server wants a client certificate (mTLS).',
    owner: 'you',
    confidence: 'certain',
    cure: 'certificate',
  },
  {
    code: /BAD_CERTIFICATE|CERTIFICATE_(UNKNOWN|REVOKED|EXPIRED)|UNSUPPORTED_CERTIFICATE|UNKNOWN_CA/,
    means: 'The server refuses the client certificate, or wants one (mTLS).',
    owner: 'you',
    confidence: 'likely',
    cure: 'certificate',
  },
  {
    code: /UNRECOGNIZED_NAME/,
    means: 'The server does not serve this host name over TLS (unrecognized_name).',
    owner: 'you',
    confidence: 'certain',
    cure: 'name',
  },
  {
    code: /NO_APPLICATION_PROTOCOL/,
    means:
      "The server takes no HTTP/1.1 on this port, probably HTTP/2 only: Node's fetch and most SDKs cannot ask it.",
    owner: 'gateway',
    confidence: 'certain',
    cure: 'http1',
  },
  {
    // Of several reasons, and no server says which.
    code: /HANDSHAKE_FAILURE/,
    means:
      'The server refuses the TLS handshake: it wants a client certificate (mTLS), does not serve this host name, or shares no cipher.',
    owner: 'you',
    confidence: 'likely',
    cure: 'certificate',
  },
  {
    code: /./,
    means: 'The server breaks off the TLS handshake with an alert.',
    owner: 'gateway',
    confidence: 'likely',
    cure: 'server',
  },
];
