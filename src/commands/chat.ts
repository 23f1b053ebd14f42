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

const description = `Talk with a model, turn by turn. /help lists what a session can do.

Examples:
  # no key, no network
  msg chat -P demo
  # begin with a question
  msg chat "explain this error"
  # go on where you left
  msg chat -c
  # lines as turns
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
    .option('-c, --continue', 'go on with the session used last')
    .option('-r, --resume [session]', 'go on with a session: its id or name, or choose from a list')
    .option('--fork', 'with -c or -r: go on in a copy, and leave the session as it is')
    .option('--list', 'list the sessions, the newest first')
    .option('--no-save', 'keep nothing of this session on the disk')
    .option(
      '-f, --file <path|url>',
      'attach to the first message: a file, a directory, a pattern in quotes, a page of the web; repeatable',
      (value: string, previous: string[] = []) => [...previous, value],
    )
    .optionsGroup('Output:')
    .option('--raw', 'answers as they come, without Markdown styling')
    .option('-u, --usage', 'tokens after each answer')
    .option('--stats', 'time and tokens after each answer; with -v all that was measured')
    .option('--plain', 'for screen readers: no spinner, no glyphs, spoken labels')
    .addOption(settingOption(command, 'wrap'))
    .addOption(settingOption(command, 'notify'));
  generationFlags(command)
    .option('--run-tools', 'run the commands declared beside the tools without asking')
    .option(
      '--max-turns <n>',
      'how often tool results are sent back within one turn (default: 25)',
      numberParser('--max-turns', { min: 1 }),
    );
  connectionFlags(command);
  return commonFlags(command, `${verboseRequests}`);
}
