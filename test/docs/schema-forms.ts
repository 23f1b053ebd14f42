// JSON that is printed or kept, as JSON Schemas: one row a form, made from the type that the code itself uses.
import { join } from 'node:path';
import { createGenerator } from 'ts-json-schema-generator';
import { jsonForms } from '../../src/commands/help-topics.ts';
import { kinds } from '../../src/profiles/setting-kinds.ts';
import { kindOf, settingNames, settingRow } from '../../src/profiles/settings.ts';
import { isObject, snakeCase } from '../../src/text/json.ts';
import { promptSchemas } from '../../src/turn/prompts/prompt-text.ts';

export type JsonSchema = { [keyword: string]: unknown };

type Form = {
  /** What stands in front of `.schema.json`. */
  readonly name: keyof typeof jsonForms;
  readonly source: string;
  readonly type: string;
  /** Whether names are printed as `max_tokens`. What other programs read of ours, or we of theirs, is as it is. */
  readonly isSnakeCase?: true;
  /** Whether it is a list of them. */
  readonly isList?: true;
};

const typed: readonly Form[] = [
  {
    name: 'report',
    source: 'src/doctor/engine/report.ts',
    type: 'Report',
    isSnakeCase: true,
  },
  {
    name: 'comparison',
    source: 'src/doctor/report/compare.ts',
    type: 'Comparison',
    isSnakeCase: true,
  },
  {
    name: 'race',
    source: 'src/doctor/race/race.ts',
    type: 'Race',
    isSnakeCase: true,
  },
  {
    name: 'clients',
    source: 'src/doctor/run/client-table.ts',
    type: 'ClientReport',
    isSnakeCase: true,
    isList: true,
  },
  {
    name: 'message',
    source: 'src/messages/result.ts',
    type: 'PrintedMessage',
  },
  {
    name: 'last-line',
    source: 'src/messages/result.ts',
    type: 'LastLine',
  },
  {
    name: 'session-line',
    source: 'src/chat/store/transcript.ts',
    type: 'SessionLine',
  },
  {
    name: 'exported-session',
    source: 'src/chat/store/conversation.ts',
    type: 'ExportedSession',
  },
  {
    name: 'recording-line',
    source: 'src/http/recording.ts',
    type: 'RecordedLine',
  },
  {
    name: 'mock-script',
    source: 'src/mock/script-file.ts',
    type: 'ScenarioFile',
  },
];

const root = join(import.meta.dirname, '../..');

/** All schemas by name. Takes seconds: it reads the sources as the compiler does. */
export function schemas(): Readonly<Record<string, JsonSchema>> {
  const generator = createGenerator({
    path: join(root, `{${[...new Set(typed.map(({ source }) => source))].join()}}`),
    tsconfig: join(root, 'tsconfig.json'),
    additionalProperties: true,
    skipTypeCheck: true,
    topRef: false,
  });
  return {
    ...Object.fromEntries(
      typed.map((form) => [form.name, schemaOf(form, generator.createSchema(form.type) as JsonSchema)]),
    ),
    config: withHead('config', configSchema()),
    prompt: withHead('prompt', closed(promptSchemas)),
    project: withHead('project', closed({ profile: kinds.text.schema, model: kinds.text.schema })),
  };
}

const closed = (properties: object): JsonSchema => ({
  type: 'object',
  properties,
  additionalProperties: false,
});

const withHead = (name: keyof typeof jsonForms, schema: JsonSchema): JsonSchema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: `urn:msg-cli:${name}:1`,
  title: jsonForms[name],
  ...schema,
});

/** Draft 7, as it is generated, as draft 2020-12. */
function schemaOf({ name, isSnakeCase, isList }: Form, generated: JsonSchema): JsonSchema {
  const { definitions, $schema: _older, ...rest } = translated(generated, isSnakeCase === true) as JsonSchema;
  const $defs = isObject(definitions) && Object.keys(definitions).length > 0 ? { $defs: definitions } : {};
  return withHead(name, isList ? { type: 'array', items: rest, ...$defs } : { ...rest, ...$defs });
}

/** The references as 2020-12 has them, the names as they are printed. */
function translated(value: unknown, isSnakeCase: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => translated(item, isSnakeCase));
  if (!isObject(value)) return value;
  const printed = (name: string): string => (isSnakeCase ? snakeCase(name) : name);
  return Object.fromEntries(
    Object.entries(value).map(([keyword, item]): [string, unknown] => {
      if (keyword === '$ref') return [keyword, String(item).replace('#/definitions/', '#/$defs/')];
      if (keyword === 'required') return [keyword, (item as string[]).map(printed)];
      if (keyword === 'properties' && isObject(item))
        return [
          keyword,
          Object.fromEntries(
            Object.entries(item).map(([name, one]) => [printed(name), translated(one, isSnakeCase)]),
          ),
        ];
      return [keyword, translated(item, isSnakeCase)];
    }),
  );
}

function configSchema(): JsonSchema {
  const described = (schema: object, description: string) => ({ ...schema, description });
  const properties = Object.fromEntries([
    ['preset', described(kinds.text.schema, 'provider it began with: see msg profiles presets')],
    ...settingNames.map((name) => [name, described(kindOf(name).schema, settingRow(name).help)]),
    ['keyOrigin', described(kinds.text.schema, 'where the key may go: it was entered for this origin')],
  ]);
  return {
    type: 'object',
    properties: {
      current: described(kinds.text.schema, 'the profile used when nothing else names one'),
      previous: described(kinds.text.schema, 'what msg profiles use - goes back to'),
      profiles: {
        type: 'object',
        propertyNames: { pattern: '^[A-Za-z0-9._-]{1,64}$' },
        additionalProperties: { type: 'object', properties },
      },
    },
  };
}
