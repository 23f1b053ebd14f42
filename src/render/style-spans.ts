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

/** A stack that shares its lower part, so that "is it still the same?" is one comparison. */
type Stack = { readonly codes: Codes; readonly below: Stack | undefined };

/** Writes text in the styles that are pushed; a change of styles costs codes only where text follows. */
export function styleSpans(write: (text: string) => void): Spans {
  let wanted: Stack | undefined;
  let applied: Stack | undefined;
  let heldSpaces = '';

  const switchOff = (): void => {
    for (let each = applied; each !== undefined; each = each.below) write(each.codes[1]);
    applied = undefined;
  };
  const switchOn = (stack: Stack | undefined): void => {
    if (stack === applied || stack === undefined) return;
    switchOn(stack.below);
    write(stack.codes[0]);
  };
  const writeHeldSpaces = (): void => {
    if (heldSpaces === '') return;
    write(heldSpaces);
    heldSpaces = '';
  };

  return {
    push(codes) {
      wanted = { codes, below: wanted };
    },
    pop() {
      wanted = wanted?.below;
    },
    text(text) {
      const visible = endsInSpace(text) ? text.trimEnd() : text;
      if (visible === '') {
        heldSpaces += text;
        return;
      }
      if (applied !== wanted) {
        // An inner style's end may switch off what an outer one wants (bold in a bold heading): all off, all on.
        if (!holds(wanted, applied)) switchOff();
        // The space before a styled word is written without the style: an underlined gap is ugly.
        const word = visible.trimStart();
        heldSpaces += visible.slice(0, visible.length - word.length);
        writeHeldSpaces();
        switchOn(wanted);
        applied = wanted;
        write(word);
      } else {
        writeHeldSpaces();
        write(visible);
      }
      if (visible !== text) heldSpaces = text.slice(visible.length);
    },
    rest() {
      switchOff();
      heldSpaces = '';
    },
  };
}

/** Whether `part` is `stack` or lies below it. */
function holds(stack: Stack | undefined, part: Stack | undefined): boolean {
  for (let each = stack; each !== part; each = each.below) {
    if (each === undefined) return false;
  }
  return true;
}

function endsInSpace(text: string): boolean {
  const code = text.charCodeAt(text.length - 1);
  return code === 0x20 || code === 0x09;
}
