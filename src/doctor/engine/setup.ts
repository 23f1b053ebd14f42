// The static lint's facts: everything known before the first packet. Pure; files are read by a parameter.
import { maskKey } from '../../messages/secret.ts';
import { isObject } from '../../text/json.ts';
import { type KeyFacts, keyFacts } from './key-facts.ts';
import type { AuthorityFile, CredentialFact, ProxyFacts, Setup, Shadow } from './observations.ts';
import { urlFacts } from './url-facts.ts';
import { scrub } from './wire-lines.ts';

export type SetupInput = {
  readonly profile: string | null;
  readonly command: string;
  readonly flags: readonly string[];
  /** As the user wrote it. */
  readonly baseUrl: string;
  readonly baseUrlSource: string;
  readonly messagesUrl?: string | undefined;
  readonly auth: string;
  readonly acceptedAuth: readonly string[] | null;
  readonly backendNote?: string | undefined;
  readonly mappingNote?: string | undefined;
  /** The key in clear; only its facts leave this function. */
  readonly key: string | undefined;
  readonly keySource: string | null;
  readonly keyVariable: string | null;
  readonly withheld: Setup['withheld'];
  readonly model: string | null;
  readonly modelAlias?: string | undefined;
  readonly overrides: Setup['overrides'];
  readonly version: string;
  readonly betas: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly cwd: string;
  readonly proxy: { readonly url: string; readonly source: string; readonly isUsed: boolean } | null;
  readonly cacert: { readonly path: string; readonly source: string } | null;
  readonly nodeVersion: string;
  readonly wallTimeMs: number;
  readonly isTlsCheckOff: boolean;
  readonly osRelease: string;
  /** The text of a file, or undefined when it cannot be read. */
  readonly readFile: (path: string) => string | undefined;
};

/** Collects the facts. A key in the result is always masked. */
export function setupOf(input: SetupInput): Setup {
  const { env } = input;
  const key: KeyFacts | null = input.key === undefined ? null : keyFacts(input.key);
  return {
    profile: input.profile,
    command: input.command,
    flags: input.flags,
    url: urlFacts(input.baseUrl, input.baseUrlSource, input.messagesUrl),
    auth: input.auth,
    acceptedAuth: input.acceptedAuth,
    backendNote: input.backendNote ?? null,
    mappingNote: input.mappingNote ?? null,
    key,
    keySource: input.keySource,
    keyVariable: input.keyVariable,
    withheld: input.withheld,
    model: input.model,
    ...(input.modelAlias && { modelAlias: input.modelAlias }),
    overrides: input.overrides,
    version: input.version,
    betas: input.betas,
    credentials: credentialsIn(env, input.keySource),
    shadows: shadowsOf(input),
    proxy: proxyFacts(input.proxy),
    authorities: authorityFiles(input),
    isTlsCheckOff: input.isTlsCheckOff || env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0',
    nodeVersion: input.nodeVersion,
    wallTimeMs: input.wallTimeMs,
    isContainer:
      input.readFile('/.dockerenv') !== undefined || input.readFile('/run/.containerenv') !== undefined,
    isWsl: /microsoft|wsl/i.test(input.osRelease),
  };
}

const credentialNames = ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN'];
const shadowedNames = ['ANTHROPIC_BASE_URL', 'ANTHROPIC_MODEL', ...credentialNames];

function credentialsIn(env: SetupInput['env'], used: string | null): CredentialFact[] {
  return credentialNames.flatMap((name) => {
    const value = env[name]?.trim();
    return value ? [{ name, shown: maskKey(value), isUsed: used?.includes(name) === true }] : [];
  });
}

/** Other places that set the same variables to other values: Claude Code's settings and a .env here. */
function shadowsOf({ env, home, cwd, readFile }: SetupInput): Shadow[] {
  const places: [string, Record<string, string>][] = [
    ['~/.claude/settings.json', settingsEnv(readFile(`${home}/.claude/settings.json`))],
    ['.claude/settings.json', settingsEnv(readFile(`${cwd}/.claude/settings.json`))],
    ['.env', dotEnv(readFile(`${cwd}/.env`))],
  ];
  return places.flatMap(([where, values]) =>
    shadowedNames.flatMap((name) => {
      const [here, there] = [env[name]?.trim(), values[name]?.trim()];
      if (!here || !there || here === there) return [];
      return [{ name, where, shown: credentialNames.includes(name) ? maskKey(there) : scrub(there) }];
    }),
  );
}

function settingsEnv(text: string | undefined): Record<string, string> {
  if (text === undefined) return {};
  try {
    const json: unknown = JSON.parse(text);
    const env = isObject(json) && isObject(json['env']) ? json['env'] : {};
    return Object.fromEntries(
      Object.entries(env).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    return {};
  }
}

function dotEnv(text: string | undefined): Record<string, string> {
  const lines = (text ?? '').matchAll(/^\s*(?:export\s+)?([A-Z_]+)\s*=\s*["']?([^"'\n#]*)["']?/gm);
  return Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value]));
}

function proxyFacts(proxy: SetupInput['proxy']): ProxyFacts | null {
  if (proxy === null) return null;
  const url = URL.canParse(proxy.url) ? new URL(proxy.url) : null;
  return {
    url: url === null ? scrub(proxy.url) : url.host,
    source: proxy.source,
    isUsed: proxy.isUsed,
    hasCredentials: url !== null && url.username !== '',
  };
}

function authorityFiles({ env, cacert, readFile }: SetupInput): AuthorityFile[] {
  const extra = env['NODE_EXTRA_CA_CERTS'];
  const files = [
    ...(extra ? [{ path: extra, source: 'NODE_EXTRA_CA_CERTS' }] : []),
    ...(cacert === null ? [] : [cacert]),
  ];
  return files.map(({ path, source }) => {
    const text = readFile(path);
    const certificates = text?.split('-----BEGIN CERTIFICATE-----').length ?? 1;
    const state = text === undefined ? 'missing' : certificates > 1 ? 'ok' : 'not-pem';
    return { path, source, state, certificates: certificates - 1 } as const;
  });
}
