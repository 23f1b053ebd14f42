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

/** A time in which this process did not run though it wanted to: it had no processor, or was stopped. */
export type Stall = { readonly from: number; readonly to: number };

/** Begins to watch; what it gives ends that, and tells the stalls until then, on the clock's time. */
export type WatchStalls = () => () => readonly Stall[];

const lookEveryMs = 20;
/** What a timer is late by on a machine that is merely at work. */
const lateMs = 40;

/** Watches by a timer: what makes it late makes everything else late that was to happen meanwhile. */
export function watchStalls({ now, sleep }: Pick<Clock, 'now' | 'sleep'>): () => readonly Stall[] {
  const stalls: Stall[] = [];
  const ended = new AbortController();
  let due = now() + lookEveryMs;
  const look = (): void => {
    const to = now();
    if (to - due >= lateMs) stalls.push({ from: due, to });
    due = to + lookEveryMs;
  };
  const watch = async (): Promise<void> => {
    for (;;) {
      await sleep(lookEveryMs, ended.signal);
      look();
    }
  };
  watch().catch(() => {});
  return () => {
    ended.abort();
    look();
    return stalls;
  };
}
