// Keys that nobody told us of, by their shape: another team's, one a proxy added, one typed in the wrong place.
import { redact } from './secret.ts';

/** What is taken for a secret, and what takes its place. */
export type Shape = readonly [pattern: RegExp, replacement: string];

/**
 * Every one asks for a digit: random texts of that length have one, words have none. Looked for no further than keys
 * are long: a text can be made of nothing but beginnings.
 */
const keyShapes: readonly Shape[] = [
  [/\b(sk|rk|pk|gsk|xai|rtr|hf|csk|nvapi|pplx|gh[opsu]|glpat)[-_](?=[\w.-]{0,200}\d)[\w.-]{16,}/g, '$1-…'],
  [/\b(user|team)\.(?=[\w-]{0,200}\d)[\w-]{16,}/g, '$1.…'],
  [/\bAIza[\w-]{20,}/g, 'AIza…'],
  [/\b(AKIA|ASIA)[A-Z0-9]{12,}/g, '$1…'],
  [/\beyJ[\w-]{8,500}\.[\w-]{8,}(\.[\w-]*)?/g, 'eyJ…'],
  [/\b(Bearer|Basic)\s+(?=[\w+/=.~-]{0,200}\d)[\w+/=.~-]{16,}/gi, '$1 …'],
  [/(https?:\/\/)(?!USER:PASSWORD@)[^\s/@:]+(:[^\s/@]*)?@/gi, '$1…@'],
  [/([?&](?:key|api[-_]?key|token|access_token|secret|password|sig|signature)=)[^&\s"']+/gi, '$1…'],
];

/** Fields of a body that hold a credential, e.g. `mcp_servers[].authorization_token`. Not `session_key`, not `max_tokens`. */
const credentialNames = 'authorization(?:_token)?|api_?key|access_token|auth_token|password|client_secret';

const credentialField = new RegExp(`^(?:${credentialNames})$`, 'i');

/** Whether a field of this name holds a credential. */
export const isCredentialField = (name: string): boolean => credentialField.test(name);

const credentialPair = new RegExp(
  `("(?:${credentialNames})"\\s*:\\s*)"((?:[^"\\\\…]|\\\\.)[^"\\\\…]*(?:\\\\.[^"\\\\…]*)*)"`,
  'gi',
);

/** The JSON of a body without secrets, also those that only the name of their field tells. */
export const withoutCredentials = (json: string): string =>
  withoutSecrets(json).replace(credentialPair, (_, name, value) => `${name}"… (${value.length} characters)"`);

/** Whether a word that should be a name is a key: by its shape, or long letters and digits without a break. */
export const isKeyShaped = (word: string): boolean =>
  withoutSecrets(word) !== word || /^(?=.*\d)(?=.*[a-z])[a-z\d]{24,}$/i.test(word);

/** A text from elsewhere without the keys this process knows, and without what has the shape of one. */
export function withoutSecrets(text: string): string {
  let clean = redact(text);
  for (const [shape, replacement] of keyShapes) clean = clean.replace(shape, replacement);
  return clean;
}
