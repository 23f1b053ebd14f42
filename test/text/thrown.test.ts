// What was thrown, in words.
import { expect, test } from 'vitest';
import { messageOf } from '../../src/text/thrown.ts';

test.each([
  [new Error('no'), 'no'],
  [new TypeError(''), 'TypeError'],
  ['words', 'words'],
  [undefined, 'undefined'],
])('%o says %j', (thrown, words) => expect(messageOf(thrown)).toBe(words));
