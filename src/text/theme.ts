// The names of what a theme can colour, and the glyphs. Colour comes from terminal/output/terminal-theme (chalk);
// tests inject a theme that writes the names.

export const styles = [
  'good',
  'bad',
  'warn',
  'info',
  'dim',
  'strong',
  'emphasis',
  'strike',
  'title',
  'heading',
  'link',
  'code',
  'quote',
  'accent',
] as const;
export type Style = (typeof styles)[number];

/** How a status looks; ASCII twins where the locale or `--plain` asks for them. */
export type Glyphs = {
  readonly pass: string;
  readonly info: string;
  readonly warn: string;
  readonly fail: string;
  readonly unknown: string;
  readonly skip: string;
  readonly current: string;
  readonly bullet: string;
  readonly bar: string;
  readonly ellipsis: string;
  /** A line end in text that is shown on one line. */
  readonly newline: string;
  /** Where the next letter goes, in a line that has no cursor of its own. */
  readonly caret: string;
};

export const unicodeGlyphs: Glyphs = {
  pass: '✓',
  info: 'i',
  warn: '!',
  fail: '✗',
  unknown: '?',
  skip: '–',
  current: '▸',
  bullet: '•',
  bar: '│',
  ellipsis: '…',
  newline: '⏎',
  caret: '▏',
};

export const asciiGlyphs: Glyphs = {
  pass: '+',
  info: 'i',
  warn: '!',
  fail: 'x',
  unknown: '?',
  skip: '-',
  current: '>',
  bullet: '*',
  bar: '|',
  ellipsis: '...',
  newline: '\\n',
  caret: '_',
};

export type Theme = { readonly [S in Style]: (text: string) => string } & {
  readonly glyphs: Glyphs;
  /** 0 none, 1 sixteen colours, 2 256 colours, 3 true colour. */
  readonly colorLevel: 0 | 1 | 2 | 3;
  /** Whether OSC 8 links are understood. */
  readonly hasLinks: boolean;
};

/** Whether anything is styled with it. */
export const hasStyles = ({ colorLevel, hasLinks }: Theme): boolean => colorLevel > 0 || hasLinks;

/** Whether signs beyond ASCII are to be kept from the screen. */
export const isAscii = ({ glyphs }: Pick<Theme, 'glyphs'>): boolean => glyphs.bar === asciiGlyphs.bar;

/** Our own words, their signs beyond ASCII replaced where the theme asks for it. */
export const inSigns = (text: string, theme: Theme): string =>
  isAscii(theme)
    ? text.replaceAll('·', '-').replaceAll('→', '->').replaceAll('…', '...').replaceAll('’', "'")
    : text;

const same = (text: string): string => text;

/** No colour, no links: what a pipe gets. */
export const plainTheme: Theme = {
  good: same,
  bad: same,
  warn: same,
  info: same,
  dim: same,
  strong: same,
  emphasis: same,
  strike: same,
  title: same,
  heading: same,
  link: same,
  code: same,
  quote: same,
  accent: same,
  glyphs: unicodeGlyphs,
  colorLevel: 0,
  hasLinks: false,
};
