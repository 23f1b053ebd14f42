// What the answers of --identity say, read once for all proofs. Pure.
import { isObject, type Json, type JsonObject } from '../../text/json.ts';
import type { Exchange, IdentityRun, StepName } from '../engine/observations.ts';

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
  readonly words: IdentityRun['words'];
  exchange(name: StepName): Exchange | undefined;
  /** The message of a step that was answered with one. */
  told(name: StepName): Told | undefined;
  /** The count of a step that counted. */
  count(name: StepName): number | undefined;
};

export const lookAt = ({ words, steps }: IdentityRun): Look => {
  const exchange: Look['exchange'] = (name) => steps.find((step) => step.name === name)?.exchange;
  return {
    words,
    exchange,
    told: (name) => toldIn(jsonIn(exchange(name))),
    count: (name) => numberIn(jsonIn(exchange(name)) ?? {}, 'input_tokens'),
  };
};

/** The body of an answer with status 200. */
export function jsonIn(exchange: Exchange | undefined): JsonObject | undefined {
  if (exchange?.outcome !== 'answered' || exchange.status !== 200) return undefined;
  try {
    const json: unknown = JSON.parse(exchange.body);
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
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

/** A number of an object. */
export const numberIn = (object: JsonObject, name: string): number | undefined =>
  typeof object[name] === 'number' ? object[name] : undefined;

/** `answered with 429`, `not asked`: why a step proves nothing. */
export function whyNot(exchange: Exchange | undefined): string {
  if (exchange === undefined) return 'it was not asked: an answer before it made it pointless';
  if (exchange.outcome === 'failed') return `there was no answer (${exchange.failure.message})`;
  if (exchange.status !== 200) return `it was answered with ${exchange.status}`;
  return exchange.reading.kind === 'message'
    ? 'the answer brings nothing to judge'
    : 'the answer is no message';
}
