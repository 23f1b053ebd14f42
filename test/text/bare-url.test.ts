import { expect, it } from 'vitest';
import { bareUrl } from '../../src/text/bare-url.ts';

it.each([
  ['https://h/p'],
  [' https://h/p\n'],
  ['"https://h/p"'],
  ["' https://h/p '"],
  ['`https://h/p`'],
  ['<https://h/p>'],
  ['“https://h/p”'],
  ['„https://h/p“'],
  ['‘https://h/p’'],
])('takes off what stands around a URL: %s', (text) => {
  expect(bareUrl(text)).toBe('https://h/p');
});

it.each(['"https://h', 'https://h"', '“https://h"'])('leaves what is no pair: %s', (text) => {
  expect(bareUrl(text)).toBe(text);
});
