// What a chat session is, what can happen to it, and what it asks for. The deciding is step.ts, the doing
// is chat/run.
import type { MsgError } from '../../errors.ts';
import type { CacheTime, GenerationOptions } from '../../messages/request.ts';
import type { ContentBlock, MessageParam, StopReason, ToolUseBlock, Usage } from '../../messages/types.ts';
import type { LoopEnd } from '../../turn/tools.ts';
import type { Paid, Replacement, Summarised } from './summary.ts';
import { type Author, answeredTurns, isQuestion, openCalls, questionFiles, type Turn } from './turns.ts';

/** What `/model`, `/system` and `/set` changed; everything else comes from the profile and the flags. */
export type Overrides = Partial<
  Pick<
    GenerationOptions,
    | 'model'
    | 'system'
    | 'maxTokens'
    | 'temperature'
    | 'topP'
    | 'topK'
    | 'effort'
    | 'thinking'
    | 'stopSequences'
    | 'schema'
  > & { readonly cache: CacheTime | 'off' }
>;

export type Session = Summarised & {
  readonly overrides: Overrides;
  /** What the prompt says of its answer that the last question was made of; `overrides` count before it. */
  readonly promptOverrides: Overrides;
  /** Files waiting for the next message. */
  readonly attachments: readonly Attachment[];
  readonly view: {
    readonly isRaw: boolean;
    readonly showsThinking: boolean;
    readonly showsUsage: boolean;
    readonly showsStats: boolean;
    /** Lines of answers break between words. */
    readonly keepsWords: boolean;
  };
  /** Sums over the whole session, undone turns included: they were paid for. */
  readonly totals: {
    readonly requests: number;
    /** However they were billed; the next two are parts of it. */
    readonly input: number;
    readonly cacheRead: number;
    readonly cacheWritten: number;
    readonly output: number;
  };
  /** Results of the first calls of an answer, while others wait; null when there are none. */
  readonly partialResults: { readonly to: Turn; readonly results: readonly ContentBlock[] } | null;
  /** The list of models or profiles that was shown last. */
  readonly offer: Offer | null;
  /** When Ctrl-C was pressed on an empty line (milliseconds), null after anything else. */
  readonly interruptedAt: number | null;
};

/** A file, or a directory of them, under the name the user gave. */
export type Attachment = { readonly name: string; readonly blocks: readonly ContentBlock[] };

/** A list of models or profiles the chat has shown: one is chosen by number or name, behind the command or right after it. */
type Offer = {
  readonly command: 'model' | 'profile';
  readonly names: readonly string[];
  /** Nothing was entered since: a bare number or name is meant for the list. */
  readonly isFresh: boolean;
};

export type SessionInput =
  /** What was entered: a command or a message. */
  | { readonly kind: 'line'; readonly text: string }
  /** A message, whatever it begins with, and the files it names. */
  | { readonly kind: 'question'; readonly text: string; readonly attachments?: readonly Attachment[] }
  /** A message that a kept prompt was filled to. */
  | { readonly kind: 'prompt-filled'; readonly text: string; readonly overrides: Overrides }
  | { readonly kind: 'interrupt'; readonly at: number }
  | { readonly kind: 'end' }
  /** A message of the running turn is complete: an answer, or the results of tools. */
  | {
      readonly kind: 'message';
      readonly message: MessageParam;
      readonly madeBy?: Author;
      readonly profile?: string;
      readonly servedBy?: string;
      readonly usage?: Usage;
      readonly stopReason?: StopReason | null;
    }
  /** The turn ended well; `end` says whether tool calls were left open, `stopReason` why the answer ended. */
  | {
      readonly kind: 'turn-ended';
      readonly end: LoopEnd;
      readonly stopReason: StopReason | null;
    }
  /**
   * The turn ended early: Ctrl-C (no error), or a failure. `content` is what had arrived, `results` those of the
   * first tool calls that wait.
   */
  | {
      readonly kind: 'turn-broken';
      readonly content: readonly ContentBlock[];
      readonly results?: readonly ContentBlock[];
      readonly madeBy: Author;
      readonly error: MsgError | null;
      /** The chat ends with the turn: there is nothing left to advise. */
      readonly isLeaving?: boolean;
    }
  /** The text of the file `/system @FILE` names. */
  | { readonly kind: 'system-read'; readonly text: string }
  | { readonly kind: 'listed'; readonly command: Offer['command']; readonly names: readonly string[] }
  /** One of a list, taken on the terminal: the command is run with it. */
  | { readonly kind: 'chosen'; readonly command: Offer['command']; readonly name: string }
  | { readonly kind: 'attached'; readonly attachments: readonly Attachment[] }
  /** The question that began at `keep` was edited: it is asked anew, with its files. */
  | { readonly kind: 'edited'; readonly text: string; readonly keep: number }
  | {
      readonly kind: 'compacted';
      readonly summary: string;
      readonly kept: number;
      readonly paid: Paid;
    }
  | ({ readonly kind: 'resumed' } & Summarised);

export type Tone = 'plain' | 'note' | 'warn' | 'bad';

export type Effect =
  | { readonly kind: 'say'; readonly text: string; readonly tone: Tone }
  /** Send the conversation as it is now. */
  | { readonly kind: 'send' }
  | { readonly kind: 'record'; readonly turn: Turn }
  /** From here on only the first `keep` turns count, and what replaces the others. */
  | { readonly kind: 'rewind'; readonly keep: number; readonly replacement?: Replacement }
  | { readonly kind: 'leave'; readonly exitCode: 0 | 130 }
  | { readonly kind: 'start-over' }
  | { readonly kind: 'edit'; readonly text: string; readonly keep: number }
  /** A question that was not typed at the prompt stands there as if it had been. */
  | { readonly kind: 'show-question'; readonly text: string }
  | { readonly kind: 'collect-paste' }
  /** `argument`: name, values and text, as they were typed. */
  | { readonly kind: 'use-prompt'; readonly argument: string }
  | { readonly kind: 'attach'; readonly paths: readonly string[]; readonly source: string }
  | { readonly kind: 'copy'; readonly text: string; readonly toFile: boolean }
  | { readonly kind: 'export'; readonly path: string }
  | { readonly kind: 'name'; readonly name: string }
  /** `isFork`: in a copy. */
  | { readonly kind: 'resume'; readonly which: string | null; readonly isFork?: boolean }
  /** Goes on in a copy of this session. */
  | { readonly kind: 'fork'; readonly name: string | undefined }
  | { readonly kind: 'list-models' }
  | { readonly kind: 'switch-profile'; readonly name: string }
  | { readonly kind: 'list-profiles' }
  | { readonly kind: 'read-system'; readonly path: string }
  | {
      readonly kind: 'show';
      readonly what: 'model' | 'settings' | 'system' | 'usage' | 'context' | 'tools' | 'curl' | 'headers';
    }
  /** The help on one command, or the list of all. */
  | { readonly kind: 'help'; readonly command: string | null }
  | { readonly kind: 'compact' }
  | { readonly kind: 'doctor' };

export type Step = { readonly session: Session; readonly effects: readonly Effect[] };

export function newSession(view: Partial<Session['view']> = {}, turns: readonly Turn[] = []): Session {
  return {
    turns,
    summaries: [],
    overrides: {},
    promptOverrides: {},
    attachments: [],
    view: {
      isRaw: false,
      showsThinking: true,
      showsUsage: false,
      showsStats: false,
      keepsWords: true,
      ...view,
    },
    totals: { requests: 0, input: 0, cacheRead: 0, cacheWritten: 0, output: 0 },
    partialResults: null,
    offer: null,
    interruptedAt: null,
  };
}

/** The session after an input, and what is to be done. */
export const stepTo = (session: Session, ...effects: Effect[]): Step => ({ session, effects });

export const say = (text: string, tone: Tone = 'note'): Effect => ({ kind: 'say', text, tone });

/** Files wait for the next message, whatever conversation that belongs to. */
export const stillAttached = ({ attachments }: Session): Effect[] =>
  attachments.length === 0
    ? []
    : [
        say(
          `still attached for the next message: ${attachments.map(({ name }) => name).join(', ')} (/detach drops ${attachments.length === 1 ? 'it' : 'them'})`,
        ),
      ];

/** The open tool calls of the last of these turns, and the results there are for those before them. */
export function openResults(
  { partialResults }: Session,
  turns: readonly Turn[],
): { readonly results: readonly ContentBlock[]; readonly calls: readonly ToolUseBlock[] } {
  const results = partialResults !== null && partialResults.to === turns.at(-1) ? partialResults.results : [];
  return { results, calls: openCalls(turns).slice(results.length) };
}

/** Asks for the results of calls, one after the other; only the first is shown with its input. */
export function waitingText([first, ...others]: readonly ToolUseBlock[]): string {
  if (first === undefined) return 'no tool call is waiting';
  const input = JSON.stringify(first.input ?? {});
  const call = [first.name, ...(input === '{}' ? [] : [input])].join(' ');
  const rest = others.length === 0 ? '' : `, then of ${others.map(({ name }) => name).join(', ')}`;
  return `waiting for the result of ${call}${rest}: /tool-result TEXT`;
}

/**
 * Adds a user turn and sends. A question that was never answered is dropped, and this is said, but its files
 * stay; results given so far go first, and what is sent has one for every open call.
 */
export function ask(session: Session, text: string): Step {
  const { attachments } = session;
  const turns = answeredTurns(session.turns);
  const last = turns.at(-1);
  const isUnanswered = last !== undefined && isQuestion(last);
  const files = isUnanswered ? questionFiles(last.message) : [];
  const before = isUnanswered ? turns.slice(0, -1) : session.turns;
  const { results } = openResults(session, before);
  const blocks = [...results, ...files, ...attachments.flatMap(({ blocks: own }) => own)];
  const content: MessageParam['content'] =
    blocks.length === 0 ? text : [...blocks, ...(text.trim() === '' ? [] : [{ type: 'text', text }])];
  const turn: Turn = { message: { role: 'user', content } };
  return {
    session: { ...session, turns: [...before, turn], attachments: [] },
    effects: [
      ...(isUnanswered ? [{ kind: 'rewind', keep: before.length } as const] : []),
      ...(isUnanswered
        ? [
            say(
              `the question before had no answer: it is left out${files.length > 0 ? ', its files go with this one' : ''}`,
            ),
          ]
        : []),
      { kind: 'record', turn },
      { kind: 'send' },
    ],
  };
}

/** The name an argument of this command means: itself, or the one of that number in the list shown last. */
export function chosenName(offer: Offer | null, command: Offer['command'], argument: string): string {
  const names = offer?.command === command ? offer.names : [];
  return names.includes(argument) ? argument : (names[numberOf(argument) - 1] ?? argument);
}

/** Whether a text right after a list is a choice from it, and no message. */
export const isChoice = (offer: Offer | null, text: string): offer is Offer =>
  offer?.isFresh === true && (numberOf(text) > 0 || offer.names.includes(text.trim()));

/** Zero for what is no number. */
const numberOf = (text: string): number => (/^\s*\d{1,6}\s*$/.test(text) ? Number(text) : 0);
