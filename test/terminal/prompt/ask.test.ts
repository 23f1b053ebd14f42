// Questions on a terminal: what is typed, what is shown, and what comes out.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Asker, createAsker } from '../../../src/terminal/prompt/ask.ts';
import { type FakeTerminal, fakeTerminal } from '../../fake-terminal.ts';

let terminal: FakeTerminal;
let asker: Asker;
beforeEach(() => {
  terminal = fakeTerminal();
  asker = createAsker(terminal.streams.stdin, terminal.streams.stderr);
});
afterEach(() => terminal.dispose());

test('a line is trimmed, and an empty one takes what is proposed', async () => {
  const name = asker.line('name');
  await terminal.see('name:');
  terminal.type('  work \r');
  expect(await name).toBe('work');
  const url = asker.line('address', 'https://a');
  await terminal.see('address [https://a]:');
  terminal.type('\r');
  expect(await url).toBe('https://a');
  const nothing = asker.line('note', '');
  await terminal.see('note:');
  terminal.type('\r');
  expect(await nothing).toBe('');
});

test('a hidden line is not on the screen, and is given as it was typed', async () => {
  const key = asker.hidden('key');
  await terminal.see('key (not shown):');
  terminal.type(' sk-secret \r');
  expect(await key).toBe(' sk-secret ');
  asker.say('thanks\n');
  await terminal.see('thanks');
  expect(terminal.output()).not.toContain('secret');
});

test('yes or no is asked until it is one of them', async () => {
  const first = asker.confirm('go on?', true);
  await terminal.see('go on? [Y/n]');
  terminal.type('\r');
  expect(await first).toBe(true);
  const second = asker.confirm('delete?', false);
  await terminal.see('delete? [y/N]');
  terminal.type('perhaps\r');
  await terminal.see((text) => text.split('delete?').length === 3);
  terminal.type('YES\r');
  expect(await second).toBe(true);
  const third = asker.confirm('really?', true);
  await terminal.see('really?');
  terminal.type('no\r');
  expect(await third).toBe(false);
  const fourth = asker.confirm('sure?', false);
  await terminal.see('sure?');
  terminal.type('\r');
  expect(await fourth).toBe(false);
});

const providers = [
  { value: 1, label: 'alpha', note: 'the first' },
  { value: 2, label: 'beta' },
  { value: 3, label: 'betamax', note: 'video' },
];

test.each([
  ['a number', ['2\r'], 2],
  ['a whole name, which others begin with too', ['beta\r'], 2],
  ['a part of what stands beside it', ['VIDEO\r'], 3],
  ['a list that is narrowed first', ['bet\r', 'max\r'], 3],
  ['the nearest to a typing error', ['alhpa\r', '1\r'], 1],
])('one of a list is chosen by %s', async (_, answers, value) => {
  const choice = asker.pick('which?', providers);
  for (const [index, answer] of answers.entries()) {
    await terminal.see((text) => text.split('which? (number or name):').length === index + 2);
    terminal.type(answer);
  }
  expect(await choice).toBe(value);
});

test('what is in no name is not repeated: it may be a key', async () => {
  const choice = asker.pick('which?', providers);
  await terminal.see(/ 1 {2}alpha {11}the first\n {3}2 {2}beta\n {3}3 {2}betamax/);
  terminal.type('zzzzzzzz\r');
  await terminal.see('Nothing here is called that. Enter lists all.');
  terminal.type('\r');
  await terminal.see((text) => text.split('betamax').length === 3);
  terminal.type('1\r');
  expect(await choice).toBe(1);
});

test.each([
  ['Ctrl-C', '\x03'],
  ['Ctrl-D', '\x04'],
])('%s at a question changes nothing', async (_, key) => {
  const answer = asker.line('name');
  await terminal.see('name:');
  terminal.type(key);
  await expect(answer).rejects.toMatchObject({ kind: 'interrupted', message: 'Nothing was changed.' });
});
