// What `-f` and `/attach` name, as content blocks: files, stdin, and pages of the web.
import { basename } from 'node:path';
import type { ContentBlock } from '../../messages/types.ts';
import { readBytesOf } from '../../terminal/json-argument.ts';
import { blockOf } from './file-blocks.ts';
import type { PageAccess } from './web-page.ts';

/** What an attachment may need besides its name. */
export type AttachmentSources = {
  /** What came on stdin. */
  readonly stdin: () => Uint8Array;
  /** For what is a URL. */
  readonly access: PageAccess;
  /** The option or command that names it, for errors. */
  readonly source?: string;
};

/**
 * The block for one `-f` argument (or of another `source`): a path, a URL, or `-` for bytes already read from stdin.
 * @throws MsgError `config` for what cannot be read, `usage` for what is neither text nor a known picture
 */
export async function attachmentBlock(
  argument: string,
  { stdin, access, source = '--file' }: AttachmentSources,
): Promise<ContentBlock> {
  const { note } = access;
  if (URL.canParse(argument) && /^https?:\/\//i.test(argument))
    return (await import('./web-page.ts')).blockOfUrl(argument, source, access);
  return argument === '-'
    ? blockOf(stdin(), 'stdin', note)
    : blockOf(readBytesOf(source, argument), basename(argument), note);
}
