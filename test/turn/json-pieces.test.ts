import { describe, expect, it } from 'vitest';
import { createPieces } from '../../src/turn/output/json-pieces.ts';
import fc from '../fast-check.ts';

function piecesOf(value: unknown): string[] {
  const pieces: string[] = [];
  const output = createPieces((piece) => pieces.push(piece));
  output.addJson(value);
  output.flush();
  return pieces;
}

describe('JSON in pieces', () => {
  it('is what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(piecesOf(value).join('')).toBe(JSON.stringify(value, null, 2));
      }),
    );
  });

  it('leaves out what is undefined', () => {
    const value = { a: undefined, b: [{ c: undefined, d: 1 }], e: {}, f: [], g: { h: undefined } };
    expect(JSON.parse(piecesOf(value).join(''))).toEqual({ b: [{ d: 1 }], e: {}, f: [], g: {} });
  });

  it.each([65_535, 65_536, 65_537, 200_000])('cuts no character of a text of %i units in two', (length) => {
    for (const start of ['', 'a']) {
      const value = { content: [{ type: 'text', text: start + '😀"\n'.repeat(length / 4) }] };
      const pieces = piecesOf(value);
      expect(pieces.join('')).toBe(JSON.stringify(value, null, 2));
      // Half a pair does not survive UTF-8.
      for (const piece of pieces) expect(Buffer.from(piece).toString()).toBe(piece);
    }
  });

  it('holds no piece much longer than 64 k', () => {
    const lengths = piecesOf({ text: 'x'.repeat(1_000_000) }).map((piece) => piece.length);
    expect(Math.max(...lengths)).toBeLessThan(140_000);
    expect(lengths.length).toBeGreaterThan(5);
  });
});
