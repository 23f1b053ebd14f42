// Styled text as it grows: styles are switched on when text needs them and off before a line ends, so the
// bytes do not depend on how the text was cut into pieces. Knows nothing of Markdown.

import { type Style, styles, type Theme } from '../text/theme.ts';
import { textWidth } from '../text/width.ts';
import type { WordFlow } from '../text/word-flow.ts';
import { isBlank, isVisible } from './characters.ts';

/** What switches a style on, and what switches it off. */
export type Codes = readonly [on: string, off: string];

/** Where text is collected, styled already. Adding to it is what is done most, so it is a field and no function. */
export type Output = { text: string };

export type Spans = {
  push(codes: Codes): void;
  pop(): void;
  text(text: string): void;
  /** The part of `source` from `from` to `to`. Most text comes so: reading it costs no string. */
  slice(source: string, from: number, to: number): void;
  /** A word in its own style before which no other is on, and a space behind it. */
  mark(codes: Codes, text: string): void;
  /** Switches off what is on (the styles stay wanted) and forgets white space at the end of the line. */
  rest(): void;
  /** What follows on the line stands in a new row, without the white space before it; nothing may follow. */
  breakRow(): void;
};

/** The codes of each style, taken from what the theme does to a mark. */
export function styleCodes(theme: Theme): Readonly<Record<Style, Codes>> {
  const entries = styles.map((style) => {
    const [on = '', off = ''] = theme[style]('\0').split('\0');
    return [style, [on, off]];
  });
  return Object.fromEntries(entries) as Record<Style, Codes>;
}

/**
 * Hands text in the styles that are pushed to a flow; a change of styles costs codes only where text follows.
 * `startRows` begins so many rows on the same line.
 */
export function styleSpans(flow: WordFlow, startRows: (count: number) => void): Spans {
  const wanted: Codes[] = [];
  const applied: Codes[] = [];
  /** How many styles, counted from the outermost, are both wanted and applied. */
  let shared = 0;
  let heldSpaces = '';
  let breaks = 0;

  const switchOff = (): void => {
    let text = '';
    for (let codes = applied.pop(); codes !== undefined; codes = applied.pop()) text += codes[1];
    shared = 0;
    flow.codes(text, '', '');
  };
  /** Switches on what is wanted, behind the white space that stands before a word: an underlined gap is ugly. */
  const switchStyles = (spaces: string): void => {
    // An inner style's end may switch off what an outer one wants (bold in a bold heading): all off, all on.
    if (applied.length > shared) switchOff();
    if (spaces !== '') flow.space(spaces);
    if (shared === wanted.length) return;
    let text = '';
    for (; shared < wanted.length; shared += 1) {
      const codes = wanted[shared] ?? noCodes;
      applied.push(codes);
      text += codes[0];
    }
    let on = '';
    let off = '';
    for (const codes of applied) {
      on += codes[0];
      off = codes[1] + off;
    }
    flow.codes(text, on, off);
  };
  /** The text from `from` to `to`, which has no white space at its ends, behind the white space `before`. */
  const add = (before: string, source: string, from: number, to: number): void => {
    let spaces = heldSpaces === '' ? before : heldSpaces + before;
    if (breaks > 0) {
      spaces = '';
      startRows(breaks);
    }
    if (applied.length > shared || wanted.length > shared) switchStyles(spaces);
    else if (spaces !== '') flow.space(spaces);
    flow.text(source, from, to);
  };

  return {
    push(codes) {
      wanted.push(codes);
    },
    pop() {
      wanted.pop();
      if (shared > wanted.length) shared = wanted.length;
    },
    text(text) {
      const visible = isBlank(text.charCodeAt(text.length - 1)) ? text.trimEnd() : text;
      const word = visible.trimStart();
      if (visible === '') heldSpaces += text;
      else {
        add(visible.slice(0, visible.length - word.length), word, 0, word.length);
        heldSpaces = text.slice(visible.length);
      }
    },
    slice(source, from, to) {
      const end = visibleEnd(source, from, to);
      if (end === from) {
        heldSpaces += source.slice(from, to);
        return;
      }
      const start = visibleStart(source, from, end);
      const before = start === from ? '' : source.slice(from, start);
      add(before, source, start, end);
      heldSpaces = end === to ? '' : source.slice(end, to);
    },
    mark([on, off], text) {
      flow.lead(heldSpaces + on + text + off, heldSpaces.length + (text.length === 1 ? 1 : textWidth(text)));
      heldSpaces = ' ';
    },
    rest() {
      if (applied.length > 0) switchOff();
      heldSpaces = '';
      breaks = 0;
      flow.end();
    },
    breakRow() {
      breaks += 1;
    },
  };
}

const noCodes: Codes = ['', ''];

/** Where the text from `from` to `to` ends without the white space behind it, if there is a space or a tab last. */
function visibleEnd(source: string, from: number, to: number): number {
  let end = to;
  while (end > from && isBlank(source.charCodeAt(end - 1))) end -= 1;
  if (end === to || end === from || isVisible(source.charCodeAt(end - 1))) return end;
  return from + source.slice(from, end).trimEnd().length;
}

/** Where the first word from `from` to `to` begins. */
function visibleStart(source: string, from: number, to: number): number {
  let start = from;
  while (start < to && isBlank(source.charCodeAt(start))) start += 1;
  if (isVisible(source.charCodeAt(start))) return start;
  return to - source.slice(start, to).trimStart().length;
}
