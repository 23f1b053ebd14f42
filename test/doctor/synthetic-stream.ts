// Streams made by arithmetic: an origin's pace, then a path that holds bytes back. No sockets, no clocks.

import { streamFacts } from '../../src/doctor/streams/stream-facts.ts';
import type { StreamTrace } from '../../src/doctor/streams/stream-statistic.ts';
import { measureArrivals, type StreamArrivals } from '../../src/doctor/streams/stream-statistic.ts';
import type { RawArrival } from '../../src/doctor/streams/timed-events.ts';

/** What the origin writes, and when (milliseconds after the request). */
export type Write = { readonly at: number; readonly bytes: Uint8Array };
export type Path = (writes: readonly Write[]) => RawArrival[];

const encoder = new TextEncoder();

export const sse = (type: string, fields: object): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;

export const delta = (text: string): string =>
  sse('content_block_delta', { index: 0, delta: { type: 'text_delta', text } });

/** One write an event: head at `headAt`, a delta at each of `deltaTimes`, the end right after the last. */
export function origin(deltaTimes: readonly number[], headAt = deltaTimes[0] ?? 0): Write[] {
  const last = deltaTimes.at(-1) ?? headAt;
  const at = (time: number, text: string): Write => ({ at: time, bytes: encoder.encode(text) });
  return [
    at(headAt, sse('message_start', { message: { id: 'msg_1', role: 'assistant', content: [], usage: {} } })),
    at(headAt, sse('content_block_start', { index: 0, content_block: { type: 'text', text: '' } })),
    ...deltaTimes.map((time, index) => at(time, delta(`${index + 1}\n`))),
    at(last, sse('content_block_stop', { index: 0 })),
    at(last, sse('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 9 } })),
    at(last, sse('message_stop', {})),
  ];
}

/** `count` deltas, one every `gapMs`, the first at `firstMs`. */
export const paced = (count: number, gapMs: number, firstMs = 400): number[] =>
  Array.from({ length: count }, (_, index) => firstMs + index * gapMs);

const joined = (writes: readonly Write[]): Uint8Array => Buffer.concat(writes.map((write) => write.bytes));

/** Nothing in between. */
export const direct: Path = (writes) => writes.map(({ at, bytes }) => ({ at, bytes }));

/** A collect-all proxy. */
export const dumped: Path = (writes) => [{ at: writes.at(-1)?.at ?? 0, bytes: joined(writes) }];

/** An application that opens the stream on time and keeps the text back. */
export const heldByApp: Path = (writes) => {
  const end = writes.at(-1)?.at ?? 0;
  return [
    { at: writes[0]?.at ?? 0, bytes: joined(writes.slice(0, 2)) },
    { at: end, bytes: joined(writes.slice(2)) },
  ];
};

/** A byte buffer: forwards when `size` bytes are full, the first less the upstream's header. */
export const blocks =
  (size: number, headerBytes = 181): Path =>
  (writes) => {
    const arrivals: RawArrival[] = [];
    let held: Uint8Array = new Uint8Array();
    let room = size - headerBytes;
    for (const write of writes) {
      held = Buffer.concat([held, write.bytes]);
      while (held.length >= room) {
        arrivals.push({ at: write.at, bytes: held.subarray(0, room) });
        held = held.subarray(room);
        room = size;
      }
    }
    if (held.length > 0) arrivals.push({ at: writes.at(-1)?.at ?? 0, bytes: held });
    return arrivals;
  };

/** Holds back the first `size` bytes, then lets everything through. */
export const heldStart =
  (size: number): Path =>
  (writes) => {
    let offset = 0;
    const index = writes.findIndex((write) => {
      offset += write.bytes.length;
      return offset >= size;
    });
    const [first, rest] = [writes.slice(0, index + 1), writes.slice(index + 1)];
    return [{ at: first.at(-1)?.at ?? 0, bytes: joined(first) }, ...rest];
  };

/** A flush timer started by the first byte it holds. */
export const flushed =
  (periodMs: number): Path =>
  (writes) => {
    const arrivals: RawArrival[] = [];
    let held: Write[] = [];
    let dueAt = 0;
    for (const write of writes) {
      if (held.length > 0 && write.at > dueAt) {
        arrivals.push({ at: dueAt, bytes: joined(held) });
        held = [];
      }
      if (held.length === 0) dueAt = write.at + periodMs;
      held.push(write);
    }
    if (held.length > 0) arrivals.push({ at: writes.at(-1)?.at ?? 0, bytes: joined(held) });
    return arrivals;
  };

/** The arrivals of a body that ended well. */
export const measure = (raw: readonly RawArrival[]): StreamArrivals =>
  measureArrivals(streamFacts(raw, {}, { isClean: true, endMs: raw.at(-1)?.at ?? 0 }));

/** The trace of `arrivals`, with a healthy header set and a one-token control unless told otherwise. */
export function traceOf(arrivals: readonly RawArrival[], facts: Partial<StreamTrace> = {}): StreamTrace {
  return {
    ...measure(arrivals),
    oneTokenMs: 400,
    headerHoldMs: null,
    hasContentLength: false,
    ageSeconds: null,
    cacheHit: null,
    contentEncoding: null,
    end: 'complete',
    outputTokens: null,
    ...facts,
  };
}
