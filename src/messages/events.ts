// From server-sent events to the events of the Messages protocol: tolerant in form, strict in meaning.

import { MsgError } from '../errors.ts';
import type { ServerSentEvent } from '../http/sse.ts';
import type { ContentBlock, ErrorBody, Message, StreamEvent } from './types.ts';

/** An event and the bytes that carried it (absent for events made from a plain JSON answer). */
export type ReceivedEvent = { readonly event: StreamEvent; readonly data?: string };

/**
 * Reads one event. The `type` in the JSON decides; the `event:` line is only a fallback, because gateways
 * leave it out (protocol reference 3.1). Gives undefined for what is not an event at all: `[DONE]`, no data.
 * @throws MsgError `protocol` when the data is not JSON or speaks another dialect.
 */
export function parseEvent(received: ServerSentEvent): ReceivedEvent | undefined {
  const { data } = received;
  if (data === '' || data === '[DONE]' || received.event === 'done') return undefined;
  return { event: shapeEvent(parseJson(data), received.event), data };
}

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

function parseJson(data: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch (cause) {
    throw new MsgError('protocol', `The stream holds an event that is not JSON: ${data.slice(0, 120)}`, {
      details: {},
      cause,
    });
  }
  return isObject(value) ? value : {};
}

function shapeEvent(json: Record<string, unknown>, eventName: string | undefined): StreamEvent {
  switch (json['type'] ?? eventName) {
    case 'content_block_delta':
      if (isObject(json['delta']) && knownDeltas.has(json['delta']['type'])) {
        json['index'] ??= 0;
        return json as StreamEvent;
      }
      return { type: 'unknown', raw: json };
    case 'content_block_start':
      if (!isObject(json['content_block'])) return { type: 'unknown', raw: json };
      return {
        type: 'content_block_start',
        index: indexOf(json),
        content_block: json['content_block'] as ContentBlock,
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
      return errorEvent(json);
    default:
      if (json['object'] === 'chat.completion.chunk') throw openAiDialect();
      return isObject(json['error']) ? errorEvent(json) : { type: 'unknown', raw: json };
  }
}

/** The error of an endpoint that speaks chat completions on the Messages path. */
export const openAiDialect = (): MsgError<'protocol'> =>
  new MsgError('protocol', 'The answer is in the OpenAI dialect (chat.completion), not a Messages answer.', {
    hint: "This route speaks chat completions. Look for the provider's Anthropic route (often /anthropic or /api/anthropic).",
    details: {},
  });

const knownDeltas = new Set<unknown>([
  'text_delta',
  'thinking_delta',
  'signature_delta',
  'input_json_delta',
  'citations_delta',
]);

function errorEvent(json: Record<string, unknown>): StreamEvent {
  const error: ErrorBody = isObject(json['error'])
    ? json['error']
    : { message: String(json['error'] ?? json['message'] ?? '') };
  const requestId = json['request_id'];
  return { type: 'error', error, ...(typeof requestId === 'string' ? { request_id: requestId } : {}) };
}

const indexOf = (json: Record<string, unknown>): number =>
  typeof json['index'] === 'number' ? json['index'] : 0;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
