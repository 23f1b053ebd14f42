// One diagnosis: select checks, run them, and make of the run the report that every format renders.

import { identityOf } from '../identity/identity-checks.ts';
import { unproven } from '../identity/judgement.ts';
import { hopsOf, streamReportOf } from '../streams/stream-judgement.ts';
import { bestCandidate, isExactOnly } from './better-base.ts';
import type { Check } from './check.ts';
import { conformanceOf } from './conformance-table.ts';
import type { Observe, Setup } from './observations.ts';
import type { DoctorContext } from './probe.ts';
import { checks as everyCheck, probes, selectChecks } from './registry.ts';
import type { Report } from './report.ts';
import { type Run, type RunListener, runChecks } from './runner.ts';
import { bothForms } from './url-facts.ts';
import { rootCauseOf, verdictOf } from './verdict.ts';
import { scrub } from './wire-lines.ts';

export type Diagnosis = { readonly report: Report; readonly run: Run };

/** Examines one target. Throws only the signal's reason when interrupted. */
export async function diagnose(
  context: DoctorContext,
  { only, skip }: { readonly only: readonly string[]; readonly skip: readonly string[] },
  listener: RunListener = {},
): Promise<Diagnosis> {
  const selected = selectChecks(only, skip);
  const run = await runChecks(selected, probes, context, listener);
  return { run, report: assembleReport(run, context, selected) };
}

/** What is examined, as it may be shown. */
export const reportTarget = ({ profile, url, auth, model, modelAlias }: Setup): Report['target'] => ({
  profile,
  baseUrl: scrub(url.input),
  messagesUrl: scrub(url.messagesUrl),
  auth,
  model,
  ...(modelAlias && { modelAlias }),
});

/** Builds the report of a run over `selected` checks. */
function assembleReport(run: Run, context: DoctorContext, selected: readonly Check[] = everyCheck): Report {
  const { setup } = context;
  const identity =
    identityOf(run.observe) ??
    (context.options.isIdentity
      ? unproven(setup, run.absent.get('identity')?.reason ?? 'it was not asked')
      : null);
  const verdict = verdictOf(run.results, selected);
  return {
    schemaVersion: 1,
    target: reportTarget(setup),
    verdict,
    rootCause: rootCauseOf(run.results, selected, verdict),
    checks: run.results,
    stream: streamReportOf(run.observe),
    correctedBaseUrl: correctedOf(run),
    timings: timingsOf(run.observe),
    hops: hopsOf(run.observe),
    spend: context.ledger.total(),
    conformance: context.options.isConformance ? conformanceOf(run.results) : null,
    ...(identity && { identity }),
  };
}

/** Only where the URL was found wrong: a better guess than what works is none. */
function correctedOf({ results, observe }: Run): Report['correctedBaseUrl'] {
  const isWrong = results.some(({ id, status }) => id.startsWith('url.') && status === 'fail');
  const best = isWrong ? bestCandidate(observe) : undefined;
  return best === undefined || isExactOnly(best) ? null : bothForms(best.baseUrl);
}

/** The waterfall: the way to the host from the network probe, the rest from the stream or the plain answer. */
function timingsOf(observe: Observe): Report['timings'] {
  const network = observe('network');
  const stream = observe('stream')?.stream ?? null;
  const exchange =
    observe('stream')?.exchange ?? observe('message') ?? observe('keyed') ?? observe('keyless');
  const times = exchange?.times;
  const marks: Readonly<Record<string, number | null | undefined>> = {
    dns: network?.name.isLiteral ? null : network?.name.ms,
    tcp: network?.tcp.find(({ failure }) => failure === null)?.ms,
    tls: network?.tls?.failure === null ? network.tls.ms : null,
    sent: times?.sent,
    headers: times?.headers,
    message_start: stream?.times.messageStart,
    first_delta: stream?.times.firstDelta,
    last_delta: stream?.times.lastDelta,
    stop: stream?.times.stop,
    eof: times?.end,
  };
  return Object.fromEntries(
    Object.entries(marks).flatMap(([name, ms]) => (ms == null ? [] : [[name, Math.round(ms * 10) / 10]])),
  );
}
