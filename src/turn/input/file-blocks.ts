// Bytes under a name as a content block: text in a fence, pictures and PDFs by their first bytes.
import { usageError } from '../../errors.ts';
import type { ContentBlock } from '../../messages/types.ts';
import type { Notify } from '../notes.ts';

/** What the first bytes of a file say it is. */
const magics: readonly { readonly mediaType: string; readonly matches: (bytes: Uint8Array) => boolean }[] = [
  {
    mediaType: 'image/png',
    matches: (bytes) => startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  },
  { mediaType: 'image/jpeg', matches: (bytes) => startsWith(bytes, [0xff, 0xd8, 0xff]) },
  { mediaType: 'image/gif', matches: (bytes) => startsWith(bytes, [0x47, 0x49, 0x46, 0x38]) },
  {
    mediaType: 'image/webp',
    matches: (bytes) =>
      startsWith(bytes, [0x52, 0x49, 0x46, 0x46]) && startsWith(bytes.subarray(8), [0x57, 0x45, 0x42, 0x50]),
  },
  { mediaType: 'application/pdf', matches: (bytes) => startsWith(bytes, [0x25, 0x50, 0x44, 0x46, 0x2d]) },
];

/** The media type of a picture or PDF, by its first bytes. */
export const attachableType = (bytes: Uint8Array): string | undefined =>
  magics.find(({ matches }) => matches(bytes))?.mediaType;

/** Whether a name is that of a picture or PDF. */
export const hasMediaName = (name: string): boolean => /\.(png|jpe?g|gif|webp|pdf)$/i.test(name);

/** The block for bytes under a name. Throws `usage` for what is no text, and for a picture or PDF by name only. */
export function blockOf(bytes: Uint8Array, name: string, note: Notify): ContentBlock {
  const mediaType = attachableType(bytes);
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
  if (hasMediaName(name))
    throw usageError(
      bytes.length === 0
        ? `${name} is empty.`
        : `${name} is not what its name says: it does not begin like a PNG, JPEG, GIF, WebP or PDF.`,
      bytes.length === 0 ? undefined : 'If it is text, give it a name that says so.',
    );
  return fencedText(bytes, name, note);
}

/** A code fence longer than any run of backticks inside. */
export function fenced(text: string, label = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${label}\n${text}${text.endsWith('\n') ? '' : '\n'}${fence}`;
}

/** Text in a fence, under its name. Throws as textOf. */
export const fencedText = (
  bytes: Uint8Array,
  name: string,
  note: Notify,
  charset?: string,
): ContentBlock => ({
  type: 'text',
  text: `${name}:\n${fenced(textOf(bytes, name, note, charset))}`,
});

/**
 * Bytes as text. Other encodings are common in old files and on Windows: what is not UTF-8 is replaced, and
 * that is said.
 * @throws MsgError `usage` for what is no text at all
 */
export function textOf(bytes: Uint8Array, name: string, note: Notify, charset = 'utf-8'): string {
  const isUtf8 = /^utf-?8$/i.test(charset);
  if (!isUtf8 && isKnownCharset(charset)) return new TextDecoder(charset).decode(bytes);
  if (!isUtf8) note(`${name} is in ${charset}, which is not known here; it is read as UTF-8.`);
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

function isKnownCharset(name: string): boolean {
  try {
    new TextDecoder(name);
    return true;
  } catch {
    return false;
  }
}

const startsWith = (bytes: Uint8Array, magic: readonly number[]): boolean =>
  magic.every((byte, index) => bytes[index] === byte);
