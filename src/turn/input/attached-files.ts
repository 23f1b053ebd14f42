// A directory or a pattern of paths as content blocks, with a word on what is in it and what was left out.
import { basename } from 'node:path';
import type { Dirs } from '../../context.ts';
import type { ContentBlock } from '../../messages/types.ts';
import { counted, fileSize } from '../../text/counted.ts';
import type { Notify } from '../notes.ts';
import { blockOf } from './file-blocks.ts';
import { fileTree } from './file-tree.ts';
import { globMatcher, splitGlob } from './glob.ts';

/** What one argument brings. */
export type Attached = {
  readonly blocks: readonly ContentBlock[];
  /** How much it is, e.g. `3 files, 12 kB`. */
  readonly size: string;
};

type FilesOptions = {
  readonly dirs: Dirs;
  readonly note: Notify;
  /** False for a directory. */
  readonly isPattern: boolean;
};

/** Names are told up to here: a list of all would push everything else off the screen. */
const toldNames = 40;

/**
 * One block a file. `path` is the argument made absolute.
 * @throws MsgError as fileTree does
 */
export function attachedFiles(
  argument: string,
  path: string,
  { dirs, note, isPattern }: FilesOptions,
): Attached {
  const { directory, pattern } = isPattern ? splitGlob(path) : { directory: path, pattern: '' };
  const { files, left } = fileTree(directory, {
    title: argument,
    home: dirs.home,
    ...(isPattern && { wanted: globMatcher(pattern) }),
  });
  const prefix = prefixOf(isPattern ? splitGlob(argument).directory : argument);
  const blocks = files.map(({ name, bytes }) => blockOf(bytes, prefix + name, note));
  const size = `${counted(files.length, 'file')}, ${fileSize(files.reduce((sum, { bytes }) => sum + bytes.length, 0))}`;
  note(`${argument}: ${size}: ${told(files.map(({ name }) => prefix + name))}`);
  if (left.length > 0)
    note(`left out: ${told(left.map(({ name, reason }) => `${prefix}${name} (${reason})`))}`);
  return { blocks, size };
}

/** The directory as the user wrote it, before the names in it; of one that lies elsewhere its own name. */
function prefixOf(directory: string): string {
  const plain = directory.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '');
  if (plain === '' || plain === '.') return '';
  return `${/^(?:\/|~|\.\.)/.test(plain) ? basename(plain) : plain}/`;
}

function told(names: readonly string[]): string {
  const rest = names.length - toldNames;
  return names.slice(0, toldNames).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
