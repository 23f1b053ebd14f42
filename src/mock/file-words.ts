// What the mock reads in a picture or a PDF: words drawn as text/pixel-letters draws them, and the plain text of a page.
// Any other picture or PDF has no words for it. Pure.
import { inflateSync } from 'node:zlib';
import { isObject, type JsonObject } from '../text/json.ts';
import { linesIn, type Pixels } from '../text/pixel-letters.ts';

/** The words in a block of type `image` or `document`, a blank between them; empty where there are none. */
export function wordsIn({ type, source }: JsonObject): string {
  if (!isObject(source) || source['type'] !== 'base64' || typeof source['data'] !== 'string') return '';
  const bytes = Buffer.from(source['data'], 'base64');
  try {
    return type === 'image' ? pictureWords(bytes) : documentWords(bytes);
  } catch {
    // Damaged, or of another kind.
    return '';
  }
}

const documentWords = (bytes: Buffer): string =>
  [...bytes.toString('latin1').matchAll(/\(((?:[^()\\]|\\.)*)\)\s*Tj/g)].map(([, words]) => words).join(' ');

function pictureWords(bytes: Buffer): string {
  const pixels = greyPixels(bytes);
  const inked = pixels.map((row) => row.some((isInk) => isInk));
  const top = inked.indexOf(true);
  // The first line of letters is seven pixels high, each as large as the scale says.
  const scale = (inked.indexOf(false, top) - top) / 7;
  if (!Number.isInteger(scale) || scale < 1) return '';
  const every = <T>(list: readonly T[]): T[] => list.filter((_, index) => index % scale === 0);
  return linesIn(every(pixels).map(every)).join(' ').trim();
}

/** A PNG of 8 bits of grey whose lines have no filter. */
function greyPixels(bytes: Buffer): Pixels {
  const data: Buffer[] = [];
  let width = 0;
  for (let at = 8; at + 8 <= bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    const content = bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at));
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (type === 'IHDR') width = content.readUInt32BE(0);
    if (type === 'IDAT') data.push(content);
  }
  const raw = inflateSync(Buffer.concat(data), { maxOutputLength: 16 * 1024 * 1024 });
  return Array.from({ length: width === 0 ? 0 : Math.floor(raw.length / (width + 1)) }, (_, row) =>
    [...raw.subarray(row * (width + 1) + 1, (row + 1) * (width + 1))].map((grey) => grey < 128),
  );
}
