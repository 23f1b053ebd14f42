// The kinds of values settings have: what config.json may hold, how a word, a variable and an option become one, and
// how it is shown. Which settings there are is settings.ts.
import { configError, isMsgError, usageError } from '../errors.ts';
import { isSecretHeader } from '../http/wire.ts';
import { type AuthScheme, authSchemes, endpointUrl } from '../messages/endpoint.ts';
import { type CacheTime, cacheTimes } from '../messages/request.ts';
import { withoutSecretParameters } from '../messages/secret.ts';
import { type Kind, modelName } from './kind.ts';
import { aliasesKind, factorKind, type ModelAliases, type Prices, pricesKind } from './profile-kinds.ts';
import type { Schema } from './schema.ts';

/** Where a key is kept. A profile holds one of these, never the key itself. */
export type KeyReference =
  | { readonly kind: 'env'; readonly name: string }
  /** Run without a shell; its stdout is the key. */
  | { readonly kind: 'command'; readonly argv: readonly string[] }
  | { readonly kind: 'file'; readonly path: string }
  /** The operating system's keychain, under the profile's name. */
  | { readonly kind: 'keychain' }
  /** credentials.json (0600) beside the config file, under the profile's name. */
  | { readonly kind: 'stored' };

/** How lines of an answer are broken on a terminal: between words, or by the terminal. */
export const wrappings = ['words', 'off'] as const;
export type Wrapping = (typeof wrappings)[number];

export const onOrOff = ['on', 'off'] as const;

/** Kind -> what a value of it is. */
export type KindValues = {
  text: string;
  url: string;
  scheme: AuthScheme;
  key: KeyReference;
  model: string;
  count: number;
  date: string;
  names: readonly string[];
  headers: Readonly<Record<string, string>>;
  proxy: string;
  file: string;
  cache: CacheTime | 'off';
  aliases: ModelAliases;
  prices: Prices;
  factor: number;
  wrapping: Wrapping;
  onOff: (typeof onOrOff)[number];
};

const cacheValues = [...cacheTimes, 'off'] as const;

const asItIs = (text: string): string => text;
const textSchema = { type: 'string' } as const;
const aText = { schema: textSchema, shape: 'text' } as const;

const keySchema: Schema = {
  type: 'object',
  required: ['kind'],
  anyOf: [
    {
      properties: { kind: { enum: ['env'] }, name: { type: 'string', minLength: 1 } },
      required: ['name'],
    },
    {
      properties: { kind: { enum: ['command'] }, argv: { type: 'array', items: textSchema, minItems: 1 } },
      required: ['argv'],
    },
    {
      properties: { kind: { enum: ['file'] }, path: { type: 'string', minLength: 1 } },
      required: ['path'],
    },
    { properties: { kind: { enum: ['keychain', 'stored'] } } },
  ],
};

export const kinds: { readonly [K in keyof KindValues]: Kind<KindValues[K]> } = {
  text: { ...aText, fromField: asItIs },
  url: {
    ...aText,
    fromField(text) {
      endpointUrl(text, 'messages');
      return text.trim();
    },
    show: withoutSecretParameters,
  },
  scheme: oneOf(authSchemes),
  key: {
    schema: keySchema,
    shape: 'a key reference such as {"kind": "env", "name": "MY_KEY"}',
    fromVariable: (_key, variable) => ({ kind: 'env', name: variable }),
    optionTexts: (reference) =>
      reference.kind === 'env' ? [reference.name] : reference.kind === 'file' ? [reference.path] : [],
    show: describeReference,
  },
  model: { ...aText, fromField: modelName },
  count: {
    schema: { type: 'integer', minimum: 1 },
    shape: 'a whole number above 0',
    fromField(text, field) {
      const count = Number(text);
      if (Number.isInteger(count) && count > 0) return count;
      throw usageError(`${field} is a whole number above 0, not "${text}".`);
    },
    fromVariable(text, variable) {
      const count = Number(text);
      if (Number.isInteger(count) && count >= 0) return count;
      throw configError(`${variable} is ${JSON.stringify(text)}, not a whole number.`);
    },
  },
  date: {
    ...aText,
    fromField(text, field) {
      if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return text;
      throw usageError(`${field} looks like 2023-06-01, not "${text}".`);
    },
  },
  names: {
    schema: { type: 'array', items: textSchema },
    shape: 'a list of texts',
    fromField: splitList,
    fromVariable: splitList,
    optionTexts: (names) => [names.join(',')],
    show: (names) => names.join(', '),
  },
  headers: {
    schema: { type: 'object', additionalProperties: textSchema },
    shape: 'an object of texts',
    fromVariable: parseHeaderLines,
    fromOption(lines) {
      try {
        return parseHeaderLines(lines.join('\n'), '--header');
      } catch (error) {
        throw isMsgError(error) ? usageError(error.message, error.hint) : error;
      }
    },
    optionTexts: (headers) => headerTexts(headers, 'VALUE'),
    fromPart: (name, text) => ({ [name.toLowerCase()]: text }),
    partName: (name) => name.toLowerCase(),
    show: (headers) => headerTexts(headers, '…').join(', '),
  },
  // A password does not belong on a screen; what stands in for it shows that one was there.
  proxy: {
    ...aText,
    fromField: asItIs,
    optionTexts: (url) => [url.replace(/^([^/]*\/\/)?[^@]*@/, '$1USER:PASSWORD@')],
    show: (url) => url.replace(/\/\/[^@/]*@/, '//…@'),
  },
  file: { ...aText, fromField: (path, _field, absolute) => absolute(path) },
  cache: {
    schema: { enum: cacheValues },
    shape: `one of ${cacheValues.join(', ')}`,
    fromField: cacheValue,
    fromVariable(text, variable) {
      const value = cacheValues.find((known) => known === text);
      if (value !== undefined) return value;
      throw configError(`${variable} is ${JSON.stringify(text)}; it can be ${cacheValues.join(', ')}.`);
    },
  },
  aliases: aliasesKind,
  prices: pricesKind,
  factor: factorKind,
  wrapping: oneOf(wrappings),
  onOff: oneOf(onOrOff),
};

/** A kind whose values are a few words. */
function oneOf<Word extends string>(words: readonly Word[]): Kind<Word> {
  return {
    schema: { enum: words },
    shape: `one of ${words.join(', ')}`,
    fromField(text, field) {
      const word = words.find((known) => known === text.toLowerCase());
      if (word !== undefined) return word;
      throw usageError(`${field} is one of ${words.join(', ')}, not "${text}".`);
    },
    fromVariable(text, variable) {
      const word = words.find((known) => known === text);
      if (word !== undefined) return word;
      throw configError(`${variable} is ${JSON.stringify(text)}; it can be ${words.join(', ')}.`);
    },
  };
}

/** How long a prompt is to be kept, or not at all, from the text of a field or an option. Throws `usage`. */
export function cacheValue(text: string, source: string): CacheTime | 'off' {
  const value = cacheValues.find((known) => known === text);
  if (value !== undefined) return value;
  throw usageError(`${source} takes ${cacheValues.join(', ')}, not ${JSON.stringify(text)}.`);
}

/** Names with commas between them. */
export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** `Name: value` lines, as ANTHROPIC_CUSTOM_HEADERS and -H write them. Names in lower case. */
export function parseHeaderLines(text: string, source: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of text.split(/\r?\n/).filter((one) => one.trim() !== '')) {
    const match = /^\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*:\s*(.*?)\s*$/.exec(line);
    if (match === null)
      throw configError(`A header from ${source} is not written "Name: value".`, 'Example: X-Team: search');
    const [, name = '', value = ''] = match;
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) {
      throw configError(`The header ${name} from ${source} has a character that cannot be sent.`);
    }
    headers[name.toLowerCase()] = value;
  }
  return headers;
}

const headerTexts = (headers: KindValues['headers'], cover: string): string[] =>
  Object.entries(headers).map(([name, value]) => `${name}: ${isSecretHeader(name) ? cover : value}`);

/** How a reference is shown: where the key is, never what it is. */
export function describeReference(reference: KeyReference): string {
  switch (reference.kind) {
    case 'env':
      return `env:${reference.name}`;
    case 'command':
      return `command:${reference.argv[0] ?? ''}`;
    case 'file':
      return `file:${reference.path}`;
    case 'keychain':
    case 'stored':
      return reference.kind;
  }
}
