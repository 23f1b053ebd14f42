// The conversation as a list of turns: what is a question, what may be sent again, and to whom. Pure.
import {
  type ContentBlock,
  isBlock,
  type MessageParam,
  type ToolUseBlock,
  type Usage,
} from '../messages/types.ts';

/** Who made an answer, and under what: thinking blocks are bound to all of it (protocol reference 1.6). */
export type Maker = {
  readonly model: string;
  /** The endpoint's origin. */
  readonly endpoint: string;
  /** System prompt and tools, as one comparable text. */
  readonly context: string;
};

export type Turn = {
  readonly message: MessageParam;
  /** Of answers only; absent when nobody can vouch for the blocks any more (compacted, repaired). */
  readonly madeBy?: Maker;
  /** The answer ended early; what is here is what arrived. */
  readonly wasInterrupted?: boolean;
  readonly usage?: Usage;
  readonly stopReason?: string | null;
};

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

/** A question the user thought of; `/continue` asks one of its own. */
export const wasAsked = (turn: Turn): boolean =>
  isQuestion(turn) && questionText(turn.message) !== continuation;

/** The index of the `count`-th question from the end, or -1 when there are fewer. */
export function questionIndex(turns: readonly Turn[], count = 1): number {
  let left = count;
  return turns.findLastIndex((turn) => isQuestion(turn) && --left === 0);
}

/** Tool calls at the end of the conversation that have no result yet. */
export function openCalls(turns: readonly Turn[]): readonly ToolUseBlock[] {
  const last = turns.at(-1);
  if (last === undefined || last.message.role !== 'assistant') return [];
  return blocksOf(last.message).flatMap((block) => (isBlock(block, 'tool_use') ? [block] : []));
}

/** What stands for results nobody gave: a call without one would be refused. */
export const missingResults = (calls: readonly ToolUseBlock[]): ContentBlock[] =>
  calls.map(({ id }) => ({
    type: 'tool_result',
    tool_use_id: id,
    content: 'No result was given.',
    is_error: true,
  }));

/**
 * What of a cut answer can stand in the conversation: finished text. A tool call without its whole input
 * and thinking without its signature would be refused. Empty when nothing is left.
 */
export function keptBlocks(content: readonly ContentBlock[]): ContentBlock[] {
  return content.filter((block) => {
    if (isBlock(block, 'text')) return block.text.trim() !== '';
    if (isBlock(block, 'thinking')) return (block.signature ?? '') !== '';
    return block.type !== 'tool_use' && block.type !== 'server_tool_use';
  });
}

/**
 * The conversation as it may be sent to `target`: thinking blocks stay only in answers the same model made
 * at the same endpoint under the same system prompt and tools; elsewhere they are refused with a 400.
 * Neighbouring user turns are joined, because not every gateway takes two in a row.
 */
export function sendable(turns: readonly Turn[], target: Maker): MessageParam[] {
  const messages: MessageParam[] = [];
  for (const { message, madeBy } of turns) {
    const blocks = blocksOf(message);
    const isOwn = madeBy !== undefined && isSameMaker(madeBy, target);
    const content = message.role === 'user' || isOwn ? blocks : blocks.filter((block) => !isThinking(block));
    if (content.length === 0) continue;
    const previous = messages.at(-1);
    if (previous?.role === message.role)
      messages.splice(-1, 1, { role: message.role, content: [...blocksOf(previous), ...content] });
    else if (content === blocks) messages.push(message);
    else messages.push({ role: message.role, content: [...content] });
  }
  return messages;
}

const isThinking = (block: ContentBlock): boolean =>
  block.type === 'thinking' || block.type === 'redacted_thinking';

const isSameMaker = (one: Maker, other: Maker): boolean =>
  one.model === other.model && one.endpoint === other.endpoint && one.context === other.context;

/** How many thinking blocks `sendable` would leave out for this target: worth a note after a switch. */
export function droppedThinking(turns: readonly Turn[], target: Maker): number {
  return turns
    .filter(({ madeBy }) => madeBy === undefined || !isSameMaker(madeBy, target))
    .reduce((sum, { message }) => sum + blocksOf(message).filter(isThinking).length, 0);
}

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
