// What git would leave out, asked of git itself.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { fileTree } from '../../../src/turn/input/file-tree.ts';
import fc from '../../fast-check.ts';

const names = [
  'a.txt',
  'b.log',
  'build/out.js',
  'build/keep/x.txt',
  'src/a.txt',
  'src/b.log',
  'src/build/y.txt',
];
const pattern = fc.constantFrom(
  '*.log',
  '!b.log',
  '/a.txt',
  'build',
  'build/',
  '/build/*',
  '!/build/keep/',
  '!build/keep',
  'src/*.txt',
  '**/y.txt',
  'src/**',
  '!src/a.txt',
  '# a.txt',
  '\\!b.log',
  'a.*',
  '*',
  '!*/',
  '[ab].txt',
  '?.log ',
);
const rules = fc.array(pattern, { maxLength: 4 });

/** What lies in a directory that git does not ignore. */
function gitFiles(repository: string, home: string): string[] {
  const output = execFileSync('git', ['ls-files', '--others', '--exclude-standard', '-z'], {
    cwd: repository,
    env: { PATH: process.env['PATH'], HOME: home },
    encoding: 'utf8',
  });
  return output.split('\0').filter(Boolean).sort();
}

function found(directory: string, home: string): string[] {
  try {
    return fileTree(directory, { title: 'it', home })
      .files.map(({ name }) => name)
      .sort();
  } catch {
    return [];
  }
}

test('git and msg leave out the same, whatever the rules say, in nested files and the excludes of a repository', () => {
  const folder = mkdtempSync(join(tmpdir(), 'msg-ignore-'));
  let count = 0;
  fc.assert(
    fc.property(rules, rules, rules, rules, (top, nested, excludes, global) => {
      const home = join(folder, String(count++));
      const repository = join(home, 'repository');
      const write = (name: string, text: string): void => {
        mkdirSync(dirname(join(repository, name)), { recursive: true });
        writeFileSync(join(repository, name), text);
      };
      for (const name of names) write(name, 'text');
      write('.gitignore', `${top.join('\n')}\n`);
      write('src/.gitignore', `${nested.join('\n')}\n`);
      execFileSync('git', ['init', '-q'], {
        cwd: repository,
        env: { PATH: process.env['PATH'], HOME: home },
      });
      write('.git/info/exclude', `${excludes.join('\n')}\n`);
      write('../.config/git/ignore', `${global.join('\n')}\n`);
      expect(found(repository, home)).toEqual(gitFiles(repository, home));
    }),
    { numRuns: 60 },
  );
  rmSync(folder, { recursive: true, force: true });
});

test('a directory inside of a repository has the rules from above it, one that is ignored itself only its own', () => {
  const home = mkdtempSync(join(tmpdir(), 'msg-ignore-'));
  mkdirSync(join(home, '.git'));
  mkdirSync(join(home, 'src'));
  mkdirSync(join(home, 'dist'));
  writeFileSync(join(home, '.gitignore'), '*.log\ndist/\n');
  for (const name of ['src/a.txt', 'src/a.log', 'dist/a.log', 'dist/b.txt'])
    writeFileSync(join(home, name), 'x');
  writeFileSync(join(home, 'dist/.gitignore'), '*.txt\n');
  expect(found(join(home, 'src'), home)).toEqual(['a.txt']);
  expect(found(join(home, 'dist'), home)).toEqual(['.gitignore', 'a.log']);
});
