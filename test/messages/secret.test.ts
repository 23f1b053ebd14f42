import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { concealHeader, excerpt, maskKey, redact, Secret } from '../../src/messages/secret.ts';
import { shellQuote } from '../../src/text/shell-quote.ts';
import { cpuMsOf } from '../cpu-time.ts';
import fc from '../fast-check.ts';

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

  it.each(['%', '%2', '\\u', '\\u00', '&#1', '&', '\\'])('finds a key right behind %s', (before) => {
    new Secret('deadbeef-cafe');
    expect(redact(`${before}deadbeef-cafe.`)).toMatch(/^(%|%2|u|\\u|\\u00|&#1|&|\\|)… \(13 characters\)\.$/);
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

  describe('finds a piece of a key', () => {
    const key = 'sk-ant-api03-Rk7PxQ2vLm9TzW4nBd8YcJ5hGf3sXaEu-wxyz';
    const mask = 'sk-ant-… (50 characters)';

    it.each<[string, string, string]>([
      ['without its prefix', `by key ant-api03-${key.slice(13)}: no`, `by key ${mask}: no`],
      ['without anything public', key.slice(13), mask],
      ['cut at its end', `${key.slice(0, 30)}...`, `${mask}...`],
      ['cut at both ends', `...${key.slice(20, 32)}...`, `...${mask}...`],
      ['in capitals', key.toUpperCase(), mask],
      ['behind Bearer', `Bearer ${key.slice(3)}`, `Bearer ${mask}`],
      ['with a mark in its middle', `${key.slice(0, 28)}***${key.slice(-14)}`, `${mask}***${mask}`],
      [
        'in percent signs only',
        [...key.slice(9)].map((one) => `%${one.charCodeAt(0).toString(16)}`).join(''),
        mask,
      ],
      ['in numbers of HTML', [...key.slice(9)].map((one) => `&#${one.charCodeAt(0)};`).join(''), mask],
      [
        'in codes of JSON',
        [...key.slice(9)].map((one) => `\\u00${one.charCodeAt(0).toString(16)}`).join(''),
        mask,
      ],
      ['in hexadecimal', Buffer.from(key).toString('hex').toUpperCase(), mask],
      ['in base64', Buffer.from(key).toString('base64').slice(0, -4), mask],
      ['in base64 of Basic', Buffer.from(`me:${key}`).toString('base64'), `bWU6${mask}o=`],
      [
        'in base64 that is cut',
        `${Buffer.from(`user:${key}`).toString('base64').slice(0, 32)}…`,
        `dXNlcjp${mask}…`,
      ],
    ])('%s', (_name, echo, clean) => {
      new Secret(key);
      expect(redact(echo)).toBe(clean);
    });

    it('but not what all keys of a vendor have in common, nor what the server masked itself', () => {
      new Secret(key);
      for (const text of [
        'Keys begin with sk-ant-api03- and are 108 characters long.',
        `no such key: ${key.slice(0, 18)}...${key.slice(-4)}`,
        'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.',
      ])
        expect(redact(text)).toBe(text);
    });

    it('but not ordinary words that stand in a key, too', () => {
      new Secret('test-key-test-key');
      new Secret('my-authentication-service-token-for-the-gateway');
      for (const text of [
        'test-key-test',
        'authentication-service',
        'the authentication token for the gateway',
      ])
        expect(redact(text)).toBe(text);
      expect(redact('test-key-test-key')).toBe('… (17 characters)');
      expect(redact('authentication-service-token-for-the')).toBe('my-… (47 characters)');
    });

    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'];
    const generated = fc.tuple(
      fc.constantFrom('sk-', 'sk-ant-api03-', 'sk-or-v1-', 'user.', 'gsk_', 'xai-', 'AIza', 'team.', ''),
      fc.string({ unit: fc.constantFrom(...letters, '-', '_'), minLength: 24, maxLength: 96 }),
    );
    const spellings: readonly ((text: string) => string)[] = [
      (text) => text,
      (text) => text.toUpperCase(),
      encodeURIComponent,
      (text) => JSON.stringify(JSON.stringify({ text })),
      (text) => Buffer.from(text).toString('base64'),
      (text) => Buffer.from(`user:${text}`).toString('base64'),
      (text) => Buffer.from(`x ${text}`).toString('base64url'),
      (text) => Buffer.from(text).toString('hex'),
      (text) => `Bearer ${text}`,
    ];

    it('whatever the key, the cut and the spelling', () => {
      fc.assert(
        fc.property(
          generated,
          fc.nat(),
          fc.nat(),
          fc.constantFrom(...spellings),
          fc.string({ maxLength: 20 }),
          ([prefix, body], cut, size, spell, around) => {
            new Secret(prefix + body);
            const from = cut % (body.length - 12);
            const piece = body.slice(from, from + 12 + (size % (body.length - from)));
            // A few that read like words are left alone.
            fc.pre(/\d/.test(piece.slice(0, 12)));
            const spelled = spell(piece);
            const clean = redact(`${around} ${spelled} ${around}`);
            for (let at = 0; at + 12 <= spelled.length; at += 1) {
              const window = spelled.slice(at, at + 12);
              if (!/^(Bearer|["\\{}:]*text)/.test(window)) expect(clean).not.toContain(window);
            }
            expect(clean).toMatch(/… \(\d+ characters\)/);
          },
        ),
      );
    });
  });

  it('takes time for the length of a text, not for its square', () => {
    new Secret(`sk-${'Zz9'.repeat(30)}`);
    const texts = ['{"a":"b\\\\c"}', 'sk-Zz9Zz9Zz9Zz', '&amp;', '%25', 'plain text '];
    const elapsedMs = cpuMsOf(() => {
      for (const text of texts) expect(redact(text.repeat(2_000_000 / text.length))).not.toBe('');
    });
    expect(elapsedMs).toBeLessThan(10_000);
  });
});
