// Server-sent events out of arriving bytes. The one door to eventsource-parser.
import { createParser } from 'eventsource-parser';
import type { Arrival } from './wire.ts';

export type ServerSentEvent = { readonly event: string | undefined; readonly data: string };

export type EventReader = {
  /** The events this arrival completed: possibly none, if it brought a comment or half an event. */
  read(arrival: Arrival): ServerSentEvent[];
  /** What the stream leaves behind when it ends without a blank line; it may be half an event. */
  end(): ServerSentEvent[];
};

/**
 * Splits a body into events. Knows LF, CR and CRLF, a leading BOM, comments, several `data:` lines, UTF-8
 * characters cut between chunks, and a last event without its blank line.
 */
export function createEventReader(): EventReader {
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
  return {
    read({ chunks }) {
      for (const chunk of chunks) parser.feed(decoder.decode(chunk, { stream: true }));
      return take();
    },
    end() {
      parser.feed(`${decoder.decode()}\n\n`);
      return take();
    },
  };
}
