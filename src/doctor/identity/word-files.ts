// A picture and a PDF with a few words in them, made from nothing: what shows whether a model sees what it is sent. Pure.
import { deflateSync } from 'node:zlib';
import { pixelsOf } from '../../text/pixel-letters.ts';

/** So many pixels of the picture for one of a letter: words are read well at 40 pixels. */
const scale = 6;

/**
 * A PNG, black on white, with a line for each word (W3C PNG, third edition).
 * @param words of letters from A to Z
 */
export function pictureOf(words: readonly string[]): Buffer {
  const pixels = pixelsOf(words.map((word) => word.toUpperCase()));
  const scanlines = pixels.flatMap((row) => {
    // In front of each line: no filter.
    const line = Buffer.from([0, ...row.flatMap((isInk) => Array<number>(scale).fill(isInk ? 0 : 255))]);
    return Array<Buffer>(scale).fill(line);
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE((pixels[0]?.length ?? 0) * scale, 0);
  header.writeUInt32BE(scanlines.length, 4);
  // 8 bits a pixel, of grey.
  header.writeUInt8(8, 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(scanlines))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}

/** CRC-32 of ISO 3309; zlib has had one only since Node 20.15 and 22.2. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/**
 * A PDF of one page with the words in one line (PDF 1.4, ISO 32000-1).
 * @param words of letters and digits
 */
export function documentOf(words: readonly string[]): Buffer {
  const page = `BT /F1 36 Tf 72 700 Td (${words.join(' ')}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${page.length} >>\nstream\n${page}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${`${offset}`.padStart(10, '0')} 00000 n \n`;
  });
  const size = objects.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${offsets.join('')}`;
  const end = `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`;
  return Buffer.from(text + table + end, 'latin1');
}
