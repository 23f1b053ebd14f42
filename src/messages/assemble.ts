// The message so far: a reducer over stream events. No I/O, no text output.
import { MsgError } from '../errors.ts';
import type { Delta, JsonObject, Message, OtherBlock, StreamEvent, Usage } from './types.ts';

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
  const partialInputs = new Map<number, string>();
  const brokenTools: string[] = [];

  function start(message: Partial<Message>): void {
    if (isStarted) {
      throw new MsgError('protocol', 'The stream starts a second message before the first one ended.', {
        details: {},
      });
    }
    isStarted = true;
    head = message;
    usage = { ...message.usage };
    for (const [index, block] of (message.content ?? []).entries()) blocks.set(index, block);
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
        if (keepsText) block['text'] = `${block['text'] ?? ''}${delta.text}`;
        return;
      case 'thinking_delta':
        if (keepsText) block['thinking'] = `${block['thinking'] ?? ''}${delta.thinking}`;
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
        partialInputs.set(index, (partialInputs.get(index) ?? '') + delta.partial_json);
        return;
    }
  }

  /** Parses the collected tool input. No deltas: what the block started with stands (usually `{}`). */
  function close(index: number): void {
    const partial = partialInputs.get(index);
    const block = blocks.get(index);
    partialInputs.delete(index);
    if (block === undefined || !partial) return;
    try {
      block['input'] = JSON.parse(partial) as JsonObject;
    } catch {
      // Never guess what a cut-off input would have become.
      block['input'] = partial;
      brokenTools.push(String(block['name']));
    }
  }

  return {
    apply(event) {
      switch (event.type) {
        case 'message_start':
          return start(event.message);
        case 'content_block_start':
          blocks.set(event.index, { ...event.content_block });
          hasContent ||= isComplete(event.content_block);
          return;
        case 'content_block_delta':
          return grow(event.index, event.delta);
        case 'content_block_stop':
          return close(event.index);
        case 'message_delta':
          head = { ...head, ...present(event.delta) };
          usage = { ...usage, ...present(event.usage ?? {}) };
          return;
        case 'message_stop':
          isStopped = true;
          return;
        case 'ping':
        case 'error':
        case 'unknown':
          return;
      }
    },
    message() {
      for (const index of [...partialInputs.keys()]) close(index);
      const ordered = [...blocks].sort(([a], [b]) => a - b).map(([, block]) => block);
      return {
        ...head,
        type: 'message',
        role: 'assistant',
        content: ordered,
        stop_reason: head.stop_reason ?? null,
        usage,
      };
    },
    isStopped: () => isStopped,
    hasContent: () => hasContent,
    brokenTools: () => brokenTools,
  };
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
