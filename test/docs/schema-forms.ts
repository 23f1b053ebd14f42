// JSON that is printed or kept, as JSON Schemas: one row a form, made from the type that the code itself uses.
import { join } from 'node:path';
import { createGenerator } from 'ts-json-schema-generator';
import { kinds } from '../../src/profiles/setting-kinds.ts';
import { kindOf, settingNames, settingRow } from '../../src/profiles/settings.ts';
import { isObject, snakeCase } from '../../src/text/json.ts';
import { promptSchemas } from '../../src/turn/prompts/prompt-text.ts';

export type JsonSchema = { [keyword: string]: unknown };

type Form = {
  /** What stands in front of `.schema.json`. */
  readonly name: string;
  readonly title: string;
  readonly source: string;
  readonly type: string;
  /** Whether names are printed as `max_tokens`. What other programs read of ours, or we of theirs, is as it is. */
  readonly isSnakeCase?: true;
};

const typed: readonly Form[] = [
  {
    name: 'report',
    title: 'msg doctor --json: the report of one target',
    source: 'src/doctor/engine/report.ts',
    type: 'Report',
    isSnakeCase: true,
  },
  {
    name: 'comparison',
    title: 'msg doctor --json with --compare or --baseline: two reports and what differs',
    source: 'src/doctor/report/compare.ts',
    type: 'Comparison',
    isSnakeCase: true,
  },
  {
    name: 'race',
    title: 'msg doctor --json with --race',
    source: 'src/doctor/race/race.ts',
    type: 'Race',
    isSnakeCase: true,
  },
  {
    name: 'message',
    title: 'msg send -o json: the message, and the facts of the turn under msg',
    source: 'src/messages/result.ts',
    type: 'PrintedMessage',
  },
  {
    name: 'last-line',
    title: 'msg send -o stream-json: the last line, msg.result or msg.error',
    source: 'src/messages/result.ts',
    type: 'LastLine',
  },
  {
    name: 'session-line',
    title: 'A session file (JSON Lines): each of its lines',
    source: 'src/chat/store/transcript.ts',
    type: 'SessionLine',
  },
  {
    name: 'recording-line',
    title: 'A recording of send --record or msg tap --record (JSON Lines): each of its lines',
    source: 'src/http/recording.ts',
    type: 'RecordedLine',
  },
  {
    name: 'mock-script',
    title: 'msg mock --script FILE: what the mock answers',
    source: 'src/mock/script-file.ts',
    type: 'ScenarioFile',
  },
];

const root = join(import.meta.dirname, '../..');
const draft = 'https://json-schema.org/draft/2020-12/schema';

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
    config: configSchema(),
    prompt: {
      $schema: draft,
      title: 'The front matter of a prompt (msg prompts), once YAML is read',
      type: 'object',
      properties: promptSchemas,
      additionalProperties: false,
    },
    project: {
      $schema: draft,
      title: '.msg.json of a project',
      type: 'object',
      properties: { profile: kinds.text.schema, model: kinds.text.schema },
      additionalProperties: false,
    },
  };
}

/** Draft 7, as it is generated, as draft 2020-12. */
function schemaOf({ name, title, isSnakeCase }: Form, generated: JsonSchema): JsonSchema {
  const { definitions, $schema: _older, ...rest } = translated(generated, isSnakeCase === true) as JsonSchema;
  const $defs = isObject(definitions) && Object.keys(definitions).length > 0 ? { $defs: definitions } : {};
  return { $schema: draft, $id: `urn:msg-cli:${name}:1`, title, ...rest, ...$defs };
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
    $schema: draft,
    title: 'config.json of msg',
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
