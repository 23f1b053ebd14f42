// What every `msg profiles` command has at hand: the store, a place for notes, a theme, and questions.
import type { Command } from 'commander';
import type { Context } from '../../context.ts';
import { configError, isMsgError, type MsgError, usageError } from '../../errors.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { hostOf } from '../../messages/endpoint.ts';
import type { CommonOptions, NetworkOptions } from '../../profiles/flags.ts';
import { isProfileName, type Profile, refuseKeyAsName } from '../../profiles/profile.ts';
import { resolveSettings } from '../../profiles/resolve.ts';
import { type Settings, settingRow, settingsIn } from '../../profiles/settings.ts';
import type { Store } from '../../profiles/store.ts';
import { didYouMean } from '../../text/nearest-names.ts';
import type { Theme } from '../../text/theme.ts';
import { type Connection, openConnection } from '../../turn/connection/connection.ts';
import { flagValues, settingsFor } from '../../turn/connection/setting-sources.ts';
import { notifier } from '../../turn/notes.ts';

export type Desk = {
  readonly context: Context;
  readonly store: Store;
  /** For stdout: where the tables go. */
  readonly theme: Theme;
  /** One line on stderr, unless --quiet. */
  note(text: string): void;
  /** The answer of the command, on stdout. */
  print(text: string): Promise<void>;
  /** Of stdout; tables that go into a pipe are not cut. */
  readonly width: number;
  /** A connection to a profile. Throws `config` when its key cannot be had. */
  open(settings: Settings): Promise<Connection>;
  /** Whether somebody is there to be asked. */
  readonly isInteractive: boolean;
};

/** Adds one subcommand to `profiles`. */
export type Declaration = (profiles: Command, context: Context, finish: (code: ExitCode) => void) => void;

export function openDesk(context: Context, options: CommonOptions & NetworkOptions): Desk {
  const { stdin, stdout, stderr } = context.streams;
  const note = notifier(context, options);
  return {
    context,
    store: context.store(context.dirs.config, note),
    theme: context.theme('stdout', options.color),
    note,
    async print(text) {
      await stdout.write(text);
    },
    width: stdout.isTTY ? stdout.columns() : Number.POSITIVE_INFINITY,
    // The notes of choosing (ANTHROPIC_* is ignored, ...) are of no use where a profile was named.
    open: (settings) => openConnection({ ...settings, notes: [] }, { options, context, note }),
    isInteractive: stdin.kind === 'terminal' && stderr.isTTY,
  };
}

/** The profile with this name. Throws `config` with the nearest names. */
export function requireProfile(store: Pick<Store, 'read'>, name: string): Profile {
  const view = store.read();
  const profile = view.profile(name);
  if (profile !== undefined) return profile;
  refuseKeyAsName(name, 'the command line');
  throw configError(
    `There is no profile "${name}".${didYouMean(name, view.names)}`,
    'Next: msg profiles list',
  );
}

/**
 * Whether a name can be given to a new profile. `except` is the name it has now, when it is renamed.
 * Throws `usage`. Names that differ in case only are refused: some keychains do not tell them apart.
 */
export function checkNewName(name: string, names: readonly string[], except?: string): void {
  refuseKeyAsName(name, 'the command line');
  if (!isProfileName(name) || name.startsWith('-')) {
    throw usageError(
      `"${name}" cannot be the name of a profile.`,
      'Use letters, digits, dots, dashes and underscores, at most 64, not beginning with a dash.',
    );
  }
  if (name === 'env') throw usageError('The profile env is made of ANTHROPIC_* and cannot be defined.');
  if (name.toLowerCase() === 'demo') {
    throw usageError('The profile demo is built in; one of your own would hide it.', 'Choose another name.');
  }
  const twin = names.find((one) => one !== except && one.toLowerCase() === name.toLowerCase());
  if (twin === undefined) return;
  throw usageError(
    twin === name
      ? `There is a profile ${name} already.`
      : `There is a profile ${twin} already; names that differ in case only would be mixed up.`,
    `Change it: msg profiles set ${twin} ..., or choose another name`,
  );
}

/** Profiles that need no entry: what ANTHROPIC_* says, and the demo. */
export const isBuiltIn = (name: string): boolean => name === 'env' || name === 'demo';

/** The profile a plain `msg send` would use here and now, if any; or why none can be used. */
export function choiceHere({ context }: Desk): { readonly name?: string; readonly problem?: MsgError } {
  try {
    const name = settingsFor({}, context, () => {}).profile?.value;
    return name === undefined ? {} : { name };
  } catch (error) {
    // A pointer to a profile that is gone must not keep the others from being shown.
    if (isMsgError(error, 'config')) return { problem: error };
    throw error;
  }
}

/** Tells what keeps a plain `msg send` from finding its profile. */
export function noteProblem(desk: Desk, problem: MsgError | undefined): void {
  if (problem !== undefined) desk.note([problem.message, problem.hint].filter(Boolean).join(' '));
}

/** The given name, or the one in use. Throws when there is neither. */
export function givenOrInUse(desk: Desk, given: string | undefined): string {
  if (given !== undefined) return given;
  const { name, problem } = choiceHere(desk);
  if (name !== undefined) return name;
  throw (
    problem ??
    usageError('No profile is in use.', 'Name one (msg profiles list), or make one: msg profiles add NAME')
  );
}

/**
 * A profile by itself, as it would be anywhere: what MSG_* and the project file of this place would change
 * is left out, but not the way to the network, to which `options` may have more to say.
 */
export function profileSettings(
  { context, store }: Desk,
  name: string,
  options: NetworkOptions = {},
): Settings {
  if (!isBuiltIn(name)) requireProfile(store, name);
  const network = settingsIn('Network').map((setting) => settingRow(setting).variable as string);
  const env = Object.fromEntries(
    Object.entries(context.env).filter(
      ([variable]) => !variable.startsWith('MSG_') || network.includes(variable),
    ),
  );
  const flags = { ...flagValues(options, context), profile: name };
  return resolveSettings({ flags, env, config: store.read() });
}

/** Where a profile's requests go, for a table. */
export function hostText({ preset, baseUrl, messagesUrl }: Settings): string | undefined {
  if (preset?.id === 'demo') return '(inside msg)';
  const url = messagesUrl?.value ?? baseUrl?.value;
  return url === undefined ? undefined : hostOf(url);
}
