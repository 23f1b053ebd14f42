// Repairs of single blocks: what a strict server refuses in a block, whatever stands around it. Pure.
import { counted } from '../text/counted.ts';
import { isObject, type Json, type JsonObject } from '../text/json.ts';
import { blocksIn, eachBlock, type HistoryTurn, isOfType, mended, withBlocks } from './history.ts';
import { parseObject } from './parse-json.ts';
import { requestBlocks, serverCalls } from './request-blocks.ts';

/** Counts one mend; the detail says which one. */
export type Tell = (detail?: string) => void;

export type Repair = {
  /** What was done `count` times, for the note: no full stop, details only where they tell something. */
  readonly words: (count: number, details: string) => string;
  /** The turns to send; the very same list when nothing is wrong. */
  readonly mend: (turns: readonly HistoryTurn[], tell: Tell, body: JsonObject) => readonly HistoryTurn[];
};

const inBrackets = (details: string): string => (details === '' ? '' : ` (${details})`);

/** JavaScript's white space, and what other languages strip besides. */
const isBlank = (text: unknown): boolean =>
  typeof text !== 'string' || /^[\s\u001c-\u001f\u0085]*$/.test(text);

const isBlankText = (block: Json): boolean => isOfType(block, 'text') && isBlank(block['text']);

/** `blocks` without texts that say nothing; the API refuses them, with `cache_control` on them too. */
export const withoutBlankTexts = (blocks: readonly Json[], tell: Tell): readonly Json[] =>
  mended(blocks, (block) => {
    if (!isBlankText(block)) return undefined;
    tell();
    return [];
  });

export const blankTexts: Repair = {
  words: (count) => `${counted(count, 'blank text')} left out`,
  mend(turns, tell) {
    const outer = eachBlock<Tell>((block) => {
      if (isBlankText(block)) {
        tell();
        return [];
      }
      if (!isOfType(block, 'tool_result')) return undefined;
      const { content } = block;
      if (typeof content === 'string') {
        if (content === '' || !isBlank(content)) return undefined;
        tell();
        return [{ ...block, content: '' }];
      }
      const before = blocksIn(block);
      const after = withoutBlankTexts(before, tell);
      return after === before ? undefined : [withBlocks(block, after)];
    });
    return outer(turns, tell);
  },
};

export const blockRepairs: readonly Repair[] = [
  {
    words: (count) => `${counted(count, 'block')} without a type mended or left out`,
    mend: eachBlock((block, _role, tell) => {
      if (isObject(block) && typeof block['type'] === 'string') return undefined;
      tell();
      if (typeof block === 'string') return [{ type: 'text', text: block }];
      return isObject(block) && typeof block['text'] === 'string' ? [{ ...block, type: 'text' }] : [];
    }),
  },
  {
    words: (count, types) => `text on ${counted(count, 'block')}${inBrackets(types)} made a text of its own`,
    mend: eachBlock((block, role, tell) => {
      if (role !== 'assistant' || !isObject(block)) return undefined;
      const type = String(block['type']);
      const { text, ...rest } = block as JsonObject;
      if (type === 'text' || !requestBlocks.has(type) || isBlank(text)) return undefined;
      tell(type);
      const own: JsonObject = { type: 'text', text: text as string };
      // Thinking stands before everything else.
      return type.endsWith('thinking') ? [rest, own] : [own, rest];
    }),
  },
  {
    words: (count, names) =>
      `${counted(count, 'field')} left out that no request may carry${inBrackets(names)}`,
    // Only of answers: what the user wrote into a block is meant, and may be newer than our list.
    mend: eachBlock((block, role, tell) => {
      if (role !== 'assistant' || !isObject(block)) return undefined;
      const rule = requestBlocks.get(String(block['type']));
      if (rule === undefined) return undefined;
      if (!Object.keys(block).some((name) => !rule.fields.includes(name) || block[name] === null))
        return undefined;
      const entries = Object.entries(block);
      const remainder = entries.filter(([name, value]) => {
        const isKnown = rule.fields.includes(name);
        // A null says nothing, so that leaving it out says nothing either.
        if (!isKnown && value !== null) tell(name);
        return isKnown && (value !== null || name === 'input');
      });
      return remainder.length === entries.length ? undefined : [Object.fromEntries(remainder)];
    }),
  },
  {
    words: (count, types) =>
      `${counted(count, 'block')} left out that may not stand in such a turn (${types})`,
    mend: eachBlock((block, role, tell) => {
      const type = isObject(block) ? String(block['type']) : '';
      const rule = requestBlocks.get(type);
      if (rule?.role === undefined || rule.role === role) return undefined;
      tell(type);
      return [];
    }),
  },
  blankTexts,
  {
    words: (count) => `${counted(count, 'thinking block')} without a signature left out`,
    mend: eachBlock((block, _role, tell) => {
      const isWhole = isOfType(block, 'thinking')
        ? typeof block['thinking'] === 'string' && isFilled(block['signature'])
        : !isOfType(block, 'redacted_thinking') || isFilled(block['data']);
      if (isWhole) return undefined;
      tell();
      return [];
    }),
  },
  {
    words: (count, names) =>
      `broken input of ${counted(count, 'tool call')}${inBrackets(names)} put into an object`,
    mend: eachBlock((block, _role, tell) => {
      if (!isOfType(block, 'tool_use', ...serverCalls) || isObject(block['input'])) return undefined;
      const input = toolInput(block['input']);
      if (input === undefined) tell(String(block['name']));
      return [{ ...block, input: input ?? brokenInput(block['input'] as Json) }];
    }),
  },
  {
    words: (count) => `${counted(count, 'failed tool result')} without a word given one`,
    mend: eachBlock((block, _role, tell) => {
      if (!isOfType(block, 'tool_result') || block['is_error'] !== true) return undefined;
      const { content } = block;
      if (typeof content === 'string' ? content !== '' : blocksIn(block).length > 0) return undefined;
      tell();
      return [{ ...block, content: 'The tool failed and gave no reason.' }];
    }),
  },
];

const isFilled = (value: Json | undefined): boolean => typeof value === 'string' && value !== '';

/** A text without the white space at its end; the same text when there is none. */
export const withoutTrailingBlanks = (text: string): string => text.replace(/[\s\u001c-\u001f\u0085]+$/, '');

/**
 * The input as the object it has to be, also when it is JSON in a text; undefined when it is broken: cut, not JSON (then
 * the text as it came), or JSON that is no object. A call whose input never came has none, which is an empty object.
 */
export function toolInput(input: unknown): JsonObject | undefined {
  if (input === undefined || input === null || input === '') return {};
  if (typeof input === 'string') return parseObject(input) as JsonObject | undefined;
  return isObject(input) ? input : undefined;
}

/**
 * A broken input in the shape of an object, so that the model sees what it wrote (Anthropic's page on fine-grained
 * tool streaming names this field).
 */
const brokenInput = (input: Json): JsonObject => ({
  INVALID_JSON: typeof input === 'string' ? input : JSON.stringify(input),
});
