// Lays out Markdown on a terminal: where lines begin, what stands before them, what is coloured how.
// Appends only. Adds no margin, no padding and no line end inside a paragraph: a copy is the text itself.
import type { InlineHandler, Span } from './markdown-inline.ts';
import { type Codes, type Output, type Spans, styleCodes, styleSpans } from './style-spans.ts';
import { asciiGlyphs, type Style, type Theme } from './theme.ts';

export type Layout = {
  readonly inline: InlineHandler;
  /** The source has an empty line here: one will be written before the next line, if there is one. */
  blank(): void;
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
  /** Writes as is, styled already. */
  raw(text: string): void;
  /** What follows is another text: nothing stands above it. */
  reset(): void;
};

/** How each span is drawn, and what marks it where there are no colours to draw with. */
const spanStyles: Record<Span, { readonly style: Style; readonly mark: string }> = {
  strong: { style: 'strong', mark: '' },
  emphasis: { style: 'emphasis', mark: '' },
  strike: { style: 'strike', mark: '~~' },
  code: { style: 'code', mark: '`' },
  url: { style: 'link', mark: '' },
};

/** Links that a click may open. Others are shown with their address. */
const clickable = /^(?:https?:\/\/|mailto:)/i;

/** The handler for what stands inside a line. */
export function inlineLayout(theme: Theme, spans: Spans, lineBreak: () => void): InlineHandler {
  const codesOf = styleCodes(theme);
  const linkEnds: string[] = [];
  const mark = (span: Span): void => {
    if (spanStyles[span].mark !== '') spans.text(spanStyles[span].mark);
  };
  const isMarked = theme.colorLevel === 0;
  return {
    text: spans.text,
    lineBreak,
    open(span) {
      if (isMarked) mark(span);
      spans.push(codesOf(spanStyles[span].style));
    },
    close(span) {
      spans.pop();
      if (isMarked) mark(span);
    },
    openLink(href, isBare) {
      const [on, off] = codesOf('link');
      const isHidden = theme.hasLinks && clickable.test(href);
      spans.push(isHidden ? [`\x1b]8;;${encodeHref(href)}\x1b\\${on}`, `${off}\x1b]8;;\x1b\\`] : [on, off]);
      linkEnds.push(isHidden || isBare || href === '' ? '' : ` (${href})`);
    },
    closeLink() {
      spans.pop();
      const end = linkEnds.pop() ?? '';
      if (end === '') return;
      spans.push(codesOf('dim'));
      spans.text(end);
      spans.pop();
    },
  };
}

/** Draws blocks line by line. */
export function markdownLayout(output: Output, theme: Theme): Layout {
  const spans = styleSpans(output);
  const codesOf = styleCodes(theme);
  const bar = `${theme.quote(theme.glyphs.bar)} `;
  const bars = (count: number): string => (count === 0 ? '' : bar.repeat(count));
  let isEmpty = true;
  let isLineOpen = false;
  let isBlankWanted = false;
  let depth = 0;
  let depthAbove = 0;

  const endLine = (): void => {
    spans.rest();
    if (isLineOpen) output.text += '\n';
    isLineOpen = false;
  };
  const startLine = (isApart = false): void => {
    endLine();
    if ((isBlankWanted || isApart) && !isEmpty) {
      output.text += `${bars(Math.min(depth, depthAbove)).trimEnd()}\n`;
    }
    if (depth > 0) output.text += bars(depth);
    isBlankWanted = false;
    isEmpty = false;
    isLineOpen = true;
    depthAbove = depth;
  };

  return {
    inline: inlineLayout(theme, spans, () => startLine()),
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
      if (theme.colorLevel === 0) spans.text(`${'#'.repeat(level)} `);
      spans.push(headingCodes(level, codesOf));
    },
    endHeading: () => spans.pop(),
    marker(text) {
      spans.push(codesOf('accent'));
      spans.text(text);
      spans.pop();
      spans.text(' ');
    },
    checkbox(isChecked) {
      spans.push(codesOf(isChecked ? 'good' : 'dim'));
      spans.text(isChecked ? '[x]' : '[ ]');
      spans.pop();
      spans.text(' ');
    },
    rule(length) {
      startLine();
      const dash = theme.glyphs.bar === asciiGlyphs.bar ? '-' : '─';
      output.text += theme.dim(dash.repeat(length));
    },
    underline(level, length) {
      startLine();
      const isAscii = theme.glyphs.bar === asciiGlyphs.bar;
      const line = level === 1 ? (isAscii ? '=' : '═') : isAscii ? '-' : '─';
      output.text += theme.heading(line.repeat(length));
    },
    rest: spans.rest,
    raw(text) {
      output.text += text;
    },
    reset() {
      isEmpty = true;
      isBlankWanted = false;
      depthAbove = 0;
    },
  };
}

/** The first two levels are headings, the others strong: more kinds of loud than that nobody can tell apart. */
function headingCodes(level: number, codesOf: (style: Style) => Codes): Codes {
  return codesOf(level <= 2 ? 'heading' : 'strong');
}

/** OSC 8 takes printable ASCII only. */
function encodeHref(href: string): string {
  return href.replace(/[^!-~]/gu, (character) => encodeURIComponent(character));
}
