// `msg chat`: a session on the terminal, or lines as turns where there is none.

import type { Command } from 'commander';
import type { ChatOptions } from '../chat/run/chat-types.ts';
import { runChat } from '../chat/run/loop.ts';
import {
  commonFlags,
  connectionFlags,
  numberParser,
  settingOption,
  verboseRequests,
} from '../profiles/flags.ts';
import { generationFlags } from '../profiles/generation-flags.ts';
import type { Declaration } from './command.ts';

const description = `Talk with a model, turn by turn. In a chat, /help lists the commands.

Examples:
  # no key, no network
  msg chat -P demo
  # begin with a question
  msg chat "explain this error"
  # continue where you left off
  msg chat -c
  # each line is a turn
  printf 'hi\\nbye\\n' | msg chat`;

export const declare: Declaration = (command, context, finish) => {
  command.description(description).argument('[prompt...]', 'the first message');
  chatFlags(command).action(async (prompt: string[], options: ChatOptions) => {
    if (options.list) {
      const { listSessions } = await import('../chat/store/session-list.ts');
      await listSessions(context, options);
    } else finish(await runChat(prompt.join(' '), options, context));
  });
};

/** The options of a chat, beside those it shares with send. */
function chatFlags(command: Command): Command {
  command
    .optionsGroup('Session:')
    .option('-c, --continue', 'continue the session used last')
    .option('-r, --resume [session]', 'continue a session, by id or name, or choose from a list')
    .option('--fork', 'with -c or -r: continue in a copy, and leave the session unchanged')
    .option('--list', 'list the sessions, the newest first')
    .option('--no-save', 'do not save this session')
    .option(
      '-f, --file <path|url>',
      'attach to the first message: a file, a directory, a pattern in quotes, a web page; repeatable',
      (value: string, previous: string[] = []) => [...previous, value],
    )
    .optionsGroup('Output:')
    .option('--raw', 'answers as they arrive, without Markdown styling')
    .option('-u, --usage', 'tokens after each answer')
    .option('--stats', 'time and tokens after each answer; with -v everything that was measured')
    .option('--plain', 'for screen readers: no spinner, no symbols, spoken labels')
    .addOption(settingOption(command, 'wrap'))
    .addOption(settingOption(command, 'notify'));
  generationFlags(command)
    .option('--run-tools', 'run the commands that the tools declare, without asking')
    .option(
      '--max-turns <n>',
      'how often tool results are sent back at most within one turn (default: 25)',
      numberParser('--max-turns', { min: 1 }),
    );
  connectionFlags(command);
  return commonFlags(command, `${verboseRequests}`);
}
