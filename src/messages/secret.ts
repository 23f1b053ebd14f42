// A key that cannot be printed by accident, and the net under everything that is printed.
import { type KeySearch, keySearch, shortestKey } from './key-search.ts';

const known = new Set<string>();
/** Keys that cost something to know: asked for when the first text is searched. */
const unread: (() => readonly string[])[] = [];
/** The search for the known ones; made anew when there are more. */
let search: KeySearch | undefined;

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
  if (value.length < shortestKey || known.has(value)) return;
  known.add(value);
  search = undefined;
}

/** Conceals what `read` gives; it is called once, and only if a text is ever searched. */
export function concealLater(read: () => readonly string[]): void {
  unread.push(read);
}

/** Conceals the secret in the value of a header. */
export function concealHeader(value: string): void {
  for (const secret of secretInHeader(value)) conceal(secret);
}

/** The secret in the value of a header, without its scheme; behind `Basic` also the password, as the server reads it. */
export function secretInHeader(value: string): string[] {
  const [, scheme, secret = ''] = /^(?:(Bearer|Basic) +)?(.*)$/is.exec(value) ?? [];
  if (scheme?.toLowerCase() !== 'basic') return [secret];
  return [
    secret,
    Buffer.from(secret, 'base64')
      .toString('utf8')
      .replace(/^[^:]*:/, ''),
  ];
}

/** Whether a parameter in the query of a URL is a secret: some gateways take the key there. */
export const isSecretParameter = (name: string): boolean =>
  /(key|token|secret|password|auth|sig|signature|code)$/i.test(name);

/** A URL, or a path with its query, without the values of secret parameters. */
export const withoutSecretParameters = (url: string): string =>
  url.replace(/([?&])([^=&#]+)=[^&#]*/g, (whole, sign, name) =>
    isSecretParameter(name) ? `${sign}${name}=…` : whole,
  );

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
 * Replaces every key that this process knows by its mask: whole or in pieces, also where the text around it made
 * it be written in another way. For texts that come from elsewhere.
 */
export function redact(text: string): string {
  let clean = '';
  let done = 0;
  for (const { start, end, key } of searchForKeys().find(text)) {
    clean += text.slice(done, start) + maskKey(key);
    done = end;
  }
  return clean + text.slice(done);
}

/** The same for every text in a value that is made of JSON. */
export const redactTexts = <T>(value: T): T => JSON.parse(redact(JSON.stringify(value))) as T;

/** What to tell of a text of the server that holds a key: whoever reads its logs reads the key, too. */
export const echoNote = (text: string): string =>
  searchForKeys().find(text).length === 0 ? '' : ' The server quoted the key back; it is hidden here.';

/** The search for all keys known by now. */
export function searchForKeys(): KeySearch {
  for (const read of unread.splice(0)) for (const value of read()) conceal(value);
  search ??= keySearch([...known]);
  return search;
}

/** The beginning of a text from elsewhere. Redacted before it is cut: half a key is no longer recognised. */
export function excerpt(text: string, length: number): string {
  const clean = redact(text);
  return clean.length > length ? `${clean.slice(0, length)}…` : clean;
}
