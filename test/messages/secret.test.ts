import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { excerpt, maskKey, redact, Secret } from '../../src/messages/secret.ts';

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

  it('comes before cutting, so that no half of a key stays', () => {
    const key = `sk-cut-${'z'.repeat(30)}`;
    new Secret(key);
    expect(excerpt(`${'x'.repeat(10)} ${key}`, 20)).toBe('xxxxxxxxxx sk-cut-… …');
    expect(excerpt('short', 20)).toBe('short');
  });
});
