// Repairs of whole turns: which may stand where, and how they end. Pure.

import { counted } from '../text/counted.ts';
import { isObject } from '../text/json.ts';
import { type Repair, type Tell, withoutTrailingBlanks } from './block-repairs.ts';
import { blocksIn, eachTurn, type HistoryTurn, isOfType, isTurnOf, mended, withBlocks } from './history.ts';
import type { MessageParam } from './types.ts';

/** An answer put back whole (`id`, `model`, `usage` ...) is a turn with its role and its content. */
export const turnFields: Repair = {
  words: (count, names) => `${counted(count, 'field')} of answers left out that no turn may carry (${names})`,
  mend: (turns, tell) =>
    mended(turns, (turn) => {
      if (!isTurnOf('assistant', turn)) return undefined;
      const strange = Object.keys(turn).filter((name) => name !== 'role' && name !== 'content');
      if (strange.length === 0) return undefined;
      for (const name of strange) tell(name);
      return [{ role: 'assistant', content: turn['content'] ?? null }];
    }),
};

/** The turns without empty ones, and neighbours of one role as one turn. The API does the same by itself. */
function joined(turns: readonly HistoryTurn[], tell: Tell): readonly HistoryTurn[] {
  const result: HistoryTurn[] = [];
  for (const turn of turns) {
    if ((isTurnOf('user', turn) || isTurnOf('assistant', turn)) && blocksIn(turn).length === 0) continue;
    const previous = result.at(-1);
    const role = isTurnOf('user', turn) ? 'user' : 'assistant';
    if (isTurnOf(role, turn) && isTurnOf(role, previous)) {
      tell();
      result.splice(-1, 1, withBlocks(previous, [...blocksIn(previous), ...blocksIn(turn)]));
    } else result.push(turn);
  }
  return result.length === turns.length ? turns : result;
}

/** The same for a conversation of ours, where it is no repair: an answer that was paused and went on is one. */
export const joinedMessages = (messages: readonly MessageParam[]): readonly MessageParam[] =>
  joined(messages as unknown as HistoryTurn[], () => {}) as unknown as readonly MessageParam[];

/** "roles must alternate": not of the API, but of many gateways. */
export const joinedTurns: Repair = {
  words: (count) => `${counted(count, 'turn')} joined with the one before`,
  mend: joined,
};

/** "The final block in an assistant message cannot be `thinking`." */
export const trailingThinking: Repair = {
  words: (count) => `${counted(count, 'thinking block')} at the end of an answer left out`,
  mend: eachTurn((blocks, role, tell) => {
    if (role !== 'assistant') return undefined;
    const end = blocks.findLastIndex((block) => !isOfType(block, 'thinking', 'redacted_thinking')) + 1;
    for (const _ of blocks.slice(end)) tell();
    return end === blocks.length ? undefined : blocks.slice(0, end);
  }),
};

/** "final assistant content cannot end with trailing whitespace" */
export const finalWhitespace: Repair = {
  words: () => 'white space at the end of the last answer left out',
  mend(turns, tell) {
    const last = turns.at(-1);
    if (!isTurnOf('assistant', last)) return turns;
    const block = blocksIn(last).at(-1);
    if (!isOfType(block, 'text') || typeof block['text'] !== 'string') return turns;
    const text = withoutTrailingBlanks(block['text']);
    if (text === block['text']) return turns;
    tell();
    const content = [...blocksIn(last).slice(0, -1), { ...block, text }];
    return [...turns.slice(0, -1), withBlocks(last, content)];
  },
};

/** "first message must use the "user" role": a file whose beginning was lost, or a greeting. */
export const firstTurn: Repair = {
  words: () => 'a turn of the user put before the first answer',
  mend(turns, tell) {
    const first = turns.findIndex((turn) => !(isObject(turn) && turn['role'] === 'system'));
    if (!isTurnOf('assistant', turns[first])) return turns;
    tell();
    const opening = { role: 'user', content: 'The beginning of this conversation is missing.' };
    return [...turns.slice(0, first), opening, ...turns.slice(first)];
  },
};
