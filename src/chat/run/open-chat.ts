// A running chat: the session and the connection as they are now, and what moves them on. The loop around it is
// loop.ts, the deciding session/step.ts, the doing effects.ts.

import { interrupted, type MsgError } from '../../errors.ts';
import type { MessageExchange } from '../../messages/client.ts';
import { costOf, type Money, plus, pricingOf } from '../../profiles/prices.ts';
import { changeTeller } from '../../turn/notes.ts';
import { statsText, usageLine } from '../../turn/output/stats-text.ts';
import { newSession, type SessionInput } from '../session/chat-session.ts';
import { chatAdvice } from '../session/slash-advice.ts';
import { step } from '../session/step.ts';
import { contextTokens } from '../session/turns.ts';
import {
  authorOf,
  type ChatConnection,
  contextForProfile,
  generationOf,
  openChatConnection,
  optionsForProfile,
} from './chat-connection.ts';
import { contextText } from './chat-text.ts';
import { runChatTurn } from './chat-turn.ts';
import type { Chat, ChatParts, Spent } from './chat-types.ts';
import { perform } from './effects.ts';

/** From this share of the window on, each turn warns. */
const nearlyFull = 0.8;
/** Whoever waits longer does something else meanwhile. */
const longAnswerMs = 20_000;
/** Tokens; hardly a model in use takes fewer. */
const smallestWindow = 8_000;

export function openChat({
  connection: first,
  ...parts
}: ChatParts & { readonly connection: ChatConnection }): Chat {
  const { context, options, screen, prompt, note } = parts;
  let connection = first;
  let session = newSession({
    isRaw: options.raw === true,
    showsThinking: options.hideThinking !== true,
    showsUsage: options.usage === true,
    showsStats: options.stats === true,
    keepsWords: first.settings.wrap?.value !== 'off',
  });
  let lastFailure: MsgError | null = null;
  let interruptWork: (() => void) | null = null;
  let lastExchange: MessageExchange | null = null;

  const whileBusy: Chat['whileBusy'] = (onInterrupt, { drawsItself = false } = {}) => {
    interruptWork = onInterrupt;
    const display = drawsItself ? {} : { onTyped: screen.status.showTypeAhead, onSuspend: screen.giveWay };
    const endBusy = prompt.whileBusy({ onInterrupt, ...display });
    return () => {
      interruptWork = null;
      endBusy();
    };
  };
  const asking = async <T>(question: (from: ChatConnection) => Promise<T>): Promise<T> => {
    const endBusy = whileBusy(connection.stopAsking);
    try {
      return await question(connection);
    } finally {
      endBusy();
    }
  };
  const interrupt = (): boolean => {
    interruptWork?.();
    return interruptWork !== null;
  };
  let isLeaving = false;
  const abandon = (): void => {
    isLeaving = true;
    interrupt();
  };

  let spent: Spent = { sums: [], unpriced: 0 };
  const cost = (exchange: MessageExchange): Money | undefined =>
    costOf(exchange, pricingOf(connection.settings));
  const pay = (exchange: MessageExchange): void => {
    const money = cost(exchange);
    spent =
      money === undefined
        ? { ...spent, unpriced: spent.unpriced + 1 }
        : { ...spent, sums: plus(spent.sums, money) };
  };

  const tell = (input: SessionInput): Promise<void> => {
    if (input.kind === 'turn-ended') lastFailure = null;
    if (input.kind === 'turn-broken') {
      lastFailure = input.error;
      // What was queued behind it was meant for another course of things.
      prompt.hold();
    }
    if (input.kind === 'message' && input.usage !== undefined && lastExchange !== null) pay(lastExchange);
    return chat.apply(input.kind === 'turn-broken' ? { ...input, isLeaving } : input);
  };

  const reportTurn = async (exchange: MessageExchange, model: string): Promise<void> => {
    if (session.view.showsStats)
      screen.say(statsText(exchange, model, cost(exchange), options.verbose === true));
    else if (session.view.showsUsage) screen.say(usageLine(exchange.draft().message().usage, cost(exchange)));
    const tokens = contextTokens(session.turns) ?? 0;
    // Short conversations fit everywhere: no need to ask how large the window is.
    const windowTokens =
      tokens < smallestWindow * nearlyFull ? null : await asking(({ windowOf }) => windowOf(model));
    if (windowTokens !== null && tokens > windowTokens * nearlyFull)
      screen.say(`context: ${contextText(tokens, windowTokens)}; /compact makes room`, 'warn');
  };

  const tellChanges = changeTeller((text) => screen.say(text));

  const alwaysRun = new Set<string>();
  const sendTurn = async (): Promise<void> => {
    const begunAt = context.clock.now();
    const generation = generationOf(connection, session);
    if (prompt.kind === 'editor' && options.plain !== true) screen.gap();
    const turn = new AbortController();
    const { signal } = turn;
    const endBusy = whileBusy(() => turn.abort(interrupted('SIGINT')));
    try {
      await runChatTurn(session, {
        client: connection.client,
        tools: connection.tools,
        generation,
        author: authorOf(connection, generation),
        profile: connection.settings.profile?.value,
        screen,
        prompt,
        run: async (...call) => (await import('../../terminal/run-command.ts')).runCommand(...call),
        runsToolsUnasked: options.runTools === true,
        alwaysRun,
        canAsk: prompt.kind !== 'lines',
        maxToolTurns: options.maxTurns ?? 25,
        signal,
        tell,
        tellChanges,
        onExchange: (exchange) => {
          lastExchange = exchange;
        },
      });
    } finally {
      endBusy();
    }
    if (lastExchange !== null && lastFailure === null && !signal.aborted)
      await reportTurn(lastExchange, generation.model);
    if (!signal.aborted && context.clock.now() - begunAt > longAnswerMs) prompt.notify();
    if (prompt.kind === 'editor') screen.gap();
    await screen.drained();
  };

  const chat: Chat = {
    ...parts,
    session: () => session,
    connection: () => connection,
    profiles: () => context.store(context.dirs.config, () => {}).read().names,
    lastExchange: () => lastExchange,
    lastBody: () => lastExchange?.body() ?? null,
    lastFailure: () => lastFailure,
    spent: () => spent,
    pay,
    whileBusy,
    asking,
    interrupt,
    abandon,
    sendTurn,
    async apply(input) {
      const { session: next, effects } = step(session, input);
      session = next;
      for (const effect of effects) await perform(effect, chat);
    },
    async switchProfile(name) {
      const old = connection;
      const there = contextForProfile(context);
      // Its key command may ask for something on the terminal.
      const opening = new AbortController();
      const endBusy = whileBusy(() => opening.abort(interrupted('SIGINT')), { drawsItself: true });
      try {
        const noteHere = (text: string): void => note(chatAdvice(text));
        connection = await openChatConnection(
          optionsForProfile(options, name, old, there),
          there,
          noteHere,
          opening.signal,
        );
      } finally {
        endBusy();
      }
      const { model: _other, ...overrides } = session.overrides;
      session = { ...session, overrides, promptOverrides: {} };
      await old.close();
    },
    close: () => connection.close(),
  };
  return chat;
}
