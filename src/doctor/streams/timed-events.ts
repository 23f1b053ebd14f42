// A recorded stream split into its events, each with its arrival and its place. Pure.
// The parser of http/sse serves answers; this one serves diagnosis and keeps offsets and defects.
import { isObject } from '../../text/json.ts';
import type { Steps } from './in-steps.ts';

/** Bytes as they came, milliseconds since the request was handed over. */
export type RawArrival = { readonly at: number; readonly bytes: Uint8Array };

export type TimedEvent = {
  readonly at: number;
  /** Offset of the byte after the blank line that ended it. */
  readonly endOffset: number;
  readonly name: string | null;
  readonly data: string;
  readonly json: Readonly<Record<string, unknown>> | null;
  /** `type` in the JSON, else the name. */
  readonly type: string;
};

type Split = {
  events: TimedEvent[];
  comments: number[];
  endings: Set<'lf' | 'crlf' | 'cr'>;
  /** Fields of an event without its blank line were left at the end. */
  isOpen: boolean;
};

const LF = 10;
const CR = 13;
/** Bytes of one step. */
const stepBytes = 128 * 1024;

/** Splits by the rules of the HTML standard (9.2.6), remembering where and when each event ended. */
export function* splitEvents(raw: readonly RawArrival[]): Steps<Split> {
  const bytes = Buffer.concat(raw.map((arrival) => arrival.bytes));
  const clock = arrivalClock(raw);
  const decoder = new TextDecoder();
  const split: Split = { events: [], comments: [], endings: new Set(), isOpen: false };
  let name: string | null = null;
  let data: string[] = [];
  let start = 0;
  let stepEnd = stepBytes;
  const finish = (end: number): void => {
    if (name !== null || data.length > 0)
      split.events.push(timedEvent(clock(end - 1), end, name, data.join('\n')));
    name = null;
    data = [];
  };
  const field = (line: string, at: number): void => {
    if (line.startsWith(':')) split.comments.push(at);
    else if (line.startsWith('event:')) name = line.slice(6).trim();
    else if (line.startsWith('data:')) data.push(line.slice(line[5] === ' ' ? 6 : 5));
  };
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index];
    if (byte !== LF && byte !== CR) continue;
    const isPair = byte === CR && bytes[index + 1] === LF;
    const end = index + (isPair ? 2 : 1);
    split.endings.add(isPair ? 'crlf' : byte === CR ? 'cr' : 'lf');
    if (index === start) finish(end);
    else field(decoder.decode(bytes.subarray(start, index)).replace(/^\uFEFF/, ''), clock(index));
    start = end;
    index = end - 1;
    if (end < stepEnd) continue;
    stepEnd = end + stepBytes;
    yield;
  }
  if (start < bytes.length) field(decoder.decode(bytes.subarray(start)), clock(bytes.length - 1));
  split.isOpen = start < bytes.length || name !== null || data.length > 0;
  finish(bytes.length);
  return split;
}

function timedEvent(at: number, endOffset: number, name: string | null, data: string): TimedEvent {
  let json: Record<string, unknown> | null = null;
  try {
    const value: unknown = JSON.parse(data);
    if (isObject(value)) json = value;
  } catch {
    // Not JSON: stream-facts.ts says what it is.
  }
  const type = json?.['type'];
  return { at, endOffset, name, data, json, type: typeof type === 'string' ? type : (name ?? '') };
}

/** When the byte at an offset came. Offsets are asked for in rising order. */
function arrivalClock(raw: readonly RawArrival[]): (offset: number) => number {
  let index = 0;
  let end = raw[0]?.bytes.length ?? 0;
  return (offset) => {
    while (offset >= end && index < raw.length - 1) {
      index += 1;
      end += raw[index]?.bytes.length ?? 0;
    }
    return raw[index]?.at ?? 0;
  };
}
