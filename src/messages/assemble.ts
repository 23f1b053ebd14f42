// The message so far: a reducer over stream events. No I/O, no text output.

import { createAllowance, limits } from '../http/limits.ts';
import { parseJson } from './parse-json.ts';
import type { Delta, Message, OtherBlock, StreamEvent, Usage } from './types.ts';

/** A message that is still arriving. Reading it at any moment gives what has come so far. */
export type Draft = {
  /**
   * Takes in one event. `size` is the length of the JSON that carried it; what is kept of it counts.
   * @throws MsgError `protocol` for a second `message_start`: two answers in one stream; and for more than is kept
   *   of one message
   */
  apply(event: StreamEvent, size?: number): void;
  /** The message as far as it goes; after `message_stop`, the message. */
  message(): Message;
  /** `message_stop` was seen. */
  isStopped(): boolean;
  /** Any content delta, or a content block that arrived complete, was seen. */
  hasContent(): boolean;
  /** Any text for the reader was seen, also where it was not kept. */
  hasText(): boolean;
  /** Names of tool calls whose input is not valid JSON; their `input` is the raw text. */
  brokenTools(): readonly string[];
};

type GrowingField = 'text' | 'thinking' | 'input';

/** What a block, a citation or the like takes beside its JSON. */
const overheadBytes = 256;

/**
 * Deltas joined in one go. A string that grows delta by delta is a tree with a node for each: 30 bytes for a
 * token of five.
 */
const joinedAtOnce = 4096;

type DraftOptions = {
  /** False: the text and thinking of blocks are not collected, so that an endless answer takes no memory. */
  readonly keepsText?: boolean;
  /** Told of the size of all that is kept; throws when it is too much. */
  readonly keep?: (size: number) => void;
};

/** What one message may hold. */
export const messageAllowance = (limit: number = limits.message): ((size: number) => void) =>
  createAllowance('What has to be kept of the answer', limit);

/** Starts an empty draft. */
export function createDraft({ keepsText = true, keep = messageAllowance() }: DraftOptions = {}): Draft {
  let head: Partial<Message> = {};
  let isStopped = false;
  let hasContent = false;
  let hasText = false;
  let usage: Usage = {};
  const blocks = new Map<number, OtherBlock>();
  const stopped = new Set<OtherBlock>();
  /** Stopped blocks whose index was given to another one later: some gateways number every block 0. */
  const displaced: [number, OtherBlock][] = [];
  const partialInputs = new Map<OtherBlock, string>();
  const citations = new Map<OtherBlock, unknown[]>();
  const tails = new Map<OtherBlock, { readonly field: GrowingField; readonly pieces: string[] }>();

  function start(message: Partial<Message>): void {
    head = message;
    usage = { ...message.usage };
  }

  function open(index: number, block: OtherBlock, size: number): void {
    keep(size + overheadBytes);
    const earlier = blocks.get(index);
    if (earlier !== undefined && stopped.has(earlier)) displaced.push([index, earlier]);
    blocks.set(index, { ...block });
    hasContent ||= isComplete(block);
    hasText ||= block.type === 'text' && block['text'] !== '';
  }

  function grow(index: number, delta: Delta, size: number): void {
    hasContent = true;
    let block = blocks.get(index);
    if (block === undefined) {
      // Some gateways never start their blocks; the delta says what the block is.
      block = blockFor(delta);
      blocks.set(index, block);
    }
    switch (delta.type) {
      case 'text_delta':
        hasText ||= delta.text !== '';
        if (keepsText) append(block, 'text', delta.text);
        return;
      case 'thinking_delta':
        if (keepsText) append(block, 'thinking', delta.thinking);
        return;
      case 'signature_delta':
        keep(delta.signature.length);
        block['signature'] = delta.signature;
        return;
      case 'citations_delta':
        keep(size + overheadBytes);
        citations
          .set(block, citations.get(block) ?? [])
          .get(block)
          ?.push(delta.citation);
        return;
      case 'input_json_delta':
        append(block, 'input', delta.partial_json);
        return;
    }
  }

  function append(block: OtherBlock, field: GrowingField, text: string): void {
    keep(text.length);
    const tail = tails.get(block);
    if (tail?.field === field && tail.pieces.push(text) < joinedAtOnce) return;
    join(block);
    if (tail?.field !== field) tails.set(block, { field, pieces: [text] });
  }

  /** The block with all the text that came for it. */
  function join(block: OtherBlock): OtherBlock {
    const tail = tails.get(block);
    if (tail === undefined) return block;
    const { field, pieces } = tail;
    const text = pieces.join('');
    if (field === 'input') partialInputs.set(block, `${partialInputs.get(block) ?? ''}${text}`);
    else block[field] = `${block[field] ?? ''}${text}`;
    tails.delete(block);
    return block;
  }

  function close(index: number): void {
    const block = blocks.get(index);
    if (block !== undefined) stopped.add(block);
  }

  const ordered = (): OtherBlock[] =>
    [...displaced, ...blocks].sort(([a], [b]) => a - b).map(([, block]) => join(block));

  /**
   * The block with the tool input and the citations that came for it. None came: what it started with stands,
   * usually `{}`.
   */
  function finished(block: OtherBlock): OtherBlock {
    const partial = partialInputs.get(block);
    const cited = citations.get(block);
    const started: unknown = block['citations'];
    return {
      ...block,
      ...(partial && { input: parsedInput(partial).input }),
      ...(cited && { citations: [...(Array.isArray(started) ? started : []), ...cited] }),
    };
  }

  return {
    apply(event, size = 0) {
      switch (event.type) {
        case 'message_start':
          keep(size);
          return start(event.message);
        case 'content_block_start':
          return open(event.index, event.content_block, size);
        case 'content_block_delta':
          return grow(event.index, event.delta, size);
        case 'message_delta':
          keep(size);
          head = { ...head, ...present(event.delta) };
          usage = { ...usage, ...present(event.usage ?? {}) };
          return;
        case 'message_stop':
          usage = { ...usage, ...present(event.usage ?? {}) };
          isStopped = true;
          return;
        case 'content_block_stop':
          return close(event.index);
        case 'ping':
        case 'error':
        case 'unknown':
        case 'broken':
          return;
      }
    },
    message() {
      return {
        ...head,
        type: 'message',
        role: 'assistant',
        content: ordered().map(finished),
        stop_reason: head.stop_reason ?? null,
        usage,
      };
    },
    isStopped: () => isStopped,
    hasContent: () => hasContent,
    hasText: () => hasText,
    brokenTools: () =>
      ordered()
        .filter((block) => !parsedInput(partialInputs.get(block) || '{}').isJson)
        .map((block) => String(block['name'])),
  };
}

/** Never guesses what a cut-off input would have become: what is not JSON stays text. */
function parsedInput(partial: string): { input: unknown; isJson: boolean } {
  const input = parseJson(partial);
  return input === undefined ? { input: partial, isJson: false } : { input, isJson: true };
}

/** Later values replace earlier ones, but a null never erases what was known (protocol reference 3.3). */
function present<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
  ) as Partial<T>;
}

/** Text blocks usually start empty and grow; every other block says something by being there. */
const isComplete = (block: OtherBlock): boolean => block.type !== 'thinking' && block['text'] !== '';

function blockFor(delta: Delta): OtherBlock {
  switch (delta.type) {
    case 'text_delta':
    case 'citations_delta':
      return { type: 'text', text: '' };
    case 'thinking_delta':
    case 'signature_delta':
      return { type: 'thinking', thinking: '' };
    case 'input_json_delta':
      return { type: 'tool_use', id: '', name: '', input: {} };
  }
}
