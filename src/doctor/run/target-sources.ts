// Where the doctor's facts come from: files, environment, keys, proxies. It goes on where something is missing.
import type { Context } from '../../context.ts';
import { isMsgError } from '../../errors.ts';
import { configuredProxy, isExcluded, proxyFromEnv } from '../../http/proxy-choice.ts';
import { type Endpoint, isLoopback, urlOf } from '../../messages/endpoint.ts';
import { readRegularFile } from '../../profiles/guarded-file.ts';
import type { Settings } from '../../profiles/settings.ts';
import { endpointFor, keyOwner, keyReader } from '../../turn/connection/connection.ts';

/** What the static lint looks at besides the settings. */
export const surroundings = (context: Context) => ({
  env: context.env,
  home: context.dirs.home,
  cwd: context.dirs.working,
  nodeVersion: context.runtime.node,
  wallTimeMs: context.clock.wallTime(),
  osRelease: context.runtime.osRelease,
  readFile: fileText,
});

/** The text of a file, or undefined when it cannot be read: the lint says what that means. */
export function fileText(path: string): string | undefined {
  try {
    return readRegularFile(path);
  } catch {
    return undefined;
  }
}

/** The endpoint; without its key where that is missing or belongs elsewhere, which the checks then say. */
export async function readEndpoint(
  settings: Settings,
  demoUrl: string | undefined,
  sources: { context: Context; note: (text: string) => void; signal: AbortSignal },
): Promise<Endpoint> {
  const keys = keyReader(sources);
  try {
    return await endpointFor(settings, demoUrl, (reference) =>
      keys.read(reference, keyOwner(settings), sources.signal),
    );
  } catch (error) {
    const isEmpty =
      settings.key === undefined || settings.key.value.kind === 'env' || settings.key.value.kind === 'stored';
    // A key command or file that fails is a mistake in the configuration, and said as one.
    if (!isMsgError(error, 'config') || !isEmpty) throw error;
    sources.note(error.message);
    const { key: _key, withheld: _withheld, ...keyless } = settings;
    return endpointFor(keyless, demoUrl, () => Promise.reject(error));
  }
}

/**
 * The proxy of the environment. One that is not used for this host is worth a try when the host is not reached, and
 * worth a word where other programs would use it for this machine.
 */
export function proxyChoice(
  endpoint: Endpoint,
  { env }: Context,
): { url: string; source: string; isUsed: boolean } | undefined {
  const url = urlOf(endpoint, 'messages');
  const used = proxyFromEnv(url, env);
  if (used !== undefined) return { ...used, isUsed: true };
  const unused = isLoopback(url) && isExcluded(url, env) ? undefined : configuredProxy(url, env);
  return unused === undefined ? undefined : { ...unused, isUsed: false };
}

/** What TLS trusts when a CA is given: the built-in roots, NODE_EXTRA_CA_CERTS, and that one. */
export async function authorities(cacert: string, { env }: Context): Promise<string[]> {
  const { rootCertificates } = await import('node:tls');
  const extra = env['NODE_EXTRA_CA_CERTS'];
  const files = [cacert, ...(extra ? [extra] : [])];
  return [...rootCertificates, ...files.flatMap((path) => fileText(path) ?? [])];
}
