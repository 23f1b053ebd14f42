// A key is found however the bytes around it are cut into chunks.

import { describe, expect, it } from 'vitest';
import type { TimedChunk } from '../../src/http/recording.ts';
import { redactChunks } from '../../src/messages/redact-chunks.ts';
import { redact, Secret } from '../../src/messages/secret.ts';
import fc from '../fast-check.ts';

const key = 'sk-split-0123456789abcdef';
const mask = 'sk-split-… (25 characters)';
const odd = 'a"b/c\\d+e=f&g';
const oddMask = '… (13 characters)';
const apart = 'Zq7Wd2Xk9Lm4Vb6Nc1Rt8Yh3';
for (const value of [apart, key, `before-${key}-behind`, odd, 'aaaabaaaab']) new Secret(value);

function redacted(chunks: readonly Uint8Array[]): TimedChunk[] {
  const redactor = redactChunks();
  return [...chunks.flatMap((bytes, at) => redactor.push({ at, bytes })), ...redactor.end()];
}

const textOf = (chunks: readonly TimedChunk[]): string =>
  Buffer.concat(chunks.map(({ bytes }) => bytes)).toString('utf8');

const everyByte = (text: string): Buffer[] => [...Buffer.from(text)].map((byte) => Buffer.from([byte]));

const json = (text: string): string => JSON.stringify(text).slice(1, -1);
const html = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');

describe('a key in chunks is masked', () => {
  const texts: readonly (readonly [string, string, string])[] = [
    ['plain', `data: ${key}\n\n`, `data: ${mask}\n\n`],
    ['at the very end', `é ${key}`, `é ${mask}`],
    ['twice in a row', key + key, mask + mask],
    ['behind its own beginning', `sk-split-01sk-spl${key}`, `sk-split-01sk-spl${mask}`],
    ['inside a longer one', `before-${key}-behind`, 'before-sk-… (39 characters)'],
    ['inside a piece of a longer one', `before-${key}-nothing`, 'before-sk-… (39 characters)nothing'],
    ['without what its vendor puts before it', key.slice(3), mask],
    ['cut short', `${key.slice(0, 22)}*`, `${mask}*`],
    ['in base64', Buffer.from(`a:${apart}.`).toString('base64'), 'YTp… (24 characters)Mu'],
    ['in hexadecimal', Buffer.from(key).toString('hex'), mask],
    ['that repeats itself', 'xaaaabaaaabaaaay', 'x… (10 characters)aaaay'],
    ['in JSON', json(odd), oddMask],
    ['in JSON in JSON', json(json(odd)), oddMask],
    ['in a URL', encodeURIComponent(odd), oddMask],
    ['in a URL in a URL', encodeURIComponent(encodeURIComponent(odd)), oddMask],
    ['in HTML', html(html(odd)), oddMask],
  ];

  it.each(texts)('%s, cut anywhere', (_where, text, clean) => {
    const bytes = Buffer.from(text);
    expect(textOf(redacted([bytes]))).toBe(clean);
    expect(textOf(redacted(everyByte(text)))).toBe(clean);
    for (let cut = 1; cut < bytes.length; cut += 1)
      expect(textOf(redacted([bytes.subarray(0, cut), bytes.subarray(cut)]))).toBe(clean);
  });

  it('in random chunks, as if the whole had been read at once', () => {
    const word = fc.constantFrom(
      key,
      json(odd),
      'before-',
      '-behind',
      'sk-',
      'a',
      '\\',
      '%2',
      '&am',
      'é',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(word), fc.array(fc.integer({ min: 1, max: 9 })), (words, sizes) => {
        const bytes = Buffer.from(words.join(''));
        const chunks: Buffer[] = [];
        let at = 0;
        for (const size of sizes) {
          chunks.push(bytes.subarray(at, at + size));
          at += size;
        }
        chunks.push(bytes.subarray(at));
        expect(textOf(redacted(chunks))).toBe(redact(words.join('')));
      }),
    );
  });
});

describe('what is no key', () => {
  it('comes out at once, chunk for chunk', () => {
    const redactor = redactChunks();
    const bytes = Buffer.from('event: ping\n\n');
    expect(redactor.push({ at: 7, bytes })).toEqual([{ at: 7, bytes }]);
    expect(redactor.end()).toEqual([]);
  });

  it('waits only while it may become one, and keeps its moment', () => {
    const redactor = redactChunks();
    expect(redactor.push({ at: 1, bytes: Buffer.from('This: ') })).toHaveLength(1);
    expect(redactor.push({ at: 2, bytes: Buffer.from('it: sk-spl') })).toEqual([]);
    expect(redactor.push({ at: 3, bytes: Buffer.from('it ') })).toEqual([
      { at: 2, bytes: Buffer.from('it: sk-spl') },
      { at: 3, bytes: Buffer.from('it ') },
    ]);
  });

  it('of a hostile server is not kept without an end', () => {
    const redactor = redactChunks();
    let waiting = 0;
    for (let count = 0; count < 2_000; count += 1)
      waiting += 1 - redactor.push({ at: 0, bytes: Buffer.from('&amp;') }).length;
    expect(waiting).toBeLessThan(100);
  });
});
