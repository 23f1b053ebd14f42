import { expect, test } from 'vitest';
import { oneLine } from '../../src/text/sanitize.ts';
import { textWidth } from '../../src/text/width.ts';
import { filled, padded, truncated, wrapped } from '../../src/text/wrap.ts';
import fc from '../fast-check.ts';

test('wide characters take two columns, marks none', () => {
  expect(textWidth('模型')).toBe(4);
  expect(textWidth('e\u0301')).toBe(1);
  expect(textWidth('🚫')).toBe(2);
  expect(padded('模', 4)).toBe('模  ');
});

test('truncation never splits a character and never exceeds the width', () => {
  expect(truncated('模型不存在', 6, '…')).toBe('模型…');
  expect(truncated('short', 6, '…')).toBe('short');
});

test('wrapping keeps every character and the width', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 8, max: 60 }), (text, width) => {
      const line = oneLine(text);
      const lines = wrapped(line, width);
      for (const part of lines) expect(textWidth(part)).toBeLessThanOrEqual(width);
      expect(lines.join('').replaceAll(' ', '')).toBe(line.replaceAll(' ', ''));
    }),
  );
});

test('Chinese breaks where it may, and only what is longer than a row is cut, addresses too', () => {
  expect(wrapped('当前分组 default 下对于模型 m 无可用渠道，请联系管理员。', 16)).toEqual([
    '当前分组 default',
    '下对于模型 m 无',
    '可用渠道，请联系',
    '管理员。',
  ]);
  expect(wrapped('see https://host/v1/messages now', 12)).toEqual([
    'see',
    'https://host',
    '/v1/messages',
    'now',
  ]);
  expect(wrapped('', 12)).toEqual(['']);
});

test('words that are longer than a line have one of their own where they may not be cut', () => {
  const words = ['a', 'curl https://host/v1/messages', 'b', 'c'];
  expect(filled(words, 12)).toEqual(['a', 'curl https://host/v1/messages', 'b c']);
  expect(filled([], 12)).toEqual(['']);
});
