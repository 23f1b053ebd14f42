// A picture and a PDF with words in them: whole files by the rules of their formats, and the mock reads what is in them.
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { documentOf, pictureOf } from '../../../src/doctor/identity/word-files.ts';
import { wordsIn } from '../../../src/mock/file-words.ts';
import fc from '../../fast-check.ts';

const block = (type: string, bytes: Buffer) => ({
  type,
  source: { type: 'base64', data: bytes.toString('base64') },
});

describe('a file of words', () => {
  it('is read back by the mock', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{2,10}$/), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(words, (some) => {
        expect(wordsIn(block('image', pictureOf(some)))).toBe(some.join(' ').toUpperCase());
        expect(wordsIn(block('document', documentOf(some)))).toBe(some.join(' '));
      }),
      { numRuns: 30 },
    );
  });

  it('is a PNG whose checksums and sizes are right', () => {
    const png = pictureOf(['amber']);
    const ends = png.subarray(-12);
    // The checksum of every IEND there is.
    expect(ends.toString('hex')).toBe('0000000049454e44ae426082');
    const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
    const length = png.readUInt32BE(33);
    expect(inflateSync(png.subarray(41, 41 + length))).toHaveLength((width + 1) * height);
    expect([width, height]).toEqual([6 * (4 + 5 * 6 - 1), 6 * 11]);
  });

  it('is a PDF whose table leads to its objects', () => {
    const pdf = documentOf(['amber', 'quarry']).toString('latin1');
    const start = Number(/startxref\n(\d+)/.exec(pdf)?.[1]);
    expect(pdf.slice(start, start + 4)).toBe('xref');
    const offsets = [...pdf.slice(start).matchAll(/^(\d{10}) 00000 n $/gm)].map(([, at]) => Number(at));
    expect(offsets.map((at, index) => pdf.startsWith(`${index + 1} 0 obj\n`, at))).toEqual(
      Array(5).fill(true),
    );
    const [, length, stream] = /Length (\d+) >>\nstream\n([\s\S]*?)\nendstream/.exec(pdf) ?? [];
    expect(stream).toHaveLength(Number(length));
  });

  it.each([
    ['no picture', block('image', Buffer.from('hello'))],
    ['half a picture', block('image', pictureOf(['amber']).subarray(0, 60))],
    ['a picture of nothing', block('image', pictureOf([' ']))],
    ['no page', block('document', Buffer.from('%PDF-1.4'))],
    ['an address', { type: 'image', source: { type: 'url', url: 'https://host.example/a.png' } }],
    ['nothing', { type: 'image' }],
  ])('that is %s has no words', (_name, one) => {
    expect(wordsIn(one)).toBe('');
  });
});
