import { describe, expect, it } from 'vitest';
import { createSanitizer, oneLine } from '../../src/render/sanitize.ts';
import fc from '../fast-check.ts';

const clean = (...chunks: string[]): string => chunks.map(createSanitizer()).join('');

describe('the sanitizer', () => {
  it.each([
    ['colours', '\x1b[31mred\x1b[0m', '␛[31mred␛[0m'],
    ['a window title', '\x1b]0;title\x07', '␛]0;title␇'],
    ['a link', '\x1b]8;;https://evil.example\x1b\\text', '␛]8;;https://evil.example␛\\text'],
    ['the clipboard', '\x1b]52;c;aGk=\x07', '␛]52;c;aGk=␇'],
    ['a backspace', 'safe\b\b\b\bevil', 'safe␈␈␈␈evil'],
    ['NUL and DEL', '\0\x7f', '␀␡'],
    ['C1 controls', 'a\x9b31mb\x9dc', 'a\ufffd31mb\ufffdc'],
    ['a lone CR', 'safe\revil', 'safe␍evil'],
    ['a form feed', 'a\x0cb\x0bc', 'a␌b␋c'],
  ])('shows %s instead of obeying', (_name, text, shown) => {
    expect(clean(text)).toBe(shown);
  });

  it('leaves tabs, line ends and every other character alone', () => {
    const text = 'a\tb\nc — 你好 👩‍👩‍👧 é\u00a0';
    expect(clean(text)).toBe(text);
  });

  it('turns CRLF into LF, also when it is cut between two chunks', () => {
    expect(clean('a\r\nb')).toBe('a\nb');
    expect(clean('a\r', '\nb')).toBe('a\nb');
    expect(clean('a\r', '', '\nb\r', 'c')).toBe('a\nb␍c');
  });

  it('shows the same however the text is cut, and lets no control through', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', '\r', '\n', '\x1b', '[', '\x9b', '\0', '\t', '你', '👋'),
      maxLength: 40,
    });
    fc.assert(
      fc.property(text, fc.array(fc.nat({ max: 40 })), (whole, cuts) => {
        const bounds = [0, ...cuts.filter((at) => at < whole.length).sort((a, b) => a - b), whole.length];
        const pieces = bounds.slice(1).map((bound, index) => whole.slice(bounds[index], bound));
        const shown = clean(...pieces, '.');
        return shown === clean(`${whole}.`) && !/[\x00-\x08\x0b-\x1f\x7f-\x9f]/.test(shown);
      }),
    );
  });
});

describe('one line', () => {
  it('joins lines and shows control characters', () => {
    expect(oneLine('  a\n\n\tb\x1b[2J \r\n c\x07 ')).toBe('a b␛[2J c␇');
  });
});
