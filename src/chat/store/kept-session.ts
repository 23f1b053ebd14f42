// `-c` and `--session NAME` of one-shot commands: the kept session a prompt goes on with.
import type { Command } from 'commander';
import type { Context } from '../../context.ts';
import { usageError } from '../../errors.ts';
import type { Turn } from '../session/turns.ts';
import type { SessionWriter, WriterOptions } from './session-writer.ts';

export type KeptSessionOptions = { continue?: boolean; session?: string };

export type KeptSession = {
  /** What was said before; empty in a session that begins. */
  readonly turns: readonly Turn[];
  /** Record the question and the answer, then close. */
  readonly writer: SessionWriter;
};

export function keptSessionFlags(command: Command): Command {
  return command
    .optionsGroup('Session:')
    .option('-c, --continue', 'go on with the session that was used last')
    .option('--session <name>', 'go on with this session; a new name begins one');
}

/**
 * The session the options ask for; undefined when they ask for none, and then nothing is kept. Throws `usage`
 * when there is nothing to continue, or the name cannot be one.
 */
export async function openKeptSession(
  options: KeptSessionOptions,
  facts: WriterOptions['facts'],
  { dirs, clock, processes }: Context,
  note: (text: string) => void,
): Promise<KeptSession | undefined> {
  if (options.continue && options.session !== undefined) {
    throw usageError('--continue and --session both say which session to go on with.', 'Give one of them.');
  }
  if (!options.continue && options.session === undefined) return undefined;
  const { sessionFiles } = await import('./session-files.ts');
  const { beginNamedSession, continueSession } = await import('./session-writer.ts');
  const files = sessionFiles(dirs.state);
  const { wallTime } = clock;
  const writing: WriterOptions = { files, facts, wallTime, processes, isBrief: true, note: unrepeated(note) };
  const name = options.session;
  if (name !== undefined && !files.isTaken(name)) {
    const writer = await beginNamedSession(writing, name);
    if (writer !== undefined) return { turns: [], writer };
  }
  const entry = name === undefined ? files.latest() : files.find(name);
  const { transcript, writer } = await continueSession(entry, writing);
  const { endpoint } = transcript.header;
  if (endpoint !== undefined && facts.endpoint !== undefined && endpoint !== facts.endpoint)
    note(`The session began at ${endpoint}, and goes on at ${facts.endpoint}.`);
  return { turns: transcript.turns, writer };
}

/** Waiting for the name and then for the session is one wait to the user. */
function unrepeated(note: (text: string) => void): (text: string) => void {
  let before: string | undefined;
  return (text) => {
    if (text !== before) note(text);
    before = text;
  };
}
