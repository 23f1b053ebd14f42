// The conversation as a list of turns: what is a question, what may be sent again, and to whom. Pure.

import { originOf } from '../../messages/endpoint.ts';
import type { GenerationOptions } from '../../messages/request.ts';
import { requestBlocks } from '../../messages/request-blocks.ts';
import type { Change } from '../../messages/sendable.ts';
import { joinedMessages } from '../../messages/turn-repairs.ts';
import {
  type ContentBlock,
  isBlock,
  type MessageParam,
  type ToolUseBlock,
  type Usage,
} from '../../messages/types.ts';
import { counted } from '../../text/counted.ts';

/** Who made an answer, and under what: thinking blocks are bound to all of it (protocol reference 1.6). */
export type Author = {
  readonly model: string;
  /** The endpoint's origin. */
  readonly endpoint: string;
  /** System prompt and tools, as one comparable text. */
  readonly context: string;
};

/** The author of what an endpoint answers under these options. */
export function authorAt(baseUrl: string, { system, tools, model }: GenerationOptions): Author {
  const context = system === undefined && tools === undefined ? '' : digest(JSON.stringify([system, tools]));
  return { model, endpoint: originOf(baseUrl), context };
}

/** FNV-1a: enough to tell two contexts apart; node:crypto would cost a fifth of the start. */
function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return `${text.length}-${(hash >>> 0).toString(16)}`;
}

export type Turn = {
  readonly message: MessageParam;
  /** Of answers only; absent when nobody can vouch for the blocks any more (compacted, repaired). */
  readonly madeBy?: Author;
  /** What an answer was asked with: prices are those of a profile. */
  readonly profile?: string;
  /** The model that answered, where it says to be another than was asked. */
  readonly servedBy?: string;
  /** The answer ended early; what is here is what arrived. */
  readonly wasInterrupted?: boolean;
  readonly usage?: Usage;
  readonly stopReason?: string | null;
};

/** The model that answered, where it says to be another than was asked. */
export const servedBy = ({ model }: { readonly model?: string }, asked: Author): Pick<Turn, 'servedBy'> =>
  model === undefined || model === '' || model === asked.model ? {} : { servedBy: model };

/** The blocks of a message, also when it is a plain string. */
export function blocksOf(message: MessageParam): readonly ContentBlock[] {
  return typeof message.content === 'string' ? [{ type: 'text', text: message.content }] : message.content;
}

/** The readable text of a message: its text blocks, separated by blank lines. */
export function textOf(message: MessageParam): string {
  return blocksOf(message)
    .flatMap((block) => (isBlock(block, 'text') ? [block.text] : []))
    .join('\n\n');
}

/** What the user wrote: the last text of a question. Files stand before it. */
export function questionText(message: MessageParam): string {
  return blocksOf(message).findLast((block) => isBlock(block, 'text'))?.text ?? '';
}

/** The files of a question: all that stands before what the user wrote, but the results of tools. */
export function questionFiles(message: MessageParam): readonly ContentBlock[] {
  const blocks = blocksOf(message);
  const written = blocks.findLastIndex((block) => isBlock(block, 'text'));
  return blocks.filter(({ type }, index) => type !== 'tool_result' && index !== written);
}

/** A text, or its first characters and a sign that there were more. */
export function shortened(text: string, length: number): string {
  const characters = [...text];
  return characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : text;
}

/** A user turn that somebody wrote, not the results of tools. */
export function isQuestion({ message }: Turn): boolean {
  return message.role === 'user' && blocksOf(message).some((block) => block.type !== 'tool_result');
}

/** What asks for the rest of a cut answer. A prefill would be shorter, but newer models refuse it. */
export const continuation =
  'Your last answer was cut off. Go on exactly where it stopped, without repeating anything and without a preface.';

/** How a summary begins, which stands where a question stood. */
export const summaryHeading = 'Summary of our conversation so far:';

export const isSummary = (turn: Turn): boolean =>
  isQuestion(turn) && questionText(turn.message).startsWith(`${summaryHeading}\n`);

/** A question the user thought of; `/continue` asks one of its own, `/compact` leaves one. */
export const wasAsked = (turn: Turn): boolean =>
  isQuestion(turn) && questionText(turn.message) !== continuation && !isSummary(turn);

/** The index of the `count`-th question from the end, or -1 when there are fewer. */
export function questionIndex(turns: readonly Turn[], count = 1): number {
  let left = count;
  return turns.findLastIndex((turn) => isQuestion(turn) && --left === 0);
}

/** Tool calls at the end of the conversation that have no result yet. */
export function openCalls(turns: readonly Turn[]): readonly ToolUseBlock[] {
  const last = turns.at(-1);
  // A call that was cut is no call to answer.
  if (last === undefined || last.message.role !== 'assistant' || last.wasInterrupted) return [];
  return blocksOf(last.message).flatMap((block) => (isBlock(block, 'tool_use') ? [block] : []));
}

/** The turns without answers at their end of which nothing can be sent: blank, only thinking, cut in a call. */
export function answeredTurns(turns: readonly Turn[]): readonly Turn[] {
  const end = turns.findLastIndex(({ message, wasInterrupted }) => {
    if (message.role === 'user') return true;
    const isHollow = (block: ContentBlock): boolean =>
      isBlock(block, 'text')
        ? String(block.text ?? '').trim() === ''
        : isThinking(block) || (wasInterrupted === true && isCall(block));
    return !blocksOf(message).every(isHollow);
  });
  return turns.slice(0, end + 1);
}

/** What of a conversation is on the way to a request, and what was left out of it. */
export type Outgoing = { readonly messages: MessageParam[]; readonly changes: readonly Change[] };

/**
 * The conversation for `target`: thinking blocks stay only in answers the same model made at the same endpoint
 * under the same system prompt and tools; elsewhere they are refused with a 400, as are blocks of a kind that only the
 * endpoint knows which made them. Calls of an answer that was
 * interrupted are left out: nobody knows whether they were whole. Neighbours of one role are one turn. Everything that has nothing to do with who made
 * the answer is mended by `sendableBody`.
 */
export function outgoing(turns: readonly Turn[], target: Author): Outgoing {
  let foreignThinking = 0;
  let cutCalls = 0;
  const foreignKinds: string[] = [];
  const messages = turns.map(({ message, madeBy, wasInterrupted }): MessageParam => {
    if (message.role === 'user') return message;
    const isOwn = madeBy !== undefined && isSameAuthor(madeBy, target);
    const blocks = blocksOf(message);
    const content = blocks.filter((block) => {
      if (!isOwn && isThinking(block)) foreignThinking += 1;
      else if (wasInterrupted && isBlock(block, 'tool_use')) cutCalls += 1;
      else if (madeBy?.endpoint !== target.endpoint && !requestBlocks.has(block.type))
        foreignKinds.push(block.type);
      else return true;
      return false;
    });
    return content.length === blocks.length ? message : { role: 'assistant', content };
  });
  const changes = [
    {
      kind: 'foreign',
      count: foreignThinking,
      words: `${counted(foreignThinking, 'thinking block')} left out that others made`,
    },
    {
      kind: 'unknown',
      count: foreignKinds.length,
      words: `${counted(foreignKinds.length, 'block')} left out that only another endpoint knows (${[...new Set(foreignKinds)].join(', ')})`,
    },
    { kind: 'cut', count: cutCalls, words: `${counted(cutCalls, 'cut tool call')} left out` },
  ].filter(({ count }) => count > 0);
  return { messages: [...joinedMessages(messages)], changes };
}

const isThinking = (block: ContentBlock): boolean =>
  block.type === 'thinking' || block.type === 'redacted_thinking';

const isCall = ({ type }: ContentBlock): boolean => type === 'tool_use' || type === 'server_tool_use';

const isSameAuthor = (one: Author, other: Author): boolean =>
  one.model === other.model && one.endpoint === other.endpoint && one.context === other.context;

/** Input tokens however they were billed. */
export const inputTokens = (usage: Usage): number =>
  (usage.input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0) + (usage.cache_read_input_tokens ?? 0);

/** Tokens the conversation takes in the model's window after its last answer; null while nothing is known. */
export function contextTokens(turns: readonly Turn[]): number | null {
  const usage = turns.findLast((turn) => turn.usage !== undefined)?.usage;
  if (usage === undefined) return null;
  const total = inputTokens(usage) + (usage.output_tokens ?? 0);
  return total === 0 ? null : total;
}
