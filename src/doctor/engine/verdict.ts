// From results to one verdict and one root cause: the earliest failure that explains the others. Pure.
import { type Check, stages } from './check.ts';
import { type CheckResult, confidences, type Remedy, type RootCause, type Verdict } from './report.ts';

/**
 * Broken: something failed. Undetermined: nothing failed, but a catch-all could not tell. Degraded: all works, at a
 * cost.
 */
export function verdictOf(results: readonly CheckResult[], checks: readonly Check[]): Verdict {
  if (results.some(({ status }) => status === 'fail')) return 'broken';
  const gates = new Map(checks.flatMap(({ id, group, isGate }) => (isGate ? [[id, group] as const] : [])));
  // An answer of the model proves whatever an empty request left open before it.
  const isAnswered = results.some(({ id, status }) => id === 'model.answers' && status === 'pass');
  const isLeftOpen = ({ id, status }: CheckResult): boolean => {
    const stage = gates.get(id);
    if (stage === undefined) return false;
    const isMoot = isAnswered && stages.indexOf(stage) < stages.indexOf('model');
    return status === 'crashed' || (status === 'unknown' && !isMoot);
  };
  if (results.some(isLeftOpen)) return 'undetermined';
  if (results.some(({ degrades }) => degrades)) return 'degraded';
  return results.some(({ status }) => status === 'pass' || status === 'info' || status === 'warn')
    ? 'healthy'
    : 'undetermined';
}

/**
 * The one cause to name: first by stage (what comes earlier explains what comes later), then telling checks
 * before catch-alls, then by confidence, then by the registry's order. Null when healthy.
 */
export function rootCauseOf(
  results: readonly CheckResult[],
  checks: readonly Check[],
  verdict: Verdict,
): RootCause | null {
  if (verdict === 'healthy') return null;
  const byId = new Map(checks.map((check, order) => [check.id, { check, order }]));
  const suspects = results.filter(isSuspect[verdict]);
  const rank = (result: CheckResult): readonly number[] => {
    const entry = byId.get(result.id);
    return [
      verdict === 'broken' && entry !== undefined ? firstHurt(entry.check) : 0,
      entry?.check.isGate ? 1 : 0,
      verdict === 'broken' ? 0 : weight(result),
      confidences.indexOf(result.confidence),
      entry?.order ?? 0,
    ];
  };
  const first = [...suspects].sort((a, b) => compare(rank(a), rank(b)))[0];
  return first === undefined ? null : causeOf(first);
}

/** Where a failure begins to hurt: a missing key is known first, but does not explain a host that is down. */
const firstHurt = ({ group, blocks }: Check): number =>
  blocks === undefined || blocks === 'nothing' ? stages.indexOf(group) : stages.indexOf(blocks) - 0.5;

/** The results that a verdict can rest on. */
const isSuspect: Readonly<Record<Exclude<Verdict, 'healthy'>, (result: CheckResult) => boolean>> = {
  broken: ({ status }) => status === 'fail',
  degraded: ({ degrades = false }) => degrades,
  undetermined: ({ status, remedy }) => remedy !== null && (status === 'warn' || status === 'unknown'),
};

/** Without a failure: what stands in the way of an answer, then what holds its text back, then any other warning. */
const weight = ({ id }: CheckResult): number =>
  /^(rate\.limited|up\.|net\.|sse\.error)/.test(id) ? 0 : id.startsWith('sse.') ? 1 : 2;

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const nothingToDo: Remedy = { text: '', commands: [], examples: [], snippets: [] };

const causeOf = (result: CheckResult): RootCause => ({
  id: result.id,
  confidence: result.confidence,
  owner: result.owner ?? 'gateway',
  summary: result.summary,
  evidence: result.evidence.slice(0, 2),
  remedy: result.remedy ?? nothingToDo,
});
