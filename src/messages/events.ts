// From server-sent events to the events of the Messages protocol: tolerant in form, strict in meaning.

import { MsgError } from '../errors.ts';
import type { ServerSentEvent } from '../http/sse.ts';
import { errorIn, isHollow } from './envelope.ts';
import { excerpt } from './secret.ts';
import { type ContentBlock, isObject, type Message, type StreamEvent } from './types.ts';

/** An event and the bytes that carried it (absent for events made from a plain JSON answer). */
export type ReceivedEvent = { readonly event: StreamEvent; readonly data?: string };

/**
 * Reads one event. The `type` in the JSON decides; the `event:` line is only a fallback, because gateways
 * leave it out (protocol reference 3.1). Gives undefined for what is not an event at all: `[DONE]`, no data,
 * a heartbeat in words.
 * @throws MsgError `protocol` when the data is not JSON or speaks another dialect.
 */
export function parseEvent(received: ServerSentEvent): ReceivedEvent | undefined {
  const { event: name, data } = received;
  const plain = plainTextDelta.exec(data);
  if (plain !== null) return { event: textDelta(Number(plain[1]), plain[2] ?? ''), data };
  if (data === '' || name === 'done' || (data.length < 20 && data.trim() === '[DONE]')) return undefined;
  const json = parseJson(data);
  if (json !== undefined) return { event: shapeEvent(json, name), data };
  if (name !== undefined && !saysSomething.has(name)) return undefined;
  throw new MsgError('protocol', `The stream holds an event that is not JSON: ${excerpt(data, 120)}`, {
    details: {},
  });
}

/**
 * By far the most frequent event, in the form servers write it, with a text that needs no unescaping: reading
 * it this way takes a third of the time of JSON.parse. Whatever is written in any other way is parsed.
 */
const plainTextDelta =
  /^\{"type":"content_block_delta","index":(0|[1-9]\d{0,3}),"delta":\{"type":"text_delta","text":"([^"\\\0-\x1f]*)"\}[ \t]*\}$/;

const textDelta = (index: number, text: string): StreamEvent => ({
  type: 'content_block_delta',
  index,
  delta: { type: 'text_delta', text },
});

/** Events that carry an answer or a failure. What others carry (`event: keepalive`) need not be JSON. */
const saysSomething = new Set([
  'message',
  'message_start',
  'content_block_start',
  'content_block_delta',
  'content_block_stop',
  'message_delta',
  'message_stop',
  'error',
]);

/** The events a finished message would have streamed as; the first carries the original text. */
export function eventsOf(message: Message, data: string): ReceivedEvent[] {
  const events: StreamEvent[] = [{ type: 'message_start', message: { ...message, content: [] } }];
  message.content.forEach((content_block, index) => {
    events.push({ type: 'content_block_start', index, content_block }, { type: 'content_block_stop', index });
  });
  events.push({ type: 'message_delta', delta: { stop_reason: message.stop_reason }, usage: message.usage });
  events.push({ type: 'message_stop' });
  return events.map((event, position) => (position === 0 ? { event, data } : { event }));
}

/** Undefined for text that is not JSON; an empty object for JSON that is none. */
function parseJson(data: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return isObject(value) ? value : {};
  } catch {
    return undefined;
  }
}

function shapeEvent(json: Record<string, unknown>, eventName: string | undefined): StreamEvent {
  switch (json['type'] ?? eventName) {
    case 'content_block_delta':
      if (!isKnownDelta(json['delta'])) return { type: 'unknown', raw: json };
      // By far the most frequent event: changed in place rather than copied.
      json['index'] = indexOf(json);
      json['type'] = 'content_block_delta';
      return json as StreamEvent;
    case 'content_block_start':
      if (!isObject(json['content_block'])) return { type: 'unknown', raw: json };
      return {
        type: 'content_block_start',
        index: indexOf(json),
        content_block: startedBlock(json['content_block']),
      };
    case 'content_block_stop':
      return { type: 'content_block_stop', index: indexOf(json) };
    case 'message_start':
      return { type: 'message_start', message: isObject(json['message']) ? json['message'] : {} };
    case 'message_delta':
      return {
        type: 'message_delta',
        delta: isObject(json['delta']) ? json['delta'] : {},
        ...(isObject(json['usage']) ? { usage: json['usage'] } : {}),
      };
    case 'message_stop':
      return { type: 'message_stop' };
    case 'ping':
      return { type: 'ping' };
    case 'error':
      return { type: 'error', error: errorIn(json) };
    default:
      if (json['object'] === 'chat.completion.chunk') throw openAiDialect();
      // Also the error without its envelope: {"type":"rate_limit_error","message":"..."}.
      if (eventName === 'error' || !isHollow(json['error'])) return { type: 'error', error: errorIn(json) };
      return { type: 'unknown', raw: json };
  }
}

/** The error of an endpoint that speaks chat completions on the Messages path. */
export const openAiDialect = (): MsgError<'protocol'> =>
  new MsgError('protocol', 'The answer is in the OpenAI dialect (chat.completion), not a Messages answer.', {
    hint: "This route speaks chat completions. Look for the provider's Anthropic route (often /anthropic or /api/anthropic).",
    details: {},
  });

/** The field each kind of delta carries its change in. */
const deltaFields: Readonly<Record<string, string>> = {
  text_delta: 'text',
  thinking_delta: 'thinking',
  signature_delta: 'signature',
  input_json_delta: 'partial_json',
  citations_delta: 'citation',
};

/** Whether a delta is of a kind we know and carries something: gateways send `"text": null`. */
function isKnownDelta(delta: unknown): boolean {
  if (!isObject(delta)) return false;
  const field = deltaFields[String(delta['type'])];
  if (field === undefined) return false;
  return field === 'citation' ? isObject(delta[field]) : typeof delta[field] === 'string';
}

/** A text block says its text from the start on, even if that is null or missing. */
const startedBlock = (block: Record<string, unknown>): ContentBlock =>
  (block['type'] === 'text' && typeof block['text'] !== 'string'
    ? { ...block, text: '' }
    : block) as ContentBlock;

const indexOf = (json: Record<string, unknown>): number =>
  typeof json['index'] === 'number' ? json['index'] : 0;
