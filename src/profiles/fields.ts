// The fields `msg profiles set` knows: their names on the command line, and how text becomes a value.
import { usageError } from '../errors.ts';
import { didYouMean } from '../text/nearest-names.ts';
import type { AbsolutePath, Kind } from './kind.ts';
import { findPreset } from './presets.ts';
import type { Profile } from './profile.ts';
import { kindOf, type SettingName, settingNames, settingRow } from './settings.ts';

type Field = {
  readonly name: string;
  readonly property: SettingName | 'preset';
  /** The part of a profile this text sets. Throws `usage` or `config`. */
  readonly read: (text: string, absolute: AbsolutePath) => Profile;
};

export const fields: readonly Field[] = [
  { name: 'preset', property: 'preset', read: (text) => ({ preset: findPreset(text).id }) },
  ...settingNames.flatMap((property): Field[] => {
    const { fromField } = kindOf(property);
    const { field: name } = settingRow(property);
    return fromField === undefined
      ? []
      : [{ name, property, read: (text, absolute) => ({ [property]: fromField(text, name, absolute) }) }];
  }),
];

/** A field that has parts, with the part: `header.x-team`, `aliases.s`. */
type Part = { readonly property: SettingName; readonly part: string; readonly kind: Kind };

function partOf(name: string): Part | undefined {
  const property = partedFields.find((one) =>
    name.toLowerCase().startsWith(settingRow(one).field.replace(/[^.]*$/, '')),
  );
  const part = name.slice(name.indexOf('.') + 1);
  if (property === undefined || part === '' || !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(part)) return undefined;
  return { property, part, kind: kindOf(property) };
}

/** The settings that are set part by part. */
const partedFields = settingNames.filter((name) => settingRow(name).field.includes('.'));

/** Applies `name=value` words to a profile. Throws `usage` for an unknown name or a bad value. */
export function applyAssignments(
  profile: Profile,
  words: readonly string[],
  absolute: AbsolutePath,
): Profile {
  let changed = profile;
  for (const word of words) {
    const [, name = '', value] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
    if (value === undefined) {
      throw usageError(
        `"${word}" is not written name=value.`,
        'Example: msg profiles set work model=claude-sonnet-5-5',
      );
    }
    if (value === '')
      throw usageError(`"${word}" sets nothing.`, `To remove it: msg profiles unset NAME ${name}`);
    const part = partOf(name);
    changed =
      part === undefined
        ? { ...changed, ...findField(name).read(value, absolute) }
        : {
            ...changed,
            [part.property]: {
              ...(changed[part.property] as object | undefined),
              ...(part.kind.fromPart?.(part.part, value, name) as object | undefined),
            },
          };
  }
  return changed;
}

/** The fields by name, as `--help` lists them. */
export const fieldNames: readonly string[] = [
  ...fields.map(({ name }) => name),
  ...partedFields.map((name) => settingRow(name).field),
];

/** Removes fields by name; `key` removes the reference. Throws `usage` for an unknown name. */
export function removeFields(profile: Profile, names: readonly string[]): Profile {
  const changed: Record<string, unknown> = { ...profile };
  for (const name of names) {
    const part = partOf(name);
    const whole = partedFields.find((property) => name === property);
    if (part !== undefined) {
      const { [part.kind.partName?.(part.part) ?? part.part]: _removed, ...rest } = (changed[part.property] ??
        {}) as Record<string, unknown>;
      changed[part.property] = rest;
      if (Object.keys(rest).length === 0) delete changed[part.property];
    } else if (whole !== undefined) delete changed[whole];
    else if (name === 'key') {
      delete changed['key'];
      delete changed['keyOrigin'];
    } else delete changed[findField(name).property];
  }
  return changed as Profile;
}

/** Why a key is asked for, and no argument. */
export const neverAnArgument =
  'A key is never given on the command line: it would stay in the history of your shell, and other users of this machine could read it in the list of processes.';

function findField(name: string): Field {
  const plain = (text: string): string => text.replace(/[-_]/g, '').toLowerCase();
  const match = fields.find((one) => plain(one.name) === plain(name));
  if (match !== undefined) return match;
  if (/key|token|secret/i.test(name)) {
    throw usageError(
      neverAnArgument,
      'Use --key-stdin, --key-env VAR, --key-file PATH, --key-command or --key-keychain.',
    );
  }
  throw usageError(
    `There is no field "${name}".${didYouMean(name, fieldNames)}`,
    `The fields are: ${fieldNames.join(', ')}`,
  );
}
