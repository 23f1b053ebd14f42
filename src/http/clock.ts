// Time as a parameter. The real clock is made in context.ts; tests bring their own.

export type Clock = {
  /** Milliseconds on a monotonic clock; only differences mean something. */
  now(): number;
  /** Milliseconds since 1970. */
  wallTime(): number;
  /** Resolves after `ms`, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
};
