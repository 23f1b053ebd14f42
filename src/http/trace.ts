// The marks of one exchange, in milliseconds on the transport's clock, filled in while it happens.

export type Trace = {
  /** When the request was handed to the transport. */
  readonly startedAt: number;
  /** The request has been written. */
  sentAt?: number;
  /** It was sent again on a new connection, because the other side had closed the one that was kept. */
  isResent?: boolean;
  headersAt?: number;
  firstByteAt?: number;
  lastByteAt?: number;
  /** The body ended, well or badly. */
  endedAt?: number;
  /** Body bytes and chunks as they came off the wire, before decoding. */
  bytes: number;
  chunks: number;
  /** The longest silence between two chunks of the body. */
  longestGapMs: number;
};

/** An empty trace; all times in it are milliseconds on the monotonic clock of `startedAt`. */
export const newTrace = (startedAt: number): Trace => ({ startedAt, bytes: 0, chunks: 0, longestGapMs: 0 });

/** Notes that `bytes` of the body arrived at `at`. */
export function markChunk(trace: Trace, at: number, bytes: number): void {
  if (trace.lastByteAt === undefined) trace.firstByteAt = at;
  else if (at - trace.lastByteAt > trace.longestGapMs) trace.longestGapMs = at - trace.lastByteAt;
  trace.lastByteAt = at;
  trace.bytes += bytes;
  trace.chunks += 1;
}
