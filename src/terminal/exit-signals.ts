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

/** How long a closed window waits for `finish`: something that hangs must not outlive its terminal. */
const hangUpWithinMs = 2_000;

/**
 * A closed window (SIGHUP) ends this process only when what must be kept is kept: `finish` is told to come to an
 * end, and the function this gives is called when it did. The process then dies of the signal, as it would have.
 */
export function delayHangUp(finish: () => void): () => void {
  let hasCome = false;
  const onHangUp = (): void => {
    if (hasCome) return;
    hasCome = true;
    setTimeout(die, hangUpWithinMs).unref();
    finish();
  };
  // At once: on a normal end Node would restore a terminal that is gone, and abort.
  const die = (): void => {
    process.removeAllListeners('SIGHUP');
    process.kill(process.pid, 'SIGHUP');
  };
  process.on('SIGHUP', onHangUp);
  return () => {
    if (hasCome) die();
    else process.off('SIGHUP', onHangUp);
  };
}

/**
 * Calls back when one of the signals comes, then lets it do what it does, unless somebody else handles it.
 * The function it gives ends that.
 */
export function onExitSignal(
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
