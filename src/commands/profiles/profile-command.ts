// What every `msg profiles` command has at hand: the store, a place for notes, a theme, and questions.
import type { Context } from '../../context.ts';
import { isMsgError, type MsgError, usageError } from '../../errors.ts';
import { hostOf } from '../../messages/endpoint.ts';
import type { CommonOptions, NetworkOptions } from '../../profiles/flags.ts';
import { isBuiltIn, requireProfile } from '../../profiles/profile.ts';
import { resolveSettings } from '../../profiles/resolve.ts';
import { type Settings, settingRow, settingsIn } from '../../profiles/settings.ts';
import type { Store } from '../../profiles/store.ts';
import type { Theme } from '../../text/theme.ts';
import { type Connection, openConnection } from '../../turn/connection/connection.ts';
import { flagValues, settingsFor } from '../../turn/connection/setting-sources.ts';
import { notifier } from '../../turn/notes.ts';

export type ProfilesContext = {
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

export function profilesContext(context: Context, options: CommonOptions & NetworkOptions): ProfilesContext {
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

/** The profile a plain `msg send` would use here and now, if any; or why none can be used. */
export function choiceHere({ context }: ProfilesContext): {
  readonly name?: string;
  readonly problem?: MsgError;
} {
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
export function noteProblem(command: ProfilesContext, problem: MsgError | undefined): void {
  if (problem !== undefined) command.note([problem.message, problem.hint].filter(Boolean).join(' '));
}

/** The name of the profile in use. Throws where there is none. */
export function nameInUse(command: ProfilesContext): string {
  const { name, problem } = choiceHere(command);
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
  { context, store }: ProfilesContext,
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
