// The splitter, fed whole and split at every character: the same tokens either way.
import { describe, expect, test } from 'vitest';
import { type Token, tokenSplitter } from '../../src/terminal/prompt/input-tokens.ts';

const key = (name: string, modifiers: object = {}) => ({
  kind: 'key',
  key: { name, ctrl: false, meta: false, shift: false, ...modifiers },
});
const keys = (text: string) => ({ kind: 'keys', text });
const paste = (text: string) => ({ kind: 'paste', text });

const streams: [string, string, object[]][] = [
  ['text', 'hello', [keys('hello')]],
  ['arrows and Alt keys stay for readline', 'a\x1b[A\x1b[1;5D\x1bb', [keys('a\x1b[A\x1b[1;5D\x1bb')]],
  ['a paste', 'a\x1b[200~b\rc\r\nd\n\x1b[201~e', [keys('a'), paste('b\nc\nd\n'), keys('e')]],
  ['escapes inside a paste', '\x1b[200~\x1b[31mred\x1b[0m\x1b[20\x1b[201~', [paste('[31mred[0m[20')]],
  ['an empty paste', '\x1b[200~\x1b[201~x', [keys('x')]],
  ['two pastes', '\x1b[200~a\x1b[201~\x1b[200~b\x1b[201~', [paste('a'), paste('b')]],
  ['an end marker alone', 'a\x1b[201~b', [keys('a'), keys('b')]],
  ['Shift+Enter', '\x1b[13;2u', [key('return', { shift: true })]],
  ['Ctrl with num lock', '\x1b[99;133u', [key('c', { ctrl: true })]],
  ['a key with alternates and text', '\x1b[97:65;2:1;65u', [key('a', { shift: true })]],
  ['a key release', '\x1b[97;1:3ux', [keys('x')]],
  ['Escape', '\x1b[27u', [key('escape')]],
  [
    'the window behind and in front again',
    'a\x1b[Ob\x1b[I',
    [keys('a'), { kind: 'focus', report: 'behind' }, keys('b'), { kind: 'focus', report: 'front' }],
  ],
  ['a terminal that can tell', '\x1b[?1004;1$yx', [{ kind: 'focus', report: 'able' }, keys('x')]],
  ['one that cannot', '\x1b[?1004;0$yx', [keys('x')]],
  ['capability replies', '\x1b[?1u\x1b[?62;4cx', [{ kind: 'kitty-reply' }, keys('x')]],
];

test.each(streams)('%s', (_, input, expected) => {
  expect(merged(tokenSplitter().push(input))).toEqual(merged(expected as Token[]));
});

test.each(streams)('%s, one character at a time', (_, input, expected) => {
  const splitter = tokenSplitter();
  const tokens = Array.from(input).flatMap((character) => splitter.push(character));
  expect(merged([...tokens, ...splitter.flush()])).toEqual(merged(expected as Token[]));
});

test('half a sequence is given up when nothing follows', () => {
  const splitter = tokenSplitter();
  expect(splitter.push('a\x1b')).toEqual([keys('a')]);
  expect(splitter.waitsFor()).toBe('sequence');
  expect(splitter.flush()).toEqual([keys('\x1b')]);
  expect(splitter.waitsFor()).toBe('nothing');
});

test('a paste that stalls goes on as a paste when the rest comes in bulk', () => {
  const splitter = tokenSplitter();
  splitter.push('\x1b[200~one\r');
  expect(splitter.waitsFor()).toBe('paste-end');
  expect(splitter.flush()).toEqual([paste('one\n')]);
  expect(splitter.push('two\rthree\x1b[201~\r')).toEqual([paste('two\nthree'), keys('\r')]);
});

describe('a paste of several reads that stalls', () => {
  const long = 'x'.repeat(1_000);
  const stalled = () => {
    const splitter = tokenSplitter();
    splitter.push(`\x1b[200~${long}\x1b[20`);
    expect(splitter.flush()).toEqual([]);
    expect(splitter.waitsFor()).toBe('stalled-paste');
    return splitter;
  };

  test('is one paste with the rest that comes later', () => {
    expect(stalled().push('1~y')).toEqual([paste(long), keys('y')]);
    const splitter = stalled();
    expect(splitter.push('more')).toEqual([]);
    expect(splitter.waitsFor()).toBe('paste-end');
    expect(splitter.push('\x1b[201~')).toEqual([paste(`${long}[20more`)]);
  });

  test('is ended by a key', () => {
    const splitter = tokenSplitter();
    splitter.push(`\x1b[200~${long}`);
    splitter.flush();
    expect(splitter.push('\r')).toEqual([paste(long), keys('\r')]);
  });

  test('is given out when nothing follows, and then is a paste that lost its end', () => {
    const splitter = tokenSplitter();
    splitter.push(`\x1b[200~${long}`);
    splitter.flush();
    expect(splitter.flush()).toEqual([paste(long)]);
    expect(splitter.waitsFor()).toBe('nothing');
    expect(splitter.push('the rest\x1b[201~')).toEqual([paste('the rest')]);
  });
});

test('after a lost end marker a single key is a key again', () => {
  const splitter = tokenSplitter();
  splitter.push('\x1b[200~one');
  splitter.flush();
  expect(splitter.push('\r')).toEqual([keys('\r')]);
});

/** Adjacent keys joined: how they are cut is the terminal's business. */
function merged(tokens: readonly Token[]): Token[] {
  const result: Token[] = [];
  for (const token of tokens) {
    const last = result.at(-1);
    if (token.kind === 'keys' && last?.kind === 'keys')
      result.splice(-1, 1, { kind: 'keys', text: last.text + token.text });
    else result.push(token);
  }
  return result;
}
