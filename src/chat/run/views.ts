// What /usage, /context, /tools, /set, /curl and /headers show.

import { isMsgError } from '../../errors.ts';
import { costText } from '../../profiles/prices.ts';
import { counted } from '../../text/counted.ts';
import { printCurl } from '../../turn/inspect.ts';
import type { Effect } from '../session/chat-session.ts';
import { settingLines } from '../session/slash-settings.ts';
import { contextTokens } from '../session/turns.ts';
import { priceFinder } from '../store/answer-prices.ts';
import { paidAnswers, type Spending, sumOf } from '../store/session-spending.ts';
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
  usage: async (chat) => {
    const { requests, ...tokens } = chat.session().totals;
    const { sums, unpriced } = chat.spent();
    const run = spendingText({ ...tokens, answers: requests, costs: sums, unpriced });
    const whole = await sessionSpending(chat);
    const isOlder = whole !== undefined && whole.answers > requests;
    chat.screen.say(isOlder ? `this chat: ${run}\nthe session: ${spendingText(whole)}` : run, 'plain');
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

/** What was paid for the session so far, also before it was resumed; undefined where none is kept. */
async function sessionSpending({ journal, context }: Chat): Promise<Spending | undefined> {
  const { files, which } = await journal();
  const title = which();
  if (title === undefined) return undefined;
  try {
    const answers = paidAnswers([files.readText(files.find(title))]);
    return sumOf(answers, priceFinder(context.store(context.dirs.config, () => {}).read()));
  } catch (error) {
    // Another msg may have removed it; what this chat took is known all the same.
    if (isMsgError(error)) return undefined;
    throw error;
  }
}

function spendingText({
  answers,
  input,
  cacheRead,
  cacheWritten,
  output,
  costs,
  unpriced,
}: Omit<Spending, 'name'>): string {
  const cache =
    cacheRead + cacheWritten === 0
      ? ''
      : ` (${count(cacheRead)} read from the cache, ${count(cacheWritten)} written to it)`;
  const unknown = unpriced === 0 ? '' : `, ${counted(unpriced, 'answer')} without a price`;
  const cost = costs.length === 0 ? '' : ` · ${costText(costs)}${unknown}`;
  return `${count(answers)} ${answers === 1 ? 'answer' : 'answers'} · ${count(input)} tokens in${cache}, ${count(output)} out${cost}`;
}
