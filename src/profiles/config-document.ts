// The shape of config.json: parsing it, and the check of what settings.ts declares. Pure; changing it is
// config-draft.ts, files are store.ts.
import { configError } from '../errors.ts';
import { isObject } from '../text/json.ts';
import { findJsonFault } from '../text/json-position.ts';
import type { Kind } from './kind.ts';
import { isProfileName, type Profile } from './profile.ts';
import { matches } from './schema.ts';
import { kinds } from './setting-kinds.ts';
import { kindOf, settingNames } from './settings.ts';

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
  const profiles = profilesIn(document, path);
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

/** What each field of a profile holds, in the order they are written. Fields not named here are others' and are kept. */
const fieldKinds: readonly (readonly [keyof Profile, Kind])[] = [
  ['preset', kinds.text],
  ...settingNames.flatMap((name): [keyof Profile, Kind][] => [
    [name, kindOf(name)],
    ...(name === 'key' ? [['keyOrigin', kinds.text] as [keyof Profile, Kind]] : []),
  ]),
];

/** The fields of a profile that msg knows. */
export const profileFields = fieldKinds.map(([field]) => field);

/**
 * Checks all that config.json says of profiles, before it takes the place of what stands there.
 * @throws MsgError `config`
 */
export function checkConfig(document: JsonDocument, path: string): void {
  const outcome = ' Nothing was changed.';
  for (const [name, entry] of Object.entries(profilesIn(document, path))) {
    checkProfile(name, entry, path, outcome);
    if (!isProfileName(name))
      throw configError(
        `${path} would not be valid: ${JSON.stringify(name)} cannot be the name of a profile.${outcome}`,
        editHint,
        { path },
      );
  }
}

/** The entries, each of which may be malformed. */
function profilesIn(document: JsonDocument, path: string): JsonDocument {
  const profiles = own(document, 'profiles') ?? {};
  if (isObject(profiles)) return profiles;
  throw configError(`"profiles" in ${path} must be an object.`, editHint, { path });
}

function checkProfile(name: string, entry: unknown, path: string, outcome = ''): Profile {
  const place = `profiles.${name}`;
  const fault = (field: string, shape: string): Error =>
    configError(`"${field}" in ${path} must be ${shape}.${outcome}`, editHint, { path });
  if (!isObject(entry)) throw fault(place, 'an object');
  for (const [field, { schema, shape }] of fieldKinds) {
    const value = own(entry, field);
    if (value !== undefined && !matches(schema, value)) throw fault(`${place}.${field}`, shape);
  }
  return entry as Profile;
}

/** An own property; `constructor` and `__proto__` are names like any other. */
export function own(object: JsonDocument, field: string): unknown {
  return Object.hasOwn(object, field) ? object[field] : undefined;
}

/** Sets an own property; plain assignment to `__proto__` would change the prototype instead. */
export function setOwn(object: JsonDocument, field: string, value: unknown): void {
  Object.defineProperty(object, field, { value, enumerable: true, configurable: true, writable: true });
}
