// Why one streamed answer does not count, in the doctor's own words: the reading of the exchange, else the first check of
// streams that it fails. Pure.
import { streamChecks } from '../checks/stream.ts';
import { streamEventChecks } from '../checks/stream-events.ts';
import { upstreamChecks } from '../checks/upstream.ts';
import type { Check, Finding } from '../engine/check.ts';
import type { Observations, Observe, Setup, Streamed } from '../engine/observations.ts';
import { scrub } from '../engine/wire-lines.ts';
import type { Trouble } from './race.ts';

/** What tells most stands first; the catch-all says no more than the reading. */
const judges: readonly Check[] = [
  ...streamChecks,
  ...streamEventChecks,
  ...upstreamChecks.filter(({ id }) => id === 'up.offline'),
].filter(({ isGate }) => !isGate);

/** A target that may get well is degraded by these, or nobody knows; one answer is lost by them all the same. */
const alwaysLost: readonly string[] = ['sse.error_event', 'sse.truncated'];

/** The one cause for which the answer does not count; null for a whole answer. */
export function troubleOf(streamed: Streamed, setup: Setup): Trouble | null {
  const { exchange, stream } = streamed;
  const { kind, check, means, owner, isRetryable } = exchange.reading;
  if (exchange.outcome === 'failed' || (kind !== 'stream' && kind !== 'message' && stream === null))
    return { check, means: scrub(means), owner, isRetryable };
  const seen: Partial<Observations> = { setup, stream: streamed };
  const observe: Observe = (id) => seen[id];
  for (const judge of judges) {
    const finding = judge.judge(observe);
    if (isLoss(judge.id, finding))
      return {
        check: judge.id,
        means: scrub(finding.summary),
        owner: finding.owner ?? 'gateway',
        isRetryable: true,
      };
  }
  return null;
}

const isLoss = (id: string, { status }: Finding): boolean =>
  status === 'fail' || ((status === 'warn' || status === 'unknown') && alwaysLost.includes(id));
