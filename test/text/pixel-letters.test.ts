// Words as a grid of pixels, and back.
import { describe, expect, it } from 'vitest';
import { linesIn, pixelsOf } from '../../src/text/pixel-letters.ts';
import fc from '../fast-check.ts';

describe('pixel letters', () => {
  it('are drawn with a margin of two, seven rows high', () => {
    const drawn = pixelsOf(['TL']).map((row) => row.map((isInk) => (isInk ? '#' : '.')).join(''));
    expect(drawn).toEqual([
      '...............',
      '...............',
      '..#####.#......',
      '....#...#......',
      '....#...#......',
      '....#...#......',
      '....#...#......',
      '....#...#......',
      '....#...#####..',
      '...............',
      '...............',
    ]);
  });

  it('are read again, whatever the words are', () => {
    const word = fc.stringMatching(/^[A-Z]{1,12}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 3 }), (words) => {
        expect(linesIn(pixelsOf(words))).toEqual(words);
      }),
    );
  });
});
