// The shape of config.json: parsing it, with a check by hand (a schema validator would cost `send` 20 ms).
// Pure; changing it is config-draft.ts, files are store.ts.
import { configError } from '../errors.ts';
import { authSchemes } from '../messages/endpoint.ts';
import { isObject } from '../text/json.ts';
import { findJsonFault } from '../text/json-position.ts';
import type { KeyReference, Profile } from './profile.ts';

/** config.json as read: own properties only ever, because `__proto__` is a legal profile name. */
export type JsonDocument = { [field: string]: unknown };

export type ConfigView = {
  /** Where it was read from. */
  readonly path: string;
  /** The profile used when nothing else names one. */
  readonly current: string | undefined;
  /** The one before it: what `msg profiles use -` goes back to. */
  readonly previous: string | undefined;
  /** In the order of the file. */
  readonly names: readonly string[];
  /** The profile with exactly this name, or undefined. Throws `config` when its entry is malformed. */
  profile(name: string): Profile | undefined;
};

const editHint = 'Next: msg profiles edit';

/**
 * Parses a JSON object; never guesses.
 * @param outcome what did not happen to the file
 * @throws MsgError `config` with path, line, column and `hint`
 */
export function parseDocument(
  text: string,
  path: string,
  hint: string | undefined = editHint,
  outcome = 'It was left as it is.',
): JsonDocument {
  const body = text.replace(/^\uFEFF/, '');
  // An empty file is what a full disk and some editors leave behind; it holds nothing to lose.
  if (body.trim() === '') return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch (cause) {
    const fault = findJsonFault(body);
    const place =
      fault === undefined ? '' : `, line ${fault.line}, column ${fault.column}: expected ${fault.expected}`;
    throw configError(`${path} is not valid JSON${place}. ${outcome}`, hint, { path }, cause);
  }
  if (!isObject(parsed)) {
    throw configError(`${path} must hold one JSON object. ${outcome}`, hint, { path });
  }
  return parsed;
}

/** A view over a parsed config.json; entries are checked when they are asked for. */
export function viewConfig(document: JsonDocument, path: string): ConfigView {
  const profiles = own(document, 'profiles') ?? {};
  if (!isObject(profiles)) {
    throw configError(`"profiles" in ${path} must be an object.`, editHint, { path });
  }
  const nameIn = (field: 'current' | 'previous'): string | undefined => {
    const value = own(document, field);
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'string') return value;
    throw configError(`"${field}" in ${path} must be the name of a profile.`, editHint, { path });
  };
  return {
    path,
    current: nameIn('current'),
    previous: nameIn('previous'),
    names: Object.keys(profiles),
    profile(name) {
      const entry = own(profiles, name);
      return entry === undefined ? undefined : checkProfile(name, entry, path);
    },
  };
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? undefined : 'text');
const texts = (value: unknown): string | undefined =>
  Array.isArray(value) && value.every((item) => typeof item === 'string') ? undefined : 'a list of texts';
const textRecord = (value: unknown): string | undefined =>
  isObject(value) && Object.values(value).every((item) => typeof item === 'string')
    ? undefined
    : 'an object of texts';

/** What each field must be: undefined when it is. Fields not named here belong to others and are kept. */
const fieldChecks: { readonly [Field in keyof Required<Profile>]: (value: unknown) => string | undefined } = {
  preset: text,
  baseUrl: text,
  messagesUrl: text,
  auth: (value) =>
    (authSchemes as readonly unknown[]).includes(value) ? undefined : `one of ${authSchemes.join(', ')}`,
  key: (value) =>
    isKeyReference(value) ? undefined : 'a key reference such as {"kind": "env", "name": "MY_KEY"}',
  keyOrigin: text,
  model: text,
  system: text,
  maxTokens: (value) => (Number.isInteger(value) && Number(value) > 0 ? undefined : 'a whole number above 0'),
  version: text,
  betas: texts,
  headers: textRecord,
  proxy: text,
  cacert: text,
  clientCert: text,
  clientKey: text,
};

/** The fields of a profile that msg knows. */
export const profileFields = Object.keys(fieldChecks) as (keyof Profile)[];

function checkProfile(name: string, entry: unknown, path: string): Profile {
  const place = `profiles.${name}`;
  if (!isObject(entry)) throw configError(`"${place}" in ${path} must be an object.`, editHint, { path });
  for (const field of profileFields) {
    const value = own(entry, field);
    const problem = value === undefined ? undefined : fieldChecks[field](value);
    if (problem !== undefined) {
      throw configError(`"${place}.${field}" in ${path} must be ${problem}.`, editHint, { path });
    }
  }
  return entry as Profile;
}

function isKeyReference(value: unknown): value is KeyReference {
  if (!isObject(value)) return false;
  const kind = own(value, 'kind');
  if (kind === 'keychain' || kind === 'stored') return true;
  if (kind === 'env') return typeof own(value, 'name') === 'string';
  if (kind === 'file') return typeof own(value, 'path') === 'string';
  if (kind !== 'command') return false;
  const argv = own(value, 'argv');
  return Array.isArray(argv) && argv.length > 0 && texts(argv) === undefined;
}

/** An own property; `constructor` and `__proto__` are names like any other. */
export function own(object: JsonDocument, field: string): unknown {
  return Object.hasOwn(object, field) ? object[field] : undefined;
}

/** Sets an own property; plain assignment to `__proto__` would change the prototype instead. */
export function setOwn(object: JsonDocument, field: string, value: unknown): void {
  Object.defineProperty(object, field, { value, enumerable: true, configurable: true, writable: true });
}
