// Time as a parameter. The real clock is made in context.ts; tests bring their own.

export type Clock = {
  /** Milliseconds on a monotonic clock; only differences mean something. */
  now(): number;
  /** Milliseconds since 1970. */
  wallTime(): number;
  /** Resolves after `ms`, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
};

/** Does something after `ms`, unless the function it returns is called before. */
export function after(ms: number, { sleep }: Pick<Clock, 'sleep'>, act: () => void): () => void {
  const abort = new AbortController();
  sleep(ms, abort.signal).then(act, () => {});
  return () => abort.abort();
}
