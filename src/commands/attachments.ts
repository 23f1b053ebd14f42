// Files as content blocks: text in a named fence, pictures and PDFs by their magic bytes, URLs as URLs.
import { basename } from 'node:path';
import { usageError } from '../errors.ts';
import type { ContentBlock } from '../messages/types.ts';
import { fenced } from './fence.ts';
import { readBytesOf } from './json-argument.ts';
import type { Note } from './note.ts';

/** What the first bytes of a file say it is. */
const magics: readonly { readonly mediaType: string; readonly matches: (bytes: Uint8Array) => boolean }[] = [
  { mediaType: 'image/png', matches: (bytes) => startsWith(bytes, [0x89, 0x50, 0x4e, 0x47]) },
  { mediaType: 'image/jpeg', matches: (bytes) => startsWith(bytes, [0xff, 0xd8, 0xff]) },
  { mediaType: 'image/gif', matches: (bytes) => startsWith(bytes, [0x47, 0x49, 0x46, 0x38]) },
  {
    mediaType: 'image/webp',
    matches: (bytes) =>
      startsWith(bytes, [0x52, 0x49, 0x46, 0x46]) && startsWith(bytes.subarray(8), [0x57, 0x45, 0x42, 0x50]),
  },
  { mediaType: 'application/pdf', matches: (bytes) => startsWith(bytes, [0x25, 0x50, 0x44, 0x46, 0x2d]) },
];

/**
 * The block for one `-f` argument (or of another `source`): a path, a URL (pictures, and PDFs by their ending), or bytes already
 * read from stdin.
 * @throws MsgError `config` for an unreadable file, `usage` for one that is neither text nor a known picture
 */
export function attachmentBlock(
  argument: string,
  stdin: () => Uint8Array,
  note: Note,
  source = '--file',
): ContentBlock {
  if (/^https?:\/\//i.test(argument)) {
    const type = /\.pdf($|[?#])/i.test(argument) ? 'document' : 'image';
    return { type, source: { type: 'url', url: argument } };
  }
  return argument === '-'
    ? blockOf(stdin(), 'stdin', note)
    : blockOf(readBytesOf(source, argument), basename(argument), note);
}

/** Whether bytes are a picture or a PDF, which can only go as a block of their own. */
export const isBinaryAttachment = (bytes: Uint8Array): boolean =>
  magics.some(({ matches }) => matches(bytes));

/** The block for bytes under a name. */
export function blockOf(bytes: Uint8Array, name: string, note: Note): ContentBlock {
  const mediaType = magics.find(({ matches }) => matches(bytes))?.mediaType;
  if (mediaType !== undefined) {
    const source = {
      type: 'base64' as const,
      media_type: mediaType,
      data: Buffer.from(bytes).toString('base64'),
    };
    return mediaType === 'application/pdf'
      ? { type: 'document', source, title: name }
      : { type: 'image', source };
  }
  return { type: 'text', text: `${name}:\n${fenced(textOf(bytes, name, note))}` };
}

/**
 * Bytes as text. Other encodings are common in old files and on Windows: what is not UTF-8 is replaced, and
 * that is said.
 * @throws MsgError `usage` for what is no text at all
 */
export function textOf(bytes: Uint8Array, name: string, note: Note): string {
  // UTF-16 and every binary format have zero bytes, text never does.
  if (bytes.includes(0)) {
    throw usageError(
      `${name} is neither UTF-8 text nor a PNG, JPEG, GIF, WebP or PDF.`,
      'Convert it first, e.g. iconv -f utf-16 -t utf-8, or pdftotext.',
    );
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    note(`${name} is not all UTF-8: the other bytes are sent as \ufffd. To convert it: iconv -t utf-8`);
    return new TextDecoder().decode(bytes);
  }
}

const startsWith = (bytes: Uint8Array, magic: readonly number[]): boolean =>
  magic.every((byte, index) => bytes[index] === byte);
