// Server-sent events out of arriving bytes. The one door to eventsource-parser.
import { createParser } from 'eventsource-parser';
import type { Arrival } from './wire.ts';

export type ServerSentEvent = { readonly event: string | undefined; readonly data: string };

/** The events one arrival completed (possibly none: a comment, or half an event). */
export type EventBatch = {
  readonly at: number;
  readonly events: readonly ServerSentEvent[];
  /** Made of what was left when the stream ended without a blank line; it may be half an event. */
  readonly isTail: boolean;
};

/**
 * Splits a body into events, one batch an arrival. Knows LF, CR and CRLF, a leading BOM, comments,
 * several `data:` lines, UTF-8 characters cut between chunks, and a last event without its blank line.
 */
export async function* readEvents(body: AsyncIterable<Arrival>): AsyncGenerator<EventBatch> {
  // `fatal: false`: a broken byte becomes U+FFFD rather than the end of an answer somebody paid for.
  const decoder = new TextDecoder('utf-8');
  let events: ServerSentEvent[] = [];
  const parser = createParser({
    onEvent: (message) => events.push({ event: message.event, data: message.data }),
  });
  const take = (): ServerSentEvent[] => {
    const taken = events;
    events = [];
    return taken;
  };
  let at = 0;
  for await (const arrival of body) {
    at = arrival.at;
    for (const chunk of arrival.chunks) parser.feed(decoder.decode(chunk, { stream: true }));
    yield { at, events: take(), isTail: false };
  }
  parser.feed(`${decoder.decode()}\n\n`);
  const rest = take();
  if (rest.length > 0) yield { at, events: rest, isTail: true };
}
