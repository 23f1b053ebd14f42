// Sentences of clients: SDKs, Claude Code, runtimes and HTTP libraries that report what met them in words of their
// own. Data.
import type { Sentence } from './sentence.ts';

export const clientSentences: readonly Sentence[] = [
  {
    id: 'sse.block_index',
    pattern:
      /content block is not an? \w+ block|content block not found|unexpected event order|received an? \w+ for (a )?block/i,
    means:
      'The client got a delta that does not fit the block it belongs to: the gateway numbers or starts the blocks of its stream wrongly.',
    proves: 'the stream arrived, and its events do not fit together',
    leavesOpen:
      'which event is wrong: the doctor looks at a stream of its own, --tools at one with tool calls',
    cure: 'The gateway has to start each content block and give each delta the index of its block; until then: no streaming, or another route.',
    owner: 'gateway',
  },
  {
    id: 'key.missing',
    pattern:
      /could not resolve authentication method|expected either apikey or authtoken to be set|no api key (found|provided|configured)|api_key client option must be set|not logged in.{0,20}\/login/i,
    means: 'The client has no key at all; nothing was sent.',
    proves: 'the failure is on this machine, before any request',
    leavesOpen: 'whether the endpoint works',
    cure: 'Set the variable the client reads (ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN) in the shell that starts it.',
    owner: 'you',
  },
  {
    id: 'net.headers',
    pattern:
      /HEADERS_OVERFLOW|headers? overflow|HPE_HEADER_OVERFLOW|(response|request) header (or cookie )?(fields? )?too large/i,
    means: 'The headers of the answer, or of the request, are larger than the reader takes (16 KiB in Node).',
    proves: 'something answers; its headers are too many or too long',
    leavesOpen: 'which hop adds them: usually cookies or tracing headers of a proxy',
    cure: 'Have the hop that adds them send fewer; Node itself takes more with NODE_OPTIONS=--max-http-header-size=65536.',
    owner: 'proxy',
  },
  {
    id: 'net.reset',
    pattern:
      /socket connection was closed unexpectedly|server disconnected without sending a response|remote end closed connection without response|connection reset by peer|empty reply from server|connection closed before (message|headers) completed/i,
    means: 'The connection was closed by the other side before an answer came.',
    proves: 'the host was reached, and the connection was closed without a whole answer',
    leavesOpen: 'who closed it: the server, a proxy with a time limit, or a size limit on the request',
    cure: 'Ask again; if it happens with long conversations only, the size is the suspect: msg doctor --size.',
    owner: 'network',
  },
  {
    id: 'sse.truncated',
    pattern:
      /peer closed connection without sending complete message body|incomplete chunked read|unexpected EOF|stream ended without (producing|sending)|request ended without sending any chunks|stream (closed|ended|disconnected) before (completion|message_stop|response\.completed)|error decoding response body|response ended prematurely|transfer closed with outstanding read data/i,
    means: 'The answer broke off before its end.',
    proves: 'an answer began, and the connection ended before it was whole',
    leavesOpen: 'which hop ended it: a time limit of a proxy is the usual reason',
    cure: 'Look for a read or idle time limit in the hops between; the doctor tells after how many seconds it happens.',
    owner: 'gateway',
  },
  {
    id: 'net.refused',
    pattern:
      /unable to connect\. is the computer able to access the url|failedtoopensocket|all connection attempts failed|connect: connection refused/i,
    means: 'No connection could be made: nothing listens there, or the way is blocked.',
    proves: 'no request was made',
    leavesOpen: 'whether the server is down, or the host or port is wrong',
    cure: 'Check the host and the port of the base URL, and that the server runs.',
    owner: 'you',
  },
  {
    id: 'net.dns',
    pattern:
      /no such host|name or service not known|nodename nor servname|temporary failure in name resolution|UnknownHostException|failed to lookup address|getaddrinfo failed/i,
    means: 'The host name does not resolve.',
    proves: 'no request was made',
    leavesOpen: 'whether the name is mistyped, or known only inside a VPN',
    cure: 'Check the host in the base URL for a typo, then VPN and DNS.',
    owner: 'network',
  },
  {
    id: 'tls.untrusted',
    pattern:
      /CERTIFICATE_VERIFY_FAILED|x509: certificate signed by unknown authority|PKIX path building failed|unable to get local issuer certificate/i,
    means: 'The certificate chain is not trusted here.',
    proves: 'the host was reached; TLS failed before any request',
    leavesOpen: 'who issued the certificate, and whether that is expected: the handshake tells',
    cure: "The root of the company or of the gateway as PEM (msg: --cacert FILE; Node: NODE_EXTRA_CA_CERTS; Python: SSL_CERT_FILE); a missing intermediate is the server's to send.",
    owner: 'network',
  },
  {
    id: 'model.not_found',
    pattern: /there's an issue with the selected model|may not exist or you may not have access to it/i,
    means:
      'Claude Code got a 404: it blames the model, but a wrong path of the base URL reads the same to it.',
    proves: 'something answered 404 to the request',
    leavesOpen: 'whether the model or the path is wrong: a keyless request tells them apart',
    cure: 'Check ANTHROPIC_BASE_URL first (without /v1), then the model.',
    owner: 'you',
  },
];
