// Signals: what has to be done before one ends this process (children ended, terminals given back), and sending one.
import type { DeadlySignal } from '../errors.ts';

/** Sends a signal to a process; one that is gone does not matter. */
export function sendSignal(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended, or belongs to somebody else.
  }
}

/**
 * Calls back when one of the signals comes, then lets it do what it does, unless somebody else handles it.
 * The function it gives ends that.
 */
export function beforeDeath(
  signals: readonly DeadlySignal[],
  act: (signal: DeadlySignal) => void,
): () => void {
  const onSignal = (signal: NodeJS.Signals): void => {
    stop();
    act(signal as DeadlySignal);
    // Where nobody else listens, nobody else would end the process.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  const stop = (): void => {
    for (const signal of signals) process.off(signal, onSignal);
  };
  for (const signal of signals) process.on(signal, onSignal);
  return stop;
}
