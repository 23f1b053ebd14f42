// Notes to the user: what is no failure but should be known. One line each on stderr, silent with --quiet.
import type { Context } from '../context.ts';
import type { Client, Retry } from '../messages/client.ts';
import { hostOf } from '../messages/endpoint.ts';
import { withoutSecrets } from '../messages/key-shapes.ts';
import type { Change } from '../messages/sendable.ts';
import type { CommonOptions } from '../profiles/flags.ts';
import { oneLine } from '../text/sanitize.ts';
import { inSigns } from '../text/theme.ts';
import { styledRows, wrapText } from '../text/wrap.ts';

export type Notify = (text: string) => void;

export function notifier(context: Context, { quiet, color }: CommonOptions): Notify {
  return (text) => {
    if (quiet) return;
    const theme = context.theme('stderr', color);
    const line = inSigns(`msg: ${oneLine(withoutSecrets(text))}`, theme);
    const { stderr } = context.streams;
    const rows = stderr.isTTY ? wrapText(line, stderr.columns(), 2) : line;
    void stderr.write(`${styledRows(rows, theme.dim)}\n`);
  };
}

/**
 * Tells on one line what was changed before sending (messages/sendable.ts), each kind once: what one answer of a
 * gateway needs, the next one mostly needs too, and all of them are sent again with every turn.
 */
export function changeTeller(tell: Notify): (changes: readonly Change[]) => void {
  const reportedKinds = new Set<string>();
  return (changes) => {
    const fresh = changes.filter(({ kind }) => !reportedKinds.has(kind));
    for (const { kind } of fresh) reportedKinds.add(kind);
    const words = fresh.map((change) => change.words).join('; ');
    if (words !== '') tell(`mended before sending: ${words} (--no-repair sends it as it is)`);
  };
}

/** Tells that the base URL is tried as it is written, and how to have that at once. */
export const otherUrlNote =
  (note: Notify) =>
  (absent: string, next: string): void =>
    note(
      `Nothing answers at ${absent}. Trying the address as it is written; at once: --messages-url ${next}`,
    );

/** Tells that something was only asked for if it can be had, and cannot: once for all turns. */
export const refusedWishNote =
  (note: Notify, { endpoint }: Client) =>
  (field: string): void =>
    note(`${hostOf(endpoint.baseUrl)} refuses ${field}: going on without it.`);

/** Announces that a request is sent again: a wait nobody explains looks like a hang. */
export const retryNote =
  (note: Notify) =>
  ({ error, delayMs, isServerAsked }: Pick<Retry, 'error' | 'delayMs' | 'isServerAsked'>): void => {
    const seconds = (delayMs / 1000).toFixed(1);
    const sentence = /[.!?]$/.test(error.message) ? error.message : `${error.message}.`;
    note(`${sentence} Trying again in ${seconds} s${isServerAsked ? ', as the server asks' : ''}.`);
  };
