// msg profiles on a real terminal: questions, a key that is never shown, a table that fills while it is watched.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gate, type Mock, startMock, streamReply } from '../../src/mock/index.ts';
import { binary } from '../built.ts';
import { openTerminal, type TestTerminal } from './terminal.ts';

const canary = 'sk-canary-1a2b3c4d5e6f7081';
const enter = '\r';
const control = (letter: string): string => String.fromCharCode(letter.charCodeAt(0) - 96);

let folder: string;
let mock: Mock;
let terminal: TestTerminal;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'msg-profiles-'));
  mock = await startMock({ key: canary });
});
afterEach(async () => {
  terminal.close();
  await mock.close();
});

function open(argv: readonly string[], columns = 80, env: Record<string, string> = {}): TestTerminal {
  terminal = openTerminal([process.execPath, binary, 'profiles', ...argv], {
    columns,
    rows: 40,
    env: { MSG_CONFIG_DIR: folder, ...env },
  });
  return terminal;
}
const config = () => JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'));

test('add: list with search, hidden key, computed URL, free check', async () => {
  const { see, type, text, output, ended } = open(['add']);
  await see('Name of the profile');
  type(`work${enter}`);
  await see('Provider (number or name)');
  type(`ai${enter}`);
  await see((screen) => screen.split('Provider (number').length === 3);
  // Narrowed: only those with "ai" in them were listed again.
  expect(text().split('Provider (number')[1]).not.toContain('llmapi-pro');
  type(`aisix${enter}`);
  await see('Root URL of the AISIX proxy');
  type(`ftp://x${enter}`);
  await see('is not http or https');
  type(`${mock.url}/v1${enter}`);
  await see(`Requests go to ${mock.url}/v1/messages`);
  await see('Model, or Enter to choose later:');
  type(`mock-1${enter}`);
  await see('Where is the key?');
  type(`paste${enter}`);
  await see('Key (not shown)');
  type(`Bearer ${canary}${enter}`);
  await see('It begins with "Bearer"');
  await see('Use it without that? [Y/n]');
  type(enter);
  await see('Check it now, free of charge? [Y/n]');
  type(enter);
  await see(/work +127\.0\.0\.1:\d+ +✓ +✓ +✓/);
  expect((await ended).exitCode).toBe(0);
  expect(output()).not.toContain(canary);
  expect(mock.requests.map((request) => request.path)).toEqual(['/v1/messages/count_tokens']);
  expect(config().profiles.work).toMatchObject({ preset: 'aisix', model: 'mock-1', keyOrigin: mock.url });
});

test('add: a typing error gets the nearest provider, a bad address and a key in the wrong place are asked again', async () => {
  const { see, type, text, ended } = open(['add']);
  await see('Name of the profile');
  type(`sk-pasted-0123456789abcdef${enter}`);
  await see('as the name of a profile looks like');
  type(`work${enter}`);
  await see('Provider (number or name)');
  type(`auxto${enter}`);
  await see('Nothing here is called that. The nearest:');
  await see((screen) => screen.split('Provider (number').length === 3);
  expect(text().split('The nearest:')[1]).toMatch(/^\s+\d+ {2}auxot +Auxot\s+Provider/);
  type(`zzzzzz${enter}`);
  await see('Nothing here is called that. Enter lists all.');
  type(`auxot${enter}`);
  await see('Auxot origin');
  type(`htp:/foo${enter}`);
  await see('"htp:/foo" is not a URL');
  type(`user.0123456789${enter}`);
  await see('Is it the address all the same? [y/N]');
  type(enter);
  await see((screen) => screen.split('Auxot origin').length === 4);
  type(`${mock.url}${enter}`);
  await see(`Requests go to ${mock.url}/api/anthropic/v1/messages`);
  await see('Model [auto]');
  type(`user.0123456789${enter}`);
  await see('Is it the model all the same? [y/N]');
  type(enter);
  await see((screen) => screen.split('Model [auto]').length === 3);
  type(`mock-1${enter}`);
  await see('Where is the key?');
  type(`variable${enter}`);
  await see('Variable [WORK_API_KEY]');
  type(`sk-no-variable-0123456789${enter}`);
  await see('takes the name of a variable, not a key');
  type(enter);
  await see('Check it now, free of charge? [Y/n]');
  type(`n${enter}`);
  expect((await ended).exitCode).toBe(0);
  expect(config().profiles).toEqual({
    work: {
      preset: 'auxot',
      baseUrl: `${mock.url}/api/anthropic`,
      model: 'mock-1',
      key: { kind: 'env', name: 'WORK_API_KEY' },
      keyOrigin: mock.url,
    },
  });
});

test.each([
  ['Ctrl-C', control('c')],
  ['Ctrl-D', control('d')],
])('%s at a question changes nothing', async (_, key) => {
  const { see, type, ended } = open(['add', 'work', '--preset', 'llmapi-pro']);
  await see('Model [claude-sonnet-4-6]');
  type(enter);
  await see('Where is the key?');
  type(`1${enter}`);
  await see('Key (not shown)');
  type(`sk-half${key}`);
  // Ctrl-D with something typed is no end of input; with nothing it is.
  if (key === control('d')) type(control('c'));
  await see('Nothing was changed.');
  expect((await ended).exitCode).toBe(130);
  expect(() => config()).toThrow('ENOENT');
});

test('add: Ctrl-C at the question whether to check it leaves the profile, and says so', async () => {
  const { see, type, ended } = open([
    'add',
    'made',
    '--base-url',
    'http://127.0.0.1:1',
    '--auth',
    'none',
    '-m',
    'm',
  ]);
  await see('Check it now');
  type(control('c'));
  await see('The profile made was added, but not checked.');
  expect((await ended).exitCode).toBe(130);
  expect(config()).toHaveProperty('profiles.made');
});

test('test: the table fills in place while it is watched, and fits the terminal', async () => {
  const slow = await startMock({ replies: [[gate('go'), ...streamReply('Yes.')]] });
  const add = async (name: string, url: string) => {
    open(['add', name, '--base-url', url, '--auth', 'none', '-m', 'mock-1']);
    await terminal.see('Check it now');
    terminal.type(`n${enter}`);
    await terminal.ended;
    terminal.close();
  };
  await add('slow', slow.url);
  await add('closed', 'http://127.0.0.1:1');
  const { see, lines, ended } = open(['test', '--all'], 60);
  await see(/slow +127\S+ +…[\s\S]*closed +127\S+ +✗/);
  slow.open('go');
  await see(/slow +127\S+ +✓ +✓/);
  expect((await ended).exitCode).toBe(8);
  expect(lines().filter((line) => line.startsWith('slow'))).toHaveLength(1);
  expect(lines().every((line) => line.length <= 60)).toBe(true);
  await slow.close();
});

test('edit: what is not valid opens again with its place, and giving up changes nothing', async () => {
  const path = join(folder, 'config.json');
  const live = '{ "profiles": { "work": { "baseUrl": "http://127.0.0.1:9" } } }';
  writeFileSync(path, live, { mode: 0o600 });
  // The first opening makes a mistake, the second takes it back.
  const editor = join(folder, 'editor.sh');
  writeFileSync(
    editor,
    `#!/bin/sh\nif grep -q ',,' "$1"; then sed -i 's/,,/,/' "$1"; else sed -i 's/"work"/"a": {},, "work"/' "$1"; fi\n`,
    { mode: 0o700 },
  );
  const first = open(['edit'], 80, { EDITOR: editor });
  await first.see('config.json is not valid JSON, line 1, column');
  await first.see('Edit it again? [Y/n]');
  expect(readFileSync(path, 'utf8')).toBe(live);
  first.type(`n${enter}`);
  await first.see('Your edit is kept in');
  expect((await first.ended).exitCode).toBe(3);
  expect(readFileSync(path, 'utf8')).toBe(live);
  first.close();

  const second = open(['edit'], 80, { EDITOR: editor });
  await second.see('Edit it again? [Y/n]');
  second.type(enter);
  expect((await second.ended).exitCode).toBe(0);
  expect(Object.keys(config().profiles)).toEqual(['a', 'work']);
});
