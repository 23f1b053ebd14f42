import { expect, test } from 'vitest';
import { padded, plain, truncated, wrapped } from '../../src/doctor/report/wrap.ts';
import { textWidth } from '../../src/text/width.ts';
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
      const line = plain(text);
      const lines = wrapped(line, width);
      for (const part of lines) expect(textWidth(part)).toBeLessThanOrEqual(width);
      expect(lines.join('').replaceAll(' ', '')).toBe(line.replaceAll(' ', ''));
    }),
  );
});

test('marks that turn the direction or take no room are shown', () => {
  expect(plain('a\u202eb\u200bc\nd\u001b[31m')).toBe('a\\u202eb\\u200bc d␛[31m');
});
