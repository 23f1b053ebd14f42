// The requests of one search: counted, and made again after a wait where the server says that there were too many.
import { longestHonouredWaitMs, resetAfterMs, retryAfterMs } from '../../http/retry.ts';
import type { Exchange } from '../engine/observations.ts';
import type { DoctorContext } from '../engine/probe.ts';

/** What one search waits in all. A limit of an hour is told, not waited for. */
const longestWaitsMs = 120_000;
/** Where the server names no time: after so long, and twice that each time after. */
const firstWaitMs = 1000;
const mostInARow = 5;

export type PatientRequests = {
  /** Makes a request until something other than a limit answers it, as far as budget and patience reach. */
  make(ask: () => Promise<Exchange>): Promise<Exchange>;
  readonly made: number;
  readonly waitedMs: number;
};

/** @param budget requests that may be made in all */
export function patientRequests(
  { clock, signal, onStep, onWait }: DoctorContext,
  budget: number,
): PatientRequests {
  let [made, waitedMs, hasAnswered] = [0, 0, false];
  /** Whether and how long to wait for the limit that answered. One that stands from the start, and names no time, is told. */
  const waitFor = (exchange: Exchange, inARow: number): number | undefined => {
    if (exchange.outcome === 'failed' || made >= budget || inARow > mostInARow) return undefined;
    const { headers, wallTimeMs } = exchange;
    const askedMs = retryAfterMs(headers, wallTimeMs) ?? resetAfterMs(headers, wallTimeMs);
    const ms = askedMs ?? (hasAnswered ? firstWaitMs * 2 ** (inARow - 1) : undefined);
    return ms === undefined || ms > longestHonouredWaitMs || waitedMs + ms > longestWaitsMs ? undefined : ms;
  };
  return {
    async make(ask) {
      for (let inARow = 1; ; inARow += 1) {
        made += 1;
        onStep(`${made} of at most ${budget} requests`, { done: made - 1, most: budget });
        const exchange = await ask();
        if (!/^(rate|overloaded)$/.test(exchange.reading.kind)) {
          hasAnswered = true;
          return exchange;
        }
        const waitMs = waitFor(exchange, inARow);
        if (waitMs === undefined) return exchange;
        onWait(`${exchange.reading.means} Going on in ${(waitMs / 1000).toFixed(1)} s.`);
        await clock.sleep(waitMs, signal);
        waitedMs += waitMs;
      }
    },
    get made() {
      return made;
    },
    get waitedMs() {
      return waitedMs;
    },
  };
}
