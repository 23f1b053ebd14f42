// Styled text as it grows: styles are switched on when text needs them and off before a line ends, so the
// bytes do not depend on how the text was cut into pieces. Knows nothing of Markdown.
import type { Style, Theme } from './theme.ts';

/** What switches a style on, and what switches it off. */
export type Codes = readonly [on: string, off: string];

/** Where text is collected, styled already. Adding to it is what is done most, so it is a field and no function. */
export type Output = { text: string };

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
export function styleSpans(output: Output): Spans {
  let wanted: Stack | undefined;
  let applied: Stack | undefined;
  let heldSpaces = '';

  const switchOff = (): void => {
    for (let each = applied; each !== undefined; each = each.below) output.text += each.codes[1];
    applied = undefined;
  };
  const switchOn = (stack: Stack): void => {
    if (stack.below !== undefined && stack.below !== applied) switchOn(stack.below);
    output.text += stack.codes[0];
  };
  /** Text that does not end in white space, in styles that are not switched on yet. */
  const styled = (text: string): void => {
    // An inner style's end may switch off what an outer one wants (bold in a bold heading): all off, all on.
    if (applied !== undefined && !holds(wanted, applied)) switchOff();
    // The space before a styled word is written without the style: an underlined gap is ugly.
    const first = text.charCodeAt(0);
    const word = first > 0x20 && first < 0x7f ? text : text.trimStart();
    output.text += heldSpaces + text.slice(0, text.length - word.length);
    if (wanted !== undefined && wanted !== applied) switchOn(wanted);
    applied = wanted;
    output.text += word;
  };

  return {
    push(codes) {
      wanted = { codes, below: wanted };
    },
    pop() {
      wanted = wanted?.below;
    },
    text(text) {
      const last = text.charCodeAt(text.length - 1);
      const visible = last === space || last === tab ? text.trimEnd() : text;
      if (visible === '') {
        heldSpaces += text;
        return;
      }
      if (applied !== wanted) styled(visible);
      else if (heldSpaces === '') output.text += visible;
      else output.text += heldSpaces + visible;
      heldSpaces = visible === text ? '' : text.slice(visible.length);
    },
    rest() {
      if (applied !== undefined) switchOff();
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

const space = 0x20;
const tab = 0x09;
