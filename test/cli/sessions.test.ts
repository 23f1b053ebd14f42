import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withSummary } from '../../src/chat/session/summary.ts';
import { sessionFiles } from '../../src/chat/store/session-files.ts';
import { beginSession, type SessionWriter } from '../../src/chat/store/session-writer.ts';
import { processes } from '../../src/terminal/processes.ts';
import { runMsg } from './run-msg.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'msg-sessions-cli-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const day = 24 * 3_600_000;
const files = () => sessionFiles(join(home, 'state'));
const run = (argv: string, more: { tty?: boolean; width?: number; cwd?: string } = {}) =>
  runMsg(['sessions', ...argv.split(' ').filter((word) => word !== '')], { home, ...more });

function newSession(name?: string): SessionWriter {
  const facts = { model: 'claude-x', profile: 'work' };
  const note = (text: string): never => expect.fail(text);
  return beginSession({ files: files(), facts, wallTime: Date.now, processes, isBrief: true, note }, name);
}

/** A kept conversation that was last used some days ago. */
async function keep(question: string, answer: string, daysAgo: number, name?: string): Promise<string> {
  const writer = newSession(name);
  writer.record({ message: { role: 'user', content: question } });
  writer.record({
    message: { role: 'assistant', content: [{ type: 'text', text: answer }] },
    madeBy: { model: 'claude-x', endpoint: 'https://llm.example', context: '' },
  });
  await writer.close();
  const entry = writer.entry();
  if (entry === undefined) throw new Error('nothing was kept');
  const time = (Date.now() - daysAgo * day) / 1000;
  utimesSync(entry.path, time, time);
  return entry.id;
}

it('lists the last used first, by name or id, with how they begin', async () => {
  const old = await keep('How old is the universe?', '13.8 billion years.', 3);
  await keep('Deploy this', 'Done.', 0, 'deploy');
  const { code, stdout } = await run('');
  expect(code).toBe(0);
  expect(stdout.split('\n')).toEqual([
    expect.stringMatching(/^SESSION +USED +MODEL +PROFILE +BEGINS WITH$/),
    expect.stringMatching(/^deploy +just now +claude-x +work +Deploy this$/),
    expect.stringMatching(new RegExp(`^${old} +3 days ago +claude-x +work +How old is the universe\\?$`)),
    '',
  ]);
  const narrow = await run('list', { tty: true, width: 40 });
  for (const line of narrow.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(40);
  expect(narrow.stdout).toContain(`${old}  3 days ago`);
  expect(JSON.parse((await run('list --json')).stdout)).toMatchObject([
    { name: 'deploy' },
    { id: old, name: null },
  ]);
});

it('names one that cannot be read', async () => {
  const id = '20260101-000000-abcd';
  mkdirSync(join(home, 'state', 'sessions', `${id}.jsonl`), { recursive: true });
  const says = `${id}.jsonl is a directory, not a file: it was not read.`;
  expect(await run(`show ${id}`)).toMatchObject({ code: 3, stderr: expect.stringContaining(says) });
});

it('searches for nothing only by mistake', async () => {
  const { code, stderr } = await runMsg(['sessions', 'search', ' '], { home });
  expect([code, stderr]).toEqual([2, expect.stringContaining('There is nothing to search for.')]);
});

it('says what to do when there is none, as msg chat --list does', async () => {
  for (const list of [await run('list'), await runMsg(['chat', '--list'], { home, env: {} })])
    expect(list).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'msg: No session is kept yet. Next: msg chat\n',
    });
});

it('shows one: rendered on a terminal, Markdown in a pipe, everything as JSON', async () => {
  await keep('Deploy **this**', '## Plan\n\n```sh\nnpm publish\n```', 0, 'deploy');
  const piped = await run('show deploy');
  expect(piped.stdout).toContain('## claude-x\n\n## Plan\n\n```sh\nnpm publish\n```\n');
  const shown = await run('show deploy', { tty: true });
  expect(shown.stdout).toContain('Deploy this\n');
  expect((await run('show deploy --raw', { tty: true })).stdout).toContain('Deploy **this**\n');
  expect(JSON.parse((await run('show deploy --json')).stdout)).toMatchObject({
    turns: [{ role: 'user' }, { role: 'assistant', model: 'claude-x' }],
  });
});

it('leaves out of a search what is too large to be read, and refuses to show it, in plain words', async () => {
  await keep('How old is the universe?', '13.8 billion years.', 1);
  const id = await keep('A log', 'Of a billion lines.', 0, 'log');
  const { path } = files().find(id);
  // As large as that on paper: nothing of the rest is ever read.
  truncateSync(path, 1024 ** 3);
  const tooLarge = `${path} is larger than 128 MB: it was not read.`;
  const found = await run('search billion');
  expect(found).toMatchObject({ code: 0, stderr: `msg: ${tooLarge}\n` });
  expect(found.stdout).toContain('13.8 billion years.');
  expect((await run('')).stdout).toMatch(/^log +just now/m);
  const hint = '  Begin a new session: no endpoint takes as much in one request.\n';
  expect(await run('show log')).toMatchObject({ code: 3, stdout: '', stderr: `msg: ${tooLarge}\n${hint}` });
  const next = await runMsg(['send', '--session', 'log', 'more'], { home });
  expect(next).toMatchObject({ code: 3, requests: [], stderr: `msg: ${tooLarge}\n${hint}` });
});

it('lists and searches past what is no file', async () => {
  await keep('How old is the universe?', '13.8 billion years.', 1);
  for (const [count, make] of [
    ['1111', (path: string) => mkdirSync(path)],
    ['2222', (path: string) => execFileSync('mkfifo', [path])],
    ['3333', (path: string) => symlinkSync('/dev/zero', path)],
  ] as const)
    make(join(files().directory, `20260101-000000-${count}.jsonl`));
  expect((await run('')).stdout.trim().split('\n')).toHaveLength(2);
  expect(await run('search billion')).toMatchObject({ code: 0, stderr: '' });
  expect(await run('show 20260101-000000-2222')).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('is a named pipe, not a file: it was not read.'),
  });
});

it('searches', async () => {
  await keep('How old is the universe?', 'About 13.8 billion years.\nGive or take.', 3, 'cosmos');
  await keep('Deploy this', 'Done.', 0);
  expect((await run('search BILLION years')).stdout).toBe(
    'cosmos  3 days ago\n  About 13.8 billion years.\n',
  );
  const none = await run('search pancakes');
  expect([none.code, none.stdout, none.stderr]).toEqual([0, '', 'msg: Nobody said "pancakes".\n']);
});

it('finds, shows and exports what a summary stands for, marked; with --all also what was taken back', async () => {
  const message = (role: 'user' | 'assistant', content: string) => ({ message: { role, content } });
  const writer = newSession('pool');
  for (const text of ['the connection pool', 'unless it leaks']) {
    writer.record(message('user', text));
    writer.record(message('assistant', `Answer to: ${text}`));
  }
  const { turns } = withSummary(files().read(files().find('pool')), 'They spoke of pools.', 2);
  writer.rewind(0, { turns });
  writer.record(message('user', 'a wrong turning'));
  writer.rewind(4);
  writer.record(message('user', 'and now?'));
  await writer.close();

  const search = async (words: string) => (await run(`search ${words}`)).stdout;
  expect(await search('CONNECTION pool')).toBe('pool  just now, summarised since\n  the connection pool\n');
  expect(await search('wrong turning')).toBe('pool  just now, taken back\n  a wrong turning\n');
  expect(await search('leaks')).toBe('pool  just now\n  unless it leaks\n');
  expect(JSON.parse(await search('connection --json'))).toMatchObject([{ name: 'pool', compacted: true }]);

  const headings = async (argv: string) =>
    (await run(argv)).stdout.match(/^## .*$/gm)?.map((heading) => heading.slice(3));
  const counting = ['Summary', 'Assistant', 'You', 'Assistant'];
  const compacted = ['You (summarised since)', 'Assistant (summarised since)'];
  expect(await headings('show pool')).toEqual([...compacted, ...counting, 'You']);
  expect(await headings('export pool')).toEqual([...compacted, ...counting, 'You']);
  expect(await headings('export pool --all')).toEqual([...compacted, ...counting, 'You (taken back)', 'You']);
  expect((await run('export pool --all --format html')).stdout).toContain(
    '<article class="user undone">\n<h2>You (taken back)</h2>',
  );
  const { turns: shown } = JSON.parse((await run('show pool --json --all')).stdout);
  expect(shown.map(({ compacted, undone }: Record<string, unknown>) => [compacted, undone])).toEqual([
    ...[
      [true, undefined],
      [true, undefined],
    ],
    ...counting.map(() => [undefined, undefined]),
    ...[
      [undefined, true],
      [undefined, undefined],
    ],
  ]);
});

it('exports by the ending of the file, and overwrites only when told to', async () => {
  await keep('Deploy <this>', 'Done.', 0, 'deploy');
  const at = (name: string) => readFileSync(join(home, name), 'utf8');
  await run('export deploy a.html', { cwd: home });
  expect(at('a.html')).toContain('Deploy &lt;this&gt;');
  await run('export deploy a.json', { cwd: home });
  expect(JSON.parse(at('a.json'))).toMatchObject({ title: 'deploy' });
  const again = await run('export deploy a.json --format md', { cwd: home });
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('a.json exists already.')]);
  await run('export deploy a.json --format md --force', { cwd: home });
  expect(at('a.json')).toMatch(/^# deploy\n/);
  await run('export deploy a.HTML', { cwd: home });
  expect(readFileSync(join(home, 'a.HTML'), 'utf8')).toContain('<!doctype html>');
  const unclear = await run('export deploy a.txt', { cwd: home });
  expect(unclear.code).toBe(2);
  expect(unclear.stderr).toContain('a.txt does not say in which form');
  expect(existsSync(join(home, 'a.txt'))).toBe(false);
  expect((await run('export deploy')).stdout).toMatch(/^# deploy\n/);
});

it('renames and deletes, all or nothing', async () => {
  const id = await keep('one', '1', 0);
  await keep('two', '2', 0, 'two');
  expect((await run(`rename ${id} first`)).stderr).toBe('msg: The session is called first now.\n');
  expect((await run('rename two first')).code).toBe(2);
  expect((await run('rm first nothing')).code).toBe(2);
  expect(files().list()).toHaveLength(2);
  expect((await run('rm first two first')).stderr).toBe('msg: Deleted first.\nmsg: Deleted two.\n');
  expect(files().list()).toEqual([]);
});

it('prunes what is old and has no name', async () => {
  const old = await keep('old', '1', 100);
  await keep('old and named', '2', 100, 'kept');
  await keep('young', '3', 10);
  const dry = await run('prune --older-than 90 --dry-run');
  expect([dry.stdout, dry.stderr]).toEqual([`${old}  100 days ago\n`, 'msg: 1 session would be deleted.\n']);
  expect(files().list()).toHaveLength(3);
  await run('prune --older-than 90');
  expect(
    files()
      .list()
      .map(({ header }) => header.preview),
  ).toEqual(['young', 'old and named']);
  await run('prune --older-than 90 --named');
  expect(files().list()).toHaveLength(1);
  expect((await run('prune')).code).toBe(2);
});

it('helps with a misspelt word', async () => {
  const { code, stderr } = await run('lst');
  expect(code).toBe(2);
  expect(stderr).toContain('Did you mean list?');
  expect(existsSync(join(home, 'state'))).toBe(false);
});

it('copies a session under a new name, or prints the id of the copy', async () => {
  await keep('one', 'First.', 2, 'plans');
  const named = await run('copy plans other');
  expect([named.code, named.stdout, named.stderr]).toEqual([
    0,
    '',
    'msg: plans is copied to other. Next: msg chat -r other\n',
  ]);
  const original = await run('show plans --raw');
  const copy = await run('show other --raw');
  expect(copy.stdout.split('\n').slice(3)).toEqual(original.stdout.split('\n').slice(3));
  const unnamed = await run('copy plans');
  expect((await run(`show ${unnamed.stdout.trim()}`)).stdout).toContain('First.');
  const taken = await run('copy plans other');
  expect([taken.code, taken.stderr]).toEqual([
    2,
    'msg: Another session is called other.\n  Next: msg sessions show other\n',
  ]);
  expect((await run('copy nope other2')).code).toBe(2);
});
