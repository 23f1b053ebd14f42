// Which proxy a URL goes through, by the rules of curl. Pure: the environment is a parameter.

/** A proxy and where it was configured, e.g. `HTTPS_PROXY`. */
export type ProxyChoice = { readonly url: string; readonly source: string };

/**
 * The proxy for a URL from HTTPS_PROXY / HTTP_PROXY / ALL_PROXY and NO_PROXY. Lower case is read first, but
 * an empty lower-case variable does not mask its upper-case twin.
 */
export function proxyFromEnv(
  target: string,
  env: Readonly<Record<string, string | undefined>>,
): ProxyChoice | undefined {
  const url = new URL(target);
  if (isExcluded(url, env['no_proxy']?.trim() || env['NO_PROXY'] || '')) return undefined;
  return url.protocol === 'https:'
    ? firstSet(env, 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY')
    : firstSet(env, 'http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY');
}

/** Whether NO_PROXY names the host: names match their sub-domains too, `*` everything, a port only itself. */
function isExcluded(url: URL, noProxy: string): boolean {
  const host = url.hostname.toLowerCase().replace(/^\[(.*)\]$/, '$1');
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
      const bare = name.replace(/^\*?\./, '');
      return host === bare || host.endsWith(`.${bare}`);
    });
}

function firstSet(
  env: Readonly<Record<string, string | undefined>>,
  ...names: string[]
): ProxyChoice | undefined {
  for (const name of names) {
    const value = env[name]?.trim();
    if (value) return { url: /^[a-z0-9]+:\/\//i.test(value) ? value : `http://${value}`, source: name };
  }
  return undefined;
}
