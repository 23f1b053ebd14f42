// What the tap itself ended: requests it refused, with how the client is to be pointed at it; answers it was stopped amid.
import { duration } from '../text/counted.ts';
import { type Rule, verdict } from './rule.ts';

/** The tap refused it: no token, another host, a page, no HTTP. */
export const refusedByTap: Rule = ({ evidence: { entry }, tap }) => {
  if (entry.ending !== 'refused') return undefined;
  const message = entry.failure?.message ?? 'The request was refused.';
  if (/^msg tap: .*HTTP\/1\.1/.test(message) && entry.path === '')
    return verdict('tls.scheme_mismatch', {
      severity: 'fail',
      summary: 'What came is no HTTP/1.1: a client that speaks TLS or HTTP/2 to the tap sends such bytes.',
      owner: 'client',
      confidence: 'likely',
      cure: `Its base URL has to begin with http://: ${tap.url}`,
      evidence: [message],
    });
  const misuse = misuses.find(({ test }) => test(entry.path, message));
  if (misuse !== undefined)
    return verdict(misuse.id, {
      severity: 'fail',
      summary: misuse.summary ?? sentenceOf(message),
      owner: 'client',
      cure: misuse.cure(tap.url),
    });
  if (entry.method === 'HEAD' && entry.response?.status === 401)
    return verdict('client.probe_refused', {
      severity: 'info',
      summary:
        'The client looks whether the endpoint is there (HEAD) before it sends its key: without the token of the tap it gets 401, which is harmless.',
      owner: 'client',
      cure: 'Nothing has to be done.',
    });
  return verdict('tap.refused', {
    severity: 'fail',
    summary: sentenceOf(message),
    owner: 'client',
    cure:
      entry.response?.status === 401
        ? 'Start the client by the tap (msg tap ... -- COMMAND), or with the lines that the tap prints.'
        : 'Point the client at the address that the tap prints, from a program rather than a page.',
  });
};

/** Somebody stopped the tap (Ctrl-C), and with it what was open. */
export const stoppedWithTap: Rule = ({ evidence: { entry, stream } }) => {
  if (entry.ending !== 'stopped' || (stream !== null && stream.times.stop !== null)) return undefined;
  return verdict('tap.stopped', {
    severity: 'info',
    summary: `msg tap was stopped ${duration(entry.times.end ?? 0)} into this exchange, ${entry.response === undefined ? 'before an answer came' : 'while the answer came'}.`,
    owner: 'you',
  });
};

const sentenceOf = (message: string): string =>
  message.replace(/^msg tap: (.)/, (_, first: string) => first.toUpperCase());

/** Clients that speak to the tap in a way that it does not serve. */
const misuses: readonly {
  readonly test: (path: string, message: string) => boolean;
  readonly id: string;
  readonly summary?: string;
  readonly cure: (url: string) => string;
}[] = [
  {
    test: (_, message) => message.startsWith('msg tap: this client uses the tap as a proxy'),
    id: 'client.forward_proxy',
    cure: (url) => `Set ANTHROPIC_BASE_URL=${url} for it instead of HTTP_PROXY or HTTPS_PROXY.`,
  },
  {
    test: (path) => /^PRI \* HTTP\/2/.test(path),
    id: 'client.http2',
    summary: 'The client speaks HTTP/2 from the start (prior knowledge); the tap speaks HTTP/1.1 to clients.',
    cure: () => 'Have the client use HTTP/1.1: without TLS most do so unless told otherwise.',
  },
];
