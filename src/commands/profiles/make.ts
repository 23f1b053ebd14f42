// Writing a new profile with its key, whole or not at all.
import type { Profile } from '../../profiles/profile.ts';
import { type KeyChoice, keepKey, warnOfSecretHeaders } from './key-input.ts';
import { checkNewName, type Desk } from './profile-command.ts';

/**
 * Makes a profile and keeps its key. The name is taken first, so that of two who want it at the same moment
 * one fails before either key is written. Gives whether the profile is in use now: the first one always is.
 */
export async function makeProfile(
  desk: Desk,
  name: string,
  profile: Profile,
  choice: KeyChoice | undefined,
  isUsed: boolean,
): Promise<boolean> {
  const becomesCurrent = await desk.store.update((config) => {
    checkNewName(name, config.names);
    config.put(name, profile);
    const isNext = isUsed || config.current === undefined;
    if (isNext) config.use(name);
    return isNext;
  });
  try {
    if (choice !== undefined) await keepKey(name, choice, desk);
  } catch (error) {
    await desk.store.update((config) => config.remove(name));
    throw error;
  }
  warnOfSecretHeaders(profile, desk);
  return becomesCurrent;
}
