// What a profile is, and the rules of its name.
import { configError, usageError } from '../errors.ts';
import { isKeyShaped } from '../messages/key-shapes.ts';
import { didYouMean } from '../text/nearest-names.ts';
import type { SettingName, SettingValues } from './settings.ts';

/** What the user configured under one name; anything absent comes from the preset or is not sent. */
export type Profile = { readonly [N in SettingName]?: SettingValues[N] } & {
  readonly preset?: string;
  /** The origin the key was entered for; it is sent nowhere else. */
  readonly keyOrigin?: string;
};

/** Profile names: letters, digits, `.`, `_`, `-`, at most 64, not only dots. */
export function isProfileName(name: string): boolean {
  return /^[A-Za-z0-9._-]{1,64}$/.test(name) && !/^\.+$/.test(name);
}

/**
 * A key where the name of a profile belongs is not repeated, and nothing is made of it. `source`: where it stood.
 * @throws MsgError `usage`
 */
export function refuseKeyAsName(name: string, source: string): void {
  if (!isKeyShaped(name)) return;
  throw usageError(
    `What ${source} gives as the name of a profile looks like a key; it is not repeated here.`,
    'Your shell may have kept it in its history. A profile asks for its key: msg profiles add NAME. For one command: --api-key-env NAME',
  );
}

/** What of a store or a config tells which profiles there are. */
type ProfileSource = {
  read(): { readonly names: readonly string[]; profile(name: string): Profile | undefined };
};

/** The profile with this name. Throws `config` with the nearest names. */
export function requireProfile(store: ProfileSource, name: string): Profile {
  const view = store.read();
  const profile = view.profile(name);
  if (profile !== undefined) return profile;
  refuseKeyAsName(name, 'the command line');
  throw configError(
    `There is no profile "${name}".${didYouMean(name, view.names)}`,
    'Next: msg profiles list',
  );
}

/** Throws like `requireProfile` when there is no entry of this name; it may be malformed. */
export function requireEntry(store: ProfileSource, name: string): void {
  if (!store.read().names.includes(name)) requireProfile(store, name);
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
