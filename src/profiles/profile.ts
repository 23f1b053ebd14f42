// What a profile is, and the rules of its name.
import { usageError } from '../errors.ts';
import { isKeyShaped } from '../messages/key-shapes.ts';
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
