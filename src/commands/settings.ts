// From options to settings, and from settings to the words that name them. Opens nothing.
import type { Context } from '../context.ts';
import { configError, isMsgError, usageError } from '../errors.ts';
import { redact } from '../messages/secret.ts';
import { parseHeaderLines } from '../profiles/environment.ts';
import { readProjectFile } from '../profiles/project.ts';
import { resolveSettings } from '../profiles/resolve.ts';
import type { Settings, SettingValues } from '../profiles/settings.ts';
import { shellQuote } from '../render/curl-text.ts';
import type { ConnectionOptions } from './flags.ts';

/** Resolves the settings of a command line. */
export function settingsFor(
  options: ConnectionOptions,
  context: Context,
  note: (text: string) => void,
): Settings {
  return resolveSettings({
    flags: { ...flagValues(options), profile: options.profile },
    env: context.env,
    config: context.store(context.dirs.config, note).read(),
    project: readProjectFile(context.dirs.working),
  });
}

function flagValues(options: ConnectionOptions): Partial<SettingValues> {
  const { baseUrl, auth, model, proxy, cacert, clientCert, clientKey, apiKeyEnv, apiKeyFile } = options;
  if (apiKeyEnv !== undefined && apiKeyFile !== undefined)
    throw usageError('Name one place for the key, not several.', 'Either --api-key-env or --api-key-file.');
  const values: { [K in keyof SettingValues]?: SettingValues[K] | undefined } = {
    baseUrl,
    auth,
    model,
    proxy,
    cacert,
    clientCert,
    clientKey,
    version: options.anthropicVersion,
    betas: options.beta,
    headers: options.header && headersOf(options.header),
    key:
      apiKeyEnv !== undefined
        ? { kind: 'env', name: variableName(apiKeyEnv) }
        : apiKeyFile === undefined
          ? undefined
          : { kind: 'file', path: apiKeyFile },
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function headersOf(lines: readonly string[]): Record<string, string> {
  try {
    return parseHeaderLines(lines.join('\n'), '--header');
  } catch (error) {
    throw isMsgError(error) ? usageError(error.message, error.hint) : error;
  }
}

/** The name of a variable. What is none may be the key itself, so it is not repeated. */
function variableName(text: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(text)) return text;
  throw usageError(
    '--api-key-env takes the name of a variable, not a key.',
    'Example: --api-key-env WORK_API_KEY',
  );
}

/** The base URL. Throws MsgError `config` with the two ways on when nothing is configured at all. */
export function requireBaseUrl({ baseUrl }: Settings): string {
  if (baseUrl !== undefined) return baseUrl.value;
  throw configError(
    'No endpoint is configured.',
    'Set one up: msg profiles add NAME. Or try the built-in demo: msg send -P demo "hello"',
  );
}

/** The command that examines the same target; errors end in it. */
export function doctorCommand({ profile, baseUrl, key, auth }: Settings): string {
  if (baseUrl?.source.from !== 'flag' && profile !== undefined) return `msg doctor ${profile.value}`;
  const flags = [
    key?.source.from === 'flag' && key.value.kind === 'env' ? `--api-key-env ${key.value.name}` : '',
    key?.source.from === 'flag' && key.value.kind === 'file' ? `--api-key-file ${key.value.path}` : '',
    auth?.source.from === 'flag' ? `--auth ${auth.value}` : '',
  ];
  const url = baseUrl === undefined ? '' : shellQuote(redact(baseUrl.value));
  return ['msg doctor', url, ...flags].filter(Boolean).join(' ');
}
