// What may pass to a terminal: text, the colours of our theme, and links to web pages. The last door before the
// screen, so that no print statement can forget it.
import { contextOf, visible } from '../../text/sanitize.ts';

/** Colours of the theme (no concealed, blinking or inverted text), and links as Markdown makes them. */
const ours = /(\x1b\[(?:[1-49]|2[2349]|3[1-69])m|\x1b\]8;;(?:(?:https?:\/\/|mailto:)[\x21-\x7e]*)?\x1b\\)/;

/**
 * Shows every other control sequence and every invisible character instead of passing it. Our own sequences are
 * written whole: half a one at the end of a text is not ours. While `isStyled` says no, none of them is ours.
 */
export function createGuard(isStyled: () => boolean = () => true): (text: string) => string {
  let before = '';
  const show = (text: string): string => {
    const shown = visible(text, before);
    before = contextOf(text, before);
    return shown;
  };
  return (text) =>
    text.includes('\x1b') && isStyled()
      ? text
          .split(ours)
          .map((part, index) => (index % 2 === 1 ? part : show(part)))
          .join('')
      : show(text);
}
