// One exchange as the tap saw it: the model that the page, recordings, HAR and the judge share. Plain data that survives
// JSON; no secret stands in it. Who fills it in is journal.ts.

import type { Stall } from '../http/clock.ts';

/** Names and values as they were written, in their order; the value of a secret header is masked. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/** A body: what is kept of it, and how much there was. */
export type Body = {
  /** As it crossed the wire: compressed if it was, without the framing of chunks. */
  readonly wireBytes: number;
  /** Decoded text, keys masked; the beginning only where `isCut`. */
  readonly text: string;
  /** More came than is kept. */
  readonly isCut: boolean;
  /** It is no text: `text` is base64. */
  readonly isBinary: boolean;
};

export type TappedRequest = {
  readonly method: string;
  /** The target as the client wrote it: path and query. */
  readonly path: string;
  /** Where it went. */
  readonly url: string;
  /** `1.1` */
  readonly httpVersion: string;
  readonly headers: HeaderList;
  readonly trailers: HeaderList;
  readonly body: Body;
};

/** A 1xx in front of the answer. Times are milliseconds since the exchange began, here as everywhere below. */
export type Interim = {
  readonly at: number;
  readonly status: number;
  readonly reason: string;
  readonly headers: HeaderList;
};

/** When bytes of the body came, and how many: one entry a read of the socket. */
export type ArrivalMark = readonly [at: number, wireBytes: number];

export type TappedResponse = {
  readonly status: number;
  readonly reason: string;
  readonly httpVersion: string;
  readonly headers: HeaderList;
  readonly trailers: HeaderList;
  readonly body: Body;
  readonly arrivals: readonly ArrivalMark[];
};

/**
 * How an exchange ended. `open`: not yet. `cut`: the server closed before the end of its answer; `reset`: it broke the
 * connection. `client-gone`: the client left first. `stopped`: the tap was. `unreached`: no connection to the server.
 * `refused`: the tap itself refused the request (token, Host, Origin, broken HTTP).
 */
export type Ending =
  | 'open'
  | 'complete'
  | 'cut'
  | 'reset'
  | 'client-gone'
  | 'stopped'
  | 'unreached'
  | 'refused';

export type Times = {
  /** The connection to the server was open; null on one that was open before. */
  readonly connected: number | null;
  /** The last byte of the request came. */
  readonly requestEnd: number | null;
  /** The head of the answer came. */
  readonly head: number | null;
  readonly firstByte: number | null;
  readonly lastByte: number | null;
  /** The client closed its side before the answer was complete. */
  readonly clientEnd: number | null;
  readonly end: number | null;
};

export type TapExchange = {
  /** Counts from 1, in the order of arrival. */
  readonly id: number;
  /** Milliseconds since 1970, to the microsecond: with `times` it tells what was first. */
  readonly startedAt: number;
  /** Equal numbers: the same connection of the client. */
  readonly connection: number;
  readonly request: TappedRequest;
  readonly interim: readonly Interim[];
  /** Null when no head came. */
  readonly response: TappedResponse | null;
  readonly times: Times;
  readonly ending: Ending;
  /** When the tap itself did not run: what came meanwhile was read at once. */
  readonly stalls: readonly Stall[];
  /** What failed, for `unreached`, `reset` and `refused`: the code of Node or TLS where there is one, and words. */
  readonly failure: { readonly code: string | null; readonly message: string } | null;
  /** What the tap was told to put in, as the options say it: `--fail overloaded-529, --slow 50`. */
  readonly fault: string | null;
};

/** What a Messages exchange was about; null where it does not say, or is none. */
export type AnswerFacts = {
  readonly modelAsked: string | null;
  readonly modelServed: string | null;
  /** The request asked for a stream. */
  readonly isStream: boolean;
  /** First text, thinking or tool input, since the exchange began. */
  readonly firstTextMs: number | null;
  /** Output tokens a second from the first text to the last. */
  readonly tokensPerSecond: number | null;
  /** Not from the cache, and not written to it. */
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly cacheReadTokens: number | null;
  readonly cacheWriteTokens: number | null;
  readonly stopReason: string | null;
};

/** One root cause, who can act, and what to do next. */
export type TapVerdict = {
  /** Names the cause: `path.doubled`, `stream.held`, `cache.missed`, or the check of the doctor that owns it. */
  readonly id: string;
  /** `ok`: nothing to say against it. */
  readonly severity: 'ok' | 'info' | 'warn' | 'fail';
  /** One sentence. */
  readonly summary: string;
  readonly owner: 'you' | 'client' | 'network' | 'proxy' | 'gateway' | 'provider';
  readonly confidence: 'certain' | 'likely' | 'possible';
  /** What cures it, one sentence; empty where nothing has to be done. */
  readonly cure: string;
  /** Commands to run next. */
  readonly commands: readonly string[];
  /** What it was seen by. */
  readonly evidence: readonly string[];
};

/** An exchange without its bodies: one line of a list. */
export type ExchangeRow = {
  readonly id: number;
  readonly startedAt: number;
  /** What the client calls itself (User-Agent). */
  readonly client: string | null;
  readonly method: string;
  readonly path: string;
  readonly status: number | null;
  readonly ending: Ending;
  readonly durationMs: number | null;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly fault: string | null;
  readonly facts: AnswerFacts;
  /** Null while it is open. */
  readonly verdict: TapVerdict | null;
};

/** What the page shows of one exchange, what a report holds, and what a recording is read into. */
export type JudgedExchange = { readonly row: ExchangeRow; readonly exchange: TapExchange };
