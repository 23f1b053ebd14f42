// Notes to the user: what is no failure but should be known. One line each on stderr, silent with --quiet.
import type { Context } from '../context.ts';
import type { Retry } from '../messages/client.ts';
import { withoutSecrets } from '../messages/key-shapes.ts';
import { oneLine } from '../render/sanitize.ts';
import { inSigns } from '../render/theme.ts';
import type { CommonOptions } from './flags.ts';

export type Note = (text: string) => void;

export function noteTo(context: Context, { quiet, color }: CommonOptions): Note {
  return (text) => {
    if (quiet) return;
    const theme = context.theme('stderr', color);
    void context.streams.stderr.write(
      `${theme.dim(inSigns(`msg: ${oneLine(withoutSecrets(text))}`, theme))}\n`,
    );
  };
}

/** What was changed before sending (messages/sendable.ts). */
export const changesText = (changes: string): string =>
  `mended before sending: ${changes} (--no-repair sends it as it is)`;

/** Announces that a request is sent again: a wait nobody explains looks like a hang. */
export const retryNote =
  (note: Note) =>
  ({ error, delayMs, isServerAsked }: Pick<Retry, 'error' | 'delayMs' | 'isServerAsked'>): void => {
    const seconds = (delayMs / 1000).toFixed(1);
    const said = /[.!?]$/.test(error.message) ? error.message : `${error.message}.`;
    note(`${said} Trying again in ${seconds} s${isServerAsked ? ', as the server asks' : ''}.`);
  };
