// The door to @napi-rs/keyring: macOS Keychain, Windows Credential Manager, Secret Service on Linux.
// The package is optional, and so is a keychain: where there is none, the error says what to use instead.

import { configError, type MsgError } from '../errors.ts';
import { messageOf } from '../text/thrown.ts';

/** The key kept for a profile of the configuration in `directory`, or undefined. Throws `config`. */
export const readKeychain = (directory: string, profileName: string): Promise<string | undefined> =>
  withEntry(directory, profileName, async (entry) => (await entry.getPassword()) ?? undefined);

/** Keeps a key. Throws `config`. */
export const writeKeychain = (directory: string, profileName: string, key: string): Promise<void> =>
  withEntry(directory, profileName, (entry) => entry.setPassword(key));

/** Removes a key; it is no error when there is none. Throws `config`. */
export const deleteKeychain = (directory: string, profileName: string): Promise<void> =>
  withEntry(directory, profileName, async (entry) => void (await entry.deleteCredential()));

type Entry = import('@napi-rs/keyring').AsyncEntry;

async function withEntry<T>(
  directory: string,
  profileName: string,
  work: (entry: Entry) => Promise<T>,
): Promise<T> {
  let keyring: typeof import('@napi-rs/keyring');
  try {
    keyring = await import('@napi-rs/keyring');
  } catch (cause) {
    throw noKeychain('The keychain module is not installed here', cause);
  }
  try {
    // The directory is part of the name: two configurations may each have a profile "work".
    // Without a pinned store, Linux falls back to the kernel keyring, which forgets everything at reboot.
    return await work(
      new keyring.AsyncEntry(`msg:${directory}`, profileName, { linux: { store: 'secret-service' } }),
    );
  } catch (cause) {
    throw noKeychain(`No keychain answered (${messageOf(cause)})`, cause);
  }
}

const noKeychain = (what: string, cause: unknown): MsgError =>
  configError(
    `${what}.`,
    'Keep the key in a file of msg (--key-stdin, mode 0600), in a variable (--key-env NAME) or behind a command (--key-command).',
    {},
    cause,
  );
