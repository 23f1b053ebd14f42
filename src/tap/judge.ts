// One root cause for each exchange, or none: the rules in the order in which they explain each other.
import { isExplainedBy } from '../doctor/reading/tap-fault.ts';
import { duration } from '../text/counted.ts';
import type { Evidence } from './evidence.ts';
import type { TapVerdict } from './exchange.ts';
import { otherEncoding, refusedByServer, unreached } from './judge-answer.ts';
import { missedCache } from './judge-cache.ts';
import { doubleLength, emptyAnswer, openEnd, shortAnswer } from './judge-end.ts';
import { putInByTap } from './judge-fault.ts';
import { heldStream } from './judge-held.ts';
import { refusedByTap, stoppedWithTap } from './judge-refusal.ts';
import { changedThinking, largeImage, largeRequest, unpairedTools } from './judge-request.ts';
import { brokenInput, brokenOff, brokenStream, leftByClient, otherForm, unseenEnd } from './judge-stream.ts';
import { createMemory } from './past.ts';
import { type Look, type Rule, type TapPlace, verdict } from './rule.ts';

/** What explains an exchange best stands first. */
const rules: readonly Rule[] = [
  refusedByTap,
  stoppedWithTap,
  unreached,
  leftByClient,
  // A refused conversation is refused for what is wrong in it.
  (look) =>
    isRefusedRequest(look) ? (unpairedTools(look) ?? changedThinking(look) ?? largeImage(look)) : undefined,
  otherEncoding,
  doubleLength,
  refusedByServer,
  otherForm,
  brokenOff,
  brokenStream,
  brokenInput,
  openEnd,
  emptyAnswer,
  unpairedTools,
  changedThinking,
  missedCache,
  largeRequest,
  heldStream,
  shortAnswer,
  unseenEnd,
];

const isRefusedRequest = ({ evidence }: Look): boolean => evidence.entry.response?.status === 400;

/** So many tries of one request are more than any client makes for a passing fault. */
const stormTries = 4;

const fine: TapVerdict = verdict('ok', { severity: 'ok', summary: '', owner: 'you' });

export type Judge = (evidence: Evidence) => TapVerdict;

/** A judge with a memory of its own: exchanges have to be shown to it in the order in which they ended. */
export function createJudge(tap: TapPlace): Judge {
  const past = createMemory();
  return (evidence) => {
    const look = { evidence, tap, past };
    let found = fine;
    for (const rule of rules) {
      const cause = rule(look);
      if (cause === undefined) continue;
      found = cause;
      break;
    }
    const judged = retried(look, found);
    past.remember(evidence);
    return found !== fine && isExplainedBy(evidence.entry.fault, found.id)
      ? putInByTap(look, found, judged)
      : judged;
  };
}

/** A request that is tried again and again: the cause stays, and what the client makes of it is told. */
function retried({ evidence, past }: Look, found: TapVerdict): TapVerdict {
  const before = past.triesOf(evidence);
  if (before === undefined || evidence.requestText === '') return found;
  const count = before.count + 1;
  const span = duration(evidence.entry.startedAt - before.firstAt);
  if (found.severity === 'ok' || found.severity === 'info')
    return { ...found, evidence: [...found.evidence, `try ${count} of the same request`] };
  if (count < stormTries)
    return { ...found, summary: `${found.summary.replace(/\.$/, '')} (try ${count} of the same request).` };
  const statuses = [...new Set([...before.statuses, evidence.entry.response?.status ?? null])]
    .map((status) => status ?? 'no answer')
    .join(', ');
  return {
    ...found,
    id: 'client.retry_storm',
    severity: 'fail',
    summary: `${count} tries of the same request in ${span}, none with success (${statuses}): ${found.summary}`,
    evidence: [...found.evidence, `cause: ${found.id}`],
  };
}
