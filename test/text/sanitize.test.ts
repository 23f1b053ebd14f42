import { describe, expect, it } from 'vitest';
import { createSanitizer, oneLine, visible } from '../../src/text/sanitize.ts';
import fc from '../fast-check.ts';

const clean = (...chunks: string[]): string => chunks.map(createSanitizer()).join('');

describe('the sanitizer', () => {
  it.each([
    ['colours', '\x1b[31mred\x1b[0m', '␛[31mred␛[0m'],
    ['a window title', '\x1b]0;title\x07', '␛]0;title␇'],
    ['a link', '\x1b]8;;https://evil.example\x1b\\text', '␛]8;;https://evil.example␛\\text'],
    ['the clipboard', '\x1b]52;c;aGk=\x07', '␛]52;c;aGk=␇'],
    ['a backspace', 'safe\b\b\b\bevil', 'safe␈␈␈␈evil'],
    ['NUL and DEL', '\0\x7f', '␀\\u007f'],
    ['C1 controls', 'a\x9b31mb\x9dc', 'a\\u009b31mb\\u009dc'],
    ['a lone CR', 'safe\revil', 'safe␍evil'],
    ['a form feed', 'a\x0cb\x0bc', 'a␌b␋c'],
  ])('shows %s instead of obeying', (_name, text, shown) => {
    expect(clean(text)).toBe(shown);
  });

  it.each([
    ['an override of the reading direction', 'a\u202egpj.exe\u202c', 'a\\u202egpj.exe\\u202c'],
    ['an isolate', '\u2066x\u2069', '\\u2066x\\u2069'],
    ['direction marks', '\u200e\u200f\u061c', '\\u200e\\u200f\\u061c'],
    ['spaces without width', 'pa\u200by\u2060pal\ufeff.com', 'pa\\u200by\\u2060pal\\ufeff.com'],
    ['a joiner between Latin letters', 'a\u200db\u200cc', 'a\\u200db\\u200cc'],
    ['a soft hyphen', 'a\u00adb', 'a\\u00adb'],
    ['tags behind no flag', 'a\u{e0041}\u{e007f}', 'a\\udb40\\udc41\\udb40\\udc7f'],
    ['letters in tags behind a flag', '🏴\u{e0049}\u{e004e}', '🏴\\udb40\\udc49\\udb40\\udc4e'],
    ['more tags than a flag has', `🏴${'\u{e0061}'.repeat(7)}`, `🏴${'\u{e0061}'.repeat(6)}\\udb40\\udc61`],
    ['selectors that carry bytes', '😀\u{e0101}\u{e0102}', '😀\\udb40\\udd01\\udb40\\udd02'],
    ['a second selector', '☀\ufe0f\ufe0f', '☀\ufe0f\\ufe0f'],
    ['other ends of lines', 'a\u2028b\u2029c\u0085', 'a\\u2028b\\u2029c\\u0085'],
    ['letters that look like nothing', '\u3164\uffa0\u115f\u180e', '\\u3164\\uffa0\\u115f\\u180e'],
  ])('shows %s', (_name, text, shown) => {
    expect(clean(text)).toBe(shown);
  });

  it.each([
    ['a family', '👩‍👩‍👧‍👦'],
    ['a profession with skin', '👩🏽‍🚀 🧑🏿‍🤝‍🧑🏻'],
    ['a heart on fire', '❤️‍🔥'],
    ['a rainbow flag', '🏳️‍🌈'],
    ['flags of regions', '🏴󠁧󠁢󠁥󠁮󠁧󠁿 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🏴󠁵󠁳󠁴󠁸󠁿'],
    ['a keycap, and signs as text or picture', '1️⃣ #️⃣ ☀️ ☀︎ ©️'],
    ['Persian', 'می‌خواهم خانه‌ها'],
    ['Hindi', 'क्‍ष क्‌ष'],
    ['Bengali, Sinhala and Malayalam', 'র‍্য ශ්‍රී ന്‍'],
    ['Hebrew and Arabic', 'שָׁלוֹם (עולם) مرحبا ١٢٣'],
    ['a form of a Chinese character', '葛󠄀 禰︀'],
    ['Mongolian', 'ᠮᠠ᠋'],
    ['combining marks', 'é ñ Z̷a̵l̶g̴o'],
  ])('keeps what writing needs: %s', (_name, text) => {
    expect(clean(text)).toBe(text);
    expect(clean(...text)).toBe(text);
    expect(oneLine(text)).toBe(text);
  });

  it('is valid in JSON, and the same JSON', () => {
    const values = fc.string({ unit: 'binary', maxLength: 30 });
    fc.assert(
      fc.property(values, (value) => {
        const shown = visible(JSON.stringify({ value }));
        expect(JSON.parse(shown)).toEqual({ value });
        expect(visible(shown)).toBe(shown);
      }),
    );
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
      unit: fc.constantFrom(
        ...'a\r\n\x1b[\x9b\0\t你👋☀\ufe0f\u200d\u200c\u202eہक्🏴\u{e0067}\u{e007f}\u{e0101}\u2028',
      ),
      maxLength: 40,
    });
    fc.assert(
      fc.property(text, fc.array(fc.nat({ max: 40 })), (whole, cuts) => {
        const bounds = [0, ...cuts.filter((at) => at < whole.length).sort((a, b) => a - b), whole.length];
        const pieces = bounds.slice(1).map((bound, index) => whole.slice(bounds[index], bound));
        const shown = clean(...pieces, '.');
        return shown === clean(`${whole}.`) && !/[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u202e]/.test(shown);
      }),
    );
  });
});

describe('one line', () => {
  it('joins lines and shows control characters', () => {
    expect(oneLine('  a\n\n\tb\x1b[2J \r\n c\x07 ')).toBe('a b␛[2J c␇');
  });
});
