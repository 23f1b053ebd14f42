// Styled text as it grows: styles are switched on when text needs them and off before a line ends, so the
// bytes do not depend on how the text was cut into pieces. Knows nothing of Markdown.
import type { Style, Theme } from './theme.ts';

/** What switches a style on, and what switches it off. */
export type Codes = readonly [on: string, off: string];

export type Spans = {
  push(codes: Codes): void;
  pop(): void;
  text(text: string): void;
  /** Switches off what is on (the styles stay wanted) and forgets white space at the end of the line. */
  rest(): void;
};

/** The codes of each style, taken from what the theme does to a mark. */
export function styleCodes(theme: Theme): (style: Style) => Codes {
  const known = new Map<Style, Codes>();
  return (style) => {
    const found = known.get(style);
    if (found !== undefined) return found;
    const [on = '', off = ''] = theme[style]('\0').split('\0');
    known.set(style, [on, off]);
    return [on, off];
  };
}

/** Writes text in the styles that are pushed; a change of styles costs codes only where text follows. */
export function styleSpans(write: (text: string) => void): Spans {
  let wanted: Codes[] = [];
  let applied: Codes[] = [];
  let heldSpaces = '';

  const switchOff = (): void => {
    for (let index = applied.length - 1; index >= 0; index -= 1) write(applied[index]?.[1] ?? '');
    applied = [];
  };

  return {
    push(codes) {
      wanted = [...wanted, codes];
    },
    pop() {
      wanted = wanted.slice(0, -1);
    },
    text(text) {
      const visible = text.trimEnd().length;
      if (visible === 0) {
        heldSpaces += text;
        return;
      }
      if (applied !== wanted) {
        // The space before a styled word is written without the style: an underlined gap is ugly.
        if (!isPrefix(applied, wanted)) switchOff();
        write(heldSpaces);
        for (const codes of wanted.slice(applied.length)) write(codes[0]);
        applied = wanted;
      } else if (heldSpaces !== '') write(heldSpaces);
      heldSpaces = visible === text.length ? '' : text.slice(visible);
      write(visible === text.length ? text : text.slice(0, visible));
    },
    rest() {
      switchOff();
      heldSpaces = '';
    },
  };
}

function isPrefix(shorter: readonly Codes[], longer: readonly Codes[]): boolean {
  return shorter.length <= longer.length && shorter.every((codes, index) => codes === longer[index]);
}
