// A prompt file as text: what its front matter says and what stands behind it. The files themselves are prompt-files.ts.
import { isAbsolute, join, normalize } from 'node:path';
import { configError } from '../../errors.ts';
import { effortLevels } from '../../messages/request.ts';
import type { GenerationFlags } from '../../profiles/generation-flags.ts';
import { matches, type Schema } from '../../profiles/schema.ts';
import { kindOf, type SettingName, type SettingValues, settingRow } from '../../profiles/settings.ts';
import { didYouMean } from '../../text/nearest-names.ts';
import { type Variable, variablesOf } from './placeholders.ts';

/** What a prompt says of itself and of the answer it wants. Nothing in it decides where a request goes. */
export type PromptText = {
  readonly description?: string;
  readonly text: string;
  /** What counts behind the command line and before everything else. */
  readonly settings: Partial<Pick<SettingValues, PromptSetting>>;
  /** Options without a setting, as the command line gives them. */
  readonly options: Pick<GenerationFlags, 'temperature' | 'effort' | 'schema'>;
  /** Of the text and of the system prompt. */
  readonly variables: readonly Variable[];
};

export const promptSettings = [
  'model',
  'system',
  'maxTokens',
  'cache',
] as const satisfies readonly SettingName[];
type PromptSetting = (typeof promptSettings)[number];

type Field = {
  readonly schema: Schema;
  /** To follow "must be". */
  readonly shape: string;
  /** Where the value goes. */
  readonly place:
    | { readonly of: 'prompt'; readonly name: 'description' }
    | { readonly of: 'settings'; readonly name: PromptSetting }
    | { readonly of: 'options'; readonly name: keyof PromptText['options'] };
};

const fields: Readonly<Record<string, Field>> = {
  description: { schema: { type: 'string' }, shape: 'text', place: { of: 'prompt', name: 'description' } },
  ...Object.fromEntries(
    promptSettings.map((name): [string, Field] => {
      const { schema, shape } = kindOf(name);
      return [settingRow(name).field, { schema, shape, place: { of: 'settings', name } }];
    }),
  ),
  temperature: {
    schema: { type: 'number', minimum: 0 },
    shape: 'a number from 0',
    place: { of: 'options', name: 'temperature' },
  },
  effort: {
    schema: { enum: effortLevels },
    shape: `one of ${effortLevels.join(', ')}`,
    place: { of: 'options', name: 'effort' },
  },
  schema: {
    schema: { anyOf: [{ type: 'object' }, { type: 'string', minLength: 1 }] },
    shape: 'a JSON schema, or the name of a file beside the prompt',
    place: { of: 'options', name: 'schema' },
  },
};

/** What each field of front matter may hold. */
export const promptSchemas: Readonly<Record<string, Schema>> = Object.fromEntries(
  Object.entries(fields).map(([name, { schema }]) => [name, schema]),
);

/** The fields of front matter, as help lists them. */
export const promptFields: readonly string[] = Object.keys(fields);

/** Where a text comes from, for errors, and what to do about one. */
export type PromptPlace = {
  readonly path: string;
  /** Where the files lie that it names. */
  readonly directory: string;
  readonly hint?: string;
};

/**
 * Reads a prompt file.
 * @throws MsgError `config` that names the file, the line and the field at fault; for what is no text, the file
 */
export async function readPromptText(whole: string, place: PromptPlace): Promise<PromptText> {
  // UTF-16 and every binary format have zero bytes, text never does.
  if (whole.includes('\0'))
    throw configError(`${place.path} is no UTF-8 text.`, 'Convert it first, e.g. iconv -f utf-16 -t utf-8', {
      path: place.path,
    });
  const { matter, text } = splitMatter(whole.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n'), place);
  const read = {
    prompt: {} as { description?: string },
    settings: {} as Record<string, unknown>,
    options: {} as Record<string, unknown>,
  };
  for (const { name, value, line } of matter === undefined ? [] : await fieldsOf(matter, place)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) throw fault(place, line, unknownField(name));
    if (!matches(field.schema, value))
      throw fault(place, line, `${name} must be ${field.shape}, not ${JSON.stringify(value)}.`);
    const target: Record<string, unknown> = read[field.place.of];
    target[field.place.name] = name === 'schema' ? schemaOption(value, line, place) : value;
  }
  const { system = '' } = read.settings as { system?: string };
  return {
    ...read.prompt,
    text,
    settings: read.settings,
    options: read.options,
    variables: variablesOf(system, text),
  };
}

/** What stands between the first line, if it is `---`, and the next one like it; and the rest. */
function splitMatter(whole: string, place: PromptPlace): { matter?: string; text: string } {
  if (!/^---[ \t]*\n/.test(whole)) return { text: whole.trim() };
  const [, matter, text = ''] =
    /^---[ \t]*\n([\s\S]*?)^---[ \t]*(?:\n([\s\S]*))?$(?![\s\S])/m.exec(whole) ?? [];
  if (matter === undefined)
    throw fault(place, 1, 'the front matter that begins here has no end: a line with nothing but ---.');
  return { matter, text: text.trim() };
}

async function fieldsOf(
  matter: string,
  place: PromptPlace,
): Promise<readonly { name: string; value: unknown; line: number }[]> {
  const { readYaml } = await import('./yaml.ts');
  const read = readYaml(matter);
  // The line of `---` comes before them all.
  if ('fault' in read) throw fault(place, read.line + 1, `${read.fault}.`);
  return read.fields.map((field) => ({ ...field, line: field.line + 1 }));
}

/** Where to and with which key is the user's to say: a prompt may come from anybody. */
function unknownField(name: string): string {
  const isAddress = /url|key|header|auth|profile|proxy|cert/i.test(name);
  const why = isAddress ? ' A prompt does not decide where a request goes.' : didYouMean(name, promptFields);
  return `there is no field "${name}".${why} The fields are: ${promptFields.join(', ')}.`;
}

/** As --schema takes it. A file has to lie beside the prompt, or below: nothing else of the disk is sent. */
function schemaOption(value: unknown, line: number, place: PromptPlace): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  if (/^\s*[[{]/.test(value)) return value;
  if (isAbsolute(value) || /^(~|[A-Za-z]:)/.test(value) || normalize(value).startsWith('..'))
    throw fault(place, line, `schema names ${value}, and may name a file beside the prompt only.`);
  return join(place.directory, value);
}

const fault = ({ path, hint }: PromptPlace, line: number, what: string): Error =>
  configError(`${path}, line ${line}: ${what}`, hint, { path });
