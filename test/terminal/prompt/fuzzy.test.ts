// What fits what was typed: every claim for any list and any query.
import { expect, test } from 'vitest';
import { fitting } from '../../../src/terminal/prompt/fuzzy.ts';
import fc from '../../fast-check.ts';

const fits = (entries: readonly string[], query: string): string[] =>
  fitting(entries, query).map(({ index }) => entries[index] ?? '');

test('an empty query fits all, in their order', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'grapheme' })),
      fc.constantFrom('', ' ', '  '),
      (entries, query) => {
        expect(fits(entries, query)).toEqual(entries);
      },
    ),
  );
});

const entry = fc.string({
  unit: fc.constantFrom('a', 'b', 'A', 'B', '-', ' ', 'ü', '語', '😀'),
  maxLength: 12,
});
const word = fc.string({
  unit: fc.constantFrom('a', 'b', 'A', '-', 'ü', '語', '😀'),
  minLength: 1,
  maxLength: 4,
});

/** The letters of a word in an entry, in their order: said in another way than by the code. */
const holds = (one: string, letters: string): boolean => {
  const isExact = letters !== letters.toLowerCase();
  const rest = [...(isExact ? one : one.toLowerCase())];
  return [...letters].every((letter) => {
    const at = rest.indexOf(letter);
    rest.splice(0, at + 1);
    return at !== -1;
  });
};

test('an entry fits exactly when it holds each word, and none is lost or doubled', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 8 }), fc.array(word, { maxLength: 3 }), (entries, words) => {
      const found = fitting(entries, words.join(' ')).map(({ index }) => index);
      const wanted = entries.flatMap((one, index) =>
        words.every((each) => holds(one, each)) ? [index] : [],
      );
      expect(found.toSorted((one, other) => one - other)).toEqual(wanted);
    }),
  );
});

test('what is marked spells the word', () => {
  fc.assert(
    fc.property(entry, word, (one, letters) => {
      for (const { found } of fitting([one], letters)) {
        const marked = [...found].map((at) => String.fromCodePoint(one.codePointAt(at) ?? 0)).join('');
        expect(letters === letters.toLowerCase() ? marked.toLowerCase() : marked).toBe(letters);
      }
    }),
  );
});

test('another letter never brings an entry back', () => {
  fc.assert(
    fc.property(fc.array(entry), word, word, (entries, query, more) => {
      const before = new Set(fitting(entries, query).map(({ index }) => index));
      for (const { index } of fitting(entries, query + more)) expect(before.has(index)).toBe(true);
    }),
  );
});

test('the nearest comes first: whole before gaps, the start of a word before its midst', () => {
  expect(fits(['c-l-opus', 'xopus', 'claude-opus', 'o-p-u-s'], 'opus')).toEqual([
    'c-l-opus',
    'claude-opus',
    'xopus',
    'o-p-u-s',
  ]);
  expect(fits(['claude-sonnet-4-5', 'claude-opus-4-5', 'claude-sonnet-5'], 'so5')).toEqual([
    'claude-sonnet-5',
    'claude-sonnet-4-5',
  ]);
  expect(fits(['claude-opus-5', 'claude-sonnet-5'], 'son clau')).toEqual(['claude-sonnet-5']);
  expect(fits(['Work', 'work', 'homework'], 'W')).toEqual(['Work']);
});

test('of a letter that stands twice the nearer one is marked', () => {
  expect([...(fitting(['a-a-b'], 'ab')[0]?.found ?? [])]).toEqual([2, 4]);
});
