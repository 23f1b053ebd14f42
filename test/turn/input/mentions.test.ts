// Which files a message names.
import { expect, test } from 'vitest';
import { mentionedPaths, mentionsOfDrop } from '../../../src/turn/input/mentions.ts';
import fc from '../../fast-check.ts';

const there = new Set([
  'a.txt',
  'src/b.ts',
  'my file.png',
  '~/notes.md',
  'src',
  '/tmp/a b.png',
  '/tmp/x.png',
  "/tmp/it's.png",
  '/etc/hosts',
  '.',
  '..',
  '/',
  'v1.2',
  'b.c',
]);
const exists = (path: string): boolean => there.has(path);
const mentioned = (text: string): readonly string[] => mentionedPaths(text, exists);

test.each([
  ['look at @a.txt', ['a.txt']],
  ['@a.txt and @src/b.ts, please.', ['a.txt', 'src/b.ts']],
  ['is it (@src/b.ts)? "@a.txt"!', ['src/b.ts', 'a.txt']],
  ['@my\\ file.png', ['my file.png']],
  ['@"my file.png" or @\'my file.png\'', ['my file.png']],
  ['@~/notes.md: what does it say?', ['~/notes.md']],
  ['first\n@a.txt\nlast', ['a.txt']],
  ['what is new in @v1.2.', ['v1.2']],
  ['everything in @.', ['.']],
  ['@src', ['src']],
])('%s', (text, paths) => {
  expect(mentioned(text)).toEqual(paths);
});

test.each([
  'mail a@b.c about it',
  'ask @john and @jane',
  '@gone.txt',
  'see you @..',
  "import x from '@/components/x'",
  '@',
  '@ a.txt',
  'x@a.txt',
  'the file a.txt',
  "what does '/etc/hosts' say?",
  '/etc/hosts looks wrong',
  'cat /etc/hosts',
])('%s: nothing is attached', (text) => {
  expect(mentioned(text)).toEqual([]);
});

test.each([
  ["'/tmp/a b.png' what is this?", ['/tmp/a b.png']],
  ['/tmp/a\\ b.png what is this?', ['/tmp/a b.png']],
  ['file:///tmp/a%20b.png what is this?', ['/tmp/a b.png']],
  ['"/tmp/a b.png"', ['/tmp/a b.png']],
  ['/tmp/x.png', ['/tmp/x.png']],
  ["'/tmp/a b.png' /tmp/x.png ", ['/tmp/a b.png', '/tmp/x.png']],
  ["'/tmp/it'\\''s.png'", ["/tmp/it's.png"]],
])('%s was dropped', (text, paths) => {
  expect(mentioned(text)).toEqual(paths);
  const paste = text.replace(/ what.*/, '');
  const drop = mentionsOfDrop(paste, exists) ?? '';
  expect(mentioned(`${drop}what is this?`)).toEqual(paths);
});

test.each([
  'hello',
  '/etc/gone',
  'see /etc/hosts',
  'file://elsewhere/etc/hosts',
  "'/tmp/x.png'\nmore",
  'a.txt',
])('a paste of %s stays what it is', (paste) => {
  expect(mentionsOfDrop(paste, exists)).toBeUndefined();
});

test('nothing is mentioned that is not there, whatever the text', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.constantFrom(
          '@',
          'a',
          '.',
          '/',
          ' ',
          '"',
          "'",
          '\\',
          'a.txt',
          'src',
          '\n',
          '(',
          ')',
          'file://',
          '😀',
        ),
      ),
      (parts) => {
        for (const path of mentioned(parts.join(''))) expect(there.has(path)).toBe(true);
      },
    ),
  );
});
