// Faults that `msg tap` was told to put in: what they explain, so that nobody else is blamed for it. Pure.

/** What a request says of itself, whatever answers it. */
const ofTheRequest = /^(url\.(v1_doubled|v1_dropped|full_endpoint)|client\.dialect|body\.|tap\.refused)/;
/** How an answer came, and how long a client waited for it. */
const ofThePace = /^(sse\.(block|buffered|coalesced|held_by_app)|client\.(gave_up|stopped))$/;

/**
 * Whether a fault explains a finding: a scenario (`--fail`) stands in the place of the answer, `--slow` and `--buffer`
 * change only how it comes.
 * @param fault as an exchange of the tap names it, null for none
 */
export function isExplainedBy(fault: string | null, id: string): boolean {
  if (fault === null) return false;
  return isScenario(fault) ? !ofTheRequest.test(id) : ofThePace.test(id);
}

/** The answer is none of the endpoint. */
export const isScenario = (fault: string | null): boolean => fault !== null && /(^|, )--fail /.test(fault);

export const faultCure =
  'This says nothing about the endpoint: without the option it does not happen. What the client makes of it is what there is to see.';
