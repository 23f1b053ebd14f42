import { type ChildProcess, spawn } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withoutSummary, withSummary } from '../../src/chat/session/summary.ts';
import type { Turn } from '../../src/chat/session/turns.ts';
import { type SessionFiles, sessionFiles } from '../../src/chat/store/session-files.ts';
import { beginSession, continueSession, type WriterOptions } from '../../src/chat/store/session-writer.ts';
import { readTranscript } from '../../src/chat/store/transcript.ts';
import { isMsgError } from '../../src/errors.ts';
import { Secret } from '../../src/messages/secret.ts';
import { processes } from '../../src/terminal/processes.ts';
import { cpuMsOf } from '../cpu-time.ts';
import { bundle } from '../profiles/bundle.ts';

let state: string;
let files: SessionFiles;
let notes: string[];
let now: number;
let options: WriterOptions;

beforeEach(() => {
  state = join(mkdtempSync(join(tmpdir(), 'msg-sessions-')), 'msg');
  files = sessionFiles(state);
  notes = [];
  now = Date.UTC(2026, 10, 20, 12, 53, 10);
  const facts = { profile: 'work', model: 'claude-x', endpoint: 'https://llm.example' };
  options = {
    files,
    facts,
    wallTime: () => now++,
    processes,
    isBrief: false,
    note: (text) => notes.push(text),
  };
});
afterEach(() => rmSync(join(state, '..'), { recursive: true, force: true }));

const ask = (text: string): Turn => ({ message: { role: 'user', content: text } });
const answer: Turn = {
  message: {
    role: 'assistant',
    content: [
      { type: 'thinking', thinking: 'hm', signature: 'c2ln' },
      { type: 'text', text: 'Hi\n"there"' },
      { type: 'future_block', some: { field: 1 } },
    ],
  },
  madeBy: { model: 'claude-x', endpoint: 'https://llm.example', context: 'abc' },
  usage: { input_tokens: 3, output_tokens: 5 },
  stopReason: 'end_turn',
  wasInterrupted: true,
};
const only = () => {
  const [session] = files.list();
  if (session === undefined) throw new Error('no session');
  return session;
};
const kindOf = (work: () => unknown): string | undefined => {
  try {
    work();
  } catch (error) {
    return isMsgError(error) ? error.kind : 'other';
  }
  return undefined;
};

describe('a session on disk', () => {
  it('gives back what was recorded, blocks unchanged, and is private', async () => {
    const writer = beginSession(options);
    expect(existsSync(files.directory)).toBe(false);
    writer.record(ask('hello\nworld'));
    writer.record(answer);
    await writer.close();
    expect(files.read(only())).toMatchObject({
      header: {
        version: 1,
        profile: 'work',
        model: 'claude-x',
        endpoint: 'https://llm.example',
        preview: 'hello world',
      },
      turns: [ask('hello\nworld'), answer],
      brokenLines: 0,
    });
    expect(statSync(files.directory).mode & 0o777).toBe(0o700);
    expect(statSync(only().path).mode & 0o777).toBe(0o600);
    expect(readdirSync(files.directory)).toEqual([`${only().id}.jsonl`]);
  });

  it('leaves nothing behind without a turn', async () => {
    const writer = beginSession(options, 'empty');
    writer.rewind(0);
    await writer.close();
    expect(files.list()).toEqual([]);
  });

  it('forgets turns that were taken back', async () => {
    const writer = beginSession(options);
    for (const turn of [ask('one'), answer, ask('two')]) writer.record(turn);
    writer.rewind(2);
    writer.record(ask('three'));
    await writer.close();
    expect(files.read(only()).turns).toEqual([ask('one'), answer, ask('three')]);
  });

  it('counts all of a summary or nothing, wherever it is cut', async () => {
    const writer = beginSession(options);
    const before = [ask('one'), answer, ask('two'), answer];
    for (const turn of before) writer.record(turn);
    const { path } = only();
    const start = statSync(path).size;
    const understood: Turn = { message: { role: 'assistant', content: 'Understood.' } };
    const summary = [ask('Summary: they spoke.'), understood, ask('two'), answer];
    writer.rewind(0, { turns: summary });
    await writer.close();
    const whole = readFileSync(path);
    expect(files.read(only()).turns).toEqual(summary);
    for (let cut = start; cut < whole.length - 1; cut += 1)
      expect(readTranscript(whole.subarray(0, cut).toString())?.turns).toEqual(before);
  });

  it('knows what a summary stands for, and what was taken back', async () => {
    const writer = beginSession(options);
    const state = (): unknown[] =>
      files.read(only()).kept.map(({ turn, left }) => [turn.message.content, ...(left ? [left] : [])]);
    const said = (text: string): Turn => ({ message: { role: 'assistant', content: text } });
    const turns = [ask('yes'), said('A'), ask('yes'), said('B')];
    for (const turn of [...turns, ask('yes')]) writer.record(turn);
    writer.rewind(4);
    for (let round = 0; round < 2; round++) {
      const { turns, summaries } = withSummary(files.read(only()), 'They spoke.', 2);
      writer.rewind(0, { turns });
      expect(files.read(only())).toMatchObject({ turns, summaries });
      writer.record(ask(`C${round}`));
      writer.rewind(4);
      if (round === 1) break;
      expect(state()).toEqual([
        ['yes', 'compacted'],
        ['A', 'compacted'],
        [expect.stringContaining('They spoke.')],
        ['Understood. Let us go on from there.'],
        ['yes'],
        ['B'],
        ['yes', 'undone'],
        ['C0', 'undone'],
      ]);
      const before = withoutSummary(files.read(only()));
      writer.rewind(0, { turns: before?.turns ?? [], isUndo: true });
      expect(files.read(only())).toMatchObject({ ...before, summaries: [] });
    }
    const counting = files.read(only()).kept.filter(({ left }) => left === undefined);
    expect(counting.map(({ turn }) => turn)).toEqual([
      ...files.read(only()).turns.slice(0, 2),
      ...turns.slice(2),
    ]);
    expect(state()).toHaveLength(11);
    await writer.close();
  });

  it('holds no key, wherever it was said', async () => {
    const canary = 'sk-canary-0a1b2c3d4e5f6071';
    new Secret(canary);
    const writer = beginSession(options);
    // The preview is cut in the middle of the key.
    writer.record(ask(`${'a'.repeat(60)} ${canary}`));
    writer.record({
      message: {
        role: 'assistant',
        content: [
          { type: 'text', text: `You sent ${canary}.` },
          { type: 'tool_use', id: 't', name: 'run', input: { key: canary } },
        ],
      },
    });
    await writer.close();
    const kept = readFileSync(only().path, 'utf8');
    expect(kept).not.toContain(canary.slice(0, 14));
    expect(kept.match(/sk-canary-… \(26 characters\)/g)).toHaveLength(3);
    expect(files.read(only())).toMatchObject({ turns: [{}, {}], brokenLines: 0 });
  });

  it('goes on where it ended', async () => {
    const first = beginSession(options);
    first.record(ask('one'));
    await first.close();
    const { transcript, writer } = await continueSession(only(), options);
    expect(transcript.turns).toEqual([ask('one')]);
    writer.record(answer);
    await writer.close();
    expect(files.read(only()).turns).toEqual([ask('one'), answer]);
    expect(notes).toEqual([]);
  });

  it('says once that the disk does not take it, and does not throw', () => {
    writeFileSync(state, 'a file where the directory should be');
    const writer = beginSession(options);
    writer.record(ask('one'));
    writer.record(answer);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/^The session is not being saved: /);
  });

  it('writes what the disk did not take as soon as it takes more', () => {
    const writer = beginSession(options);
    writer.record(ask('one'));
    const { path } = only();
    renameSync(path, `${path}.away`);
    writer.record(answer);
    writer.record(ask('two'));
    renameSync(`${path}.away`, path);
    writer.rewind(2);
    expect(notes).toHaveLength(1);
    expect(files.read(only()).turns).toEqual([ask('one'), answer]);
  });

  it('that was deleted stays deleted, which is said once', async () => {
    const writer = beginSession(options);
    writer.record(ask('one'));
    files.remove(only());
    for (const turn of [answer, ask('two')]) writer.record(turn);
    await writer.close();
    expect(notes).toEqual(['The session is not being saved: its file was deleted.']);
    expect(files.list()).toEqual([]);
    expect(writer.entry()).toBe(undefined);
  });

  it('leaves no part of a line where there is no room for all of it, and says so', async () => {
    const host = bundle('../chat/session-full.ts');
    const limited = 'ulimit -f 8; exec "$0" "$@"';
    const child = spawn('/bin/sh', ['-c', limited, process.execPath, host, state], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    expect(await text(child.stdout)).toMatch(/^The session is not being saved: /);
    const whole = readFileSync(only().path, 'utf8');
    expect(whole.endsWith('\n')).toBe(true);
    expect(readTranscript(whole)).toMatchObject({ turns: [ask('one')], brokenLines: 0 });
  });
});

describe('names', () => {
  it('can be given at the beginning, later, and from outside', async () => {
    const writer = beginSession(options, 'first');
    writer.record(ask('one'));
    expect(only().name).toBe('first');
    writer.name('second');
    writer.record(answer);
    files.rename(files.find('second'), 'third');
    writer.record(ask('two'));
    await writer.close();
    expect(files.read(files.find('third')).turns).toHaveLength(3);
    expect(files.list()).toHaveLength(1);
  });

  it('are unique, and made of harmless characters', async () => {
    const writer = beginSession(options, 'taken');
    writer.record(ask('one'));
    await writer.close();
    const other = beginSession(options);
    expect(kindOf(() => other.name('taken'))).toBe('usage');
    for (const name of ['', '../x', 'a b', '.hidden', '-x', '20261120-125310', 'ä']) {
      expect(
        kindOf(() => other.name(name)),
        name,
      ).toBe('usage');
    }
  });

  it('find by id, beginning of an id and name; a misspelt one is helped', async () => {
    const writer = beginSession(options, 'deploy');
    writer.record(ask('one'));
    await writer.close();
    const { id } = only();
    for (const which of [id, id.slice(0, 12), 'deploy']) expect(files.find(which).id).toBe(id);
    expect(() => files.find('deplyo')).toThrow(expect.objectContaining({ hint: 'Did you mean deploy?' }));
    expect(kindOf(() => files.find('2026'))).toBe(undefined);
    expect(kindOf(() => files.find('none'))).toBe('usage');
  });
});

describe('damage', () => {
  const withSession = async (): Promise<string> => {
    const writer = beginSession(options);
    writer.record(ask('one'));
    writer.record(answer);
    await writer.close();
    return only().path;
  };

  it('is repaired wherever the last line is cut', async () => {
    const path = await withSession();
    const text = readFileSync(path);
    const lastLine = text.lastIndexOf('\n', text.length - 2) + 1;
    for (let cut = lastLine + 1; cut < text.length; cut += 7) {
      writeFileSync(path, text.subarray(0, cut));
      notes = [];
      const { transcript, writer } = await continueSession(only(), options);
      expect(transcript.turns).toHaveLength(1);
      writer.record(ask('again'));
      await writer.close();
      expect(files.read(only())).toMatchObject({ turns: [ask('one'), ask('again')], brokenLines: 0 });
      expect(notes).toEqual([
        'The last line of the session was cut off when msg was killed; it was removed.',
      ]);
    }
  });

  it('of the line end alone costs nothing', async () => {
    const path = await withSession();
    writeFileSync(path, readFileSync(path, 'utf8').trimEnd());
    const { transcript, writer } = await continueSession(only(), options);
    writer.record(ask('two'));
    await writer.close();
    expect(transcript.turns).toHaveLength(2);
    expect(files.read(only()).turns).toHaveLength(3);
  });

  it('in the middle is left out and told', async () => {
    const path = await withSession();
    appendFileSync(path, 'garbage\n{"type":"turn","message":{"role":"king"}}\n');
    const { writer } = await continueSession(only(), options);
    writer.record(ask('two'));
    await writer.close();
    expect(files.read(only())).toMatchObject({ turns: [ask('one'), answer, ask('two')], brokenLines: 2 });
    expect(notes).toEqual(['2 lines of the session cannot be read; they are left out.']);
  });

  it('is none when an editor of Windows put a byte order mark before the header', async () => {
    const path = await withSession();
    writeFileSync(path, `\ufeff${readFileSync(path, 'utf8')}`);
    const { writer, transcript } = await continueSession(only(), options);
    expect(transcript).toMatchObject({ turns: [ask('one'), answer], brokenLines: 0 });
    writer.record(ask('two'));
    await writer.close();
    expect(files.read(only())).toMatchObject({ turns: [ask('one'), answer, ask('two')], brokenLines: 0 });
    expect(notes).toEqual([]);
  });

  it('of the header makes it no session', async () => {
    const path = await withSession();
    writeFileSync(path, 'something else\n');
    expect(files.list()).toEqual([]);
    expect(readTranscript('')).toBe(undefined);
    expect(kindOf(() => files.read({ id: 'x', path }))).toBe('config');
  });
});

it('does not let two processes write one session: the second goes on in a copy', async () => {
  const first = beginSession(options, 'shared');
  first.record(ask('one'));
  await first.ready();
  const { transcript, writer: second } = await continueSession(files.find('shared'), options);
  expect(transcript.turns).toEqual([ask('one')]);
  second.record(ask('from the second'));
  first.record(ask('from the first'));
  await Promise.all([first.close(), second.close()]);
  const copy = files.find(second.entry()?.id ?? '');
  expect(files.read(files.find('shared')).turns).toEqual([ask('one'), ask('from the first')]);
  expect(files.read(copy)).toMatchObject({
    header: { forkedFrom: files.find('shared').id },
    turns: [ask('one'), ask('from the second')],
  });
  expect(notes).toEqual([`Session shared is open in another msg: going on in a copy, ${copy.id}.`]);
});

it('masks in a copy what was kept before the key was known', async () => {
  const key = 'sk-copied-"0123456789';
  const first = beginSession(options, 'shared');
  first.record(ask(`my key is ${key}`));
  await first.ready();
  new Secret(key);
  const { writer: second } = await continueSession(files.find('shared'), options);
  second.record(ask('more'));
  await Promise.all([first.close(), second.close()]);
  const copy = readFileSync(files.find(second.entry()?.id ?? '').path, 'utf8');
  expect(copy).toContain('my key is sk-copied-… (21 characters)');
  expect(copy).not.toContain('0123456789');
});

/** The proof makes more of them. */
const kills = Number(process.env['KILL_ROUNDS'] ?? 30);

it(`killed at any moment: ${kills} rounds, at most the line being written is lost`, async () => {
  const program = bundle('../chat/session-killed.ts');
  let id = '';
  let told = -1;
  for (let round = 0; round < kills; round += 1) {
    const child: ChildProcess = spawn(process.execPath, [program, state, id], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let output = '';
    const wanted = 1 + ((round * 7) % 40);
    await new Promise<void>((done) => {
      child.stdout?.on('data', (chunk) => {
        output += chunk;
        if (output.split('\n').length > wanted) child.kill('SIGKILL');
      });
      child.on('close', () => done());
    });
    const lines = output.split('\n').slice(0, -1);
    id = lines.at(-1)?.split(' ')[0] ?? id;
    told = Math.max(told, ...lines.map((line) => Number(line.split(' ')[1])));
    const { turns, brokenLines } = files.read(files.find(id));
    expect(brokenLines).toBe(0);
    expect(turns.length).toBeGreaterThan(told);
    expect(turns.every(({ message }, index) => String(message.content).startsWith(`turn ${index} `))).toBe(
      true,
    );
  }
  expect(files.list()).toHaveLength(1);
});

describe('many sessions, and long ones', () => {
  it('are listed and read in time that grows no faster than they do', () => {
    const writer = beginSession(options, 'long');
    for (let count = 0; count < 5_000; count += 1)
      writer.record(count % 2 === 0 ? ask(`question ${count}`) : answer);
    const readMs = cpuMsOf(() => expect(files.read(files.find('long')).turns).toHaveLength(5_000));
    expect(readMs).toBeLessThan(2_000);
    const lines = readFileSync(only().path, 'utf8');
    for (let count = 0; count < 999; count += 1) {
      const id = `20250101-${String(count).padStart(6, '0')}-abcd`;
      writeFileSync(join(files.directory, `${id}.jsonl`), lines.slice(0, 20_000));
    }
    const listMs = cpuMsOf(() => expect(files.list()).toHaveLength(1_000));
    expect(listMs).toBeLessThan(2_000);
  });
});

it('searches what was said', async () => {
  const writer = beginSession(options, 'first');
  writer.record(ask('how do I bake bread?'));
  writer.record({
    message: { role: 'assistant', content: [{ type: 'text', text: 'Flour.\nUse SOURDOUGH for taste.' }] },
  });
  await writer.close();
  expect(files.search('sourdough', expect.fail)).toMatchObject([
    { session: { name: 'first' }, excerpt: 'Use SOURDOUGH for taste.' },
  ]);
  expect(files.search('cake', expect.fail)).toEqual([]);
});
