// One slash command, as an entry of the tables of slash-*.ts, and how its arguments are written: as in a shell, quoted
// or with backslashes.
import { unescaped } from '../../text/shell-quote.ts';
import type { Session, Step } from './chat-session.ts';

/** What Tab offers for the argument. */
export type ArgumentKind =
  | 'model'
  | 'profile'
  | 'path'
  | 'setting'
  | 'on-off'
  | 'wrap'
  | 'session'
  | 'prompt'
  | 'command';

export type SlashCommand = {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** The arguments, as help shows them. */
  readonly usage?: string;
  readonly summary: string;
  readonly completes?: ArgumentKind;
  /** The argument is a text that may have several lines. */
  readonly takesLines?: boolean;
  readonly run: (session: Session, argument: string) => Step;
};

/** Arguments separated by blanks; quotes and backslashes keep blanks inside. */
export function words(argument: string): string[] {
  return [...argument.matchAll(/"([^"]*)"|'([^']*)'|((?:\\.|\S)+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? unescaped(plain ?? ''),
  );
}

/** The one argument of a command: its blanks need no quotes, but may have them. */
export function oneWord(argument: string): string {
  const [, double, single] = /^(?:"([^"]*)"|'([^']*)')$/.exec(argument) ?? [];
  return double ?? single ?? unescaped(argument);
}
