// A running chat: the session and the line as they are now, and what moves them on. The loop around it is
// chat-loop.ts, the deciding chat/session/step.ts, the doing chat-effects.ts.

import type { Screen } from '../chat/run/chat-screen.ts';
import { contextText } from '../chat/run/chat-text.ts';
import { runChatTurn } from '../chat/run/chat-turn.ts';
import { newSession, type Session, type SessionInput } from '../chat/session/session.ts';
import { chatAdvice } from '../chat/session/slash-advice.ts';
import { step } from '../chat/session/step.ts';
import { contextTokens } from '../chat/session/turns.ts';
import type { Context } from '../context.ts';
import { interrupted, type MsgError } from '../errors.ts';
import type { Exchange } from '../messages/client.ts';
import { costOf, costText } from '../profiles/prices.ts';
import type { OpenPrompt } from '../terminal/prompt/open-prompt.ts';
import type { JsonObject } from '../text/json.ts';
import { changeTeller } from '../turn/note.ts';
import { statsText, usageText } from '../turn/output/stats-text.ts';
import { perform } from './chat-effects.ts';
import type { ChatOptions } from './chat-flags.ts';
import type { Journal } from './chat-journal.ts';
import {
  contextForProfile,
  generationOf,
  type Line,
  makerOf,
  openLine,
  optionsForProfile,
} from './chat-line.ts';

/** What a chat is made of, and what does not change while it runs. */
export type ChatParts = {
  readonly context: Context;
  readonly options: ChatOptions;
  readonly screen: Screen;
  readonly prompt: OpenPrompt;
  /** Opened with the first turn: a prompt should be there at once. */
  readonly journal: () => Promise<Journal>;
  readonly note: (text: string) => void;
  readonly leave: (exitCode: 0 | 130) => void;
};

export type Chat = ChatParts & {
  readonly session: () => Session;
  readonly line: () => Line;
  readonly profiles: () => readonly string[];
  readonly lastExchange: () => Exchange | null;
  readonly lastBody: () => JsonObject | null;
  /** The failure of the last turn, if it failed. */
  readonly lastFailure: () => MsgError | null;
  /** Dollars spent in this session, estimated; null where that cannot be known. */
  readonly spent: () => number | null;
  /** Adds what an exchange cost. */
  readonly pay: (exchange: Exchange) => void;
  /** Tells the session something and does what it decides. */
  readonly apply: (input: SessionInput) => Promise<void>;
  /** Sends the conversation as it is; resolves when the turn is over. */
  readonly sendTurn: () => Promise<void>;
  /**
   * Something runs that Ctrl-C ends, by key or as a signal. What is typed meanwhile is shown, unless what runs
   * draws on the terminal itself. The function it gives ends that.
   */
  readonly whileBusy: (onInterrupt: () => void, options?: { readonly drawsItself?: boolean }) => () => void;
  /** Asks the line for its models, for as long as nobody interrupts. */
  readonly asking: <T>(question: (line: Line) => Promise<T>) => Promise<T>;
  /** Ends what runs: a turn, a summary, the doctor. False when nothing does. */
  readonly interrupt: () => boolean;
  /** The same because the chat ends: what arrived is kept, and nothing is advised. */
  readonly abandon: () => void;
  /** Goes on over another profile. @throws MsgError when it cannot be used; the old one then stays */
  readonly switchProfile: (name: string) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** From this share of the window on, each turn warns. */
const nearlyFull = 0.8;
/** Tokens; hardly a model in use takes fewer. */
const smallestWindow = 8_000;

export function openConversation({ line: firstLine, ...parts }: ChatParts & { readonly line: Line }): Chat {
  const { context, options, screen, prompt, note } = parts;
  let line = firstLine;
  let session = newSession({
    isRaw: options.raw === true,
    showsThinking: options.hideThinking !== true,
    showsUsage: options.usage === true,
    showsStats: options.stats === true,
  });
  let lastFailure: MsgError | null = null;
  let interruptWork: (() => void) | null = null;
  let lastExchange: Exchange | null = null;
  let lastBody: JsonObject | null = null;

  const whileBusy: Chat['whileBusy'] = (onInterrupt, { drawsItself = false } = {}) => {
    interruptWork = onInterrupt;
    const shown = drawsItself ? {} : { onTyped: screen.status.typed, onSuspend: screen.giveWay };
    const endBusy = prompt.whileBusy({ onInterrupt, ...shown });
    return () => {
      interruptWork = null;
      endBusy();
    };
  };
  const asking = async <T>(question: (line: Line) => Promise<T>): Promise<T> => {
    const endBusy = whileBusy(line.stopAsking);
    try {
      return await question(line);
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

  /** Dollars, as far as they can be estimated; null once an answer could not be. */
  let spent: number | null = 0;
  const pay = (exchange: Exchange): void => {
    const cost = costOf(exchange, line.connection.client.endpoint);
    spent = spent === null || cost === undefined ? null : spent + cost;
  };

  const tell = (input: SessionInput): Promise<void> => {
    if (input.kind === 'turn-ended') lastFailure = null;
    if (input.kind === 'turn-broken') lastFailure = input.error;
    if (input.kind === 'message' && input.usage !== undefined && lastExchange !== null) pay(lastExchange);
    return chat.apply(input.kind === 'turn-broken' ? { ...input, isLeaving } : input);
  };

  const reportTurn = async (exchange: Exchange, model: string): Promise<void> => {
    const cost = costOf(exchange, line.connection.client.endpoint);
    if (session.view.showsStats) screen.say(statsText(exchange, model, cost));
    else if (session.view.showsUsage)
      screen.say(
        usageText(exchange.draft().message().usage) + (cost === undefined ? '' : ` · ${costText(cost)}`),
      );
    const tokens = contextTokens(session.turns) ?? 0;
    // Short conversations fit everywhere: no need to ask how large the window is.
    const windowTokens =
      tokens < smallestWindow * nearlyFull ? null : await asking(({ windowOf }) => windowOf(model));
    if (windowTokens !== null && tokens > windowTokens * nearlyFull)
      screen.say(`context: ${contextText(tokens, windowTokens)}; /compact makes room`, 'warn');
  };

  const tellChanges = changeTeller((text) => screen.say(text));

  const sendTurn = async (): Promise<void> => {
    const generation = generationOf(line, session);
    const turn = new AbortController();
    const { signal } = turn;
    const endBusy = whileBusy(() => turn.abort(interrupted('SIGINT')));
    try {
      await runChatTurn(session, {
        client: line.connection.client,
        tools: line.tools,
        generation,
        maker: makerOf(line, generation),
        screen,
        prompt,
        run: async (...call) => (await import('../terminal/run-command.ts')).runCommand(...call),
        runsToolsUnasked: options.runTools === true,
        canAsk: prompt.kind !== 'lines',
        maxToolTurns: options.maxTurns ?? 25,
        clock: context.clock,
        signal,
        tell,
        tellChanges,
        onExchange: (exchange, body) => {
          lastExchange = exchange;
          lastBody = body;
        },
      });
    } finally {
      endBusy();
    }
    if (lastExchange !== null && lastFailure === null && !signal.aborted)
      await reportTurn(lastExchange, generation.model);
    if (prompt.kind === 'editor') screen.gap();
    await screen.drained();
  };

  const chat: Chat = {
    ...parts,
    session: () => session,
    line: () => line,
    profiles: () => context.store(context.dirs.config, () => {}).read().names,
    lastExchange: () => lastExchange,
    lastBody: () => lastBody,
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
      const old = line;
      const there = contextForProfile(context);
      // Its key command may ask for something on the terminal.
      const opening = new AbortController();
      const endBusy = whileBusy(() => opening.abort(interrupted('SIGINT')), { drawsItself: true });
      try {
        const noteHere = (text: string): void => note(chatAdvice(text));
        line = await openLine(optionsForProfile(options, name, old, there), there, noteHere, opening.signal);
      } finally {
        endBusy();
      }
      const { model: _other, ...overrides } = session.overrides;
      session = { ...session, overrides };
      await old.connection.close();
    },
    close: () => line.connection.close(),
  };
  return chat;
}
