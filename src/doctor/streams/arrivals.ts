// What the statistic needs of a recorded stream: when deltas arrived, and where socket reads ended.
// Only counts and clocks: events are told apart in stream-facts.ts, verdicts are made in buffering.ts.
import type { StreamFacts } from './stream-facts.ts';

/** A socket read: how many bytes of the (decoded) body were here after it, and whether it ended with an event. */
export type ByteMark = { readonly at: number; readonly offset: number; readonly endsEvent: boolean };

export type StreamArrivals = {
  /** When each content_block_delta was complete, in milliseconds after the request. */
  readonly deltas: readonly number[];
  /** When anything of the event stream was first complete: an event or a `:` keep-alive. */
  readonly firstEventAt: number | null;
  readonly reads: readonly ByteMark[];
};

const LF = 0x0a;
const CR = 0x0d;

/**
 * Reduces a recorded stream to its timing. An event counts from the moment its blank line is here, because
 * that is when a reader can act on it.
 */
export function measureArrivals({
  raw,
  events,
  keepalives,
}: Pick<StreamFacts, 'raw' | 'events' | 'keepalives'>): StreamArrivals {
  const firsts = [events[0]?.at, keepalives[0]].filter((at) => at !== undefined);
  const reads: ByteMark[] = [];
  let offset = 0;
  let tail: readonly number[] = [];
  for (const { at, bytes } of raw) {
    offset += bytes.length;
    tail = [...tail, ...bytes.subarray(-3)].slice(-3);
    reads.push({ at, offset, endsEvent: endsWithBlankLine(tail) });
  }
  return {
    deltas: events.filter(({ type }) => type === 'content_block_delta').map(({ at }) => at),
    firstEventAt: firsts.length === 0 ? null : Math.min(...firsts),
    reads,
  };
}

/** Whether these last bytes are a line end after a line end, in any of the three forms. */
function endsWithBlankLine(tail: readonly number[]): boolean {
  const [last, second, third] = tail.toReversed();
  const before = last === LF && second === CR ? third : second;
  return (last === LF || last === CR) && (before === LF || before === CR);
}
