// The requests about thinking: one that is thought about, and the conversation behind it with the thinking as it came,
// changed, or made up. Pure.
import { isObject, type Json, type JsonObject } from '../../text/json.ts';
import type { StepName } from '../engine/observations.ts';
import type { Draws } from './draws.ts';

/** The answers so far: the parsed body of every 200, as it came. */
export type Answers = Partial<Readonly<Record<StepName, JsonObject>>>;

export const user = (content: Json): JsonObject => ({ role: 'user', content });

/** Models from 4.6 on think adaptively, and newer ones in no other way; what is older needs a budget. */
const thinkingOf = (model: string, isOtherForm: boolean): JsonObject => {
  const isOlder = /claude-(3|(opus|sonnet|haiku)-4(-[0-5]\b|-2\d{7}|$)|haiku-4)/.test(model);
  return isOlder === isOtherForm
    ? { type: 'adaptive', display: 'summarized' }
    : { type: 'enabled', budget_tokens: 1024 };
};

const puzzle =
  'A farmer has 27 fields with 453 trees each; a storm fells every 17th tree. How many stand? Think it through.';

/** The text by which the API documents that redacted thinking can be had for a test; only models of 3.7 redact. */
const redactionTest =
  'ANTHROPIC_MAGIC_STRING_TRIGGER_REDACTED_THINKING_46C9A13E193C177646C7398A98432ECCCE4C1253D5E2D82641AC0E52CC2876CB';

const puzzleFor = (model: string): JsonObject =>
  user(/claude-3-7\b/.test(model) ? `${puzzle} ${redactionTest}` : puzzle);

export const thinkingBody =
  (isOtherForm: boolean) =>
  (_: Draws, model: string): JsonObject => ({
    model,
    max_tokens: 2048,
    thinking: thinkingOf(model, isOtherForm),
    messages: [puzzleFor(model)],
  });

/** The answer that thought, in whichever form of the request it was given. */
const thoughtful = ({ thinking: first, thinkingOtherForm: second }: Answers): JsonObject | undefined =>
  first ?? second;

const blocksOf = (message: JsonObject | undefined): JsonObject[] =>
  Array.isArray(message?.['content']) ? message['content'].filter(isObject) : [];

const hasText = (value: Json | undefined): boolean => typeof value === 'string' && value !== '';

/** The block of thinking of an answer, if it is signed. */
export const signedThinking = (message: JsonObject | undefined): JsonObject | undefined =>
  blocksOf(message).find(({ type, signature }) => type === 'thinking' && hasText(signature));

/** The block of an answer whose thinking is encrypted as a whole. */
export const redactedThinking = (message: JsonObject | undefined): JsonObject | undefined =>
  blocksOf(message).find(({ type, data }) => type === 'redacted_thinking' && hasText(data));

/** The block that only its server can have made. */
export const sealedThinking = (message: JsonObject | undefined): JsonObject | undefined =>
  signedThinking(message) ?? redactedThinking(message);

type Change = (block: JsonObject, draws: Draws) => JsonObject;

/** The conversation behind the thinking; `change` is made to the block that is chosen of it. */
const goingOn =
  (change: Change, chosen = sealedThinking) =>
  (draws: Draws, model: string, answers: Answers): JsonObject => {
    const answer = thoughtful(answers);
    const sealed = chosen(answer);
    // No API takes an empty text back, and some gateways send one.
    const content = blocksOf(answer)
      .filter(({ type, text }) => type !== 'text' || hasText(text))
      .map((block) => (block === sealed ? change(block, draws) : block));
    return {
      model,
      max_tokens: 1100,
      thinking: thinkingOf(model, answers.thinking === undefined),
      messages: [puzzleFor(model), { role: 'assistant', content }, user('Thank you. Answer with OK only.')],
    };
  };

const withSeal = (block: JsonObject, change: (seal: string) => string): JsonObject => {
  const field = block['type'] === 'thinking' ? 'signature' : 'data';
  return { ...block, [field]: change(String(block[field])) };
};

export const sameThinkingBody = goingOn((block) => block);
export const alteredThinkingBody = goingOn((block) => withSeal(block, oneCharacterChanged));
export const alteredRedactionBody = goingOn(
  (block) => withSeal(block, oneCharacterChanged),
  redactedThinking,
);

/** So many words of thinking that nobody thought: each is a token at least, where anybody reads them. */
export const foreignWords = 300;

/** Thinking that is made up as a whole: longer, so that it is seen in the count where it is read. */
export const foreignThinkingBody = goingOn((block, { filler }) =>
  block['type'] === 'thinking'
    ? {
        ...withSeal(block, (seal) => [...seal].reverse().join('')),
        thinking: filler.split(' ').slice(0, foreignWords).join(' '),
      }
    : withSeal(block, (seal) => [...seal].reverse().join('').repeat(12)),
);

/** One character in the middle made another of the same alphabet. */
export function oneCharacterChanged(seal: string): string {
  const middle = seal.length >> 1;
  const other = seal[middle] === 'A' ? 'B' : 'A';
  return seal.slice(0, middle) + other + seal.slice(middle + 1);
}

export const hasSealed = (answers: Answers): boolean => sealedThinking(thoughtful(answers)) !== undefined;

/** Whether the seal of one block has been tried, and there is another beside it. */
export const hasRedactedBeside = (answers: Answers): boolean => {
  const redacted = redactedThinking(thoughtful(answers));
  return redacted !== undefined && redacted !== sealedThinking(thoughtful(answers));
};
