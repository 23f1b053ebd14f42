// Whose a request id is, by its whole shape: several gateways issue ids that only begin like Anthropic's.

/**
 * Anthropic's own: `req_01` and about 22 characters of base58. Routers issue `req_` and 24 hexadecimal digits, one
 * in 256 of which begins with 01: what is hexadecimal throughout is nobody's in particular.
 */
const anthropicId = /req_01(?=[0-9A-Za-z]*[G-Zg-z])[1-9A-HJ-NP-Za-km-z]{20,24}(?![0-9A-Za-z])/;

/** An id of Anthropic's, as the value of a header or of an envelope. */
export const anthropicRequestId = new RegExp(`^${anthropicId.source}$`);

/** An error body that holds one. */
export const anthropicErrorBody = new RegExp(`"request_id":\\s*"${anthropicId.source}"`);

/** Whether Anthropic itself issued the id of an answer. */
export const isAnthropicRequestId = (id: string | null | undefined): boolean =>
  id != null && anthropicRequestId.test(id);
