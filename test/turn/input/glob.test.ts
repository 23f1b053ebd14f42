// Patterns of paths.
import { expect, test } from 'vitest';
import { globMatcher, isGlob, splitGlob } from '../../../src/turn/input/glob.ts';
import fc from '../../fast-check.ts';

test.each([
  ['*.ts', ['a.ts', '.ts.ts'], ['a.ts']],
  ['*.ts', ['src/a.ts', 'a.tsx', 'ats'], []],
  [
    '**/*.ts',
    ['a.ts', 'src/a.ts', 'src/deep/a.ts', '.git/a.ts', 'src/.a.ts'],
    ['a.ts', 'src/a.ts', 'src/deep/a.ts'],
  ],
  ['src/**', ['src/a.ts', 'src/deep/b', 'srcs/a', 'src'], ['src/a.ts', 'src/deep/b']],
  ['**/test/*.ts', ['test/a.ts', 'x/test/a.ts', 'x/test/y/a.ts'], ['test/a.ts', 'x/test/a.ts']],
  ['?.md', ['a.md', 'ab.md', '語.md', '😀.md'], ['a.md', '語.md', '😀.md']],
  ['[a-c].md', ['a.md', 'c.md', 'd.md', '-.md'], ['a.md', 'c.md']],
  ['[!a].md', ['a.md', 'b.md', '/.md'], ['b.md']],
  ['a.{ts,js}', ['a.ts', 'a.js', 'a.css', 'a.{ts,js}'], ['a.ts', 'a.js']],
  [
    '{src,test/{a,b}}/*.ts',
    ['src/x.ts', 'test/a/x.ts', 'test/b/x.ts', 'test/x.ts'],
    ['src/x.ts', 'test/a/x.ts', 'test/b/x.ts'],
  ],
  ['.*rc', ['.eslintrc', 'xrc'], ['.eslintrc']],
  ['a+(b).$', ['a+(b).$', 'aab.x'], ['a+(b).$']],
])('%s fits', (pattern, paths, fitting) => {
  expect(paths.filter(globMatcher(pattern).fits)).toEqual(fitting);
});

test('any text is a pattern that can be read, and a name without patterns fits itself alone', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (pattern, path) => {
      const { fits } = globMatcher(pattern);
      expect(typeof fits(path)).toBe('boolean');
      if (!isGlob(pattern) && !pattern.includes('\n')) expect(fits(pattern)).toBe(true);
    }),
  );
});

test('how deep a pattern looks, and where it begins', () => {
  expect(globMatcher('*.ts').depth).toBe(1);
  expect(globMatcher('{a/b,c}/*.ts').depth).toBe(3);
  expect(globMatcher('src/**/*.ts').depth).toBe(Number.POSITIVE_INFINITY);
  expect(splitGlob('/home/me/src/*.ts')).toEqual({ directory: '/home/me/src', pattern: '*.ts' });
  expect(splitGlob('*.ts')).toEqual({ directory: '', pattern: '*.ts' });
  expect(splitGlob('/*/x')).toEqual({ directory: '/', pattern: '*/x' });
});
