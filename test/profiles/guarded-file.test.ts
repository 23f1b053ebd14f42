// What stands in the place of a file of msg's and is none: refused at once, in words.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inputHistory } from '../../src/chat/store/prompt-history.ts';
import { readPrivateFile, readRegularFile } from '../../src/profiles/guarded-file.ts';
import { readProjectFile } from '../../src/profiles/project.ts';
import { runMsg } from '../cli/run-msg.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'msg-guarded-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const fifo = (path: string): void => void execFileSync('mkfifo', [path]);
const toZero = (path: string): void => symlinkSync('/dev/zero', path);
const large = (path: string): void => {
  writeFileSync(path, '');
  truncateSync(path, 8 * 1024 * 1024 + 1);
};

/** What can stand there, and what is said of it. */
const impostors: [string, (path: string) => void, string][] = [
  ['a named pipe', fifo, 'is a named pipe, not a file: it was not read.'],
  [
    'a link to a named pipe',
    (path) => {
      fifo(`${path}.real`);
      symlinkSync(`${path}.real`, path);
    },
    'is a named pipe, not a file: it was not read.',
  ],
  ['an endless device', toZero, 'is a device, not a file: it was not read.'],
  ['a directory', (path) => mkdirSync(path), 'is a directory, not a file: it was not read.'],
  ['a file that is larger than any of its kind', large, 'is larger than 8 MB: it was not read.'],
];

describe.each(impostors)('%s', (_, make, words) => {
  it('is not read as a file', () => {
    const path = join(home, 'file');
    make(path);
    expect(() => readRegularFile(path)).toThrow(words);
    expect(() => readPrivateFile(path, { userId: process.getuid?.(), note: () => {} }, true)).toThrow(words);
  });

  it('in the place of the project file ends every command with 3', async () => {
    make(join(home, '.msg.json'));
    expect(() => readProjectFile(home)).toThrow(words);
    for (const argv of [['send', 'hi'], ['models'], ['profiles', 'show'], ['doctor']]) {
      const { code, stderr, requests } = await runMsg(argv, { home });
      expect(stderr).toContain(`${join(home, '.msg.json')} ${words}`);
      expect({ code, requests }).toEqual({ code: 3, requests: [] });
    }
  });

  it.each(['config.json', 'credentials.json'])('in the place of %s ends a writer with 3', async (name) => {
    mkdirSync(join(home, 'config'), { mode: 0o700 });
    make(join(home, 'config', name));
    const argv = ['profiles', 'add', 'work', '--base-url', 'https://gateway.example', '--key-stdin'];
    const { code, stderr } = await runMsg(argv, { home, stdin: 'sk-canary-guarded-0001' });
    expect(stderr).toContain(words);
    expect(code).toBe(3);
  });
});

it('A socket in the place of a file is refused in words', async () => {
  const path = join(home, '.msg.json');
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(path, resolve));
  try {
    expect(() => readProjectFile(home)).toThrow('cannot be read: it is a socket');
  } finally {
    server.close();
  }
});

it.each<[string, (path: string) => void]>([
  ['a named pipe', fifo],
  ['a device', toZero],
  ['a directory', (path) => mkdirSync(path)],
])('A history that is %s is empty, and left alone', (_, make) => {
  make(join(home, 'history.jsonl'));
  const history = inputHistory(home);
  expect(history.entries()).toEqual([]);
  history.add('a question');
  expect(history.entries()).toEqual(['a question']);
});
