// From options to settings, and from settings to the words that name them. Opens nothing.

import { isAbsolute, join, resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { configError, isMsgError, usageError } from '../../errors.ts';
import { originOf } from '../../messages/endpoint.ts';
import { redact } from '../../messages/secret.ts';
import { viewConfig } from '../../profiles/config-document.ts';
import type { ConnectionOptions } from '../../profiles/flags.ts';
import { readProjectFile } from '../../profiles/project.ts';
import { resolveSettings, type SettingsInput } from '../../profiles/resolve.ts';
import type { KeyReference } from '../../profiles/setting-kinds.ts';
import {
  kindOf,
  optionName,
  printedFlag,
  type SettingName,
  type Settings,
  type SettingValues,
  settingNames,
  settingsIn,
} from '../../profiles/settings.ts';
import { shellQuote } from '../../text/shell-quote.ts';

/**
 * Resolves the settings of a command line. Where all of them are given in other places, a config.json that cannot
 * be read, or whose current profile is gone, is worth a note only.
 */
export function settingsFor(
  options: ConnectionOptions,
  context: Context,
  note: (text: string) => void,
): Settings {
  const store = context.store(context.dirs.config, note);
  const input = {
    flags: { ...flagValues(options, context), profile: options.profile, profileFrom: options.profileFrom },
    prompt: options.promptLayer,
    env: context.env,
    project: readProjectFile(context.dirs.working),
  };
  try {
    return resolveSettings({ ...input, config: store.read() });
  } catch (error) {
    const isAboutFile =
      isMsgError(error, 'config') && [store.configPath, store.directory].includes(error.details.path ?? '');
    const settings = isAboutFile ? settingsWithoutProfiles(input, store.configPath) : undefined;
    if (!isAboutFile || settings === undefined) throw error;
    note(`${error.message} Going on without profiles. ${error.hint ?? ''}`.trim());
    return settings;
  }
}

/** The settings when they do not depend on config.json: no profile in it is asked for, and its current one would give no address. */
function settingsWithoutProfiles(input: Omit<SettingsInput, 'config'>, path: string): Settings | undefined {
  try {
    const settings = resolveSettings({ ...input, config: viewConfig({}, path) });
    const { baseUrl, messagesUrl, profile } = settings;
    // Without a current profile, ANTHROPIC_* would step in: the request could go where it never went.
    return (messagesUrl ?? baseUrl) === undefined || profile?.source.from === 'default'
      ? undefined
      : settings;
  } catch {
    return undefined;
  }
}

/** What the options of a command line set. */
export function flagValues(options: ConnectionOptions, { dirs }: Context): Partial<SettingValues> {
  const { baseUrl, messagesUrl, apiKeyEnv, apiKeyFile } = options;
  if (apiKeyEnv !== undefined && apiKeyFile !== undefined)
    throw usageError('Name one place for the key, not several.', 'Either --api-key-env or --api-key-file.');
  if (baseUrl !== undefined && messagesUrl !== undefined)
    throw usageError(
      'Name one address, not two.',
      'Either --base-url, to which /v1/messages is added, or --messages-url, to which nothing is.',
    );
  const texts: Readonly<Record<string, unknown>> = options;
  const values = settingsIn('Connection', 'Network', 'Screen', 'Chat').flatMap(
    (name): [string, unknown][] => {
      const value = texts[optionName(name)];
      return value === undefined || name === 'key'
        ? []
        : [[name, kindOf(name).fromOption?.(value as string[]) ?? value]];
    },
  );
  const key: KeyReference | undefined =
    apiKeyEnv !== undefined
      ? { kind: 'env', name: variableName(apiKeyEnv) }
      : apiKeyFile === undefined
        ? undefined
        : { kind: 'file', path: pathOf(apiKeyFile, dirs) };
  return { ...Object.fromEntries(values), ...(key === undefined ? {} : { key }) };
}

/** The name of a variable. What is none may be the key itself, so it is not repeated. */
function variableName(text: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(text)) return text;
  throw usageError(
    '--api-key-env takes the name of a variable, not a key.',
    'Example: --api-key-env WORK_API_KEY',
  );
}

/** The base URL, or the exact URL. Throws MsgError `config` with the two ways on when nothing is configured at all. */
export function requireBaseUrl({ baseUrl, messagesUrl, preset, profile }: Settings): string {
  const address = messagesUrl ?? baseUrl;
  if (address !== undefined) return address.value;
  if (preset !== undefined && profile !== undefined)
    throw configError(
      `The profile ${profile.value} has no address, and its preset ${preset.id} needs one of yours.`,
      `Next: msg profiles set ${profile.value} base-url=URL`,
    );
  throw configError(
    'No endpoint is configured.',
    'Set one up: msg profiles add NAME. Or try the built-in demo: msg send -P demo "hello"',
  );
}

/** The command that examines the same target; errors end in it. */
export const doctorCommand = (settings: Settings): string =>
  [doctorTarget(settings), ...repeatedFlags(settings)].join(' ');

/** The command that lists the models of the same target. */
export function modelsCommand(settings: Settings): string {
  const { profile, baseUrl, messagesUrl } = settings;
  const isUrlGiven = (messagesUrl ?? baseUrl)?.source.from === 'flag';
  const target = [
    ...(profile !== undefined && (!isUrlGiven || profile.source.from === 'flag')
      ? [`-P ${shellQuote(profile.value)}`]
      : []),
    ...(isUrlGiven && messagesUrl === undefined
      ? [`--base-url ${shellQuote(redact(baseUrl?.value ?? ''))}`]
      : []),
  ];
  const flags = repeatedFlags(settings).filter((flag) => !flag.startsWith('-m '));
  return ['msg models', ...target, ...flags].join(' ');
}

/** `msg doctor` with the target, without the options that changed something about it. */
export function doctorTarget({ profile, baseUrl, messagesUrl }: Settings): string {
  const isUrlGiven = (messagesUrl ?? baseUrl)?.source.from === 'flag';
  if (!isUrlGiven && profile !== undefined) return `msg doctor ${profile.value}`;
  // An exact URL is repeated with the other options.
  const url =
    baseUrl === undefined || messagesUrl !== undefined ? '' : ` ${shellQuote(redact(baseUrl.value))}`;
  return `msg doctor${url}${profile?.source.from === 'flag' ? ` -P ${shellQuote(profile.value)}` : ''}`;
}

/** What this command line said besides the target: without it, another command would examine something else. */
export function repeatedFlags(settings: Settings): string[] {
  const flags = settingNames.filter((name) => settings[name]?.source.from === 'flag');
  return flagWords(Object.fromEntries(flags.map((name) => [name, settings[name]?.value])));
}

/** The options of a command line that cannot be resolved, because its base URL is no URL. */
export const givenFlags = (options: ConnectionOptions, context: Context): string[] =>
  flagWords(flagValues(options, context));

/** Where to and with which key comes first; a base URL is the target itself. */
const repeatedSettings: readonly SettingName[] = [
  ...new Set<SettingName>(['messagesUrl', 'key', ...settingsIn('Connection', 'Network')]),
].filter((name) => name !== 'baseUrl');

const flagWords = (values: Partial<SettingValues>): string[] =>
  repeatedSettings.flatMap((name) => {
    const value = values[name];
    if (value === undefined) return [];
    const texts = kindOf(name).optionTexts?.(value) ?? [String(value)];
    return texts.map((text) => `${printedFlag(name, values)} ${shellQuote(redact(text))}`);
  });

/** What a session says of where it is held; the built-in demo listens on another port each time. */
export const sessionPlace = (
  { profile, preset }: Settings,
  baseUrl: string,
): { readonly profile?: string; readonly endpoint?: string } => ({
  ...(profile && { profile: profile.value }),
  ...(preset?.id === 'demo' ? {} : { endpoint: originOf(baseUrl) }),
});

/** Paths are written as in a shell: relative to where msg was started, `~/` for home; URLs stay URLs. */
export function pathOf(path: string, dirs: Context['dirs']): string {
  if (/^https?:\/\//i.test(path)) return path;
  const expanded = /^~[/\\]/.test(path) ? join(dirs.home, path.slice(2)) : path;
  return isAbsolute(expanded) ? expanded : resolve(dirs.working, expanded);
}
