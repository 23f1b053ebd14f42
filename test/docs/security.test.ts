// SECURITY.md: a test stands behind each line of its threat model, and what it says of places is what the code does.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(resolve(root, path), 'utf8');
const page = read('SECURITY.md');

/** The tables of threats, a row each: the heading, the threat, what holds, the test. */
const threats = page
  .split('\n## ')
  .filter((part) => part.includes('| Threat |'))
  .flatMap((part) => {
    const [heading = ''] = part.split('\n');
    return part
      .split('\n')
      .filter((line) => line.startsWith('| ') && !/^\| (Threat|---)/.test(line))
      .map((line) => [heading, ...line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, ''))] as const);
  });

/** The titles of tests and groups in a file, as they are written there. */
const titlesIn = (file: string): string[] =>
  [...read(file).matchAll(/\(\s*(['"`])((?:(?!\1)[^\\]|\\.)*)\1,\s*(?:async |\(|\w)/g)].map(
    ([, , title = '']) => title.replace(/\\(.)/g, '$1'),
  );

describe('the threat model', () => {
  it('has a section for each who could do harm', () => {
    expect([...new Set(threats.map(([heading]) => heading))]).toEqual([
      'Keys',
      'A hostile endpoint',
      'What a model says',
      'The directory you are in',
      'A proxy',
      'Other users of the machine',
      'Compiled code',
      'Clipboard and typing',
      'What you pass on',
    ]);
  });

  it.each(threats.map(([, threat = '', , test = '']) => [threat, test] as const))(
    '%s: %s',
    (_threat, test) => {
      const [, file = '', title = ''] = /^`(test\/[\w./-]+\.test\.ts)` "(.+)"$/.exec(test) ?? [];
      expect(file, test).not.toBe('');
      expect(titlesIn(file)).toContain(title);
    },
  );
});

it('names the places that the code has', () => {
  const context = read('src/context.ts');
  for (const place of [
    'Library/Preferences/msg',
    'Library/Application Support/msg',
    '.config',
    '.local/state',
  ])
    expect([page.includes(place), context.includes(place)], place).toEqual([true, true]);
  expect([page.includes('msg-code-cache'), read('bin/load.js').includes('msg-code-cache')]).toEqual([
    true,
    true,
  ]);
});

it('runs nothing when it is installed', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  expect(Object.keys(scripts).filter((name) => /^(pre|post)?install$/.test(name))).toEqual([]);
});
