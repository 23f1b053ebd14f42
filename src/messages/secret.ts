// A key that cannot be printed by accident, and the net under everything that is printed.
import { spellingsOf } from './spellings.ts';

/** Shorter values are too common as plain words to be searched for in other texts. */
const shortestSearched = 8;
/** What to search for, by key. */
const known = new Map<string, RegExp>();

/**
 * Holds a key. String, JSON, template literals and inspect all show the mask; only `reveal()` gives the
 * value, and only messages/endpoint calls it.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    conceal(value);
  }

  reveal(): string {
    return this.#value;
  }

  /** Whether both hold the same key. */
  equals(other: Secret): boolean {
    return this.#value === other.#value;
  }

  toString(): string {
    return maskKey(this.#value);
  }

  toJSON(): string {
    return this.toString();
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/** From now on `redact` covers this value too. For secrets that stand inside something else. */
function conceal(value: string): void {
  if (value.length >= shortestSearched && !known.has(value)) known.set(value, spellingsOf(value));
}

/** Conceals the secret in the value of a header; behind `Basic` also the password, as the server reads it. */
export function concealHeader(value: string): void {
  const [, scheme, secret = ''] = /^(?:(Bearer|Basic) +)?(.*)$/is.exec(value) ?? [];
  conceal(secret);
  if (scheme?.toLowerCase() === 'basic')
    conceal(
      Buffer.from(secret, 'base64')
        .toString('utf8')
        .replace(/^[^:]*:/, ''),
    );
}

/** Whether a parameter in the query of a URL is a secret: some gateways take the key there. */
export const isSecretParameter = (name: string): boolean =>
  /(key|token|secret|password|auth|sig|signature|code)$/i.test(name);

/** Conceals what looks like a key in the query of a URL. */
export function concealQuery(url: string): void {
  for (const [name, value] of new URL(url).searchParams) if (isSecretParameter(name)) conceal(value);
}

/**
 * What may be shown of a key: its vendor prefix and its length, e.g. `sk-llmapi-… (51 characters)`.
 * The prefix is the part up to the last `-`, `_` or `.` among the first twelve characters, and is shown
 * only if enough stays hidden.
 */
export function maskKey(value: string): string {
  const prefix =
    value.length >= 20
      ? (/^[A-Za-z0-9]+[-_.](?:[A-Za-z]+[A-Za-z0-9]{0,3}[-_.])*/.exec(value.slice(0, 12))?.[0] ?? '')
      : '';
  return `${prefix}… (${value.length} characters)`;
}

/**
 * Replaces every key that this process has held by its mask, also where the text around it made it be written
 * in another way. For texts that come from elsewhere.
 */
export function redact(text: string): string {
  let clean = text;
  for (const { mask, spellings } of spellingsOfKnown()) clean = clean.replace(spellings, () => mask);
  return clean;
}

/** What `redact` searches for. Longer keys first: one that begins with another must not keep its rest. */
export const spellingsOfKnown = (): readonly { readonly spellings: RegExp; readonly mask: string }[] =>
  [...known]
    .sort(([one], [other]) => other.length - one.length)
    .map(([value, spellings]) => ({ spellings, mask: maskKey(value) }));

/** The beginning of a text from elsewhere. Redacted before it is cut: half a key is no longer recognised. */
export function excerpt(text: string, length: number): string {
  const clean = redact(text);
  return clean.length > length ? `${clean.slice(0, length)}…` : clean;
}
