// Turning a key reference into a key: environment, command, file, keychain, stored. Nothing here prints a key.
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { configError, type MsgError } from '../errors.ts';
import { limits } from '../http/limits.ts';
import { Secret } from '../messages/secret.ts';
import { errnoText, isErrno } from '../text/errno.ts';
import type { CommandSources } from './key-command.ts';
import { keyInBytes } from './key-lint.ts';
import type { KeyReference } from './setting-kinds.ts';
import type { Store } from './store.ts';

/** How long a key that a command printed is good for; Claude Code's apiKeyHelper has the same. */
const commandKeyLifeMs = 300_000;

export type KeySources = CommandSources & {
  readonly store: Pick<Store, 'readStoredKey' | 'directory'>;
};

export type KeyReader = {
  /**
   * The key a reference stands for. A command runs once in five minutes, however often this is called.
   * Throws `config` naming the reference, the profile and the way out, and the signal's reason when aborted.
   */
  read(reference: KeyReference, profileName: string, signal?: AbortSignal): Promise<Secret>;
  /**
   * After a 401 or 403: a key other than the refused one, read again past the cache unless somebody has done
   * so already. Undefined when there is no other, so that a refused key is never sent twice.
   */
  refresh(
    reference: KeyReference,
    profileName: string,
    refused: Secret,
    signal?: AbortSignal,
  ): Promise<Secret | undefined>;
};

/** A reader with a cache of its own. */
export function createKeyReader(sources: KeySources): KeyReader {
  const cache = new Map<string, { readonly key: Promise<Secret>; readonly readAt: number }>();

  const readAgain: KeyReader['read'] = (reference, profileName, signal) => {
    const slot = JSON.stringify([profileName, reference]);
    const key = readKey(reference, profileName, sources, signal);
    cache.set(slot, { key, readAt: sources.clock.now() });
    // A failure is not kept: the next call tries again.
    key.catch(() => cache.delete(slot));
    return key;
  };

  return {
    read(reference, profileName, signal) {
      const cached = cache.get(JSON.stringify([profileName, reference]));
      const isFresh = cached !== undefined && sources.clock.now() - cached.readAt < commandKeyLifeMs;
      return isFresh ? cached.key : readAgain(reference, profileName, signal);
    },
    async refresh(reference, profileName, refused, signal) {
      const cached = await cache.get(JSON.stringify([profileName, reference]))?.key.catch(() => undefined);
      if (cached !== undefined && !cached.equals(refused)) return cached;
      const again = await readAgain(reference, profileName, signal);
      return again.equals(refused) ? undefined : again;
    },
  };
}

/** Reads one reference once, without a cache. Throws `config`. */
async function readKey(
  reference: KeyReference,
  profileName: string,
  sources: KeySources,
  signal: AbortSignal | undefined,
): Promise<Secret> {
  switch (reference.kind) {
    case 'env':
      return keyFromEnv(reference.name, sources);
    case 'file':
      return keyFromFile(reference.path, sources);
    case 'stored': {
      const key = sources.store.readStoredKey(profileName);
      if (key !== undefined) return new Secret(key);
      throw missingKey(`No key is stored for the profile ${profileName}.`, profileName);
    }
    case 'keychain': {
      const { readKeychain } = await import('./keychain.ts');
      const key = await readKeychain(sources.store.directory, profileName);
      if (key !== undefined) return new Secret(key);
      throw missingKey(`The keychain holds no key for the profile ${profileName}.`, profileName);
    }
    case 'command': {
      const { runKeyCommand } = await import('./key-command.ts');
      return runKeyCommand(reference.argv, profileName, sources, signal);
    }
  }
}

const missingKey = (message: string, profileName: string): MsgError =>
  configError(message, `Enter it: msg profiles set ${profileName} --key-stdin`);

function keyFromEnv(name: string, { env }: KeySources): Secret {
  // The official SDKs trim it too; a file with Windows line ends leaves a carriage return in there.
  const value = env[name]?.trim();
  if (value) return new Secret(value);
  throw configError(
    `The variable ${name}, which should hold the key, is ${value === undefined ? 'not set' : 'empty'}.`,
    `Next: export ${name}=...`,
  );
}

/** What pipes gave, as in `--api-key-file <(pass show work)`: each can be read only once. */
const keysFromPipes = new Map<string, Secret>();

function keyFromFile(path: string, sources: KeySources): Secret {
  const full = expandPath(path, sources);
  const piped = keysFromPipes.get(full);
  if (piped !== undefined) return piped;
  let descriptor: number;
  try {
    descriptor = openSync(full, 'r');
  } catch (cause) {
    const how = isErrno(cause, 'ENOENT') ? 'does not exist' : `cannot be read: ${errnoText(cause)}`;
    throw configError(`The key file ${full} ${how}.`, undefined, { path: full }, cause);
  }
  try {
    const stats = fstatSync(descriptor);
    const fromPipe = stats.isFIFO() ? readPipe(descriptor) : undefined;
    const problem =
      !stats.isFile() && fromPipe === undefined
        ? 'is neither a regular file nor a pipe'
        : (fromPipe?.length ?? stats.size) > limits.keyFile
          ? 'is too large to be a key'
          : undefined;
    if (problem !== undefined)
      throw configError(`The key file ${full} ${problem}.`, undefined, { path: full });
    const key = keyInBytes(fromPipe ?? readFileSync(descriptor), `The key file ${full}`);
    if (fromPipe !== undefined) keysFromPipes.set(full, key);
    // Windows reports modes it does not have.
    if ((stats.mode & 0o077) !== 0 && sep !== '\\') {
      sources.note(`The key file ${full} can be read by other users. Next: chmod 600 ${full}`);
    }
    return key;
  } finally {
    closeSync(descriptor);
  }
}

/** What a pipe gives up to its end, or more than any key is. */
function readPipe(descriptor: number): Uint8Array {
  const bytes = Buffer.alloc(limits.keyFile + 1);
  let length = 0;
  let count: number;
  do {
    count = readSync(descriptor, bytes, length, bytes.length - length, null);
    length += count;
  } while (count > 0);
  return bytes.subarray(0, length);
}

/** `~/` is the home directory; a relative path lies beside config.json, wherever msg is started. */
function expandPath(path: string, { env, store }: KeySources): string {
  const home = env['HOME'] ?? env['USERPROFILE'];
  if (home !== undefined && /^~[/\\]/.test(path)) return join(home, path.slice(2));
  return resolve(store.directory, path);
}
