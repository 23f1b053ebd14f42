// The message so far: a reducer over stream events. No I/O, no text output.
import { MsgError } from '../errors.ts';
import type { Delta, Message, OtherBlock, StreamEvent, Usage } from './types.ts';

/** A message that is still arriving. Reading it at any moment gives what has come so far. */
export type Draft = {
  /**
   * Takes in one event.
   * @throws MsgError `protocol` for a second `message_start`: two answers in one stream.
   */
  apply(event: StreamEvent): void;
  /** The message as far as it goes; after `message_stop`, the message. */
  message(): Message;
  /** `message_stop` was seen. */
  isStopped(): boolean;
  /** Any content delta, or a content block that arrived complete, was seen. */
  hasContent(): boolean;
  /** Names of tool calls whose input is not valid JSON; their `input` is the raw text. */
  brokenTools(): readonly string[];
};

type TextField = 'text' | 'thinking';

/**
 * Deltas joined in one go. A string that grows delta by delta is a tree with a node for each: 30 bytes for a
 * token of five.
 */
const joinedAtOnce = 4096;

/**
 * Starts an empty draft. With `keepsText: false` the text and thinking of blocks are not collected, so that
 * an endless answer takes no memory; everything else is.
 */
export function createDraft({ keepsText = true }: { keepsText?: boolean } = {}): Draft {
  let head: Partial<Message> = {};
  let isStarted = false;
  let isStopped = false;
  let hasContent = false;
  let usage: Usage = {};
  const blocks = new Map<number, OtherBlock>();
  const stopped = new Set<OtherBlock>();
  /** Stopped blocks whose index was given to another one later: some gateways number every block 0. */
  const displaced: [number, OtherBlock][] = [];
  const partialInputs = new Map<OtherBlock, string>();
  const tails = new Map<OtherBlock, { readonly field: TextField; readonly pieces: string[] }>();

  function start(message: Partial<Message>): void {
    if (isStarted) {
      throw new MsgError('protocol', 'The stream starts a second message before the first one ended.', {
        details: {},
      });
    }
    isStarted = true;
    head = message;
    usage = { ...message.usage };
    for (const [index, block] of (message.content ?? []).entries()) blocks.set(index, { ...block });
  }

  function open(index: number, block: OtherBlock): void {
    const earlier = blocks.get(index);
    if (earlier !== undefined && stopped.has(earlier)) displaced.push([index, earlier]);
    blocks.set(index, { ...block });
    hasContent ||= isComplete(block);
  }

  function grow(index: number, delta: Delta): void {
    hasContent = true;
    let block = blocks.get(index);
    if (block === undefined) {
      // Some gateways never start their blocks; the delta says what the block is.
      block = blockFor(delta);
      blocks.set(index, block);
    }
    switch (delta.type) {
      case 'text_delta':
        if (keepsText) append(block, 'text', delta.text);
        return;
      case 'thinking_delta':
        if (keepsText) append(block, 'thinking', delta.thinking);
        return;
      case 'signature_delta':
        block['signature'] = delta.signature;
        return;
      case 'citations_delta':
        block['citations'] = [
          ...((block['citations'] as unknown[] | null | undefined) ?? []),
          delta.citation,
        ];
        return;
      case 'input_json_delta':
        partialInputs.set(block, (partialInputs.get(block) ?? '') + delta.partial_json);
        return;
    }
  }

  function append(block: OtherBlock, field: TextField, text: string): void {
    const waiting = tails.get(block);
    if (waiting?.field === field && waiting.pieces.push(text) < joinedAtOnce) return;
    join(block);
    if (waiting?.field !== field) tails.set(block, { field, pieces: [text] });
  }

  /** The block with all the text that came for it. */
  function join(block: OtherBlock): OtherBlock {
    const waiting = tails.get(block);
    if (waiting === undefined) return block;
    block[waiting.field] = `${block[waiting.field] ?? ''}${waiting.pieces.join('')}`;
    tails.delete(block);
    return block;
  }

  function close(index: number): void {
    const block = blocks.get(index);
    if (block !== undefined) stopped.add(block);
  }

  const ordered = (): OtherBlock[] =>
    [...displaced, ...blocks].sort(([a], [b]) => a - b).map(([, block]) => join(block));

  /** The block with the tool input that came for it. None came: what it started with stands, usually `{}`. */
  function finished(block: OtherBlock): OtherBlock {
    const partial = partialInputs.get(block);
    return partial ? { ...block, input: parsedInput(partial).input } : { ...block };
  }

  return {
    apply(event) {
      switch (event.type) {
        case 'message_start':
          return start(event.message);
        case 'content_block_start':
          return open(event.index, event.content_block);
        case 'content_block_delta':
          return grow(event.index, event.delta);
        case 'message_delta':
          head = { ...head, ...present(event.delta) };
          usage = { ...usage, ...present(event.usage ?? {}) };
          return;
        case 'message_stop':
          isStopped = true;
          return;
        case 'content_block_stop':
          return close(event.index);
        case 'ping':
        case 'error':
        case 'unknown':
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
    brokenTools: () =>
      ordered()
        .filter((block) => !parsedInput(partialInputs.get(block) || '{}').isJson)
        .map((block) => String(block['name'])),
  };
}

/** Never guesses what a cut-off input would have become: what is not JSON stays text. */
function parsedInput(partial: string): { input: unknown; isJson: boolean } {
  try {
    return { input: JSON.parse(partial), isJson: true };
  } catch {
    return { input: partial, isJson: false };
  }
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
