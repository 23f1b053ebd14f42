// Which proxy a URL goes through, by the rules of curl, and what one says no with. Pure: the environment is a
// parameter.
import { BlockList, isIP } from 'node:net';
import { configError, MsgError } from '../errors.ts';
import { bareUrl } from '../text/bare-url.ts';
import { codeOf, networkError } from './failures.ts';
import { bareHost, isLoopbackHost } from './loopback.ts';

/** A proxy and where it was configured, e.g. `HTTPS_PROXY`. */
export type ProxyChoice = { readonly url: string; readonly source: string };

/**
 * The proxy for a URL from HTTPS_PROXY / HTTP_PROXY / ALL_PROXY and NO_PROXY. Lower case is read first, but
 * an empty lower-case variable does not mask its upper-case twin. This machine itself is never reached through
 * one, as with the clients of Go: no proxy leads back here.
 */
export function proxyFromEnv(target: string, env: Environment): ProxyChoice | undefined {
  const { hostname } = new URL(target);
  return isLoopbackHost(hostname) || isExcluded(target, env) ? undefined : configuredProxy(target, env);
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy the variables name for the scheme of a URL, whatever its host. */
export const configuredProxy = (target: string, env: Environment): ProxyChoice | undefined =>
  new URL(target).protocol === 'https:'
    ? firstSet(env, 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY')
    : firstSet(env, 'http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY');

/**
 * Whether NO_PROXY names the host: names match their sub-domains too, addresses themselves and the networks
 * they lie in (`10.0.0.0/8`, `fd00::/8`), `*` everything, a port only itself.
 */
export function isExcluded(target: string, env: Environment): boolean {
  const noProxy = env['no_proxy']?.trim() || env['NO_PROXY'] || '';
  const url = new URL(target);
  const host = bareHost(url.hostname);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      // IPv6 addresses have colons of their own: a port only counts behind a bracket.
      const [, bracketed, plain, entryPort] = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? [];
      const name = bracketed ?? plain ?? entry;
      if (entryPort !== undefined && entryPort !== port) return false;
      if (isInNetwork(host, entry.replace(/[[\]]/g, '')) || isInNetwork(host, `${name}/`)) return true;
      const bare = name.replace(/^\*?\./, '');
      return host === bare || host.endsWith(`.${bare}`);
    });
}

/** The family of an address as `BlockList` names it; undefined for a name. */
const familyOf = (host: string): 'ipv4' | 'ipv6' | undefined =>
  isIP(host) === 4 ? 'ipv4' : isIP(host) === 6 ? 'ipv6' : undefined;

/** Whether an address lies in `ADDRESS/BITS`; without bits, it has to be the address, however that is written. */
function isInNetwork(host: string, network: string): boolean {
  const [, address = '', bits = ''] = /^([^/]+)\/(\d*)$/.exec(network) ?? [];
  const [hostFamily, family] = [familyOf(host), familyOf(address)];
  if (hostFamily === undefined || family === undefined) return false;
  const widest = family === 'ipv4' ? 32 : 128;
  if (Number(bits) > widest) return false;
  const list = new BlockList();
  list.addSubnet(address, bits === '' ? widest : Number(bits), family);
  return list.check(host, hostFamily);
}

function firstSet(env: Environment, ...names: string[]): ProxyChoice | undefined {
  for (const name of names) {
    const value = bareUrl(env[name] ?? '');
    if (value) return { url: withScheme(value), source: name };
  }
  return undefined;
}

/**
 * A proxy as a URL; `host:port` alone means http://, as with curl.
 * @throws MsgError `config`, which does not quote it: it may hold a password
 */
export function parseProxy(proxy: string, source?: string): URL {
  // With socks5h the proxy resolves names; here it always does.
  const text = withScheme(bareUrl(proxy)).replace(/^socks5?h?:/i, 'socks5:');
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // A path is the address of a PAC file, or what is left of a scheme that lost its colon or a slash.
  const isBare =
    url !== undefined && url.host !== '' && `${url.pathname}${url.search}${url.hash}`.length <= 1;
  if (isBare && /^(https?|socks5?):$/.test(url.protocol)) return url;
  const which = source === undefined ? 'The proxy' : `The proxy from ${source}`;
  throw configError(`${which} is not a URL that can be used.`, 'It looks like http://host:port');
}

/**
 * What a proxy is shown of the user name and password in its URL. undici sends a user name only together
 * with a password, but some proxies want a token alone.
 */
export function proxyToken({ username, password }: URL): { token?: string } {
  if (username === '' && password === '') return {};
  const credentials = Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64');
  return { token: `Basic ${credentials}` };
}

/** A lone `%` in a password is no reason to fail. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const withScheme = (proxy: string): string => (/^[a-z0-9]+:\/\//i.test(proxy) ? proxy : `http://${proxy}`);

/** What fails while the connection to the proxy is made: the base URL has no part in it. */
const notReached = /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/;
const checkProxy = 'Check the proxy (--proxy, HTTPS_PROXY, HTTP_PROXY), or leave the host out with NO_PROXY.';

/** By itself, an error of TLS does not say whose it is. */
const failedAtProxy = new WeakSet<Error>();

/** Remembers for `proxyError` that this failed between here and the proxy. */
export const markAtProxy = (error: Error): void => void failedAtProxy.add(error);

/** The code of undici for what failed in TLS on the way to a proxy. */
export const tlsToProxy = 'UND_ERR_PRX_TLS';

const isAtProxy = (error: unknown): boolean =>
  error instanceof Error && (failedAtProxy.has(error) || isAtProxy(error.cause));

/**
 * A failure on the way through a proxy: its own refusal, or what happened behind it. `isSent` tells whether
 * the request itself was under way.
 */
export function proxyError(error: Error, host: string, proxyHost: string, isSent: boolean): MsgError {
  const status = /\((\d{3})\)/.exec(error.message)?.[1];
  if (status !== undefined) {
    return new MsgError('network', `The proxy ${proxyHost} refused to connect to ${host} (${status}).`, {
      hint:
        status === '407'
          ? 'It wants the right user name and password, as in --proxy http://user:password@host:port or HTTPS_PROXY.'
          : 'Ask its owner to allow the host, or leave it out with NO_PROXY.',
      details: { isRetryable: false, code: status },
      cause: error,
    });
  }
  const code = codeOf(error);
  if (!isSent && code === 'UND_ERR_HEADERS_TIMEOUT') {
    return new MsgError('network', `The proxy ${proxyHost} did not answer CONNECT within the time allowed.`, {
      hint: `${checkProxy} --connect-timeout allows more.`,
      details: { isRetryable: true, code },
      cause: error,
    });
  }
  const isReached = code === undefined || !notReached.test(code);
  if (isReached && isAtProxy(error)) {
    const { message, hint, details } = networkError(error, `The proxy ${proxyHost}, on the way to ${host}`);
    // The doctor must not take the proxy's certificate for the target's.
    return new MsgError('network', message, {
      hint,
      details: { ...details, code: tlsToProxy },
      cause: error,
    });
  }
  const failure = networkError(error, `${host} through proxy ${proxyHost}`);
  if (isReached) return failure;
  return new MsgError('network', failure.message, {
    hint: checkProxy,
    details: failure.details,
    cause: error,
  });
}
