// The bodies of an exchange, read: a request as JSON, an answer put together from its stream, as msg itself reads it.
import { createEventReader } from '../../../http/sse.ts';
import { createDraft } from '../../../messages/assemble.ts';
import { readEvent } from '../../../messages/events.ts';
import type { JsonObject } from '../../../text/json.ts';
import { isObject } from '../../../text/json.ts';
import type { Body, TapExchange } from '../../exchange.ts';

/** By the body they were read from: several views of one exchange ask, and it may have 20 MB. */
const known = new WeakMap<Body, { readonly json: JsonObject | undefined }>();

/** JSON with fields, or undefined for any other body. */
export function bodyJson(body: Body): JsonObject | undefined {
  const read = known.get(body) ?? { json: readJson(body) };
  known.set(body, read);
  return read.json;
}

function readJson({ text, isBinary }: Body): JsonObject | undefined {
  if (isBinary || !/^\s*\{/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What an answer says, however it came. */
export type Answer = {
  readonly blocks: readonly unknown[];
  /** Model, id, stop reason, usage and what else stands beside the blocks. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Errors that came instead of an answer or within it. */
  readonly errors: readonly unknown[];
  /** How many events there were; null for an answer in one piece. */
  readonly eventCount: number | null;
};

/** Undefined for what is no answer of Messages. */
export function answerOf({ response }: TapExchange): Answer | undefined {
  if (response === null || response.body.text === '') return undefined;
  const type = response.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  if (/event-stream/i.test(type) || /^(event|data|:)/.test(response.body.text))
    return streamedAnswer(response.body.text);
  const json = bodyJson(response.body);
  if (json === undefined) return undefined;
  const { content, error, ...fields } = json;
  if (error !== undefined) return { blocks: [], fields, errors: [error], eventCount: null };
  return Array.isArray(content) ? { blocks: content, fields, errors: [], eventCount: null } : undefined;
}

function streamedAnswer(text: string): Answer | undefined {
  const reader = createEventReader();
  const draft = createDraft();
  const errors: unknown[] = [];
  let eventCount = 0;
  try {
    // In one piece: only what comes in several needs more than a browser has.
    const events = [...reader.read({ at: 0, chunks: [new TextEncoder().encode(text)] }), ...reader.end()];
    for (const one of events)
      readEvent(one, ({ event }) => {
        eventCount += 1;
        if (event.type === 'error') errors.push(event.error);
        else if (event.type === 'broken') errors.push({ broken: event.text });
        else draft.apply(event);
      });
  } catch (error) {
    // Another dialect, or more than one message: what came before stands.
    errors.push(error instanceof Error ? error.message : error);
  }
  const { content, type: _type, role: _role, ...fields } = draft.message();
  return eventCount === 0 ? undefined : { blocks: content, fields, errors, eventCount };
}
