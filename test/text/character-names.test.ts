// Names of the characters that nobody wants in a key.
import { expect, test } from 'vitest';
import { characterName, codePointLabel } from '../../src/text/character-names.ts';

test.each([
  ['\t', 'U+0009', 'tab'],
  ['\u200b', 'U+200B', 'zero width space'],
  ['\u201c', 'U+201C', 'left double quote'],
  ['ä', 'U+00E4', undefined],
  ['😀', 'U+1F600', undefined],
])('%j is %s, %s', (character, label, name) => {
  const point = character.codePointAt(0) ?? 0;
  expect([codePointLabel(point), characterName(point)]).toEqual([label, name]);
});
