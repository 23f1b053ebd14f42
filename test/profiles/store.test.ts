import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { createStore, type Store } from '../../src/profiles/store.ts';
import { processes } from '../../src/terminal/processes.ts';

let directory: string;
let notes: string[];
let store: Store;
const userId = process.getuid?.();
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
const config = () => JSON.parse(readFileSync(store.configPath, 'utf8'));

beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'msg-store-')), 'msg');
  notes = [];
  store = createStore({ directory, userId, processes, note: (text) => notes.push(text) });
});

describe('reading', () => {
  test('nothing there is an empty configuration, and nothing is made', () => {
    const view = store.read();
    expect([view.current, view.names, view.profile('work')]).toEqual([undefined, [], undefined]);
    expect(() => statSync(directory)).toThrow('ENOENT');
  });

  test('a byte order mark and an empty file are tolerated', async () => {
    mkdirSync(directory, { mode: 0o700 });
    writeFileSync(store.configPath, '\uFEFF{"current":"a","profiles":{"a":{}}}', { mode: 0o600 });
    expect(store.read().current).toBe('a');
    writeFileSync(store.configPath, '');
    await store.update((draft) => draft.put('a', {}));
    expect(store.read().names).toEqual(['a']);
  });

  test.each([
    ['{"profiles": {\n  "a": {"model": "x",}\n}}', 'line 2, column 22'],
    ['{"profiles": [', 'column 15'],
    ["{'a': 1}", 'line 1, column 2: expected a name in double quotes'],
    ['{"a": 1}\n{', 'line 2, column 1: expected the end of the file'],
    ['{"a": "x\n"}', 'line 1, column 7: expected the closing quote'],
    ['<<<<<<< HEAD', 'line 1, column 1: expected a value'],
  ])('a broken file is named with line and column and left alone: %j', async (broken, place) => {
    mkdirSync(directory, { mode: 0o700 });
    writeFileSync(store.configPath, broken, { mode: 0o600 });
    const expected = expect.objectContaining({
      kind: 'config',
      message: expect.stringContaining(place),
      hint: expect.stringContaining('msg profiles edit'),
    });
    expect(() => store.read()).toThrow(expected);
    await expect(store.update((draft) => draft.put('b', {}))).rejects.toThrow(expected);
    expect(readFileSync(store.configPath, 'utf8')).toBe(broken);
    expect(readdirSync(directory)).toEqual(['config.json']);
  });

  test.each([
    [{ profiles: [] }, '"profiles"'],
    [{ profiles: { a: 'x' } }, '"profiles.a"'],
    [{ profiles: { a: { baseUrl: 1 } } }, '"profiles.a.baseUrl" in'],
    [{ profiles: { a: { auth: 'X' } } }, 'must be one of x-api-key, bearer, both, none'],
    [{ profiles: { a: { key: 'sk-123' } } }, '"profiles.a.key"'],
    [{ profiles: { a: { key: { kind: 'command', argv: 'pass' } } } }, '"profiles.a.key"'],
    [{ current: 7 }, '"current"'],
  ])('a wrong shape is named: %j', (content, place) => {
    mkdirSync(directory, { mode: 0o700 });
    writeFileSync(store.configPath, JSON.stringify(content), { mode: 0o600 });
    expect(() => store.read().profile('a')).toThrow(place);
  });

  test('a malformed profile does not stand in the way of another', () => {
    mkdirSync(directory, { mode: 0o700 });
    writeFileSync(store.configPath, JSON.stringify({ profiles: { bad: { auth: 1 }, good: { model: 'm' } } }));
    expect(store.read().profile('good')).toEqual({ model: 'm' });
  });
});

describe('writing', () => {
  test('modes: directory 0700, files 0600, nothing left over', async () => {
    await store.update((draft) => draft.put('work', { baseUrl: 'https://a.example' }));
    await store.writeStoredKey('work', 'canary');
    expect(modeOf(directory)).toBe('700');
    expect(modeOf(store.configPath)).toBe('600');
    expect(modeOf(store.credentialsPath)).toBe('600');
    expect(readdirSync(directory).sort()).toEqual(['config.json', 'credentials.json']);
    expect(readFileSync(store.configPath, 'utf8')).not.toContain('canary');
    expect(store.readStoredKey('work')).toBe('canary');
    await store.writeStoredKey('work', undefined);
    expect(readFileSync(store.credentialsPath, 'utf8')).not.toContain('canary');
  });

  test('unknown fields survive, at the top and in a profile', async () => {
    mkdirSync(directory, { mode: 0o700 });
    writeFileSync(
      store.configPath,
      JSON.stringify({
        $schema: 'x',
        future: [1],
        profiles: { a: { model: 'm', color: 'red' }, b: { x: 1 } },
      }),
    );
    await store.update((draft) => draft.put('a', { baseUrl: 'https://a.example' }));
    expect(config()).toEqual({
      $schema: 'x',
      future: [1],
      profiles: { a: { color: 'red', baseUrl: 'https://a.example' }, b: { x: 1 } },
    });
  });

  test('use, use again, rename and remove keep the pointers in step', async () => {
    await store.update((draft) => {
      for (const name of ['a', 'b', 'c']) draft.put(name, { model: name });
      draft.use('a');
      draft.use('b');
    });
    expect(config()).toMatchObject({ current: 'b', previous: 'a' });
    await store.update((draft) => draft.use('b'));
    expect(config()).toMatchObject({ current: 'b', previous: 'a' });
    await store.update((draft) => draft.rename('b', 'z'));
    expect([config().current, Object.keys(config().profiles)]).toEqual(['z', ['a', 'z', 'c']]);
    await store.update((draft) => draft.remove('z'));
    expect(config().current).toBeUndefined();
    await store.update((draft) => draft.copy('a', 'd'));
    expect(config().profiles.d).toEqual({ model: 'a' });
  });

  test.each([
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'a.b',
    '..a',
    'hasOwnProperty',
    '__internal__',
    '7',
  ])('the name %s is a name like any other', async (name) => {
    expect(store.read().profile(name)).toBeUndefined();
    await store.update((draft) => draft.put(name, { model: 'm' }));
    await store.update((draft) => draft.put('other', { model: 'o' }));
    await store.writeStoredKey(name, 'k');
    expect(store.readStoredKey(name)).toBe('k');
    expect(store.readStoredKey('valueOf')).toBeUndefined();
    expect(store.read().profile(name)).toEqual({ model: 'm' });
    expect([...store.read().names].sort()).toEqual([name, 'other'].sort());
    await store.update((draft) => {
      draft.rename(name, 'renamed');
      draft.rename('renamed', name);
      draft.copy(name, 'copied');
      draft.use(name);
    });
    expect([store.read().current, store.read().profile('copied')]).toEqual([name, { model: 'm' }]);
    await store.update((draft) => draft.remove(name));
    expect(store.read().profile(name)).toBeUndefined();
    expect(({} as Record<string, unknown>)['model']).toBeUndefined();
  });

  test('case twins stay apart', async () => {
    await store.update((draft) => {
      draft.put('Work', { model: 'big' });
      draft.put('work', { model: 'small' });
    });
    expect([store.read().profile('Work')?.model, store.read().profile('work')?.model]).toEqual([
      'big',
      'small',
    ]);
  });

  test('what would break the shape of the file is refused before anything is written', async () => {
    await store.update((draft) => draft.put('a', { model: 'm' }));
    const before = readFileSync(store.configPath, 'utf8');
    await expect(store.update((draft) => draft.put('a', { maxTokens: -1 }))).rejects.toThrow(
      /"profiles.a.maxTokens" in \S+ must be a whole number above 0. Nothing was changed/,
    );
    await expect(store.update((draft) => draft.put('a b', {}))).rejects.toThrow('Nothing was changed');
    await expect(store.update((draft) => draft.put('a', { key: { kind: 'env' } as never }))).rejects.toThrow(
      '"profiles.a.key"',
    );
    expect(readFileSync(store.configPath, 'utf8')).toBe(before);
    expect(readdirSync(directory)).toEqual(['config.json']);
  });

  test('a link to a file elsewhere stays a link', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'msg-dotfiles-'));
    mkdirSync(directory, { mode: 0o700 });
    writeFileSync(join(elsewhere, 'msg.json'), '{"profiles":{}}', { mode: 0o600 });
    symlinkSync(join(elsewhere, 'msg.json'), store.configPath);
    await store.update((draft) => draft.put('a', {}));
    expect(lstatSync(store.configPath).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(elsewhere, 'msg.json'), 'utf8')).toContain('"a"');
    expect(readdirSync(elsewhere)).toEqual(['msg.json']);
  });

  test('a change that changes nothing writes nothing', async () => {
    await store.update((draft) => draft.put('a', {}));
    const { ino } = statSync(store.configPath);
    await store.update((draft) => draft.put('a', {}));
    expect(statSync(store.configPath).ino).toBe(ino);
  });
});

describe.runIf(userId !== undefined)('owners and modes (POSIX)', () => {
  test('a file open to others is closed, with a note', async () => {
    await store.update((draft) => draft.put('a', {}));
    await store.writeStoredKey('a', 'k');
    chmodSync(store.configPath, 0o644);
    chmodSync(store.credentialsPath, 0o640);
    store.read();
    store.readStoredKey('a');
    expect([modeOf(store.configPath), modeOf(store.credentialsPath)]).toEqual(['600', '600']);
    expect(notes).toEqual([
      `${store.configPath} was open to other users (mode 0644); it is 0600 now.`,
      `${store.credentialsPath} was open to other users (mode 0640); it is 0600 now.`,
    ]);
    store.read();
    expect(notes).toHaveLength(2);
  });

  test('a directory others may write to is closed to them; one they may read is left', () => {
    mkdirSync(directory);
    chmodSync(directory, 0o777);
    store.read();
    expect(modeOf(directory)).toBe('755');
    expect(notes).toHaveLength(1);
    store.read();
    expect(notes).toHaveLength(1);
  });

  test.runIf(userId === 0)('a file of another user is refused, and not repaired (needs root)', async () => {
    await store.update((draft) => draft.put('a', {}));
    chmodSync(store.configPath, 0o644);
    chownSync(store.configPath, 4321, 4321);
    const refusal = `${store.configPath} belongs to another user (id 4321, you are 0)`;
    expect(() => store.read()).toThrow(refusal);
    await expect(store.update((draft) => draft.put('b', {}))).rejects.toThrow(refusal);
    expect(modeOf(store.configPath)).toBe('644');
    chownSync(directory, 4321, 4321);
    expect(() => store.read()).toThrow(`${directory} belongs to another user`);
  });
});

test('the schema says nothing on the terminal', async () => {
  const said: unknown[] = [];
  const { warn } = console;
  console.warn = (...words: unknown[]) => said.push(words);
  try {
    await store.update((draft) => draft.put('a', { key: { kind: 'env', name: 'X' } }));
  } finally {
    console.warn = warn;
  }
  expect(said).toEqual([]);
});
