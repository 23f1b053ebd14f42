// Names the hop that holds a stream back: the stream's signature, the encoding test and the hops seen,
// weighed over the table in suspects.ts. Pure.

import type { Confidence, StreamVerdict } from '../engine/report.ts';
import type { Hop } from '../reading/hops.ts';
import { type Cure, cures } from './cures.ts';
import { type Fit, type Signature, type Suspect, type SuspectFacts, suspects } from './suspects.ts';

export type SuspectHop = {
  readonly hop: string;
  readonly confidence: Confidence;
  /** What speaks for it, one clause each. */
  readonly reasons: readonly string[];
  readonly cures: readonly Cure[];
};

const isTelling = (verdict: StreamVerdict): boolean => verdict !== 'unknown' && verdict !== 'offline';
const shows = (verdict: StreamVerdict): boolean => isTelling(verdict) && verdict !== 'live';

function signatureOf(facts: SuspectFacts): Signature {
  const { report, statistic } = facts.judgement;
  return {
    ...facts,
    verdict: report.verdict,
    blockBytes: report.blockBytes ?? null,
    periodMs: statistic.flushPeriodMs ?? 0,
    isWhole: report.verdict === 'buffered',
    isEncoding:
      facts.trace.contentEncoding !== null &&
      facts.identityVerdict !== null &&
      facts.identityVerdict !== 'unknown' &&
      facts.identityVerdict !== report.verdict,
  };
}

type SuspectMatch = {
  readonly suspect: Suspect;
  readonly seen: Hop | null;
  readonly fit: Fit;
  readonly reason: string;
  readonly weight: number;
};

const fitWeight: Readonly<Record<Fit, number>> = { mark: 2, usual: 1, possible: 0 };
/** What was seen on the way outranks whatever was not. */
const seenWeight = 3;

function candidatesFor(signature: Signature, visible: readonly Hop[]): SuspectMatch[] {
  return suspects
    .flatMap((suspect): SuspectMatch[] => {
      const seen =
        visible.find(({ name }) => suspect.aliases.includes(name)) ?? suspect.proof?.(signature) ?? null;
      const fitting = suspect.fits(signature);
      if (fitting === null || (seen === null && suspect.unseen?.includes(fitting.fit) !== true)) return [];
      return [{ suspect, seen, ...fitting, weight: fitWeight[fitting.fit] + (seen ? seenWeight : 0) }];
    })
    .sort((a, b) => b.weight - a.weight);
}

/** Not the gateway, whose holding looks different, nor what stands behind it. */
const canHold = ({ name }: Hop): boolean =>
  suspects.some(({ aliases, isOnlyMaker }) => !isOnlyMaker && aliases.includes(name));

/** From how well it fits, whether it was seen, and whether another suspect or another hop was. */
function confidenceOf(
  { fit, seen, suspect }: SuspectMatch,
  isAlone: boolean,
  isAnotherVisible: boolean,
): Confidence {
  if (fit === 'mark' && seen !== null) return isAlone ? 'certain' : 'likely';
  if (fit === 'mark') return isAnotherVisible && !suspect.isOnlyMaker ? 'possible' : 'likely';
  return fit === 'usual' && seen !== null && isAlone ? 'likely' : 'possible';
}

/** The hops that may hold it: all, or those on the side of the second address where it is held. */
function visibleHops({ hops, via }: SuspectFacts): readonly Hop[] {
  if (via === null || !isTelling(via.verdict)) return hops;
  const isBehind = ({ name }: Hop): boolean => via.hops.some((hop) => hop.name === name);
  return hops.filter((hop) => isBehind(hop) === shows(via.verdict));
}

/**
 * The hop most likely to hold this stream, with the directive that cures it; null when the stream is not
 * held, or nothing points anywhere. Never more certain than its evidence: a mark (block size, period, age)
 * and a sign of the same hop together are `certain`, one of them alone is `likely`; what merely can hold a
 * stream is `possible`, and so is a mark of somebody unseen where others are seen. An answer that comes whole
 * fits everything on the way, so all that were seen share the suspicion.
 */
export function suspectHopOf(facts: SuspectFacts): SuspectHop | null {
  const signature = signatureOf(facts);
  if (!shows(signature.verdict) || facts.judgement.reason === 'cached') return null;
  const visible = visibleHops(facts);
  const candidates = candidatesFor(signature, visible);
  const [best] = candidates;
  if (best === undefined) return unnamedHop(signature);
  const equal = candidates.filter(({ weight }) => weight === best.weight);
  const isOutside = facts.via?.verdict === 'live' && best.seen !== null && equal.length === 1;
  const confidence = isOutside ? 'certain' : confidenceOf(best, equal.length === 1, visible.some(canHold));
  return {
    hop: equal.map(({ seen, suspect }) => seen?.name ?? suspect.hop).join(' or '),
    confidence,
    reasons: [
      best.reason,
      ...equal.flatMap(({ seen }) => (seen === null ? [] : [seen.evidence])),
      ...(facts.via?.verdict === 'live' ? ['live behind it'] : []),
    ],
    cures: equal.flatMap(({ suspect }) => suspect.cures(signature)),
  };
}

/** With no fitting suspect, the compression test or a second vantage still says what kind of hop it is. */
function unnamedHop(signature: Signature): SuspectHop | null {
  if (signature.isEncoding)
    return {
      hop: 'a compressing hop',
      confidence: 'likely',
      reasons: ['live again without compression'],
      cures: [cures.accelHeader, cures.caddyEncode, cures.express],
    };
  const { via } = signature;
  if (via === null || !isTelling(via.verdict)) return null;
  const isOutside = via.verdict === 'live';
  return {
    hop: isOutside ? 'a hop in front of the second address' : 'the second address or a hop behind it',
    confidence: 'likely',
    reasons: [isOutside ? 'live at the second address' : 'held at the second address too'],
    cures: [cures.accelHeader],
  };
}
