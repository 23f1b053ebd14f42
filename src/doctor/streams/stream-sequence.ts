// The state machine of a Messages stream (protocol reference 3.1): which rules the events broke, and what
// message they made. Pure.
import { errorIn, isHollow } from '../../messages/envelope.ts';
import { withoutSecrets } from '../../messages/key-shapes.ts';
import { isObject } from '../../text/json.ts';
import { inStepsOf, type Steps } from './in-steps.ts';
import type { TimedEvent } from './timed-events.ts';

export type SequenceFacts = {
  /** Broken rules of order, in words, first one first. */
  readonly orderProblems: readonly string[];
  /** Broken rules of block indices. */
  readonly indexProblems: readonly string[];
  readonly times: {
    readonly messageStart: number | null;
    readonly firstDelta: number | null;
    readonly lastDelta: number | null;
    readonly stop: number | null;
  };
  readonly deltas: number;
  readonly text: string;
  readonly model: string | null;
  /** Other values of model or id later in the stream. */
  readonly drift: string | null;
  readonly stopReason: string | null;
  readonly startUsage: Readonly<Record<string, unknown>> | null;
  readonly endUsage: Readonly<Record<string, unknown>> | null;
  readonly error: { readonly type: string; readonly message: string; readonly at: number } | null;
  readonly blocks: readonly BlockFact[];
  /** The protocol it speaks when that is another one. */
  readonly dialect: string | null;
};

export type BlockFact = {
  readonly index: number;
  readonly type: string;
  readonly id: string | null;
  readonly name: string | null;
  /** What the block started with: absent `input` is a defect clients trip over. */
  readonly hasStartInput: boolean;
  readonly startInput: unknown;
  readonly partialJson: string;
  readonly deltas: number;
  readonly isClosed: boolean;
};

type Writable<T> = { -readonly [K in keyof T]: T[K] };
const deltaTypes: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    text: ['text_delta', 'citations_delta'],
    thinking: ['thinking_delta', 'signature_delta'],
    tool_use: ['input_json_delta'],
    server_tool_use: ['input_json_delta'],
  }),
);

/** Deltas nobody has heard of may stand in any block. */
const knownDeltas = new Set([...deltaTypes.values()].flat());

/** Plays the events through the state machine. Pings and unknown events may stand anywhere. */
export function* sequenceFacts(events: readonly TimedEvent[]): Steps<SequenceFacts> {
  const order: string[] = [];
  const index: string[] = [];
  const blocks = new Map<number, Writable<BlockFact>>();
  let openBlocks = 0;
  const times: Writable<SequenceFacts['times']> = {
    messageStart: null,
    firstDelta: null,
    lastDelta: null,
    stop: null,
  };
  const state = {
    deltas: 0,
    text: '',
    model: null as string | null,
    id: null as string | null,
    drift: null as string | null,
    stopReason: null as string | null,
    startUsage: null as SequenceFacts['startUsage'],
    endUsage: null as SequenceFacts['endUsage'],
    error: null as SequenceFacts['error'],
    hasMessageDelta: false,
  };

  function start(at: number, message: Record<string, unknown>): void {
    if (times.messageStart !== null) order.push('a second message_start');
    times.messageStart ??= at;
    const model = nameOf(message['model']);
    if (state.model !== null && model !== null && model !== state.model)
      state.drift = `${state.model}, then ${model}`;
    state.model ??= model;
    state.startUsage ??= isObject(message['usage']) ? message['usage'] : null;
  }

  function open(json: Record<string, unknown>): void {
    const at = numberOf(json['index']);
    const block = isObject(json['content_block']) ? json['content_block'] : {};
    const earlier = blocks.get(at);
    if (earlier !== undefined) index.push(`block ${at} is started twice`);
    else if (openBlocks > 0) index.push(`block ${at} starts before the one before it stopped`);
    if (earlier === undefined || earlier.isClosed) openBlocks += 1;
    blocks.set(at, {
      index: at,
      type: textOf(block['type']) ?? '',
      id: textOf(block['id']),
      name: textOf(block['name']),
      hasStartInput: 'input' in block,
      startInput: block['input'],
      partialJson: '',
      deltas: 0,
      isClosed: false,
    });
    state.text += textOf(block['text']) ?? '';
  }

  function grow(at: number, json: Record<string, unknown>): void {
    const delta = isObject(json['delta']) ? json['delta'] : {};
    const block = blocks.get(numberOf(json['index']));
    const type = textOf(delta['type']) ?? '';
    state.deltas += 1;
    state.text += textOf(delta['text']) ?? '';
    times.firstDelta ??= at;
    times.lastDelta = at;
    if (times.messageStart === null) order.push('content before message_start');
    if (block === undefined) {
      index.push(`a delta for block ${numberOf(json['index'])}, which was never started`);
      return;
    }
    if (block.isClosed) index.push(`a delta for block ${block.index} after its stop`);
    const fitting = deltaTypes.get(block.type);
    if (fitting !== undefined && knownDeltas.has(type) && !fitting.includes(type))
      index.push(`a ${type} in a ${block.type} block`);
    block.deltas += 1;
    block.partialJson += textOf(delta['partial_json']) ?? '';
  }

  function close(at: number): void {
    const block = blocks.get(at);
    if (block === undefined) index.push(`a stop for block ${at}, which was never started`);
    else if (block.isClosed) index.push(`block ${at} stops twice`);
    else {
      block.isClosed = true;
      openBlocks -= 1;
    }
  }

  function take({ at, type, json }: TimedEvent): void {
    if (json === null) return;
    if (times.stop !== null && type !== 'ping') order.push(`${type || 'an event'} after message_stop`);
    if (type === 'message_start') start(at, isObject(json['message']) ? json['message'] : {});
    else if (type === 'content_block_start') {
      if (times.messageStart === null) order.push('a block before message_start');
      if (state.hasMessageDelta) order.push('a block after message_delta');
      open(json);
    } else if (type === 'content_block_delta') grow(at, json);
    else if (type === 'content_block_stop') close(numberOf(json['index']));
    else if (type === 'message_delta') {
      state.hasMessageDelta = true;
      const delta = isObject(json['delta']) ? json['delta'] : {};
      const model = nameOf(delta['model']) ?? nameOf(json['model']);
      if (model !== null && state.model !== null && model !== state.model)
        state.drift = `${state.model}, then ${model}`;
      state.stopReason = nameOf(delta['stop_reason']) ?? state.stopReason;
      if (isObject(json['usage'])) state.endUsage = { ...state.endUsage, ...json['usage'] };
    } else if (type === 'message_stop') {
      if (!state.hasMessageDelta) order.push('message_stop without a message_delta');
      times.stop = at;
    } else if (type === 'error' || !isHollow(json['error'])) {
      const { type: errorType = 'error', message } = errorIn(json);
      state.error ??= { type: errorType, message, at };
    }
  }

  yield* inStepsOf(events, take);
  if (state.error === null) {
    for (const { isClosed, index: at } of blocks.values()) {
      if (!isClosed && times.stop !== null) index.push(`block ${at} never stops`);
    }
  }
  return {
    orderProblems: order,
    indexProblems: index,
    times,
    deltas: state.deltas,
    text: state.text,
    model: state.model,
    drift: state.drift,
    stopReason: state.stopReason,
    startUsage: state.startUsage,
    endUsage: state.endUsage,
    error: state.error,
    blocks: [...blocks.values()],
    dialect:
      dialects.find(([, isSpoken]) => events.some(({ json }) => json !== null && isSpoken(json)))?.[0] ??
      null,
  };
}

/** Streams of other protocols on the Messages path, by what each event of theirs has. */
const dialects: readonly (readonly [string, (json: Readonly<Record<string, unknown>>) => boolean])[] = [
  ['the OpenAI dialect (chat.completion.chunk)', (json) => json['object'] === 'chat.completion.chunk'],
  ['the OpenAI dialect (choices)', (json) => Array.isArray(json['choices']) && json['type'] === undefined],
  ['the OpenAI Responses dialect', (json) => /^response\./.test(textOf(json['type']) ?? '')],
  ['the Gemini dialect (candidates)', (json) => Array.isArray(json['candidates'])],
  ['the old dialect of text completions', (json) => json['type'] === 'completion'],
];

/** Whether a broken rule of indices costs nothing but order: every delta still has its block. */
export const isMildIndexProblem = (problem: string): boolean => /never stops|starts before/.test(problem);

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** A text that is reported as it is: a server may repeat the key in it. */
const nameOf = (value: unknown): string | null => {
  const text = textOf(value);
  return text === null ? null : withoutSecrets(text);
};
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);
