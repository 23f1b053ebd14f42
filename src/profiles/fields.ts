// The fields `msg profiles set` knows: their names on the command line, and how text becomes a value.
import { usageError } from '../errors.ts';
import { didYouMean } from '../text/nearest-names.ts';
import { findPreset } from './presets.ts';
import type { Profile } from './profile.ts';
import type { AbsolutePath } from './setting-kinds.ts';
import { kindOf, type SettingName, settingNames, settingRow, settingRows } from './settings.ts';

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

const headerName = /^header\.([!#$%&'*+.^_`|~0-9A-Za-z-]+)$/;

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
    const header = headerName.exec(name)?.[1]?.toLowerCase();
    changed =
      header === undefined
        ? { ...changed, ...findField(name).read(value, absolute) }
        : { ...changed, headers: { ...changed.headers, [header]: value } };
  }
  return changed;
}

/** Removes fields by name; `key` removes the reference. Throws `usage` for an unknown name. */
export function removeFields(profile: Profile, names: readonly string[]): Profile {
  const changed: Record<string, unknown> = { ...profile };
  for (const name of names) {
    const header = headerName.exec(name)?.[1]?.toLowerCase();
    if (header !== undefined) {
      const { [header]: _removed, ...rest } = (changed['headers'] ?? {}) as Record<string, string>;
      changed['headers'] = rest;
      if (Object.keys(rest).length === 0) delete changed['headers'];
    } else if (name === 'headers') delete changed['headers'];
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
  const names = [...fields.map((one) => one.name), settingRows.headers.field];
  throw usageError(
    `There is no field "${name}".${didYouMean(name, names)}`,
    `The fields are: ${names.join(', ')}`,
  );
}
