// What /usage, /context, /tools, /set, /curl and /headers show.

import { costText } from '../../profiles/prices.ts';
import { counted } from '../../text/counted.ts';
import { printCurl } from '../../turn/inspect.ts';
import type { Effect } from '../session/chat-session.ts';
import { settingLines } from '../session/slash-settings.ts';
import { contextTokens } from '../session/turns.ts';
import { generationOf, modelInUse } from './chat-connection.ts';
import { contextText, count } from './chat-text.ts';
import type { Chat } from './chat-types.ts';

export const chatViews: Readonly<
  Record<Extract<Effect, { kind: 'show' }>['what'], (chat: Chat) => void | Promise<void>>
> = {
  model: ({ connection, session, screen }) => screen.say(`model: ${modelInUse(connection(), session())}`),
  settings: (chat) => {
    const generation = generationOf(chat.connection(), chat.session());
    const { body = {}, system = 'none' } = generation;
    const model = modelInUse(chat.connection(), chat.session());
    const extra = Object.keys(body).length === 0 ? [] : [`body: ${JSON.stringify(body)}`];
    const lines = [`model: ${model}`, ...settingLines(generation), ...extra, `system: ${system}`];
    chat.screen.say(lines.join('\n'), 'plain');
  },
  system: ({ connection, session, screen }) =>
    screen.say(generationOf(connection(), session()).system ?? 'no system prompt', 'plain'),
  usage: ({ session, screen, spent }) => {
    const { requests, input, output, cacheRead, cacheWritten } = session().totals;
    const { sums, unpriced } = spent();
    const cache =
      cacheRead + cacheWritten === 0
        ? ''
        : ` (${count(cacheRead)} read from the cache, ${count(cacheWritten)} written to it)`;
    const unknown = unpriced === 0 ? '' : `, ${counted(unpriced, 'answer')} without a price`;
    const cost = sums.length === 0 ? '' : ` · ${costText(sums)}${unknown}`;
    screen.say(
      `${count(requests)} ${requests === 1 ? 'answer' : 'answers'} · ${count(input)} tokens in${cache}, ${count(output)} out${cost}`,
      'plain',
    );
  },
  context: async ({ session, screen, connection, asking }) => {
    const { model } = generationOf(connection(), session());
    const window = await asking(({ windowOf }) => windowOf(model));
    screen.say(contextText(contextTokens(session().turns), window), 'plain');
  },
  tools: ({ connection, screen }) => {
    const { definitions, commands } = connection().tools;
    const lines = definitions.map(({ name, type }) => {
      const command = commands.get(String(name));
      return `${name ?? type}  ${command === undefined ? 'no command: /tool-result by hand' : command.argv.join(' ')}`;
    });
    screen.say(lines.length === 0 ? 'no tools: start with --tools' : lines.join('\n'), 'plain');
  },
  curl: async ({ screen, connection, lastBody, options, context }) => {
    const body = lastBody();
    if (body === null) screen.say('nothing was sent yet');
    else await printCurl(connection().settings, options, body, context, (text) => screen.say(text));
  },
  headers: ({ lastExchange, screen }) => {
    const response = lastExchange()?.response();
    if (response === undefined) return screen.say('there was no response yet');
    const lines = Object.entries(response.headers).map(([name, value]) => `${name}: ${value}`);
    screen.say([String(response.status), ...lines].join('\n'), 'plain');
  },
};
