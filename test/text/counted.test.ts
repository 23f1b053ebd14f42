import { expect, test } from 'vitest';
import { counted } from '../../src/text/counted.ts';

test.each([
  [0, '0 calls'],
  [1, '1 call'],
  [2, '2 calls'],
])('%i is %s', (count, words) => expect(counted(count, 'call')).toBe(words));
