// What somebody may have meant by a name that does not exist.
import { describe, expect, it, test } from 'vitest';
import { didYouMean, nameDistance, nearestNames } from '../../src/text/nearest-names.ts';
import fc from '../fast-check.ts';

describe('the nearest names', () => {
  it.each([
    ['wrok', ['home', 'work'], ['work']],
    ['WORK', ['home', 'work'], ['work']],
    ['zzzzzz', ['work', 'home'], []],
    // Three characters and more count as a beginning.
    ['open', ['openrouter', 'pen'], ['openrouter', 'pen']],
    // The words of one among those of the other, in any order.
    ['sonnet', ['claude-sonnet-5-5', 'claude-opus'], ['claude-sonnet-5-5']],
    // As many as three that are equally near, in the order of the list.
    ['wor', ['word', 'work', 'worm', 'worn'], ['word', 'work', 'worm']],
    ['', ['a'], []],
  ])('of %j in %j are %j', (name, names, near) => {
    expect(nearestNames(name, names)).toEqual(near);
  });

  it('are told as a question behind the sentence, or not at all', () => {
    expect(didYouMean('wrok', ['work'])).toBe(' Did you mean work?');
    expect(didYouMean('wor', ['word', 'work'])).toBe(' Did you mean word or work?');
    expect(didYouMean('zzzzzz', ['work'])).toBe('');
  });
});

test('the distance of words that are no stumps is the same both ways, and nothing is nearer than one itself', () => {
  const word = fc.string({ minLength: 3, maxLength: 12 });
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(nameDistance(a, b)).toBe(nameDistance(b, a));
      expect(nameDistance(a, a)).toBeLessThanOrEqual(Math.max(1, nameDistance(a, b)));
    }),
  );
});
