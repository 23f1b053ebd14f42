import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inputHistory, looksLikeKey } from '../../src/chat/store/prompt-history.ts';
import { Secret } from '../../src/messages/secret.ts';

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'msg-history-'));
});
afterEach(() => rmSync(state, { recursive: true }));
const path = () => join(state, 'history.jsonl');

it('is there the next time, newest first, several lines kept as one entry', () => {
  const history = inputHistory(state);
  for (const text of ['one', 'two\nlines', 'two\nlines', '  ', 'three']) history.add(text);
  expect(history.entries()).toEqual(['three', 'two\nlines', 'one']);
  expect(inputHistory(state).entries()).toEqual(['three', 'two\nlines', 'one']);
  expect(statSync(path()).mode & 0o777).toBe(0o600);
});

it('finds a long text again in the session it was sent in, and keeps it nowhere else', () => {
  const history = inputHistory(state);
  const long = 'line\n'.repeat(10_000);
  history.add(long);
  expect(history.entries()).toEqual([long]);
  expect(inputHistory(state).entries()).toEqual([]);
});

it('remembers what was not sent for this time only', () => {
  const history = inputHistory(state);
  history.add('sent');
  history.remember('cleared');
  history.remember('my key is sk-ant-0123456789abcdefgh');
  expect(history.entries()).toEqual(['cleared', 'sent']);
  expect(inputHistory(state).entries()).toEqual(['sent']);
});

it('reads around a torn line, and is empty where there is none', () => {
  expect(inputHistory(join(state, 'nowhere')).entries()).toEqual([]);
  writeFileSync(path(), '"one"\n"tw');
  expect(inputHistory(state).entries()).toEqual(['one']);
});

it('keeps 10,000 entries', () => {
  writeFileSync(path(), Array.from({ length: 12_001 }, (_, index) => `"entry ${index}"\n`).join(''));
  expect(inputHistory(state).entries()).toHaveLength(10_000);
  expect(readFileSync(path(), 'utf8').split('\n')).toHaveLength(10_001);
  expect(inputHistory(state).entries()[0]).toBe('entry 12000');
});

describe('what looks like a key is not kept', () => {
  it.each([
    'use sk-ant-api03-abcdefghijklmnop1234567890',
    'Authorization: Bearer abcdefghijklmnopqrstuvwxyz',
    'export ANTHROPIC_API_KEY=abcdef1234567890',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl',
    'AKIAIOSFODNN7EXAMPLE',
    'github_pat ghp_abcdEFGH1234ijklMNOP5678',
    '-----BEGIN RSA PRIVATE KEY-----',
  ])('%s', (text) => {
    inputHistory(state).add(text);
    expect(inputHistory(state).entries()).toEqual([]);
  });

  it('a key in use, whatever its shape', () => {
    new Secret('my own words');
    expect(looksLikeKey('the key is: my own words')).toBe(true);
  });

  it.each([
    'what is a token-based-authentication-flow?',
    'explain the key idea of sk-learn',
    'the password is wrong, why?',
    'https://example.com/some/long/path/with-many-words-2024',
  ])('but %s is', (text) => expect(looksLikeKey(text)).toBe(false));
});
