// The keys msg itself keeps, in credentials.json or in the keychain: kept, copied and forgotten with their profile.

import { isSecretHeader } from '../http/wire.ts';
import { messageOf } from '../text/thrown.ts';
import type { Profile } from './profile.ts';
import type { KeyReference } from './setting-kinds.ts';
import type { Store } from './store.ts';

/** Where profiles and keys are kept, and who is told what is no failure. */
export type Keeper = { readonly store: Store; readonly note: (text: string) => void };

/** A reference, and the key itself where msg is to keep it. */
export type KeyChoice = { readonly reference: KeyReference; readonly value?: string };

/** Puts an entered key where its reference says. */
export async function keepKey(
  name: string,
  { reference, value }: KeyChoice,
  { store }: Keeper,
): Promise<void> {
  if (value === undefined) return;
  if (reference.kind === 'stored') return store.writeStoredKey(name, value);
  const { writeKeychain } = await import('./keychain.ts');
  await writeKeychain(store.directory, name, value);
}

/** Takes away what msg keeps for a reference; a variable, a file or a command is somebody else's. */
export async function forgetKey(
  name: string,
  reference: KeyReference | undefined,
  { store, note }: Keeper,
): Promise<void> {
  if (reference === undefined || reference.kind === 'stored') await store.writeStoredKey(name, undefined);
  if (reference?.kind !== 'keychain') return;
  const { deleteKeychain } = await import('./keychain.ts');
  try {
    await deleteKeychain(store.directory, name);
  } catch (error) {
    note(`The key stays in the keychain: ${messageOf(error)}`);
  }
}

/** Copies what msg keeps from one name to another. */
export async function copyKey(
  from: string,
  to: string,
  reference: KeyReference | undefined,
  { store }: Keeper,
): Promise<void> {
  if (reference?.kind === 'stored') await store.writeStoredKey(to, store.readStoredKey(from));
  if (reference?.kind !== 'keychain') return;
  const { readKeychain, writeKeychain } = await import('./keychain.ts');
  const key = await readKeychain(store.directory, from);
  if (key !== undefined) await writeKeychain(store.directory, to, key);
}

/** config.json is made to be shared; a header that is a credential does not belong there unnoticed. */
export function warnOfSecretHeaders({ headers }: Profile, { note }: Keeper): void {
  for (const name of Object.keys(headers ?? {}).filter(isSecretHeader)) {
    note(`The header ${name} stands in config.json in clear; keep that file to yourself.`);
  }
}
