// Quoting for the shell, proved by a shell.
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { curlText } from '../../src/messages/curl-text.ts';
import { shellQuote } from '../../src/text/shell-quote.ts';
import fc from '../fast-check.ts';

describe('a quoted word', () => {
  it.each(['bash', 'sh'])('is that word again to %s, whatever it holds', (shell) => {
    const words = fc.sample(fc.string({ unit: 'binary' }), 300).map((word) => word.replaceAll('\0', ''));
    const script = `printf '%s\\0' ${words.map(shellQuote).join(' ')}`;
    const read = execFileSync(shell, [], { input: script, maxBuffer: 1e8 }).toString('utf8');
    expect(read.split('\0').slice(0, -1)).toEqual(words);
  });

  it('stays readable where it can', () => {
    expect(shellQuote('https://host/v1/messages')).toBe('https://host/v1/messages');
    expect(shellQuote('')).toBe("''");
    expect(shellQuote("it's")).toBe("'it'\\''s'");
  });
});

describe('a curl command', () => {
  const request = { method: 'POST', url: 'https://host/v1/messages', headers: {}, body: '{}' } as const;

  it('fills in secrets only where secrets stand', () => {
    const headers = { 'x-api-key': '$KEY', authorization: 'Bearer $KEY', 'x-note': '$KEY', 'x-none': '' };
    const text = curlText({ ...request, headers }, { extra: [] });
    expect(text).toContain('-H "x-api-key: $KEY"');
    expect(text).toContain('-H "authorization: Bearer $KEY"');
    expect(text).toContain("-H 'x-note: $KEY'");
    expect(text).toContain("-H 'x-none;'");
  });

  it('has brackets in a URL taken as they are', () => {
    expect(curlText({ ...request, url: 'https://[::1]/v1' }, { extra: [] })).toContain(
      'curl -sS -N -g -X POST',
    );
  });

  it('gives a body that is too long for an argument on stdin', () => {
    const body = JSON.stringify({ text: `'${'x'.repeat(100_001)}` });
    const text = curlText({ ...request, body }, { extra: [] });
    expect(text.endsWith(`--data-binary @- <<'END_OF_BODY'\n${body}\nEND_OF_BODY\n`)).toBe(true);
  });
});
