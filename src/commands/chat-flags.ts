// The options of `msg chat`, beside those it shares with send.
import type { Command } from 'commander';
import { commonFlags, connectionFlags, numberParser } from '../profiles/flags.ts';
import { generationFlags } from '../turn/generation.ts';
import type { LineOptions } from './chat-line.ts';

export type ChatOptions = LineOptions & {
  continue?: boolean;
  /** True: choose from a list. */
  resume?: string | true;
  list?: boolean;
  save?: boolean;
  file?: string[];
  raw?: boolean;
  usage?: boolean;
  stats?: boolean;
  plain?: boolean;
  runTools?: boolean;
  maxTurns?: number;
};

export function chatFlags(command: Command): Command {
  command
    .optionsGroup('Session:')
    .option('-c, --continue', 'go on with the session used last')
    .option('-r, --resume [session]', 'go on with a session: its id or name, or choose from a list')
    .option('--list', 'list the sessions, the newest first')
    .option('--no-save', 'keep nothing of this session on the disk')
    .option(
      '-f, --file <path|url>',
      'attach to the first message; repeatable',
      (value: string, previous: string[] = []) => [...previous, value],
    )
    .option('--raw', 'answers as they come, without Markdown styling')
    .option('-u, --usage', 'tokens after each answer')
    .option('--stats', 'tokens, times and speed after each answer')
    .option('--plain', 'for screen readers: no spinner, no glyphs, spoken labels');
  generationFlags(command)
    .option('--run-tools', 'run the commands declared beside the tools without asking')
    .option(
      '--max-turns <n>',
      'how often tool results are sent back within one turn (default: 25)',
      numberParser('--max-turns', { min: 1 }),
    );
  connectionFlags(command);
  return commonFlags(command);
}
