// The files of a directory, or those that fit a pattern, for a model to read: what git ignores, binaries and what looks
// like a secret are left out and named, and more than a model can use is refused.
import { type Dirent, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configError, usageError } from '../../errors.ts';
import { fileSize } from '../../text/counted.ts';
import { errnoText } from '../../text/errno.ts';
import { attachableType, hasMediaName } from './file-blocks.ts';
import { type IgnoreRules, ignoreRulesIn } from './ignore-rules.ts';
import { holdsSecret, isSecretDirectory, isSecretName } from './secret-files.ts';

/** `name` is the path below the directory, with slashes. */
export type TreeFile = { readonly name: string; readonly bytes: Buffer };
export type Left = { readonly name: string; readonly reason: string };
export type FileTree = { readonly files: readonly TreeFile[]; readonly left: readonly Left[] };

type TreeOptions = {
  /** What the directory or the pattern is called in errors. */
  readonly title: string;
  /** Where the user's own git excludes lie. */
  readonly home: string;
  /** Which files are wanted, and how many directories deep they may lie. */
  readonly wanted?: { readonly fits: (name: string) => boolean; readonly depth: number };
};

/** A quarter of a million tokens: more than most models take. */
const mostText = 1_000_000;
/** Pictures and PDFs; as base64 in one request an endpoint takes 32 MB. */
const mostMedia = 20_000_000;
/** One file of text larger than that is a log or something generated. */
const largestText = 256_000;
/** Names looked at: beyond, it is a home directory or a disk. */
const mostNames = 20_000;

/**
 * Every file below a directory, in the order of their names.
 * @throws MsgError `config` for a directory that cannot be read, `usage` for nothing, or more than a model takes
 */
export function fileTree(directory: string, { title, home, wanted }: TreeOptions): FileTree {
  const files: TreeFile[] = [];
  const left: Left[] = [];
  let names = 0;
  let text = 0;
  let media = 0;

  const take = (path: string, name: string): void => {
    const bytes = isSecretName(baseOf(name)) ? 'looks like a secret' : bytesOrReason(path);
    if (typeof bytes === 'string') {
      left.push({ name, reason: bytes });
      return;
    }
    if (attachableType(bytes) === undefined) text += bytes.length;
    else media += bytes.length;
    files.push({ name, bytes });
  };
  const walk = (path: string, prefix: string, rules: IgnoreRules, depth: number): void => {
    for (const entry of entriesOf(path, prefix === '' ? title : undefined)) {
      const name = `${prefix}${entry.name}`;
      const inside = join(path, entry.name);
      names += 1;
      if (names > mostNames) throw tooMuch(title, `more than ${mostNames} files and directories`);
      const isWanted = wanted?.fits(name) ?? true;
      if (entry.isDirectory()) {
        if (entry.name === '.git' || depth <= 1) continue;
        if (rules.excludes(inside, true)) left.push({ name: `${name}/`, reason: 'git ignores it' });
        else if (isSecretDirectory(entry.name)) left.push({ name: `${name}/`, reason: 'holds secrets' });
        else walk(inside, `${name}/`, rules.within(inside), depth - 1);
      } else if (!isWanted) continue;
      else if (rules.excludes(inside, false)) left.push({ name, reason: 'git ignores it' });
      else if (!entry.isFile()) left.push({ name, reason: entry.isSymbolicLink() ? 'a link' : 'not a file' });
      else take(inside, name);
      if (text > mostText) throw tooMuch(title, `more than ${fileSize(mostText)} of text`);
      if (media > mostMedia) throw tooMuch(title, `more than ${fileSize(mostMedia)} of pictures and PDFs`);
    }
  };
  walk(directory, '', ignoreRulesIn(directory, home), wanted?.depth ?? Number.POSITIVE_INFINITY);
  if (files.length > 0) return { files, left };
  const [first] = left;
  const more = left.length === 1 ? '' : ` and ${left.length - 1} more`;
  throw usageError(
    wanted === undefined ? `There is nothing to attach in ${title}.` : `No file fits ${title}.`,
    first === undefined
      ? undefined
      : `Left out: ${first.name} (${first.reason})${more}. A file named by itself is attached.`,
  );
}

const baseOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/** What lies at a path, or why it is left out. */
function bytesOrReason(path: string): Buffer | string {
  let bytes: Buffer;
  try {
    const { size } = lstatSync(path);
    if (size > mostMedia) return fileSize(size);
    bytes = readFileSync(path);
  } catch (error) {
    return errnoText(error);
  }
  if (attachableType(bytes) !== undefined) return bytes;
  if (bytes.length === 0) return 'empty';
  if (hasMediaName(path)) return 'not what its name says';
  if (bytes.includes(0)) return 'binary';
  if (bytes.length > largestText) return `${fileSize(bytes.length)} of text`;
  return holdsSecret(bytes.toString('latin1')) ? 'holds what looks like a key' : bytes;
}

function entriesOf(path: string, title: string | undefined): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true }).sort((one, other) => (one.name < other.name ? -1 : 1));
  } catch (cause) {
    if (title === undefined) return [];
    throw configError(`Cannot read ${title}: ${errnoText(cause)}.`, undefined, { path }, cause);
  }
}

const tooMuch = (title: string, what: string): Error =>
  usageError(
    `${title} holds ${what}, more than fits into a question.`,
    "Name a part of it, e.g. 'src/**/*.ts', or let a .gitignore leave out the rest.",
  );
