// One slash command, as an entry of the tables of slash-*.ts.
import type { Session, Step } from './session.ts';

/** What Tab offers for the argument. */
export type ArgumentKind = 'model' | 'profile' | 'path' | 'setting' | 'on-off' | 'session' | 'command';

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
