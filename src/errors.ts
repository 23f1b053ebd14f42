// The one error type of msg. The text is written where the error is made; rendering only lays it out.

/** Facts of an answer that reports a failure. Each may be missing: gateways are sloppy. */
export type ApiFacts = {
  /** HTTP status; absent for an `error` event inside a stream that began with 200. */
  readonly status?: number;
  /** `error.type` of the envelope, e.g. `authentication_error`. */
  readonly type?: string;
  /** `error.details.error_code`, or `error.code` of an OpenAI-shaped envelope. */
  readonly code?: string;
  readonly requestId?: string;
  /** Whether sending the same request again can help (protocol rule, not a promise). */
  readonly isRetryable: boolean;
  /** Nothing answers at the path. */
  readonly isNowhere?: true;
  /** A quota or the credit is used up: a minute later it still is. */
  readonly isSpent?: true;
  /** What the server asked for in `retry-after-ms` or `retry-after`, in milliseconds. */
  readonly retryAfterMs?: number;
};

/** The details each kind of error carries. */
export type ErrorDetails = {
  /** Flags, arguments, an empty prompt. */
  usage: Record<never, never>;
  /** Files, profiles, presets, keys, base URLs. */
  config: { readonly path?: string };
  /** 401, 402, 403. */
  auth: ApiFacts;
  /** 400, 404, 405, 413, 422. */
  request: ApiFacts;
  /** 429, 529 and every other form of "overloaded". */
  limit: ApiFacts;
  /** Other 5xx. */
  server: ApiFacts;
  /**
   * DNS, refused, TLS, timeout, reset: `code` is Node's, TLS's or undici's. `bodyBytes`: how much was on its way,
   * where that may be the cause.
   */
  network: { readonly code?: string; readonly isRetryable: boolean; readonly bodyBytes?: number };
  /** Not Messages: HTML, wrong content type, order broken, a stream without an end. */
  protocol: Partial<ApiFacts>;
  /** SIGINT, SIGTERM. */
  interrupted: { readonly signal: 'SIGINT' | 'SIGTERM' };
};

export type ErrorKind = keyof ErrorDetails;

type ErrorOptions<K extends ErrorKind> = {
  /** What to do next, ideally a command. */
  readonly hint?: string | undefined;
  readonly details: ErrorDetails[K];
  readonly cause?: unknown;
};

/** An expected failure: what happened (with the noun and the source), what to do next, and the facts. */
export class MsgError<K extends ErrorKind = ErrorKind> extends Error {
  override readonly name = 'MsgError';
  readonly kind: K;
  readonly hint: string | undefined;
  readonly details: ErrorDetails[K];

  constructor(kind: K, message: string, options: ErrorOptions<K>) {
    super(message, { cause: options.cause });
    this.kind = kind;
    this.hint = options.hint;
    this.details = options.details;
  }
}

/** Narrows to a MsgError of one of the given kinds (any kind when none is given). */
export function isMsgError<K extends ErrorKind>(
  error: unknown,
  ...kinds: K[]
): error is { [P in K]: MsgError<P> }[K] {
  return error instanceof MsgError && (kinds.length === 0 || (kinds as ErrorKind[]).includes(error.kind));
}

/** What the details of an error tell of an answer: all that is known, or nothing, by its kind. */
export const apiFactsOf = ({ details }: MsgError): Partial<ApiFacts> => details as Partial<ApiFacts>;

/** A mistake on the command line: flags, arguments, an empty prompt. */
export const usageError = (message: string, hint?: string): MsgError<'usage'> =>
  new MsgError('usage', message, { hint, details: {} });

/** Something wrong in what was configured: file, profile, preset, key, base URL. */
export const configError = (
  message: string,
  hint?: string,
  details: ErrorDetails['config'] = {},
  cause?: unknown,
): MsgError<'config'> => new MsgError('config', message, { hint, details, cause });

/** Signals that end a process which does not listen to them. */
export type DeadlySignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** Ctrl-C or kill. */
export const interrupted = (signal: 'SIGINT' | 'SIGTERM'): MsgError<'interrupted'> =>
  new MsgError('interrupted', signal === 'SIGINT' ? 'Interrupted.' : 'Terminated.', { details: { signal } });
