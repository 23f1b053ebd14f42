// What `-f`, `/attach` and `@path` name, as content blocks: files, directories, patterns of paths, stdin, and pages of the
// web.
import { type Stats, statSync } from 'node:fs';
import { basename } from 'node:path';
import { usageError } from '../../errors.ts';
import type { ContentBlock } from '../../messages/types.ts';
import { readBytesOf, refusePipe } from '../../terminal/json-argument.ts';
import { fileSize } from '../../text/counted.ts';
import { pathOf } from '../connection/setting-sources.ts';
import type { Attached } from './attached-files.ts';
import { blockOf } from './file-blocks.ts';
import { isGlob } from './glob.ts';
import type { PageAccess } from './web-page.ts';

/** The option of the command line. */
const commandLine = '--file';

/** What an attachment may need besides its name. */
export type AttachmentSources = {
  /** What came on stdin. */
  readonly stdin: () => Uint8Array;
  /** For what is a URL, and where paths begin. */
  readonly access: PageAccess;
  /** The option or command that names it, for errors. */
  readonly source?: string;
};

/**
 * The blocks for one `-f` argument (or of another `source`): a path, a directory, a pattern, a URL, or `-` for bytes
 * already read from stdin. Of a directory or a pattern it is told what is in it, and what was left out.
 * @throws MsgError `config` for what cannot be read, `usage` for what is neither text nor a known picture, or too much
 */
export async function attached(
  argument: string,
  { stdin, access, source = commandLine }: AttachmentSources,
): Promise<Attached> {
  const { note, context } = access;
  // An empty variable of a shell, not the whole directory.
  if (argument === '') throw usageError(`${source} names no file: it is empty.`);
  if (URL.canParse(argument) && /^https?:\/\//i.test(argument)) {
    const { blockOfUrl } = await import('./web-page.ts');
    return { blocks: [await blockOfUrl(argument, source, access)], size: 'from the web' };
  }
  if (argument === '-') return one(stdin(), 'stdin');
  const path = pathOf(argument, context.dirs);
  const stat = statAt(path);
  if (stat?.isDirectory() || (stat === undefined && isGlob(argument))) {
    const { attachedFiles } = await import('./attached-files.ts');
    return attachedFiles(argument, path, { dirs: context.dirs, note, isPattern: stat === undefined });
  }
  if (source !== commandLine) refusePipe(source, path, argument);
  return one(readBytesOf(source, path, argument), basename(path));

  function one(bytes: Uint8Array, name: string): Attached {
    const block = blockOf(bytes, name, note);
    return { blocks: [block], size: `${nounOf(block)}, ${fileSize(bytes.length)}` };
  }
}

/** What lies there; why it cannot be looked at is told when it is read. */
function statAt(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

const nouns: Readonly<Record<string, string>> = { image: 'picture', document: 'PDF' };
const nounOf = ({ type }: ContentBlock): string => nouns[type] ?? 'text';
