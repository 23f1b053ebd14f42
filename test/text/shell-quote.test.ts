// Quoting for the shell, proved by a shell.
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { shellQuote, singleQuoted } from '../../src/text/shell-quote.ts';
import fc from '../fast-check.ts';

describe.each([
  ['shellQuote', shellQuote],
  ['singleQuoted', singleQuoted],
])('a word of %s', (_name, quote) => {
  it.each(['bash', 'sh'])('is that word again to %s, whatever it holds', (shell) => {
    const words = fc.sample(fc.string({ unit: 'binary' }), 300).map((word) => word.replaceAll('\0', ''));
    const script = `printf '%s\\0' ${words.map(quote).join(' ')}`;
    const read = execFileSync(shell, [], { input: script, maxBuffer: 1e8 }).toString('utf8');
    expect(read.split('\0').slice(0, -1)).toEqual(words);
  });
});

it('is quoted only where it has to be', () => {
  expect(shellQuote('https://host/v1/messages')).toBe('https://host/v1/messages');
  expect(singleQuoted('https://host/v1/messages')).toBe("'https://host/v1/messages'");
  expect(shellQuote('')).toBe("''");
  expect(shellQuote("it's")).toBe("'it'\\''s'");
});
