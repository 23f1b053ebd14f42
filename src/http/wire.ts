// What crosses the wire, as types: one request, one response with the marks of its times, and the function between
// them. Knows nothing of Messages, and nothing of undici.

export type WireRequest = {
  readonly method: 'GET' | 'POST' | 'HEAD';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
};

/**
 * What one turn of the event loop delivered: the chunks of a socket read, as they came, and when
 * (milliseconds on the transport's clock). Batches rather than single chunks, because a busy stream
 * has thousands of chunks a read, and an `await` for each would cost more than parsing it.
 */
export type Arrival = { readonly at: number; readonly chunks: readonly Uint8Array[] };

export type WireResponse = {
  readonly status: number;
  /** Lower-case names; values of repeated fields joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * The body, decoded if it was compressed. Ends when the server ended it properly; throws a MsgError of
   * kind `network` when it broke off. Leaving the loop early aborts the request.
   */
  readonly body: AsyncIterable<Arrival>;
  /** `host:port` of the proxy that passed this answer on in the clear, or gave it itself. */
  readonly proxy?: string;
  /** Grows while the body is read. */
  readonly trace: Trace;
};

/** Headers whose values are secrets: never logged, recorded or printed. */
const secretHeaders: ReadonlySet<string> = new Set([
  'authorization',
  'proxy-authorization',
  'x-api-key',
  'api-key',
  'cf-aig-authorization',
  'cookie',
  'set-cookie',
  'x-amz-security-token',
]);

/** Whether a header's value is a secret: by its name, or by what names of gateways' own key headers end in. */
export const isSecretHeader = (name: string): boolean =>
  secretHeaders.has(name.toLowerCase()) || /(^|[-_])(key|token|secret|password|auth)$/i.test(name);

export type SendOptions = { readonly signal?: AbortSignal };

/**
 * Sends one request and resolves when the response headers are here, whatever the status.
 * Redirects are never followed. Throws MsgError `network` when no response came, and the signal's
 * reason when it was aborted.
 */
export type Transport = {
  (request: WireRequest, options?: SendOptions): Promise<WireResponse>;
  /** Ends idle connections so that the process can exit. */
  close(): Promise<void>;
};

/** The marks of one exchange, in milliseconds on the transport's clock, filled in while it happens. */
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
