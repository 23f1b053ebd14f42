// The named gates of one mock: where scripts wait until a test lets them go on.

type Gates = {
  open(name: string): void;
  /** Resolves when the gate is open, or the signal aborts. */
  pass(name: string, signal: AbortSignal): Promise<void>;
  /** Resolves when a script has come to the gate. */
  reached(name: string): Promise<void>;
};

export function openGates(): Gates {
  const opened = latches();
  const reached = latches();
  return {
    open: opened.release,
    reached: reached.wait,
    async pass(name, signal) {
      reached.release(name);
      if (signal.aborted) return;
      let leave = (): void => {};
      const aborted = new Promise<void>((resolve) => {
        leave = resolve;
        signal.addEventListener('abort', leave, { once: true });
      });
      await Promise.race([opened.wait(name), aborted]);
      signal.removeEventListener('abort', leave);
    },
  };
}

/** Promises by name, each made when first asked for and kept for good once released. */
function latches() {
  const all = new Map<string, { promise: Promise<void>; release: () => void }>();
  const latch = (name: string) => {
    const known = all.get(name);
    if (known) return known;
    let release = (): void => {};
    const promise = new Promise<void>((resolve) => {
      release = resolve;
    });
    const made = { promise, release };
    all.set(name, made);
    return made;
  };
  return {
    wait: (name: string): Promise<void> => latch(name).promise,
    release: (name: string): void => latch(name).release(),
  };
}
