import { expect, it } from 'vitest';
import { plainTheme } from '../../src/text/theme.ts';
import { cpuMsOf } from '../cpu-time.ts';
import { render } from './markdown-screen.ts';

const length = 200_000;

// A quadratic search takes minutes for these; a linear one milliseconds.
it.each([
  '[',
  '[a](',
  '![',
  '`',
  '` ',
  '*',
  '*a',
  '**a ',
  '_',
  '~~',
  '$',
  '$$\n',
  '<',
  '<b',
  '> ',
  '- ',
  '- a\n  ',
  '1. ',
  '#',
  '|',
  '|a',
  '|a|\n',
  '\\',
  'https://',
  'h',
  '(',
  ' ',
  '\t- a\n',
  '\n',
  '```\n',
  '- [x] ',
  '&',
  '&amp;',
  '&#x1',
  '=',
  'a\n=\n',
  'a|',
  'a|b\n',
  '# #',
  '<a@b.',
  '> > a\n> b\n',
])('survives a flood of %j', (flood) => {
  const text = flood.repeat(length / flood.length);
  const pieces = Array.from({ length: Math.ceil(text.length / 1_000) }, (_, index) =>
    text.slice(index * 1_000, (index + 1) * 1_000),
  );
  const ms = cpuMsOf(() => void render(pieces, { theme: plainTheme }));
  expect(ms).toBeLessThan(5_000);
});

it('takes an answer of any length in one piece', () => {
  const text = 'a:'.repeat(10_000_000);
  expect(render([text], { theme: plainTheme }).length).toBeGreaterThanOrEqual(text.length);
});
