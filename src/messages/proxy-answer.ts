// An answer without the words of an API, where a proxy stands in between: whose it is.
import { MsgError } from '../errors.ts';
import type { WireResponse } from '../http/wire.ts';
import { type Endpoint, hostOf } from './endpoint.ts';
import { redact } from './secret.ts';

/** What proxies answer by themselves: refusals, and that they reached nobody. */
const own = new Set([403, 407, 500, 502, 503, 504]);

/** Headers and names that only a forward proxy gives its own answers. */
export const isSignedByProxy = (headers: WireResponse['headers']): boolean =>
  'x-squid-error' in headers ||
  'proxy-authenticate' in headers ||
  /^(squid|tinyproxy|privoxy|mitmproxy|polipo)/i.test(headers['server'] ?? '') ||
  /\berror=/.test(headers['proxy-status'] ?? '');

/**
 * The failure when a forward proxy may have given the answer instead of the endpoint; undefined where there is none,
 * or where the status is none of its own. `words` is what came.
 */
export function proxyAnswer(
  { status, headers, proxy }: WireResponse,
  words: string,
  { baseUrl, doctorCommand }: Endpoint,
): MsgError | undefined {
  if (proxy === undefined || !own.has(status)) return undefined;
  const host = hostOf(baseUrl);
  const detail = `(${words}${viaOf(headers)}).`;
  const hint = `If ${host} needs no proxy, leave it out: NO_PROXY=${host.replace(/:\d+$/, '')}, or without --proxy. Next: ${doctorCommand}`;
  const isRetryable = status >= 500;
  if (isSignedByProxy(headers) || status === 407)
    return new MsgError('network', `The proxy ${proxy} answered ${status} in place of ${host} ${detail}`, {
      hint,
      details: { code: String(status), isRetryable },
    });
  const doubt = `it has no words of an API, so the proxy may have given it`;
  return new MsgError(
    status === 403 ? 'auth' : 'server',
    `${status} from ${host} through the proxy ${proxy}: ${doubt} ${detail}`,
    { hint, details: { status, isRetryable } },
  );
}

/** The hops that named themselves, for the end of a sentence. */
export const viaOf = (headers: WireResponse['headers']): string =>
  headers['via'] === undefined ? '' : `; via ${redact(headers['via'])}`;
