// Answers of whoever stands between here and the host: proxies, portals, redirects, the wrong port. Data.
import { by, has, isIn, isRedirect, type ReadAnswer, type Row } from './row.ts';

const isUpgrade = ({ headers }: ReadAnswer): boolean => /^https:/i.test(headers['location'] ?? '');

function isSameHost({ headers, host }: ReadAnswer): boolean {
  const target = /^https?:\/\/([^/:?#]+)/i.exec(headers['location'] ?? '')?.[1] ?? '';
  return target.toLowerCase() === host.replace(/:\d+$/, '').toLowerCase();
}

export const reachingRows: readonly Row[] = [
  {
    kind: 'blocked',
    check: 'env.proxy_auth',
    owner: 'proxy',
    test: (a) => a.status === 407,
    means: () => 'The forward proxy wants credentials (407).',
  },
  {
    // RFC 6585: the only meaning of this status.
    kind: 'redirect',
    check: 'net.captive',
    owner: 'network',
    test: (a) => a.status === 511,
    means: () => 'The network wants a login first (511): what answers is its portal, not the host.',
  },
  {
    kind: 'redirect',
    check: 'url.scheme',
    owner: 'you',
    test: (a) => isRedirect(a) && isUpgrade(a) && isSameHost(a),
    means: (a) => `Redirects to https: ${a.headers['location']}.`,
  },
  {
    kind: 'redirect',
    check: 'net.captive',
    owner: 'network',
    confidence: 'likely',
    test: (a) =>
      isRedirect(a) &&
      /captive|hotspot|wifi|portal\b|\/login\?.*(redirect|url)=/i.test(a.headers['location'] ?? ''),
    means: (a) => `A login page of the network answers: ${a.headers['location']}.`,
  },
  {
    kind: 'redirect',
    check: 'url.redirect',
    owner: 'you',
    test: (a) => isRedirect(a) && a.status !== 304,
    means: (a) => `Redirects (${a.status}) to ${a.headers['location'] ?? 'nowhere'}.`,
  },
  {
    kind: 'wrong-port',
    check: 'tls.scheme_mismatch',
    owner: 'you',
    test: (a) =>
      has(
        a,
        /plain HTTP request was sent to HTTPS port|HTTP request to an HTTPS server|speaking plain HTTP to an SSL/i,
      ),
    means: () => 'Plain http was sent to a TLS port.',
  },
  {
    kind: 'blocked',
    check: 'tls.version',
    owner: 'you',
    test: (a) =>
      has(a, /No required SSL certificate|client certificate (is )?required|SSL certificate error/i),
    means: () => 'A client certificate is required.',
  },
  {
    kind: 'wrong-port',
    check: 'url.port',
    owner: 'you',
    test: (a) => a.serverRole === 'forward-proxy' && a.status < 500,
    means: (a) => `A forward proxy (${by(a)}) answers, not an API.`,
  },
  {
    kind: 'blocked',
    check: null,
    owner: 'proxy',
    confidence: 'likely',
    test: (a) => isIn(a, 421),
    means: (a) => `${by(a)} does not serve this host name on this connection (421 Misdirected Request).`,
    cure: 'Have the name added to the server (virtual host and certificate), or ask it under the name it serves.',
  },
  {
    kind: 'blocked',
    check: 'up.5xx',
    owner: 'gateway',
    test: (a) => a.headers['ngrok-error-code'] !== undefined || has(a, /\bERR_NGROK_\d+/),
    means: (a) =>
      `The ngrok tunnel does not lead to a server (${a.headers['ngrok-error-code'] ?? /ERR_NGROK_\d+/.exec(a.words)?.[0]}).`,
    cure: 'Start the tunnel again where the server runs, and see whether its address is still the same.',
  },
  {
    kind: 'blocked',
    check: 'up.5xx',
    owner: 'gateway',
    test: (a) =>
      isIn(a, 530) || (a.status >= 400 && has(a, /error( code:)?\s*(<[^<>]+>)?\s*1033\b|Argo Tunnel error/i)),
    means: (a) =>
      `Cloudflare does not reach what is behind it (${has(a, /1033/) ? '1033: its tunnel is down' : a.status}).`,
    cure: 'Start cloudflared again where the server runs; in DNS, the name must lead to that tunnel.',
  },
];
