// What one answer of the mock is made of: steps, as data. Types and small builders; nothing is played here.
import { Buffer } from 'node:buffer';

export type HeaderFields = Readonly<Record<string, string | readonly string[]>>;

/** The end of a line of an event stream. The standard allows all three. */
type LineEnd = '\n' | '\r\n' | '\r';

/** Status line and headers. Without one, the first byte sends 200 and an event stream's headers. */
export type HeadStep = {
  readonly step: 'head';
  readonly status?: number;
  readonly headers?: HeaderFields;
  /**
   * How the end of the body is told: `chunked` (default), `length` (everything is held until the end and
   * sent under one Content-Length), `close` (no framing at all: the connection closes, as HTTP/1.0 did).
   */
  readonly framing?: 'chunked' | 'length' | 'close';
  /** Compresses the body, flushing after every write, as the native API does. */
  readonly compress?: 'gzip';
};

export type EventStep = {
  readonly step: 'event';
  /** Sent as JSON; a string is sent as it is. */
  readonly data: unknown;
  /** The `event:` line. Default: the `type` of the data; `false`: no such line. */
  readonly event?: string | false;
  readonly lineEnd?: LineEnd;
};

type BytesStep = {
  readonly step: 'bytes';
  readonly bytes: string | Uint8Array;
  /** How to read a string. Default utf8. */
  readonly encoding?: 'utf8' | 'base64' | 'hex';
};

/** One step of an answer. `end` may be left out at the end of a script; `reset` and `hangup` replace it. */
export type ScriptStep =
  | HeadStep
  | EventStep
  | BytesStep
  /** The bytes of the inner events and bytes, joined, then cut: each piece leaves in a write of its own. */
  | {
      readonly step: 'split';
      readonly at: 'every-byte' | readonly number[];
      readonly steps: readonly (EventStep | BytesStep)[];
    }
  /** From here on, holds bytes back as a buffering hop does: blocks of a size, a timer, or until the end. */
  | { readonly step: 'buffer'; readonly until: { readonly bytes: number } | { readonly ms: number } | 'end' }
  | { readonly step: 'repeat'; readonly times: number; readonly steps: readonly ScriptStep[] }
  /** Waits until `mock.open(name)`; a gate nobody opens is silence. */
  | { readonly step: 'gate'; readonly name: string }
  | { readonly step: 'pause'; readonly ms: number }
  /** RST: the connection breaks. */
  | { readonly step: 'reset' }
  /** FIN in the middle of the body: the connection closes without the body's proper end. */
  | { readonly step: 'hangup' }
  | { readonly step: 'end' };

/** One answer. */
export type Script = readonly ScriptStep[];

export const eventStreamHeaders: HeaderFields = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
};

/** Status and headers of the answer; by default those of an event stream. */
export const head = (status = 200, headers: HeaderFields = eventStreamHeaders): HeadStep => ({
  step: 'head',
  status,
  headers,
});
/** One event. Its name is the `type` of the data unless another is given; `false` leaves the name out. */
export const event = (data: unknown, name?: string | false): EventStep => ({
  step: 'event',
  data,
  ...(name === undefined ? {} : { event: name }),
});
/** Bytes as they are, inside or across events. */
export const bytes = (raw: string | Uint8Array): BytesStep => ({ step: 'bytes', bytes: raw });
/** The bytes of these steps, sent in pieces: cut after each of the offsets, or after every byte. */
export const split = (
  at: 'every-byte' | readonly number[],
  ...steps: readonly (EventStep | BytesStep)[]
): ScriptStep => ({ step: 'split', at, steps });
/** Waits here until the test opens the gate. */
export const gate = (name: string): ScriptStep => ({ step: 'gate', name });
/** Waits so many milliseconds. */
export const pause = (ms: number): ScriptStep => ({ step: 'pause', ms });
/** Breaks the connection (RST). */
export const reset: ScriptStep = { step: 'reset' };
/** Closes the connection without the proper end of the body (FIN). */
export const hangup: ScriptStep = { step: 'hangup' };
/** The proper end of the body; a script that stops without one ends like this, too. */
export const end: ScriptStep = { step: 'end' };

/** The bytes one event or bytes step stands for. */
export function bytesOf(step: EventStep | BytesStep): Buffer {
  if (step.step === 'event') return Buffer.from(frame(step));
  return typeof step.bytes === 'string'
    ? Buffer.from(step.bytes, step.encoding ?? 'utf8')
    : Buffer.from(step.bytes);
}

/** An event as the standard frames it: a name, one `data:` line for each line of the data, a blank line. */
function frame({ data, event: name, lineEnd = '\n' }: EventStep): string {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  const lines = text.split('\n').map((line) => `data: ${line}`);
  const eventName = name ?? typeOf(data);
  if (eventName !== undefined && eventName !== false) lines.unshift(`event: ${eventName}`);
  return `${lines.join(lineEnd)}${lineEnd}${lineEnd}`;
}

function typeOf(data: unknown): string | undefined {
  if (typeof data !== 'object' || data === null || !('type' in data)) return undefined;
  return typeof data.type === 'string' ? data.type : undefined;
}
