// The diagnosis of a recording that holds a fault which `msg tap` was told to put in. Pure.
import type { OfflineDiagnosis } from './offline-diagnosis.ts';
import { faultCure } from './tap-fault.ts';

/** What a recording shows that holds such a fault. */
export function diagnosisOfFault(found: OfflineDiagnosis, fault: string): OfflineDiagnosis {
  const summary = `msg tap put this in (${fault})`;
  return {
    check: 'tap.fault',
    saw: `${summary}: ${found.saw}`,
    proves: 'what this client gets when that happens',
    leavesOpen: 'what the endpoint itself would have answered',
    cure: faultCure,
    next: 'msg tap',
    report: {
      ...found.report,
      verdict: 'undetermined',
      checks: [],
      rootCause: {
        id: 'tap.fault',
        confidence: 'certain',
        owner: 'you',
        summary,
        evidence: [],
        remedy: { text: faultCure, commands: ['msg tap'], examples: [], snippets: [] },
      },
    },
  };
}
