import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { concealHeader, excerpt, maskKey, redact, Secret } from '../../src/messages/secret.ts';
import { shellQuote } from '../../src/render/curl-text.ts';

describe('a secret', () => {
  const value = 'sk-llmapi-0123456789abcdefghijklmno';
  const secret = new Secret(value);

  it('is given only on request', () => {
    expect(secret.reveal()).toBe(value);
  });

  it.each<[string, () => string]>([
    ['text', () => `${secret}`],
    ['JSON', () => JSON.stringify({ secret })],
    ['inspect', () => inspect({ deep: { secret } }, { depth: 9, showHidden: true })],
    ['an error', () => String(new Error(`${secret}`))],
    ['keys', () => Object.entries(secret).join()],
    ['a spread', () => JSON.stringify({ ...secret })],
  ])('does not show in %s', (_name, show) => {
    expect(show()).not.toContain('0123456789');
  });
});

describe('the mask of a key', () => {
  it.each([
    ['sk-llmapi-0123456789abcdefghijklmno', 'sk-llmapi-… (35 characters)'],
    ['sk-ant-api03-0123456789', 'sk-ant-… (23 characters)'],
    ['user.0123456789abcdef0123456789', 'user.… (31 characters)'],
    ['0123456789abcdef0123456789abcdef', '… (32 characters)'],
    ['sk-short', '… (8 characters)'],
    ['', '… (0 characters)'],
  ])('of %s is %s', (key, mask) => {
    expect(maskKey(key)).toBe(mask);
  });
});

describe('redaction', () => {
  it('finds every key this process has held, everywhere in a text', () => {
    new Secret('sk-first-0123456789abcdef');
    new Secret('sk-second-0123456789abcdef');
    const text = 'a sk-first-0123456789abcdef b sk-second-0123456789abcdef c sk-first-0123456789abcdef';
    expect(redact(text)).toBe(
      'a sk-first-… (25 characters) b sk-second-… (26 characters) c sk-first-… (25 characters)',
    );
  });

  it('leaves no rest of a key that begins like a shorter one', () => {
    new Secret('sk-prefix-012345678');
    new Secret('sk-prefix-012345678-and-the-rest');
    expect(redact('sk-prefix-012345678-and-the-rest')).toBe('sk-prefix-… (32 characters)');
  });

  it('leaves short values alone: they are ordinary words too', () => {
    new Secret('secret');
    expect(redact('a secret text')).toBe('a secret text');
  });

  describe('finds a key in the spelling of', () => {
    const key = `sk-ca"na\\ry$1'&<é>-/+=😀`;
    const json = (text: string): string => JSON.stringify(text).slice(1, -1);
    const ascii = (text: string): string =>
      json(text).replace(/[^ -~]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
    const html = (text: string): string =>
      text
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll('"', '&quot;')
        .replaceAll("'", '&#39;');

    it.each<[string, (text: string) => string]>([
      ['nothing special', (text) => text],
      ['JSON', json],
      ['JSON in JSON in JSON', (text) => json(json(json(text)))],
      ['JSON in ASCII', ascii],
      ['JSON by PHP', (text) => ascii(text).replaceAll('/', '\\/')],
      ['JSON by Go', (text) => json(text).replaceAll('&', '\\u0026').replaceAll('<', '\\u003C')],
      ['a URL', encodeURIComponent],
      ['a URL in a URL', (text) => encodeURIComponent(encodeURIComponent(text))],
      ['a form', (text) => new URLSearchParams({ text }).toString().slice(5).toLowerCase()],
      ['HTML', html],
      ['HTML in HTML', (text) => html(html(text))],
      ['HTML by number', (text) => html(text).replaceAll('&quot;', '&#x22;').replaceAll('+', '&#43;')],
      ['a shell', shellQuote],
      ['Latin-1', (text) => Buffer.from(text).toString('latin1')],
    ])('%s', (_name, spell) => {
      new Secret(key);
      const clean = redact(`before ${spell(key)} behind`);
      expect(clean).toMatch(
        /^before '?… \(\d+ characters\)'? behind$|^before '?sk-… \(\d+ characters\)'? behind$/,
      );
    });
  });

  it('leaves JSON whole, whatever the key ends in', () => {
    new Secret('sk-ends-in-0123456789\\');
    for (const text of [
      'sk-ends-in-0123456789\\',
      'sk-ends-in-0123456789\\"',
      'sk-ends-in-0123456789\\\\n',
    ]) {
      const parsed = JSON.parse(redact(JSON.stringify({ text, next: 1 })));
      expect(parsed).toMatchObject({ text: expect.not.stringContaining('0123'), next: 1 });
    }
  });

  it('takes no longer for a text made against it', () => {
    const key = '"\\"\\"\\"\\"-0123456789';
    new Secret(key);
    const text = '\\"'.repeat(300_000) + '\\'.repeat(300_000);
    expect(redact(text)).toBe(text);
  });

  it('knows the password of Basic as the server reads it', () => {
    concealHeader(`Basic ${Buffer.from('user:pass-0123456789').toString('base64')}`);
    expect(redact('user is not pass-0123456789')).toBe('user is not … (15 characters)');
    expect(redact('dXNlcjpwYXNzLTAxMjM0NTY3ODk=')).toBe('… (28 characters)');
  });

  it('comes before cutting, so that no half of a key stays', () => {
    const key = `sk-cut-${'z'.repeat(30)}`;
    new Secret(key);
    expect(excerpt(`${'x'.repeat(10)} ${key}`, 20)).toBe('xxxxxxxxxx sk-cut-… …');
    expect(excerpt('short', 20)).toBe('short');
  });
});
