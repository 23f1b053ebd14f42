// Turns what the socket delivered, and when, into event arrivals and byte positions.
// Only counts and clocks: no verdict lives here (see buffering.ts).
import type { Arrival } from '../http/wire.ts';

/** How many bytes of the (decoded) body were here after a socket read. */
export type ByteMark = { readonly at: number; readonly offset: number };

export type StreamArrivals = {
  /** When each content_block_delta was complete, in milliseconds after `startedAt`. */
  readonly deltas: readonly number[];
  /** When anything of the event stream was first complete: an event or a `:` keep-alive. */
  readonly firstEventAt: number | null;
  readonly reads: readonly ByteMark[];
  /** Offsets at which a cut would fall between two events. */
  readonly boundaries: ReadonlySet<number>;
};

const LF = 0x0a;
const CR = 0x0d;

/** Whether an event is a content delta, by its data or, where that is not JSON, by its name. */
function isContentDelta(name: string, data: string): boolean {
  try {
    return (JSON.parse(data) as { type?: unknown } | null)?.type === 'content_block_delta';
  } catch {
    return name === 'content_block_delta';
  }
}

/**
 * Reads an event stream for its timing. An event counts from the moment its blank line is here, because
 * that is when a reader can act on it. Lines may end in LF, CRLF or CR; cuts may fall anywhere.
 * `startedAt` is when the request was sent, on the clock of `arrivals`.
 */
export function measureArrivals(arrivals: readonly Arrival[], startedAt: number): StreamArrivals {
  const deltas: number[] = [];
  const reads: ByteMark[] = [];
  const boundaries = new Set<number>([0]);
  const decoder = new TextDecoder();
  let firstEventAt: number | null = null;
  let offset = 0;
  let line: number[] = [];
  let eventName = '';
  let data: string | null = null;
  let followsCarriageReturn = false;

  const endLine = (at: number): void => {
    const text = decoder.decode(Uint8Array.from(line));
    line = [];
    if (text === '') {
      if (data !== null) {
        firstEventAt ??= at;
        if (isContentDelta(eventName, data)) deltas.push(at);
      }
      data = null;
      eventName = '';
      boundaries.add(offset);
    } else if (text.startsWith(':')) {
      firstEventAt ??= at;
    } else if (text.startsWith('data:')) {
      data = `${data ?? ''}${text.slice(5)}\n`;
    } else if (text.startsWith('event:')) {
      eventName = text.slice(6).trim();
    }
  };

  for (const arrival of arrivals) {
    const at = arrival.at - startedAt;
    for (const chunk of arrival.chunks) {
      for (const byte of chunk) {
        offset += 1;
        if (byte === LF && followsCarriageReturn) {
          // The second half of a CRLF: the line has ended already, the cut may fall on either side.
          followsCarriageReturn = false;
          if (boundaries.has(offset - 1)) boundaries.add(offset);
          continue;
        }
        followsCarriageReturn = byte === CR;
        if (byte === LF || byte === CR) endLine(at);
        else line.push(byte);
      }
    }
    reads.push({ at, offset });
  }
  return { deltas, firstEventAt, reads, boundaries };
}
