// The place where a text stops being JSON: agreed with JSON.parse on whether there is one, and told by line and column.
import { expect, test } from 'vitest';
import { findJsonFault } from '../../src/text/json-position.ts';
import fc from '../fast-check.ts';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

test('there is a fault where JSON.parse finds one, and nowhere else', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), fc.string({ maxLength: 2 }), (text, at, junk) => {
      const cut = text.length === 0 ? 0 : at % text.length;
      for (const candidate of [text, text.slice(0, cut), text.slice(0, cut) + junk + text.slice(cut)])
        expect(findJsonFault(candidate) === undefined).toBe(isJson(candidate));
    }),
  );
});

test.each([
  ['', 1, 1, 'a value'],
  ['{"a": 1,}', 1, 9, 'a name in double quotes'],
  ['{"a" 1}', 1, 6, 'a colon'],
  ['{"a": 1 "b": 2}', 1, 9, 'a comma or }'],
  ['[1 2]', 1, 4, 'a comma or ]'],
  ['{\n  "a": "open\n}', 2, 8, 'the closing quote of this text'],
  ['["\\x"]', 1, 3, 'a valid escape'],
  ['["a\tb"]', 1, 4, 'no control character inside a text'],
  ['{}\n\n{}', 3, 1, 'the end of the file'],
])('%j breaks in line %i, column %i: expected %s', (text, line, column, expected) => {
  expect(findJsonFault(text)).toEqual({ line, column, expected });
});
