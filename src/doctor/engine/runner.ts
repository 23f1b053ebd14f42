// Runs checks: makes the probes they need, each once, judges, skips what an earlier failure made pointless.
// A check that throws is a result of its own; nothing a check does can end the run.
import { messageOf } from '../../text/thrown.ts';
import { type Check, type Finding, stages } from './check.ts';
import type { Exchange, Observations, Observe, ProbeId } from './observations.ts';
import type { AnyProbe, DoctorContext, Go, Hindrance, Share } from './probe.ts';
import { type CheckResult, confidences } from './report.ts';
import { scrub } from './wire-lines.ts';

export type Run = {
  readonly results: readonly CheckResult[];
  readonly observe: Observe;
  /** Why a probe was not made. */
  readonly absent: ReadonlyMap<ProbeId, Absence>;
};

/** Why a probe was not made, and the probe whose answer is to blame. */
type Absence = Pick<Hindrance, 'reason'> & Partial<Hindrance>;

const brokenProbe = 'the probe itself failed';

/** What a run tells while it works. */
export type RunListener = {
  onProbe?(probe: AnyProbe): void;
  /** How far the probe is that was told last, or what holds it up. */
  onStep?(words: string, share?: Share): void;
  /** A check that is judged again at the end is told without its words: they may not hold. */
  onResult?(result: CheckResult, observe: Observe): void;
};

/**
 * Judges `checks` in the order of stages. Throws only the signal's reason when interrupted.
 */
export async function runChecks(
  checks: readonly Check[],
  probes: readonly AnyProbe[],
  context: DoctorContext,
  listener: RunListener = {},
): Promise<Run> {
  const observer = observerOf(probes, context, listener);
  const results: CheckResult[] = [];
  let blocked: { from: number; by: CheckResult } | undefined;
  const ordered = inOrder(checks);
  for (const check of ordered) {
    const stage = stages.indexOf(check.group);
    const telling = check.isGate
      ? results.find(({ group, status }) => group === check.group && status === 'fail')
      : undefined;
    const result =
      blocked !== undefined && stage >= blocked.from && !check.standsAlone
        ? skipped(check, `not checked: ${blocked.by.id} comes first`, blocked.by.id)
        : telling !== undefined
          ? skipped(check, `${telling.id} says more`, telling.id)
          : await resultOf(check, observer, { results, selected: checks });
    results.push(result);
    listener.onResult?.(check.isRetold ? withoutWords(result) : result, observer.observe);
    if (result.status !== 'fail' || check.blocks === 'nothing') continue;
    const from = check.blocks === undefined ? stage + 1 : stages.indexOf(check.blocks);
    if (
      blocked === undefined ||
      from < blocked.from ||
      (from === blocked.from && isSurer(result, blocked.by))
    )
      blocked = { from, by: result };
  }
  for (const [index, check] of ordered.entries())
    if (check.isRetold && results[index]?.status !== 'skip')
      results[index] = await resultOf(check, observer, { results, selected: checks });
  return { results, observe: observer.observe, absent: observer.absent };
}

/** Why it was skipped holds, whatever comes. */
const withoutWords = (result: CheckResult): CheckResult =>
  result.status === 'skip' ? result : { ...result, summary: '', evidence: [] };

/** A surer finding of the same stage is the one to blame. */
const isSurer = (a: CheckResult, b: CheckResult): boolean =>
  confidences.indexOf(a.confidence) < confidences.indexOf(b.confidence);

/** By stage; within a stage as registered, catch-alls last. */
export const inOrder = (checks: readonly Check[]): Check[] =>
  [...checks].sort(
    (a, b) =>
      stages.indexOf(a.group) - stages.indexOf(b.group) ||
      Number(a.isGate ?? false) - Number(b.isGate ?? false),
  );

type Observer = {
  observe: Observe;
  absent: Map<ProbeId, Absence>;
  make(id: ProbeId): Promise<void>;
};

function observerOf(probes: readonly AnyProbe[], context: DoctorContext, listener: RunListener): Observer {
  const byId = new Map(probes.map((probe) => [probe.id, probe]));
  const onStep = listener.onStep?.bind(listener);
  const contextWithSteps = onStep === undefined ? context : { ...context, onStep, onWait: onStep };
  const observed: Partial<Observations> = {};
  const absent = new Map<ProbeId, Absence>();
  const observe: Observe = (id) => observed[id];

  async function make(id: ProbeId): Promise<void> {
    if (id in observed || absent.has(id)) return;
    const probe = byId.get(id);
    if (probe === undefined) {
      absent.set(id, { reason: 'there is no such probe' });
      return;
    }
    for (const need of probe.needs) await make(need);
    const verdict = probe.when(observe, context);
    if (verdict !== true) {
      absent.set(id, absenceOf(verdict));
      return;
    }
    listener.onProbe?.(probe);
    try {
      Object.assign(observed, {
        [id]: await untilAborted<unknown>(probe.make(contextWithSteps, observe), context.signal),
      });
    } catch (thrown) {
      context.signal.throwIfAborted();
      absent.set(id, { reason: `${brokenProbe}: ${messageOf(thrown)}` });
    }
  }
  return { observe, absent, make };
}

async function resultOf(
  check: Check,
  observer: Observer,
  run: { readonly results: readonly CheckResult[]; readonly selected: readonly Check[] },
): Promise<CheckResult> {
  for (const id of [...check.needs, ...(check.uses ?? [])]) await observer.make(id);
  for (const id of check.doubts?.(observer.observe) ?? []) await observer.make(id);
  const missing = check.needs.find((id) => observer.absent.has(id));
  if (missing !== undefined) {
    const absence = observer.absent.get(missing) ?? { reason: '' };
    const { reason } = absence;
    const result = skipped(check, `not checked: ${reason}`, blameFor(absence, observer.observe, run));
    // A catch-all without its measurement has to say so: silence would look like health.
    return check.isGate && reason.startsWith(brokenProbe) ? { ...result, status: 'unknown' } : result;
  }
  try {
    return judged(check, check.judge(observer.observe));
  } catch (thrown) {
    return {
      ...heading(check),
      status: 'crashed',
      confidence: 'possible',
      summary: scrub(`The check itself failed: ${messageOf(thrown)}. Please report this.`),
      evidence: [],
      remedy: null,
      owner: null,
    };
  }
}

/** Lets go of a measurement that cannot be cancelled (DNS, a handshake) when the user wants to leave. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason);
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}

const absenceOf = (hindrance: Exclude<Go, true>): Absence =>
  typeof hindrance === 'string' ? { reason: hindrance } : hindrance;

/**
 * The check that a missing probe is owed to: the one that judges the answer in its way, else the first failure. A
 * choice (`--free`, a flag that was not given) and a question that did not arise are nobody's fault.
 */
function blameFor(
  { by }: Absence,
  observe: Observe,
  { results, selected }: { readonly results: readonly CheckResult[]; readonly selected: readonly Check[] },
): string | undefined {
  if (by === undefined) return undefined;
  const owner = exchangeOf(observe, by)?.reading?.check;
  if (owner != null && selected.some(({ id }) => id === owner)) return owner;
  return results.find(({ status }) => status === 'fail')?.id;
}

/** The exchange a probe made, if it made one; streams have theirs beside what came of it. */
function exchangeOf(observe: Observe, id: ProbeId): Partial<Exchange> | undefined {
  const observed: unknown = observe(id);
  if (typeof observed !== 'object' || observed === null) return undefined;
  return ('exchange' in observed ? observed.exchange : observed) as Partial<Exchange>;
}

const heading = ({ id, group, title }: Check) => ({ id, group, title });

/** The last net under redaction: whatever a check says goes through it. */
function judged(check: Check, finding: Finding): CheckResult {
  const { remedy } = finding;
  return {
    ...heading(check),
    ...finding,
    summary: scrub(finding.summary),
    evidence: finding.evidence.map(scrub),
    remedy:
      remedy === null
        ? null
        : {
            text: scrub(remedy.text),
            commands: remedy.commands.map(scrub),
            examples: remedy.examples.map(scrub),
            snippets: remedy.snippets.map(({ server, text }) => ({ server, text: scrub(text) })),
          },
  };
}

const skipped = (check: Check, summary: string, blockedBy: string | undefined): CheckResult => ({
  ...heading(check),
  status: 'skip',
  confidence: 'certain',
  summary: scrub(summary),
  evidence: [],
  remedy: null,
  owner: null,
  ...(blockedBy === undefined ? {} : { blockedBy }),
});
