// From server-sent events to the events of the Messages protocol: tolerant in form, strict in meaning.

import { MsgError } from '../errors.ts';
import type { ServerSentEvent } from '../http/sse.ts';
import { isObject } from '../text/json.ts';
import { errorIn, isFailure, isHollow } from './envelope.ts';
import { parseJson, parseObject } from './parse-json.ts';
import { blocksIn, deepTextIn, shapeHead, textIn, usageIn } from './shape.ts';
import type { Delta, Message, StreamEvent } from './types.ts';

/** An event and the JSON that carried it; absent for what carried none, and for all but the first that it carried. */
export type ReceivedEvent = { readonly event: StreamEvent; readonly data?: string };

/**
 * Reads what one event of the stream carries and hands it on: mostly one event; none for what is not an event at
 * all (`[DONE]`, no data), several where only one line end parts them. The `type` in the JSON decides; the
 * `event:` line is only a fallback, because gateways leave it out (protocol reference 3.1). What is no JSON comes
 * as `unknown` when it is words, such as a heartbeat, and as `broken` when it was part of an answer. JSON in quotes
 * is what they hold.
 * @throws MsgError `protocol` when the data speaks another dialect
 */
export function readEvent(
  { event: name, data, isStray }: ServerSentEvent,
  take: (one: ReceivedEvent) => void,
): void {
  if (isStray) {
    readStray(data, take);
    return;
  }
  const plain = plainTextDelta.exec(data);
  if (plain !== null) {
    take({ event: textDelta(Number(plain[1]), plain[2] ?? ''), data });
    return;
  }
  if (data === '' || name === 'done' || (data.length < 20 && data.trim() === '[DONE]')) return;
  const value = parseJson(data);
  const json = (typeof value === 'string' && parseObject(value)) || value;
  if (json === undefined) readWords(data, name, take);
  else if (Array.isArray(json) && json.every(isObject) && name !== 'error') {
    for (const [place, one] of json.entries())
      take({ event: shapeEvent(one, undefined), ...(place === 0 ? { data } : {}) });
  } else take({ event: shapeEvent(json, name), data });
}

/**
 * What is no JSON: several events without a blank line between them, a stream wrapped in another one
 * (`data: data: ...`), an error behind half an event, or words.
 */
function readWords(data: string, name: string | undefined, take: (one: ReceivedEvent) => void): void {
  const lines = data.split('\n').filter((line) => line.trim() !== '');
  if (lines.length > 1 || innerField.test(data)) {
    for (const line of lines) {
      const inner = innerField.exec(line);
      if (inner?.[1] === undefined || inner[1] === 'data')
        readEvent({ event: undefined, data: line.slice(inner?.[0].length ?? 0) }, take);
    }
    return;
  }
  const isAnswer = isPartOfAnswer(data) || answerEvents.has(name ?? '');
  if (name === 'error') take({ event: { type: 'error', error: errorIn(data) } });
  else if (isAnswer) readBroken(data, take);
  else take({ event: { type: 'unknown', raw: data } });
}

const innerField = /^\s*(data|event|id|retry):\s?/;

/** Lines outside of any event: errors and events that lack the name of their field, or the words of a hop. */
function readStray(text: string, take: (one: ReceivedEvent) => void): void {
  const whole = parseObject(text);
  const objects = (whole === undefined ? text.split('\n') : [text]).flatMap((data) => {
    const json = whole ?? parseObject(data);
    return json === undefined ? [] : [{ event: shapeEvent(json, undefined), data }];
  });
  objects.forEach(take);
  if (objects.length === 0) take({ event: { type: 'unknown', raw: text } });
}

/** Half an event, and the error a gateway wrote behind it without ending the line. */
function readBroken(data: string, take: (one: ReceivedEvent) => void): void {
  take({ event: { type: 'broken', text: data } });
  const glued = /\{\s*"(type"\s*:\s*"error"|error"\s*:).*/s.exec(data)?.[0];
  const error = glued === undefined || glued === data ? undefined : parseObject(glued);
  if (error !== undefined) take({ event: shapeEvent(error, undefined), data: glued ?? '' });
}

/**
 * Whether a text that is no JSON was meant to be an event of an answer, or is a piece of one: to leave that out
 * would be to lose text in silence. Heartbeats are words.
 */
const isPartOfAnswer = (text: string): boolean =>
  /^\s*[[{]\s*["'{[]|["']\s*[:}\]]|content_block|message_(start|delta|stop)|(text|thinking|json)_delta/.test(
    text,
  );

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

/** Names of events that carry an answer; what others carry (`event: keepalive`) need not be JSON. */
const answerEvents: ReadonlySet<string> = new Set([
  'message_start',
  'content_block_start',
  'content_block_delta',
  'content_block_stop',
  'message_delta',
  'message_stop',
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

function shapeEvent(value: unknown, eventName: string | undefined): StreamEvent {
  const json: Record<string, unknown> = isObject(value) ? value : {};
  const type = json['type'] ?? eventName;
  switch (type as StreamEvent['type'] | undefined) {
    case 'content_block_delta': {
      const delta = shapeDelta(json['delta']);
      if (delta === undefined) return { type: 'unknown', raw: json };
      // By far the most frequent event: changed in place rather than copied.
      json['index'] = indexOf(json);
      json['type'] = type;
      json['delta'] = delta;
      return json as StreamEvent;
    }
    case 'content_block_start': {
      const [block] = blocksIn(json['content_block']);
      if (block === undefined) return { type: 'unknown', raw: json };
      return { type: 'content_block_start', index: indexOf(json), content_block: block };
    }
    case 'content_block_stop':
      return { type: 'content_block_stop', index: indexOf(json) };
    case 'message_start':
      return { type: 'message_start', message: startedMessage(json) };
    case 'message_delta': {
      const delta: Record<string, unknown> = isObject(json['delta']) ? json['delta'] : {};
      const { usage: inner, ...head }: Record<string, unknown> = {
        stop_reason: json['stop_reason'],
        ...delta,
      };
      const message = isObject(json['message']) ? json['message'] : {};
      const usage = usageIn(json['usage'], inner, message['usage']);
      return {
        type: 'message_delta',
        delta: shapeHead(defined(head)),
        ...(usage === undefined ? {} : { usage }),
      };
    }
    case 'message_stop': {
      const message = isObject(json['message']) ? json['message'] : {};
      const usage = usageIn(json['usage'], message['usage']);
      return { type: 'message_stop', ...(usage === undefined ? {} : { usage }) };
    }
    case 'ping':
      return { type: 'ping' };
    case 'error':
      return { type: 'error', error: errorIn(value) };
    default:
      if (json['object'] === 'chat.completion.chunk') throw openAiDialect();
      // Also the error without its envelope: {"type":"rate_limit_error","message":"..."}.
      if (eventName === 'error' || (type === undefined ? isFailure(json) : !isHollow(json['error'])))
        return { type: 'error', error: errorIn(value) };
      return { type: 'unknown', raw: value };
  }
}

function startedMessage(json: Readonly<Record<string, unknown>>): Partial<Message> {
  const message = isObject(json['message']) ? json['message'] : {};
  const usage = usageIn(message['usage'], json['usage']);
  return {
    ...shapeHead(message),
    content: blocksIn(message['content']),
    ...(usage === undefined ? {} : { usage }),
  };
}

const defined = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** The error of an endpoint that speaks chat completions on the Messages path. */
export const openAiDialect = (): MsgError<'protocol'> =>
  new MsgError('protocol', 'The answer is in the OpenAI dialect (chat.completion), not a Messages answer.', {
    hint: "This route speaks chat completions. Look for the provider's Anthropic route (often /anthropic or /api/anthropic).",
    details: {},
  });

/** The field each kind of delta carries its change in. */
const deltaFields: ReadonlyMap<string, string> = new Map(
  Object.entries({
    text_delta: 'text',
    thinking_delta: 'thinking',
    signature_delta: 'signature',
    input_json_delta: 'partial_json',
    citations_delta: 'citation',
  }),
);

/** The delta, if it is of a kind we know and carries something: gateways send `"text": null`, or leave out its type. */
function shapeDelta(value: unknown): Delta | undefined {
  const delta: Record<string, unknown> = isObject(value) ? value : { type: 'text_delta', text: value };
  const type = typeof delta['type'] === 'string' ? delta['type'] : typeByField(delta);
  const field = deltaFields.get(type);
  if (field === undefined) return undefined;
  if (field === 'citation') return isObject(delta[field]) ? ({ ...delta, type } as Delta) : undefined;
  if (typeof delta[field] === 'string' && delta['type'] === type) return delta as Delta;
  const text =
    type === 'input_json_delta' ? inputIn(delta[field]) : deepTextIn(delta[field] ?? delta['text']);
  return text === undefined ? undefined : ({ ...delta, type, [field]: text } as Delta);
}

/** A piece of the input of a call; some gateways send it whole, as JSON of its own. */
const inputIn = (value: unknown): string | undefined =>
  isObject(value) && Object.keys(value).length > 0 ? JSON.stringify(value) : textIn(value);

const typeByField = (delta: Readonly<Record<string, unknown>>): string =>
  [...deltaFields].find(([, field]) => field in delta)?.[0] ?? '';

/** Some gateways number in words; what is no index at all is the first one, as where it is missing. */
function indexOf({ index }: Readonly<Record<string, unknown>>): number {
  const number = typeof index === 'string' && index !== '' ? Number(index) : index;
  return typeof number === 'number' && number >= 0 && number < 2 ** 40 ? Math.floor(number) : 0;
}
