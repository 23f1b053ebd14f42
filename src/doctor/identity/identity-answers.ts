// What the answers of --identity say, read once for all proofs. Pure.
import { createEventReader } from '../../http/sse.ts';
import { createDraft } from '../../messages/assemble.ts';
import { readEvent } from '../../messages/events.ts';
import { parseObject } from '../../messages/parse-json.ts';
import { isObject, type Json, type JsonObject } from '../../text/json.ts';
import type { Exchange, IdentityRun, StepName } from '../engine/observations.ts';
import { isOk } from '../reading/answer-rows/row.ts';

/** One answer with status 200, as a message. What it does not say is undefined. */
export type Told = {
  readonly message: JsonObject;
  readonly blocks: readonly JsonObject[];
  readonly text: string;
  readonly usage: JsonObject;
  /** All input: what was read from the cache and written to it, too. */
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  readonly stopReason: Json | undefined;
};

/** The run as proofs see it. */
export type Look = {
  readonly model: string;
  readonly words: IdentityRun['words'];
  exchange(name: StepName): Exchange | undefined;
  /** The message of a step that was answered with one. */
  told(name: StepName): Told | undefined;
  /** The count of a step that counted. */
  count(name: StepName): number | undefined;
};

export const lookAt = ({ model, words, steps }: IdentityRun): Look => {
  const exchange: Look['exchange'] = (name) => steps.find((step) => step.name === name)?.exchange;
  return {
    model,
    words,
    exchange,
    told: (name) => toldIn(answerBody(exchange(name))),
    count: (name) => numberIn(answerBody(exchange(name)) ?? {}, 'input_tokens'),
  };
};

/** The body of an answer that is no refusal. */
export function answerBody(exchange: Exchange | undefined): JsonObject | undefined {
  return exchange?.outcome === 'answered' && isOk(exchange) ? answerIn(exchange.body) : undefined;
}

/** A whole answer as one object, in one piece or as a stream that came to its end. */
export function answerIn(body: string): JsonObject | undefined {
  const inOnePiece = parseObject(body);
  if (inOnePiece !== undefined) return inOnePiece as JsonObject;
  const [reader, draft] = [createEventReader(), createDraft()];
  try {
    for (const one of [...reader.read({ at: 0, chunks: [Buffer.from(body)] }), ...reader.end()])
      readEvent(one, ({ event }) => draft.apply(event));
  } catch {
    // Of another dialect, or two answers in one: none that can be judged.
    return undefined;
  }
  return draft.isStopped() ? (draft.message() as JsonObject) : undefined;
}

function toldIn(message: JsonObject | undefined): Told | undefined {
  if (message === undefined || !Array.isArray(message['content'])) return undefined;
  const blocks = message['content'].filter(isObject);
  const usage = isObject(message['usage']) ? message['usage'] : {};
  const input = numberIn(usage, 'input_tokens');
  const cached =
    (numberIn(usage, 'cache_creation_input_tokens') ?? 0) + (numberIn(usage, 'cache_read_input_tokens') ?? 0);
  return {
    message,
    blocks,
    text: blocks.map(({ type, text }) => (type === 'text' && typeof text === 'string' ? text : '')).join(''),
    usage,
    inputTokens: input === undefined ? undefined : input + cached,
    outputTokens: numberIn(usage, 'output_tokens'),
    stopReason: message['stop_reason'],
  };
}

/** Whether an answer tells what was read from a cache and written to it: gateways that rewrite usage leave it out, or
 * count nothing at all. */
export const isCacheTold = ({ usage, inputTokens }: Told): boolean =>
  inputTokens !== 0 &&
  ['cache_read_input_tokens', 'cache_creation_input_tokens'].every(
    (name) => numberIn(usage, name) !== undefined,
  );

/** 400 or 422: the request itself is refused, not who sends it or how often. */
export const isRefused = (exchange: Exchange | undefined): boolean =>
  exchange?.outcome === 'answered' && [400, 422].includes(exchange.status);

/** A number of an object. */
export const numberIn = (object: JsonObject, name: string): number | undefined =>
  typeof object[name] === 'number' ? object[name] : undefined;

/** `answered with 429`, `not asked`: why a step proves nothing. */
export function whyNot(exchange: Exchange | undefined): string {
  if (exchange === undefined) return 'it was not asked: an answer before it made it pointless';
  if (exchange.outcome === 'failed') return `there was no answer (${exchange.failure.message})`;
  if (!isOk(exchange)) return `it was answered with ${exchange.status}`;
  return /^(message|stream)$/.test(exchange.reading.kind)
    ? 'the answer brings nothing to judge'
    : 'the answer is no message';
}
