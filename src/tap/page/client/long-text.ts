// A text of any length, shown in parts: the browser lays out what is asked for, not 20 MB.
import { button, element } from './element.ts';
import { size } from './words.ts';

const firstPart = 4_000;
/** Each further part is larger than the last one, so that the end of a long text is not far. */
const growth = 4;
const largestPart = 256_000;

/** From here on laying it out takes longer than it saves to know its height. */
const longPart = 10_000;

/** @param first how many characters are shown at once */
export function longText(text: string, first = firstPart): HTMLElement {
  const box = element('div', { class: 'text' });
  let shown = 0;
  let part = first;
  const showMore = (): void => {
    const end = endOfPart(text, shown + part);
    box.append(element('pre', { class: end - shown > longPart ? 'long' : null }, text.slice(shown, end)));
    shown = end;
    part = Math.min(part * growth, largestPart);
    if (shown >= text.length) return;
    const rest = text.length - shown;
    const more = button(
      rest <= part ? `Show the rest (${size(rest)})` : `Show ${size(part)} more of ${size(rest)}`,
      () => {
        const hadFocus = document.activeElement === more;
        more.remove();
        showMore();
        if (hadFocus) (box.querySelector('button') ?? (box.lastElementChild as HTMLElement)).focus();
      },
      { class: 'more' },
    );
    box.append(more);
  };
  showMore();
  return box;
}

/** Behind a line end where one is near; never within a character. A short rest belongs to the part before it. */
function endOfPart(text: string, end: number): number {
  if (end + 400 >= text.length) return text.length;
  const line = text.indexOf('\n', end - 200);
  const at = line !== -1 && line < end + 200 ? line + 1 : end;
  return /[\uDC00-\uDFFF]/.test(text.charAt(at)) ? at + 1 : at;
}
