// Changing profiles together with the keys msg keeps for them: each whole or not at all.
import { configError } from '../errors.ts';
import { originOf } from '../messages/endpoint.ts';
import {
  copyKey,
  forgetKey,
  type Keeper,
  type KeyChoice,
  keepKey,
  warnOfSecretHeaders,
} from './kept-keys.ts';
import { fixedBaseUrl, presets } from './presets.ts';
import { checkNewName, type Profile, requireProfile } from './profile.ts';

/**
 * Makes a profile and keeps its key. The name is taken first, so that of two who want it at the same moment
 * one fails before either key is written. Gives whether the profile is in use now: the first one always is.
 */
export async function makeProfile(
  keeper: Keeper,
  name: string,
  profile: Profile,
  choice: KeyChoice | undefined,
  isUsed: boolean,
): Promise<boolean> {
  const becomesCurrent = await keeper.store.update((config) => {
    checkNewName(name, config.names);
    config.put(name, profile);
    const isNext = isUsed || config.current === undefined;
    if (isNext) config.use(name);
    return isNext;
  });
  try {
    if (choice !== undefined) await keepKey(name, choice, keeper);
  } catch (error) {
    await keeper.store.update((config) => config.remove(name));
    throw error;
  }
  warnOfSecretHeaders(profile, keeper);
  return becomesCurrent;
}

/** What a key belongs to from now on; what is absent stays. */
export type Binding = { readonly key?: Profile['key']; readonly keyOrigin?: string | undefined };

export type ProfileChange = {
  /** May run more than once. */
  readonly transform: (profile: Profile) => Profile;
  /** A new key, which belongs to where the changed profile points. */
  readonly choice?: KeyChoice | undefined;
  /** What becomes of the key there is. */
  readonly binding?: Binding;
};

/** Writes a changed profile, its key bound to where it belongs. */
export async function changeProfile(
  keeper: Keeper,
  name: string,
  { transform, choice, binding = {} }: ProfileChange,
): Promise<void> {
  const before = requireProfile(keeper.store, name);
  const after = transform(before);
  const bound = choice === undefined ? binding : { key: choice.reference, keyOrigin: originOfProfile(after) };
  if (choice !== undefined) await keepKey(name, choice, keeper);
  await keeper.store.update((config) => {
    const latest = config.profile(name);
    if (latest === undefined) throw configError(`The profile ${name} was removed meanwhile.`);
    // Transformed once more: another process may have changed other fields since.
    config.put(name, withBinding(transform(latest), bound));
  });
  if (choice !== undefined && before.key !== undefined && before.key.kind !== choice.reference.kind) {
    await forgetKey(name, before.key, keeper);
  }
  if (before.headers !== after.headers) warnOfSecretHeaders(after, keeper);
}

const withBinding = (profile: Profile, { key, keyOrigin }: Binding): Profile => ({
  ...profile,
  ...(key === undefined ? {} : { key }),
  ...(keyOrigin === undefined ? {} : { keyOrigin }),
});

/** The origin a profile points to, or undefined for none. */
export function originOfProfile({ messagesUrl, baseUrl, preset }: Profile): string | undefined {
  // An unknown preset (written by hand, or by a newer msg) has no address, and must not stop the repair.
  const entry = presets.find((one) => one.id === preset);
  const url = messagesUrl ?? baseUrl ?? fixedBaseUrl(entry);
  return url === undefined ? undefined : originOf(url);
}

/** Removes profiles and the keys msg keeps for them. */
export async function removeProfiles(keeper: Keeper, names: readonly string[]): Promise<void> {
  const entries = names.map((name) => ({ name, key: referenceOf(keeper, name) }));
  await keeper.store.update((config) => {
    for (const { name } of entries) config.remove(name);
  });
  for (const { name, key } of entries) await forgetKey(name, key, keeper);
}

/** A malformed entry can be removed too; its key is then looked for in credentials.json only. */
function referenceOf({ store }: Keeper, name: string): Profile['key'] {
  try {
    return store.read().profile(name)?.key;
  } catch {
    return undefined;
  }
}

/** Each step leaves a state that works: the new name is claimed, then the key is there, then the old one goes. */
export async function renameProfile(keeper: Keeper, from: string, to: string): Promise<void> {
  const { key } = requireProfile(keeper.store, from);
  await claimCopy(keeper, from, to, key, from);
  await keeper.store.update((config) => {
    // The copy only kept the name; the entry itself moves, with its place in the list and the pointers to it.
    config.discard(to);
    config.rename(from, to);
  });
  // Keychains that ignore case have one drawer for both names; the key is in it already.
  const isSameDrawer = key?.kind === 'keychain' && from.toLowerCase() === to.toLowerCase();
  if (!isSameDrawer) await forgetKey(from, key, keeper);
}

/** Makes a second profile like the first, kept key included. */
export async function copyProfile(keeper: Keeper, from: string, to: string): Promise<void> {
  const { key } = requireProfile(keeper.store, from);
  await claimCopy(keeper, from, to, key);
}

/** Takes the new name before any key is written under it: somebody else may be taking it at this moment. */
async function claimCopy(
  keeper: Keeper,
  from: string,
  to: string,
  key: Profile['key'],
  except?: string,
): Promise<void> {
  await keeper.store.update((config) => {
    checkNewName(to, config.names, except);
    config.copy(from, to);
  });
  try {
    await copyKey(from, to, key, keeper);
  } catch (error) {
    await keeper.store.update((config) => config.discard(to));
    throw error;
  }
}
