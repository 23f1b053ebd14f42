// `msg send -f` with directories and patterns: what goes, what is left out and named, and how much is too much.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { streamReply } from '../../src/mock/index.ts';
import { type Run, runMsg } from './run-msg.ts';

let home: string;
let project: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'msg-send-files-'));
  project = join(home, 'project');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string | Buffer>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(project, name)), { recursive: true });
    writeFileSync(join(project, name), content);
  }
}
const send = (...argv: string[]): Promise<Run> =>
  runMsg(['send', ...argv], { home, cwd: project, mock: { replies: [streamReply('Ok.')] } });
/** What was sent before the prompt: the first line of texts, the type of all else. */
const attached = ({ requests }: Run): string[] => {
  const { messages } = requests[0]!.json as { messages: { content: { type: string; text: string }[] }[] };
  return (messages[0]?.content ?? [])
    .slice(0, -1)
    .map(({ type, text }) => (type === 'text' ? (text.split(':')[0] ?? '') : type));
};

it('sends a directory without what git ignores, binaries, links and secrets, which are named', async () => {
  write({
    '.gitignore': 'dist/\n*.log\n',
    'src/.gitignore': '!wanted.log\ngenerated.ts\n',
    '.git/config': 'x',
    'README.md': 'read',
    'dist/out.js': 'x',
    'src/main.ts': 'main',
    'src/empty.ts': '',
    'src/fake.png': 'no picture',
    'src/generated.ts': 'x',
    'src/wanted.log': 'log',
    'src/other.log': 'x',
    'src/logo.bin': Buffer.from([0, 1]),
    'src/shot.png': Buffer.from('89504e470d0a1a0a', 'hex'),
    '.env': 'KEY=1',
    '.env.example': 'KEY=',
    '.ssh/config': 'x',
    'keys/id_rsa': 'x',
    'keys/id_rsa.pub': 'public',
    'keys/server.pem': 'x',
    'aws/credentials': 'x',
    'notes.txt': `token sk-${'a1'.repeat(20)}`,
  });
  symlinkSync('/etc/hosts', join(project, 'src/hosts'));
  const run = await send('-f', '.', 'explain');
  expect(run.code).toBe(0);
  expect(attached(run)).toEqual([
    '.env.example',
    '.gitignore',
    'README.md',
    'keys/id_rsa.pub',
    'src/.gitignore',
    'src/main.ts',
    'image',
    'src/wanted.log',
  ]);
  expect(run.stdout).toBe('Ok.\n');
  expect(run.stderr).toContain(
    'msg: .: 8 files, 66 B: .env.example, .gitignore, README.md, keys/id_rsa.pub,',
  );
  for (const left of [
    '.env (looks like a secret)',
    '.ssh/ (holds secrets)',
    'aws/credentials (looks like a secret)',
    'dist/ (git ignores it)',
    'keys/id_rsa (looks like a secret)',
    'keys/server.pem (looks like a secret)',
    'notes.txt (holds what looks like a key)',
    'src/empty.ts (empty)',
    'src/fake.png (not what its name says)',
    'src/generated.ts (git ignores it)',
    'src/hosts (a link)',
    'src/logo.bin (binary)',
    'src/other.log (git ignores it)',
  ])
    expect(run.stderr.replace(/\n\s*/g, ' ')).toContain(left);
});

it('an empty name, as of a variable that is not set, is no directory', async () => {
  write({ 'a.txt': 'a' });
  const { code, stderr, requests } = await send('-f', '', 'What is this?');
  expect(code).toBe(2);
  expect(stderr).toContain('--file names no file: it is empty.');
  expect(requests).toEqual([]);
});

it.each([
  ['a link that leads to itself', 'loop', 'too many symbolic links'],
  ['a whole prompt', 'word '.repeat(900), 'the name is too long'],
])('what cannot even be looked at is told: %s', async (_name, path, why) => {
  mkdirSync(project, { recursive: true });
  symlinkSync('loop', join(project, 'loop'));
  const run = await send('-f', path, 'why?');
  expect(run).toMatchObject({ code: 3, requests: [] });
  expect(run.stderr).toContain(`(--file): ${why}.`);
});

it('sends what fits a pattern, under the names as they were written', async () => {
  write({
    'src/a.ts': 'a',
    'src/deep/b.ts': 'b',
    'src/c.js': 'c',
    'src/node_modules/x.ts': 'x',
    '.gitignore': 'node_modules\n',
  });
  mkdirSync(join(project, '.git'));
  expect(attached(await send('-f', 'src/**/*.ts', 'explain'))).toEqual(['src/a.ts', 'src/deep/b.ts']);
  expect(attached(await send('-f', './src/*.{ts,js}', 'explain'))).toEqual(['src/a.ts', 'src/c.js']);
  expect(attached(await send('-f', join(project, 'src/deep'), '-f', 'src/a.ts', 'explain'))).toEqual([
    'deep/b.ts',
    'a.ts',
  ]);
});

it('a file that is named by itself goes, whatever it is called', async () => {
  write({ '.env': 'KEY=1', 'a[1].txt': 'one' });
  expect(attached(await send('-f', '.env', '-f', 'a[1].txt', 'explain'))).toEqual(['.env', 'a[1].txt']);
});

it.each([
  ['nothing fits', { 'a.txt': 'a' }, '*.ts', 'msg: No file fits *.ts.\n'],
  [
    'nothing is left',
    { 'a/.env': 'x' },
    'a',
    'msg: There is nothing to attach in a.\n  Left out: .env (looks like a secret). A file named by itself is attached.\n',
  ],
  [
    'it is too much',
    Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`a/${index}.txt`, 'x'.repeat(200_000)])),
    'a',
    "msg: a holds more than 1 MB of text, more than fits into a question.\n  Name a part of it, e.g. 'src/**/*.ts', or let a .gitignore leave out the rest.\n",
  ],
])('where %s, nothing is sent', async (_, files, argument, message) => {
  write(files);
  const run = await send('-f', argument, 'explain');
  expect([run.code, run.stderr, run.requests]).toEqual([2, message, []]);
});

it('one huge file is left out, and named', async () => {
  write({ 'a/log.txt': 'x'.repeat(300_000), 'a/b.txt': 'b' });
  const run = await send('-f', 'a', 'explain');
  expect(attached(run)).toEqual(['a/b.txt']);
  expect(run.stderr).toContain('left out: a/log.txt (300 kB of text)');
});
