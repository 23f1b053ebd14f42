// `msg chat`: a session on the terminal, or lines as turns where there is none.

import { type ChatOptions, chatFlags } from './chat-flags.ts';
import { runChat } from './chat-loop.ts';
import type { CommandModule } from './command.ts';

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

export const declare: CommandModule['declare'] = (command, context, finish) => {
  command.description(description).argument('[prompt...]', 'the first message');
  chatFlags(command).action(async (prompt: string[], options: ChatOptions) => {
    if (options.list) {
      const { listSessions } = await import('./chat-sessions.ts');
      await listSessions(context, options);
    } else finish(await runChat(prompt.join(' '), options, context));
  });
};
