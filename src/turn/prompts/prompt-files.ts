// The prompts that are kept beside the config file, one Markdown file each, and prompts named by their path.
import { lstatSync, readdirSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { configError, isMsgError, usageError } from '../../errors.ts';
import { followLink, makeDirectory } from '../../profiles/file-replacement.ts';
import { readRegularFile } from '../../profiles/guarded-file.ts';
import { errnoText, isErrno } from '../../text/errno.ts';
import { didYouMean } from '../../text/nearest-names.ts';
import { type PromptText, readPromptText } from './prompt-text.ts';

export type Prompt = PromptText & {
  /** What it was called by: a name, or a path. */
  readonly name: string;
  readonly path: string;
};

export type PromptFiles = {
  readonly directory: string;
  /** The names of all that are kept, sorted. */
  names(): readonly string[];
  /** Where a kept prompt lies, or will. */
  pathOf(name: string): string;
  /** A prompt by name, or by path where there is a slash or `.md`. @throws MsgError `usage` where there is none */
  read(which: string): Promise<Prompt>;
  /** The text of a kept prompt as it is. @throws MsgError `usage` where there is none */
  readText(name: string): string;
  /** Throws `usage` for what cannot be a name, and for that of another prompt unless it `mayExist`. */
  requireName(name: string, mayExist: boolean): void;
  /** Puts a text in the place of what was there, all or nothing. @throws MsgError `config` when it is no prompt */
  write(name: string, text: string): Promise<void>;
  /** @throws MsgError `usage` where there is none of that name, readable or not */
  requireKept(name: string): void;
  /** @throws MsgError `config` for what cannot be deleted */
  remove(name: string): void;
};

const ending = '.md';
/** As profile names are, so that they need no quotes in a shell. */
const isPromptName = (name: string): boolean =>
  /^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/.test(name) && !name.endsWith(ending);

/** A path is told by what no name has. */
const isPath = (which: string): boolean => /[/\\]/.test(which) || which.endsWith(ending);

/** Whether there is anything at all, be it a link to nothing. */
const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** @param absolute makes a path that somebody typed one that holds wherever msg was started */
export function promptFiles(configDirectory: string, absolute: (path: string) => string): PromptFiles {
  const directory = join(configDirectory, 'prompts');
  const pathOf = (name: string): string => join(directory, `${name}${ending}`);

  const names = (): string[] => {
    try {
      return readdirSync(directory)
        .filter((file) => file.endsWith(ending))
        .map((file) => basename(file, ending))
        .filter(isPromptName)
        .sort();
    } catch (cause) {
      if (isErrno(cause, 'ENOENT')) return [];
      throw configError(
        `${directory} cannot be read: ${errnoText(cause)}.`,
        undefined,
        { path: directory },
        cause,
      );
    }
  };

  const unknown = (name: string): Error =>
    usageError(
      `There is no prompt "${name}".${didYouMean(name, names())}`,
      `Next: msg prompts list, or msg prompts add ${isPromptName(name) ? name : 'NAME'}`,
    );

  const textAt = (path: string, missing: () => Error): string => {
    try {
      return readRegularFile(path);
    } catch (cause) {
      if (isMsgError(cause)) throw cause;
      if (isErrno(cause, 'ENOENT', 'ENOTDIR')) throw missing();
      throw configError(`${path} cannot be read: ${errnoText(cause)}.`, undefined, { path }, cause);
    }
  };

  const readText = (name: string): string => {
    if (!isPromptName(name)) throw unknown(name);
    const path = pathOf(name);
    return textAt(path, () =>
      isThere(path)
        ? configError(
            `${path} is a link, and what it leads to is not there.`,
            `Next: msg prompts remove ${name}`,
            {
              path,
            },
          )
        : unknown(name),
    );
  };

  return {
    directory,
    names,
    pathOf,
    readText,
    async read(which) {
      const path = isPath(which) ? absolute(which) : pathOf(which);
      const text = isPath(which)
        ? textAt(path, () => usageError(`There is no prompt file ${which}.`, 'Next: msg prompts list'))
        : readText(which);
      const hint = isPath(which) ? `Correct it: ${which}` : `Next: msg prompts edit ${which}`;
      const prompt = await readPromptText(text, { path, directory: dirname(path), hint });
      return { ...prompt, name: which, path };
    },
    requireKept(name) {
      if (!isPromptName(name) || !isThere(pathOf(name))) throw unknown(name);
    },
    requireName(name, mayExist) {
      if (!isPromptName(name))
        throw usageError(
          `"${name}" cannot be the name of a prompt.`,
          name.endsWith(ending)
            ? `Without ${ending}: ${basename(name, ending)}. A file is used as it is: msg send -T ./${basename(name)}`
            : 'Use letters, digits, dots, dashes and underscores, at most 64, not beginning with a dot or a dash.',
        );
      const twin = names().find((one) => one.toLowerCase() === name.toLowerCase());
      if (twin === undefined || (twin === name && mayExist)) return;
      throw usageError(
        `There is a prompt ${twin} already.`,
        `Change it: msg prompts edit ${twin}, or overwrite it with --force`,
      );
    },
    async write(name, text) {
      const path = pathOf(name);
      const { text: body } = await readPromptText(text, { path, directory });
      if (body === '')
        throw configError(`${path} would be empty: a prompt needs a text.`, undefined, { path });
      makeDirectory(directory);
      try {
        // A link leads into a repository of the user's own.
        const target = followLink(path);
        const draft = join(dirname(target), `.${basename(target)}.new`);
        writeFileSync(draft, text.endsWith('\n') ? text : `${text}\n`, { mode: 0o600 });
        renameSync(draft, target);
      } catch (cause) {
        throw configError(`${path} cannot be written: ${errnoText(cause)}.`, undefined, { path }, cause);
      }
    },
    remove(name) {
      const path = pathOf(name);
      try {
        unlinkSync(path);
      } catch (cause) {
        throw configError(`${path} cannot be deleted: ${errnoText(cause)}.`, undefined, { path }, cause);
      }
    },
  };
}
