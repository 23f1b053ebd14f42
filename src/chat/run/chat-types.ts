// What a running chat is, for whoever shows it or does something in it. Types only.
import type { Context } from '../../context.ts';
import type { MsgError } from '../../errors.ts';
import type { MessageExchange } from '../../messages/client.ts';
import type { Money } from '../../profiles/prices.ts';
import type { SettingOptions } from '../../profiles/settings.ts';
import type { OpenPrompt } from '../../terminal/prompt/open-prompt.ts';
import type { JsonObject } from '../../text/json.ts';
import type { Session, SessionInput } from '../session/chat-session.ts';
import type { Journal } from '../store/session-journal.ts';
import type { ChatConnection, ChatConnectionOptions } from './chat-connection.ts';
import type { Screen } from './chat-screen.ts';

/** The options of `msg chat`. */
export type ChatOptions = ChatConnectionOptions &
  SettingOptions<'Screen' | 'Chat'> & {
    continue?: boolean;
    /** True: choose from a list. */
    resume?: string | true;
    fork?: boolean;
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

/** What this run of the chat cost, by the prices of the profile each answer came from; how many have no price. */
export type Spent = { readonly sums: readonly Money[]; readonly unpriced: number };

export type Chat = ChatParts & {
  readonly session: () => Session;
  readonly connection: () => ChatConnection;
  readonly profiles: () => readonly string[];
  readonly lastExchange: () => MessageExchange | null;
  readonly lastBody: () => JsonObject | null;
  /** The failure of the last turn, if it failed. */
  readonly lastFailure: () => MsgError | null;
  readonly spent: () => Spent;
  /** Adds what an exchange cost. */
  readonly pay: (exchange: MessageExchange) => void;
  /** Tells the session something and does what it decides. */
  readonly apply: (input: SessionInput) => Promise<void>;
  /** Sends the conversation as it is; resolves when the turn is over. */
  readonly sendTurn: () => Promise<void>;
  /**
   * Something runs that Ctrl-C ends, by key or as a signal. What is typed meanwhile is shown, unless what runs
   * draws on the terminal itself. The function it gives ends that.
   */
  readonly whileBusy: (onInterrupt: () => void, options?: { readonly drawsItself?: boolean }) => () => void;
  /** Asks the endpoint for its models, for as long as nobody interrupts. */
  readonly asking: <T>(question: (connection: ChatConnection) => Promise<T>) => Promise<T>;
  /** Ends what runs: a turn, a summary, the doctor. False when nothing does. */
  readonly interrupt: () => boolean;
  /** The same because the chat ends: what arrived is kept, and nothing is advised. */
  readonly abandon: () => void;
  /** Goes on over another profile. @throws MsgError when it cannot be used; the old one then stays */
  readonly switchProfile: (name: string) => Promise<void>;
  readonly close: () => Promise<void>;
};
