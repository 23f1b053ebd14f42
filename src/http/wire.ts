// What crosses the wire, as types: one request, one response, and the function between them.
// Knows nothing of Messages, and nothing of undici.
import type { Trace } from './trace.ts';

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
