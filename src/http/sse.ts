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
  const decoder = createDecoder();
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
      for (const chunk of chunks) parser.feed(decoder.read(chunk));
      return take();
    },
    end() {
      parser.feed(`${decoder.end()}\n\n`);
      return take();
    },
  };
}

/**
 * UTF-8 that arrives in pieces, as TextDecoder reads it: a broken byte becomes U+FFFD rather than the end of an
 * answer somebody paid for. Pieces that end in ASCII, as nearly all of a stream do, go a way that is seven times
 * faster and gives strings of one byte a character.
 */
function createDecoder(): { read(chunk: Uint8Array): string; end(): string } {
  const decoder = new TextDecoder('utf-8');
  /** At the start there may be a byte order mark; later the decoder may hold half a character. */
  let isBetween = false;
  return {
    read(chunk) {
      const last = chunk[chunk.length - 1];
      if (last === undefined) return '';
      const wasBetween = isBetween;
      isBetween = last < 0x80;
      return wasBetween && isBetween
        ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('utf8')
        : decoder.decode(chunk, { stream: true });
    },
    end: () => decoder.decode(),
  };
}
