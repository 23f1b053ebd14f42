// The files of msg: config.json (no secret in it) and credentials.json (stored keys, 0600). The door to
// conf, which is loaded only to write: reading is on the path of every `send`.
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { configError, isMsgError } from '../errors.ts';
import { errnoText } from '../text/errno.ts';
import { isObject } from '../text/json.ts';
import {
  type ConfigView,
  checkConfig,
  type JsonDocument,
  own,
  parseDocument,
  setOwn,
  viewConfig,
} from './config-document.ts';
import { type ConfigDraft, draftConfig } from './config-draft.ts';
import { followLink, makeDirectory, removeLeftovers, syncDirectory } from './file-replacement.ts';
import { checkDirectory, type FileGuard, readPrivateFile } from './guarded-file.ts';
import type { Lock, Processes } from './lock.ts';

export type Store = {
  /** Where both files lie. */
  readonly directory: string;
  readonly configPath: string;
  readonly credentialsPath: string;
  /** Reads config.json now; an absent file is an empty one. Throws `config`; changes nothing. */
  read(): ConfigView;
  /** A stored key in clear, or undefined. */
  readStoredKey(name: string): string | undefined;
  /** All stored keys in clear, whichever profiles there are. */
  storedKeys(): string[];
  /**
   * Changes config.json: locked, read again, changed, checked, replaced as a whole.
   * `change` may run more than once. Throws `config`; the file is then as it was.
   */
  update<T>(change: (draft: ConfigDraft) => T): Promise<T>;
  /** config.json as it stands, however broken; undefined when there is none. */
  readText(): string | undefined;
  /**
   * Replaces config.json by what a person made of `before`, word for word, after the checks of `update`.
   * Throws `config` when it is not valid, or when the file is no longer `before`; it is then as it was.
   */
  replaceText(before: string | undefined, text: string): Promise<void>;
  /** Stores a key under a profile's name; undefined removes it. */
  writeStoredKey(name: string, key: string | undefined): Promise<void>;
};

type StoreOptions = FileGuard & {
  /** Where the files lie; made with mode 0700 when first written to. */
  readonly directory: string;
  readonly processes: Processes;
};

/** The store in one directory. Nothing is read or made before it is asked for. */
export function createStore(options: StoreOptions): Store {
  const { directory, processes } = options;
  const configPath = join(directory, 'config.json');
  const credentialsPath = join(directory, 'credentials.json');

  const paths = [configPath, credentialsPath];
  const readText = (path: string): string | undefined => {
    checkDirectory(directory, options);
    return readPrivateFile(path, options, path === credentialsPath);
  };
  const load = (path: string): { text: string | undefined; document: JsonDocument } => {
    const text = readText(path);
    return { text, document: text === undefined ? {} : parseDocument(text, path) };
  };
  const replace = <T>(path: string, change: (document: JsonDocument) => T): Promise<T> =>
    changeFile({ directory, paths, processes, path, load: () => load(path), change });

  return {
    directory,
    configPath,
    credentialsPath,
    read: () => viewConfig(load(configPath).document, configPath),
    readStoredKey(name) {
      const key = own(keysIn(load(credentialsPath).document, credentialsPath), name);
      return typeof key === 'string' ? key : undefined;
    },
    storedKeys: () =>
      Object.values(keysIn(load(credentialsPath).document, credentialsPath)).filter(
        (key) => typeof key === 'string',
      ),
    async update(change) {
      // Without a first reading, a directory of somebody else's would be found out only by failing to lock it.
      load(configPath);
      return replace(configPath, (document) => {
        const result = change(draftConfig(document, configPath));
        checkConfig(document, configPath);
        return result;
      });
    },
    readText: () => readText(configPath),
    async replaceText(before, text) {
      const document = parseDocument(text, 'config.json', undefined, 'Nothing was changed.');
      checkConfig(document, 'config.json');
      await changeFile({
        directory,
        paths,
        processes,
        path: configPath,
        text: text.replace(/^\uFEFF/, ''),
        // What stands there may be broken: that is what is mended.
        load: () => ({ text: readText(configPath), document: {} }),
        change(empty, current) {
          if (current !== before)
            throw configError(`${configPath} was changed meanwhile. Nothing was overwritten.`, undefined, {
              path: configPath,
            });
          for (const [field, value] of Object.entries(document)) setOwn(empty, field, value);
        },
      });
    },
    async writeStoredKey(name, key) {
      const isAbsent = own(keysIn(load(credentialsPath).document, credentialsPath), name) === undefined;
      if (key === undefined && isAbsent) return;
      await replace(credentialsPath, (document) => {
        const keys = keysIn(document, credentialsPath);
        if (key === undefined) delete keys[name];
        else setOwn(keys, name, key);
        setOwn(document, 'keys', keys);
      });
    },
  };
}

function keysIn(document: JsonDocument, path: string): JsonDocument {
  const keys = own(document, 'keys') ?? {};
  if (isObject(keys)) return keys;
  throw configError(`"keys" in ${path} must be an object.`, undefined, { path });
}

type FileChange<T> = {
  readonly directory: string;
  /** All files of the store: what a killed process left beside any of them goes with the next change. */
  readonly paths: readonly string[];
  readonly processes: Processes;
  readonly path: string;
  readonly load: () => { text: string | undefined; document: JsonDocument };
  /** What is written, where it is not for us to lay out. */
  readonly text?: string;
  readonly change: (document: JsonDocument, text: string | undefined) => T;
};

/** Read, change and replace under the lock; once more when another process took the lock over meanwhile. */
async function changeFile<T>(file: FileChange<T>): Promise<T> {
  makeDirectory(file.directory);
  // Loaded before the lock is taken: it is held for milliseconds, not for the start of a package.
  const [{ Conf }, { withLock }] = await Promise.all([import('./conf.ts'), import('./lock.ts')]);
  for (;;) {
    const done = await withLock(file.directory, file.processes, async (lock) => {
      for (const path of file.paths) removeLeftovers(followLink(path));
      const { text, document } = file.load();
      const before = JSON.stringify(document);
      const result = file.change(document, text);
      const isSame = file.text === undefined ? JSON.stringify(document) === before : file.text === text;
      if (isSame) return { result };
      return replaceFile(Conf, file, document, text, lock) ? { result } : undefined;
    });
    if (done !== undefined) return done.result;
  }
}

/**
 * conf writes the document beside the file, under a name of its own; only when that reads back complete does it
 * take the file's name. conf alone would not do: it does not look whether a nearly full
 * disk took every byte (measured: 6 of 12 writes left half a file), and writes straight into the file where
 * a rename is refused.
 * Returns false when the file changed after it was read (the lock was lost): nothing was replaced then.
 */
function replaceFile(
  Conf: typeof import('./conf.ts').Conf,
  { path, load, text: ownText }: FileChange<unknown>,
  document: JsonDocument,
  textBefore: string | undefined,
  lock: Lock,
): boolean {
  const target = followLink(path);
  const parent = dirname(target);
  const write = crypto.randomUUID();
  const stagingName = `.${basename(target)}.${write}`;
  const staging = join(parent, `${stagingName}.new`);
  const text = ownText ?? `${JSON.stringify(document, undefined, 2)}\n`;
  try {
    const conf = new Conf<JsonDocument>({
      cwd: parent,
      configName: stagingName,
      fileExtension: 'new',
      projectName: 'msg',
      projectSuffix: '',
      configFileMode: 0o600,
      accessPropertiesByDotNotation: false,
      clearInvalidConfig: false,
      serialize: () => text,
    });
    conf.store = document;
    if (readFileSync(staging, 'utf8') !== text) {
      throw Object.assign(new Error('The file was cut short'), { code: 'ENOSPC' });
    }
    if (!lock.isHeld() || load().text !== textBefore) return false;
    renameSync(staging, target);
    syncDirectory(parent);
    return true;
  } catch (cause) {
    if (isMsgError(cause)) throw cause;
    // Whoever took the lock over may have swept our half-written file away.
    if (!lock.isHeld()) return false;
    throw configError(
      `${path} cannot be written: ${errnoText(cause)}. Nothing was changed.`,
      undefined,
      { path },
      cause,
    );
  } finally {
    if (existsSync(parent)) removeLeftovers(target, write);
  }
}
