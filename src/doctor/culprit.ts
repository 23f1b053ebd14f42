// Names the hop that holds a stream back: the stream's signature, the encoding test and the hops seen,
// weighed over the table in streaming-suspects.ts. Pure.
import type { Confidence, StreamVerdict } from './report.ts';
import { type Cure, cures } from './streaming-cures.ts';
import { type CulpritFacts, type Fit, type Signature, suspects } from './streaming-suspects.ts';

export type Culprit = {
  readonly hop: string;
  readonly confidence: Confidence;
  /** What speaks for it, one clause each. */
  readonly reasons: readonly string[];
  readonly cures: readonly Cure[];
};

const shows = (verdict: StreamVerdict | null): boolean =>
  verdict !== null && verdict !== 'unknown' && verdict !== 'offline' && verdict !== 'live';

function signatureOf(facts: CulpritFacts): Signature {
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

/** From how well it fits, whether its header was seen, and whether another suspect was seen too. */
function confidenceOf(fit: Fit, isSeen: boolean, isAlone: boolean): Confidence {
  if (fit === 'mark') return isSeen && isAlone ? 'certain' : 'likely';
  return isSeen && fit === 'usual' && isAlone ? 'likely' : 'possible';
}

/**
 * The hop most likely to hold this stream, with the directive that cures it; null when the stream is not
 * held, or nothing points anywhere. Never more certain than its evidence: a mark (block size, period,
 * compression test) and a header of the same hop together are `certain`, one of them alone is `likely`.
 */
export function nameCulprit(facts: CulpritFacts): Culprit | null {
  const signature = signatureOf(facts);
  if (!shows(signature.verdict) || facts.judgement.reason === 'cached') return null;
  const candidates = suspects.flatMap((suspect) => {
    const seen = facts.hops.find((hop) => suspect.aliases.includes(hop.name));
    const fitting = suspect.fits(signature);
    if (fitting === null || (seen === undefined && !(suspect.needsNoSign && fitting.fit !== 'usual')))
      return [];
    const weight = (fitting.fit === 'mark' ? 4 : 1) + (seen === undefined ? 0 : 2);
    return [{ suspect, seen, fitting, weight }];
  });
  const [best, second] = candidates.sort((a, b) => b.weight - a.weight);
  if (best === undefined) return unnamedCulprit(signature);
  const isAlone = second === undefined || second.weight < best.weight;
  const reasons = [best.fitting.reason];
  if (best.seen !== undefined) reasons.push(best.seen.evidence);
  if (facts.viaVerdict === 'live') reasons.push('live behind it');
  return {
    hop: best.seen?.name ?? best.suspect.hop,
    confidence:
      facts.viaVerdict === 'live' && best.seen !== undefined
        ? 'certain'
        : confidenceOf(best.fitting.fit, best.seen !== undefined, isAlone),
    reasons,
    cures: best.suspect.cures(signature),
  };
}

/** With no fitting suspect, the compression test or a second vantage still says what kind of hop it is. */
function unnamedCulprit(signature: Signature): Culprit | null {
  if (signature.isEncoding)
    return {
      hop: 'a compressing hop',
      confidence: 'likely',
      reasons: ['live again without compression'],
      cures: [cures.accelHeader, cures.caddyEncode, cures.express],
    };
  if (signature.viaVerdict === null || signature.viaVerdict === 'unknown') return null;
  const isOutside = signature.viaVerdict === 'live';
  return {
    hop: isOutside ? 'a hop in front of the second address' : 'the second address or a hop behind it',
    confidence: 'likely',
    reasons: [isOutside ? 'live at the second address' : 'held at the second address too'],
    cures: [cures.accelHeader],
  };
}
