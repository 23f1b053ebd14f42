// Faults the tap itself put in (--fail, --slow, --buffer): what comes of them is nobody else's.
import { faultCure } from '../doctor/reading/tap-fault.ts';
import type { TapVerdict } from './exchange.ts';
import type { Look } from './rule.ts';

/** What a client meets, with the one who put it there. @param found what it would be if it had come from elsewhere */
export function putInByTap({ evidence, tap }: Look, found: TapVerdict, judged: TapVerdict): TapVerdict {
  const isStorm = judged.id !== found.id;
  return {
    ...judged,
    id: isStorm ? judged.id : 'tap.fault',
    severity: isStorm ? 'warn' : 'info',
    summary: `msg tap put this in (${evidence.entry.fault}): ${judged.summary}`,
    owner: 'you',
    confidence: 'certain',
    cure: faultCure,
    commands: [tap.plainCommand],
    evidence: [`from elsewhere it would be ${found.id} (${found.owner})`, ...judged.evidence],
  };
}
