// The fields `msg profiles set` knows: their names on the command line, and how text becomes a value.
import { usageError } from '../errors.ts';
import { type AuthScheme, authSchemes, endpointUrl } from '../messages/endpoint.ts';
import { didYouMean } from '../text/nearest-names.ts';
import { refuseKeyAsModel } from './key-lint.ts';
import { findPreset } from './presets.ts';
import type { Profile } from './profile.ts';

type Field = {
  readonly name: string;
  readonly property: Exclude<keyof Profile, 'key' | 'keyOrigin'>;
  /** The part of a profile this text sets. Throws `usage` or `config`. */
  readonly read: (text: string, absolute: AbsolutePath) => Profile;
};

/** Makes a path that was written on a command line one that holds wherever msg is started. */
export type AbsolutePath = (path: string) => string;

const field = (
  name: string,
  property: Field['property'],
  value: (text: string, absolute: AbsolutePath) => unknown = (text) => text,
): Field => ({ name, property, read: (...given) => ({ [property]: value(...given) }) as Profile });

const path = (text: string, absolute: AbsolutePath): string => absolute(text);

export const fields: readonly Field[] = [
  field('preset', 'preset', (text) => findPreset(text).id),
  field('base-url', 'baseUrl', checkedUrl),
  field('messages-url', 'messagesUrl', checkedUrl),
  field('auth', 'auth', authScheme),
  field('model', 'model', (text) => modelName(text)),
  field('system', 'system'),
  field('max-tokens', 'maxTokens', wholeNumber),
  field('version', 'version', apiVersion),
  field('betas', 'betas', (text) =>
    text
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  ),
  field('proxy', 'proxy'),
  field('cacert', 'cacert', path),
  field('client-cert', 'clientCert', path),
  field('client-key', 'clientKey', path),
];

/**
 * The name of a model. `source` is what it was given by.
 * @throws MsgError `usage` for none, and for a key, which is not repeated
 */
export function modelName(text: string, source = 'model'): string {
  const model = text.trim();
  if (model === '')
    throw usageError(`${source} is empty.`, 'Name a model, or leave it out for the one of the profile.');
  refuseKeyAsModel({ model });
  return model;
}

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
  'A key is never given on the command line: it would stand in the history and in the list of processes.';

function findField(name: string): Field {
  const plain = (text: string): string => text.replace(/[-_]/g, '').toLowerCase();
  const found = fields.find((one) => plain(one.name) === plain(name));
  if (found !== undefined) return found;
  if (/key|token|secret/i.test(name)) {
    throw usageError(
      neverAnArgument,
      'Use --key-stdin, --key-env VAR, --key-file PATH, --key-command or --key-keychain.',
    );
  }
  const names = [...fields.map((one) => one.name), 'header.NAME'];
  throw usageError(
    `There is no field "${name}".${didYouMean(name, names)}`,
    `The fields are: ${names.join(', ')}`,
  );
}

function checkedUrl(text: string): string {
  endpointUrl(text, 'messages');
  return text.trim();
}

function authScheme(text: string): AuthScheme {
  const scheme = authSchemes.find((one) => one === text.toLowerCase());
  if (scheme === undefined) throw usageError(`auth is one of ${authSchemes.join(', ')}, not "${text}".`);
  return scheme;
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw usageError(`max-tokens is a whole number above 0, not "${text}".`);
}

function apiVersion(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return text;
  throw usageError(`version looks like 2023-06-01, not "${text}".`);
}
