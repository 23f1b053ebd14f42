// Lays out Markdown on a terminal: where lines begin, what stands before them, what is coloured how.
// Appends only. Adds no margin and no padding: where the terminal breaks lines, a copy is the text itself.

import { isAscii, type Theme } from '../text/theme.ts';
import { spacesWidth, type WordFlow } from '../text/word-flow.ts';
import { newline } from './characters.ts';
import type { InlineHandler, Span } from './inline.ts';
import { mathText } from './math-text.ts';
import { type Output, type Spans, styleCodes, styleSpans } from './style-spans.ts';

export type Layout = {
  readonly inline: InlineHandler;
  /** The source has an empty line here: one will be written before the next line, if there is one. */
  blank(): void;
  /** The line that begins next stands in the source at `at`, perhaps not yet whole. */
  expect(source: string, at: number): void;
  /** Begins a line; `isApart` wants an empty line above whatever the source says. */
  startLine(isApart?: boolean): void;
  /** Ends the line so that nothing is written behind it, styles included. */
  endLine(): void;
  quoteDepth(depth: number): void;
  heading(level: number): void;
  endHeading(): void;
  marker(text: string): void;
  checkbox(isChecked: boolean): void;
  rule(length: number): void;
  /** A line of the source below a heading that stands there as text. */
  underline(level: 1 | 2, length: number): void;
  /** Switches styles off, and forgets white space at the end: what follows is styled already. */
  rest(): void;
  /** White space before the text of a line. */
  indent(space: string): void;
  /** Columns of the terminal beside the bars of the quotes that a line stands in. */
  room(): number;
  /** What follows is another text: nothing stands above it. */
  reset(): void;
};

/** What marks a span where there are no colours to draw it with. */
const spanMarks: Partial<Record<Span, string>> = { strike: '~~', code: '`' };

/** Links that a click may open. Others are shown with their address. */
const clickable = /^(?:https?:\/\/|mailto:)/i;

/** The handler for what stands inside a line. */
export function inlineLayout(theme: Theme, spans: Spans, lineBreak: () => void): InlineHandler {
  const codes = styleCodes(theme);
  const linkEnds: string[] = [];
  const isMarked = theme.colorLevel === 0;
  const mark = (span: Span): void => {
    const sign = spanMarks[span];
    if (sign !== undefined) spans.text(sign);
  };
  return {
    text: spans.text,
    slice: spans.slice,
    lineBreak,
    math: (tex, open, close) => spans.text(isAscii(theme) ? open + tex + close : mathText(tex)),
    reference(name) {
      spans.push(codes.accent);
      spans.text(`[${name}]`);
      spans.pop();
    },
    open(span) {
      if (isMarked) mark(span);
      spans.push(codes[span]);
    },
    close(span) {
      spans.pop();
      if (isMarked) mark(span);
    },
    openLink(href, isBare) {
      const [on, off] = codes.link;
      const isHidden = theme.hasLinks && clickable.test(href);
      spans.push(isHidden ? [`\x1b]8;;${encodeHref(href)}\x1b\\${on}`, `${off}\x1b]8;;\x1b\\`] : codes.link);
      linkEnds.push(isHidden || isBare || href === '' ? '' : ` (${href})`);
    },
    closeLink() {
      spans.pop();
      const end = linkEnds.pop() ?? '';
      if (end === '') return;
      spans.push(codes.dim);
      spans.text(end);
      spans.pop();
    },
  };
}

/** Draws blocks line by line. */
export function markdownLayout(output: Output, flow: WordFlow, theme: Theme, width: () => number): Layout {
  const spans = styleSpans(flow, (count) => startRows(count));
  const codes = styleCodes(theme);
  const bar = `${theme.quote(theme.glyphs.bar)} `;
  const barColumns = 2;
  const dash = isAscii(theme) ? '-' : '─';
  const isMarked = theme.colorLevel === 0;
  /** By level: each is quieter than the one above it. */
  const headings = [codes.title, codes.heading, codes.strong];
  const [[strongOn, strongOff], [emphasisOn, emphasisOff]] = [codes.strong, codes.emphasis];
  const smallHeading = [strongOn + emphasisOn, emphasisOff + strongOff] as const;
  const [dimOn, dimOff] = codes.dim;
  const emptyLine = (depth: number): string => (depth === 0 ? '\n' : `${bar.repeat(depth).trimEnd()}\n`);
  let isEmpty = true;
  let isLineOpen = false;
  let isBlankWanted = false;
  let depth = 0;
  let depthAbove = 0;
  /** The next line is whole, and fits on one row. */
  let isShort = false;

  const room = (): number => Math.max(1, width() - barColumns * depth);
  const endLine = (): void => {
    spans.rest();
    if (isLineOpen) output.text += '\n';
    isLineOpen = false;
  };
  const startLine = (isApart = false): void => {
    spans.rest();
    const end = isLineOpen ? '\n' : '';
    const isBlank = (isBlankWanted || isApart) && !isEmpty;
    if (isBlank) output.text += end + emptyLine(Math.min(depth, depthAbove));
    else if (isLineOpen) output.text += end;
    flow.begin(isShort);
    isShort = false;
    if (depth > 0) flow.lead(bar.repeat(depth), barColumns * depth, bar.repeat(depth));
    isBlankWanted = false;
    isEmpty = false;
    isLineOpen = true;
    depthAbove = depth;
  };

  const startRows = (count: number): void => {
    // The word that waits may be the first: its place is that of all rows.
    spans.rest();
    const indent = flow.indent() - barColumns * depth;
    for (let row = 0; row < count; row += 1) startLine();
    if (indent > 0) flow.lead(' '.repeat(indent), indent);
  };

  return {
    inline: inlineLayout(theme, spans, spans.breakRow),
    expect(source, at) {
      isShort = isOneRow(source, at, room() - growth);
    },
    blank() {
      isBlankWanted = true;
    },
    startLine,
    endLine,
    quoteDepth(next) {
      depth = next;
      depthAbove = Math.min(depthAbove, next);
    },
    heading(level) {
      startLine(true);
      if (isMarked) spans.text(`${'#'.repeat(level)} `);
      spans.push(headings[level - 1] ?? smallHeading);
    },
    endHeading: () => spans.pop(),
    marker: (text) => spans.mark(codes.accent, text),
    checkbox: (isChecked) => (isChecked ? spans.mark(codes.good, '[x]') : spans.mark(codes.dim, '[ ]')),
    rule(length) {
      startLine();
      output.text += dimOn + dash.repeat(length) + dimOff;
    },
    underline(level, length) {
      startLine();
      const [double, single] = isAscii(theme) ? ['=', '-'] : ['═', '─'];
      const line = level === 1 ? double : single;
      const [on, off] = codes.heading;
      output.text += on + line.repeat(length) + off;
    },
    rest: spans.rest,
    indent: (space) => flow.lead(space, spacesWidth(space, 0)),
    room,
    reset() {
      isEmpty = true;
      isBlankWanted = false;
      depthAbove = 0;
    },
  };
}

/** Columns that a line may take beyond its source: a list counts up to a longer number, a quote has a wider mark. */
const growth = 16;

/** Whether a line of ASCII ends within so many columns: whatever Markdown is in it, it makes it no longer. */
function isOneRow(source: string, at: number, columns: number): boolean {
  for (let end = at; end <= at + columns && end < source.length; end += 1) {
    const code = source.charCodeAt(end);
    if (code === newline) return true;
    // A tab takes several columns, and below a `<br>` the line goes on.
    if (code > 0x7e || code < 0x20 || code === lessThan) return false;
  }
  return false;
}

const lessThan = 0x3c;

/** OSC 8 takes printable ASCII only. */
function encodeHref(href: string): string {
  return href.replace(/[^!-~]/gu, (character) => encodeURIComponent(character));
}
