// fast-check with the same seed in every run: what fails once fails again, and a change never fails for a
// case that was there before it. To look for new cases: FAST_CHECK_SEED=$RANDOM npm test
import { appendFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect } from 'vitest';

/** Where the proof counts cases; a line a property. */
const tallyFile = process.env['FAST_CHECK_TALLY'];

/** Counts, and fails as fast-check does by itself. */
function tally<Value>(details: fc.RunDetails<Value>): void {
  const { numRuns: cases, seed, failed } = details;
  if (tallyFile !== undefined)
    appendFileSync(tallyFile, `${JSON.stringify({ file: expect.getState().testPath, cases, seed })}\n`);
  if (failed) throw new Error(fc.defaultReportMessage(details), { cause: details.errorInstance });
}

fc.configureGlobal({
  seed: Number(process.env['FAST_CHECK_SEED'] ?? 1),
  ...(tallyFile !== undefined && { reporter: tally }),
});

export default fc;
