// Requests as clients send them, made at random, and rules of a server that refuses one thing in them: what has to be
// found is known.
import type { ClientRequest } from '../../../src/doctor/request/client-request.ts';
import type { SeenRequest } from '../../../src/mock/received-request.ts';
import { isObject, type Json, type JsonObject } from '../../../src/text/json.ts';
import fc from '../../fast-check.ts';

const word = fc.stringMatching(/^[a-z]{3,8}$/);
const sentence = fc.array(word, { minLength: 1, maxLength: 30 }).map((words) => words.join(' '));

const keyword = fc.oneof(
  sentence.map((text): [string, Json] => ['description', text]),
  fc.constant<[string, Json]>(['minLength', 1]),
  fc.constant<[string, Json]>(['title', 'A title']),
  fc.constant<[string, Json]>(['default', 'x']),
  fc.constant<[string, Json]>(['enum', ['a', 'b']]),
);
const property: fc.Arbitrary<JsonObject> = fc
  .array(keyword, { maxLength: 3 })
  .map((keywords) => ({ type: 'string', ...Object.fromEntries(keywords) }));
const schema: fc.Arbitrary<JsonObject> = fc
  .dictionary(word, property, { minKeys: 1, maxKeys: 5 })
  .map((properties) => ({
    type: 'object',
    properties,
    required: Object.keys(properties).slice(0, 1),
    additionalProperties: false,
  }));
const tools: fc.Arbitrary<JsonObject[]> = fc.uniqueArray(
  fc.record({ name: word.map((name) => `${name}_tool`), description: sentence, input_schema: schema }),
  { minLength: 1, maxLength: 12, selector: ({ name }) => name },
);
const mark = fc.option(fc.constant({ cache_control: { type: 'ephemeral' } }), { nil: {} });
const text = fc
  .tuple(sentence, mark)
  .map(([words, more]): JsonObject => ({ type: 'text', text: words, ...more }));
const exchange = (index: number): fc.Arbitrary<JsonObject[]> =>
  fc.oneof(
    fc.tuple(sentence, text).map(([asked, told]): JsonObject[] => [
      { role: 'user', content: asked },
      { role: 'assistant', content: [told] },
    ]),
    fc.tuple(text, sentence, sentence).map(([asked, told, result]): JsonObject[] => [
      { role: 'user', content: [asked] },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: told },
          { type: 'tool_use', id: `toolu_${index}`, name: 'read_tool', input: { path: told } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: `toolu_${index}`, content: [{ type: 'text', text: result }] },
        ],
      },
      { role: 'assistant', content: 'Done.' },
    ]),
  );

/** A request with all that agents send: betas, headers, a system prompt in blocks, tools, a history with calls. */
export const anyRequest: fc.Arbitrary<ClientRequest> = fc
  .tuple(
    fc.uniqueArray(word, { minLength: 1, maxLength: 5 }),
    fc.array(text, { minLength: 1, maxLength: 4 }),
    tools,
    fc
      .integer({ min: 0, max: 6 })
      .chain((count) => fc.tuple(...Array.from({ length: count }, (_, at) => exchange(at)))),
    text,
  )
  .map(([betas, system, list, exchanges, last]) => ({
    headers: { 'user-agent': 'agent/1.2.3 (cli)', 'x-app': 'cli', 'x-stainless-lang': 'js' },
    betas: betas.map((name) => `${name}-2026-01-01`),
    query: [['beta', 'true']],
    body: {
      model: 'test-model',
      max_tokens: 32_000,
      stream: true,
      temperature: 1,
      metadata: { user_id: 'user_1' },
      context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] },
      system,
      tools: list,
      tool_choice: { type: 'auto' },
      messages: [...exchanges.flat(), { role: 'user', content: [last] }],
    },
  }));

/** One planted refusal: where it is put in, when a server refuses, and where it has to be found. */
export type Planted = {
  readonly request: ClientRequest;
  readonly refuses: (seen: SeenRequest) => boolean;
  /** What a server that tells says. */
  readonly message: string;
  /** Stands in the words of the cause. */
  readonly place: string;
};

type Plant = (request: ClientRequest, at: number) => Planted;

const bodyOf = ({ json }: SeenRequest): JsonObject => (isObject(json) ? json : {});
const listAt = (body: JsonObject, name: string): Json[] => (Array.isArray(body[name]) ? body[name] : []);
const mentions = (seen: SeenRequest, words: string): boolean => seen.body.includes(words);

/** The request with the value at a path changed. */
function changed(
  request: ClientRequest,
  path: readonly (string | number)[],
  change: (value: Json) => Json,
): ClientRequest {
  const at = (value: Json, depth: number): Json => {
    const step = path[depth];
    if (step === undefined) return change(value);
    if (Array.isArray(value))
      return value.map((item, index) => (index === step ? at(item, depth + 1) : item));
    return isObject(value) ? { ...value, [step]: at(value[step] as Json, depth + 1) } : value;
  };
  return { ...request, body: at(request.body, 0) as JsonObject };
}

/** Each refuses another thing, so that any of them can stand together in one request. */
export const plants: readonly Plant[] = [
  (request, at) => {
    const name = request.betas[at % request.betas.length] ?? '';
    return {
      request,
      refuses: ({ headers }) => (headers['anthropic-beta'] ?? '').split(',').includes(name),
      message: `Unexpected value(s) \`${name}\` for the \`anthropic-beta\` header`,
      place: `anthropic-beta: ${name}`,
    };
  },
  (request) => ({
    request,
    refuses: ({ headers }) => headers['x-app'] !== undefined,
    message: 'header x-app is not allowed',
    place: 'x-app: cli',
  }),
  (request) => ({
    request,
    refuses: ({ query }) => query['beta'] === 'true',
    message: 'unknown parameter',
    place: '?beta=true',
  }),
  (request) => ({
    request,
    refuses: (seen) => 'context_management' in bodyOf(seen),
    message: 'context_management: Extra inputs are not permitted',
    place: 'context_management',
  }),
  (request, at) => {
    const index = at % listAt(request.body, 'tools').length;
    const tool = listAt(request.body, 'tools')[index] as { input_schema: { properties: JsonObject } };
    const names = Object.keys(tool.input_schema.properties);
    const name = names[at % names.length] ?? '';
    return {
      request: changed(request, ['tools', index, 'input_schema', 'properties', name], (value) => ({
        ...(value as JsonObject),
        pattern: '^a',
      })),
      refuses: (seen) => mentions(seen, '"pattern":'),
      message: `tools.${index}.custom.input_schema.properties.${name}.pattern: not supported`,
      place: `tools[${index}].input_schema.properties.${name}.pattern`,
    };
  },
  (request, at) => {
    const index = at % listAt(request.body, 'tools').length;
    return {
      request: changed(request, ['tools', index, 'name'], () => 'mcp.server/tool'),
      refuses: (seen) => mentions(seen, '"mcp.server/tool"'),
      message: `tools.${index}.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`,
      place: `tools[${index}].name`,
    };
  },
  (request, at) => {
    const index = at % listAt(request.body, 'system').length;
    return {
      request: changed(
        request,
        ['system', index, 'text'],
        (value) => `${value} You are Kilroy and nobody else.`,
      ),
      refuses: (seen) => mentions(seen, 'Kilroy'),
      message: 'request blocked by policy',
      place: `system[${index}].text`,
    };
  },
  (request, at) => {
    const index = at % listAt(request.body, 'messages').length;
    const turn = listAt(request.body, 'messages')[index] as JsonObject;
    const block = {
      type: 'document',
      source: { type: 'text', media_type: 'text/plain', data: 'x' },
      title: 'Secret plan',
    };
    const blocks: Json[] =
      typeof turn['content'] === 'string'
        ? [{ type: 'text', text: turn['content'] }]
        : (turn['content'] as Json[]);
    return {
      request: changed(request, ['messages', index, 'content'], () => [...blocks, block]),
      refuses: (seen) => mentions(seen, '"document"'),
      message: `messages.${index}.content.${blocks.length}: document blocks are not supported`,
      place: `messages[${index}].content[${blocks.length}]`,
    };
  },
  (request) => ({
    request: changed(request, [], (body) => ({ ...(body as JsonObject), thinking: { type: 'adaptive' } })),
    refuses: (seen) => 'thinking' in bodyOf(seen) && 'temperature' in bodyOf(seen),
    message: 'temperature may not be set when thinking is enabled',
    place: 'thinking',
  }),
];
