// What a screen reader is told besides what has the focus: politely, and together where much happens.
import { element } from './element.ts';

const region = element('div', { class: 'unseen', role: 'status', 'aria-live': 'polite' });
document.body.append(region);

export function announce(words: string): void {
  region.textContent = words;
}

const pauseMs = 2_000;
let waiting: string[] = [];

/** One after the other within a short time are told as a number, and the last of them in words. */
export function announceSoon(words: string): void {
  waiting.push(words);
  if (waiting.length > 1) return;
  setTimeout(() => {
    const last = waiting.at(-1) ?? '';
    announce(waiting.length === 1 ? last : `${waiting.length} new exchanges. The last one: ${last}`);
    waiting = [];
  }, pauseMs);
}
