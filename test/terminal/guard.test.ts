// The last door before the screen: our own colours and links pass, nothing else does, however it is cut.
import { expect, it } from 'vitest';
import { createGuard } from '../../src/terminal/output/guard.ts';
import { createTheme } from '../../src/terminal/output/terminal-theme.ts';
import { styles } from '../../src/text/theme.ts';
import fc from '../fast-check.ts';

it.each(['3', '2', '1'])('passes every style of the theme (FORCE_COLOR=%s)', (level) => {
  const theme = createTheme({ env: { FORCE_COLOR: level }, isTTY: true, platform: 'linux' });
  for (const style of styles) {
    const text = theme[style](`a${theme.strong('b')}`);
    expect(text).toContain('\x1b');
    expect(createGuard()(text)).toBe(text);
  }
});

it('passes the links of Markdown, and no others', () => {
  const link = (href: string): string => `\x1b]8;;${href}\x1b\\`;
  for (const href of ['https://a.example/b?c=d', 'mailto:a@b.example', ''])
    expect(createGuard()(link(href))).toBe(link(href));
  for (const href of ['javascript:alert(1)', 'file:///etc/passwd', 'https://a.example/\u202e', 'https://a b'])
    expect(createGuard()(link(href))).not.toContain('\x1b');
});

it.each([
  ['concealed text', '\x1b[8mx', '␛[8mx'],
  ['blinking and inverted text', '\x1b[5;7mx', '␛[5;7mx'],
  ['a colour of the background', '\x1b[41mx', '␛[41mx'],
  ['the screen', '\x1b[2J\x1b[H', '␛[2J␛[H'],
  ['the clipboard', '\x1b]52;c;aGk=\x07', '␛]52;c;aGk=␇'],
  ['half a sequence', 'a\x1b[', 'a␛['],
  ['a line written over', 'safe\rodd', 'safe␍odd'],
])('shows %s', (_name, text, shown) => {
  expect(createGuard()(text)).toBe(shown);
});

it('passes no style where there is none of ours', () => {
  expect(createGuard(() => false)('\x1b[31mx\x1b]8;;https://a.example\x1b\\')).toBe(
    '␛[31mx␛]8;;https://a.example␛\\',
  );
});

it('knows across two writes what a joiner stands behind', () => {
  const guard = createGuard();
  expect(guard('👩') + guard('\u200d👧')).toBe('👩\u200d👧');
  expect(guard('a') + guard('\u200d')).toBe('a\\u200d');
});

it('lets nothing through that is cut into pieces', () => {
  const pieces = fc.array(
    fc.constantFrom(
      '\x1b',
      '[',
      ']',
      '8',
      ';',
      'm',
      '31',
      '2J',
      'https://a',
      '\\',
      '\x07',
      '\x9b',
      '\r',
      '\u202e',
      'x',
    ),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(pieces, (list) => {
      const guard = createGuard();
      const output = list.map(guard).join('');
      expect(output).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]/);
    }),
  );
});
