// Server-sent events out of arriving bytes. The one door to eventsource-parser.
import { createParser } from 'eventsource-parser';
import type { MsgError } from '../errors.ts';
import { limits, tooMuchSent } from './limits.ts';
import type { Arrival } from './wire.ts';

export type ServerSentEvent = {
  readonly event: string | undefined;
  readonly data: string;
  /** No event: lines without the name of a field, such as the page or the error of a hop that wrote into the stream. */
  readonly isStray?: true;
};

type EventReader = {
  /**
   * The events this arrival completed: possibly none, if it brought a comment or half an event.
   * @throws MsgError `protocol` for an event beyond the limits; what came before it is given first
   */
  read(arrival: Arrival): ServerSentEvent[];
  /** What the stream leaves behind when it ends without a blank line; it may be half an event. */
  end(): ServerSentEvent[];
};

/**
 * Splits a body into events. Knows LF, CR and CRLF, a leading BOM, comments, several `data:` lines, UTF-8
 * characters cut between chunks, and a last event without its blank line. Lines that are none of an event come as
 * strays, those that follow each other as one.
 */
export function createEventReader({ event, eventLines }: EventLimits = limits): EventReader {
  const decoder = createDecoder();
  let events: ServerSentEvent[] = [];
  let failure: MsgError | undefined;
  /** Lines of data that wait for the end of their event. */
  let waitingLines = 0;
  let stray = '';
  const add = (one: ServerSentEvent): void => {
    if (stray !== '') events.push({ event: undefined, data: stray.trimEnd(), isStray: true });
    stray = '';
    events.push(one);
  };
  const parser = createParser({
    maxBufferSize: event,
    onEvent: (message) => add({ event: message.event, data: message.data }),
    onError({ type, line = '' }) {
      if (type === 'max-buffer-size-exceeded') failure = tooMuchSent(overlong, event);
      if (type !== 'unknown-field') return;
      // Indented, or with a capital.
      const field = /^\s*(data|event|id|retry)\s*:\s?/i.exec(line);
      if (field === null) {
        if (stray.length < limits.errorBody) stray += `${line.slice(0, limits.errorBody)}\n`;
      } else if (field[1]?.toLowerCase() === 'data')
        add({ event: undefined, data: line.slice(field[0].length) });
    },
  });
  const feed = (text: string): void => {
    const before = events.length;
    if (failure === undefined) parser.feed(text);
    // Counted only where no event came to its end, which is rare.
    waitingLines = events.length > before ? 0 : waitingLines + dataLines(text);
    if (waitingLines > eventLines) failure ??= tooMuchSent(overlong, eventLines, 'lines');
  };
  const take = (): ServerSentEvent[] => {
    if (failure !== undefined && events.length === 0) throw failure;
    const batch = events;
    events = [];
    return batch;
  };
  return {
    read({ chunks }) {
      for (const chunk of chunks) feed(decoder.read(chunk));
      return take();
    },
    end() {
      feed(`${decoder.end()}\n\n`);
      const last = take();
      return stray === '' ? last : [...last, { event: undefined, data: stray.trimEnd(), isStray: true }];
    },
  };
}

type EventLimits = { readonly event: number; readonly eventLines: number };

const overlong = 'An event of the stream';

function dataLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\ndata'); at >= 0; at = text.indexOf('\ndata', at + 5)) count++;
  return count;
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
