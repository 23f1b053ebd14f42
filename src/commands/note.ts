// Notes to the user: what is no failure but should be known. One line each on stderr, silent with --quiet.
import type { Context } from '../context.ts';
import { redact } from '../messages/secret.ts';
import { oneLine } from '../render/sanitize.ts';
import type { CommonOptions } from './flags.ts';

export type Note = (text: string) => void;

export function noteTo(context: Context, { quiet, color }: CommonOptions): Note {
  return (text) => {
    if (quiet) return;
    const { dim } = context.theme('stderr', color);
    void context.streams.stderr.write(`${dim(`msg: ${oneLine(redact(text))}`)}\n`);
  };
}
