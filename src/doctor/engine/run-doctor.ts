// One diagnosis: select checks, run them, assemble the report.
import { assembleReport } from './assemble-report.ts';
import type { DoctorContext } from './probe.ts';
import { probes, selectChecks } from './registry.ts';
import type { Report } from './report.ts';
import { type Run, type RunListener, runChecks } from './runner.ts';

export type Diagnosis = { readonly report: Report; readonly run: Run };

export type Selection = { readonly only: readonly string[]; readonly skip: readonly string[] };

/** Examines one target. Throws only the signal's reason when interrupted. */
export async function diagnose(
  context: DoctorContext,
  selection: Selection = { only: [], skip: [] },
  listener: RunListener = {},
): Promise<Diagnosis> {
  const selected = selectChecks(selection.only, selection.skip);
  const run = await runChecks(selected, probes, context, listener);
  return { run, report: assembleReport(run, context, selected) };
}
