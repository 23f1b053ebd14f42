// From an accepted request to the message that answers it: text or tool calls, stop reason, usage. Pure.
import type { ContentBlock, Message } from '../messages/types.ts';
import { isObject, type Json, type JsonObject } from '../text/json.ts';
import { answerTo, factsIn, type Prompt } from './answer.ts';
import { wordsIn } from './file-words.ts';
import { words } from './replies.ts';
import { blocksOf } from './validation.ts';

/** What the mock writes instead of its own text, when it is told to. */
export type FixedAnswer = string | ((prompt: Prompt) => string);

/** Answers a Messages body that has passed validation. `serial` makes ids unique and repeatable. */
export function compose(body: JsonObject, serial: number, fixed?: FixedAnswer): Message {
  const prompt = promptOf(body);
  const calls = toolCalls(body, prompt, serial);
  const text = calls.length > 0 ? '' : writtenText(body, prompt, fixed);
  const thinking = thinkingBlocks(body, prompt);
  const cut = shorten(text, body, tokensOf(thinking));
  const content: ContentBlock[] = [...thinking, ...calls];
  if (cut.text !== '') content.push({ type: 'text', text: cut.text });
  return {
    id: `msg_mock_${serial}`,
    type: 'message',
    role: 'assistant',
    model: prompt.model,
    content,
    stop_reason: calls.length > 0 ? 'tool_use' : cut.stopReason,
    stop_sequence: cut.stopSequence,
    usage: {
      input_tokens: countTokens(body),
      output_tokens: tokensOf(content),
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      service_tier: 'standard',
    },
  };
}

/** The message with what was told instead. Another content ends by itself and has its own count, unless told so too. */
export function retold(message: Message, told: Partial<Message> = {}): Message {
  if (!Array.isArray(told.content)) return { ...message, ...told };
  const usage = { ...message.usage, output_tokens: tokensOf(told.content) };
  return { ...message, stop_reason: 'end_turn', stop_sequence: null, usage, ...told };
}

/** An estimate: a token for every four characters of what a model would read. */
export function countTokens({ system, messages, tools }: JsonObject): number {
  const read = [system, messages, tools].filter((part) => part !== undefined);
  return Math.max(1, Math.ceil(read.reduce<number>((sum, part) => sum + JSON.stringify(part).length, 0) / 4));
}

function promptOf(body: JsonObject): Prompt {
  const turns = Array.isArray(body['messages']) ? body['messages'] : [];
  const users = turns.filter((turn) => isObject(turn) && turn['role'] === 'user');
  const last = blocksOf(users.at(-1));
  const { system, max_tokens: maxTokens, model } = body;
  return {
    text: textOf(last),
    system: typeof system === 'string' ? system : textOf(blocksOf({ content: system ?? [] })) || undefined,
    model: String(model),
    maxTokens: typeof maxTokens === 'number' ? maxTokens : undefined,
    turn: users.length,
    picture: wordsOfType(last, 'image'),
    document: wordsOfType(last, 'document'),
    before: users.length > 1 ? textOf(blocksOf(users.at(-2))) : undefined,
    attachments: last.filter((block) => block['type'] !== 'text').map((block) => String(block['type'])),
    toolResults: last.filter((block) => block['type'] === 'tool_result').map(resultText),
  };
}

const textOf = (blocks: readonly JsonObject[]): string =>
  blocks
    .filter((block) => block['type'] === 'text')
    .map((block) => String(block['text'] ?? ''))
    .join('\n\n');

const wordsOfType = (blocks: readonly JsonObject[], type: string): string =>
  blocks
    .filter((block) => block['type'] === type)
    .map(wordsIn)
    .join(' ');

const resultText = ({ content }: JsonObject): string =>
  typeof content === 'string' ? content : textOf(blocksOf({ content: content ?? [] }));

function writtenText(body: JsonObject, prompt: Prompt, fixed: FixedAnswer | undefined): string {
  if (fixed !== undefined) return typeof fixed === 'string' ? fixed : fixed(prompt);
  const format = isObject(body['output_config']) ? body['output_config']['format'] : undefined;
  return isObject(format) && format['type'] === 'json_schema'
    ? JSON.stringify(filled(sampleOf(format['schema'], 'No model is behind this text.'), prompt), null, 2)
    : answerTo(prompt);
}

/** A sample with what the prompt tells, in the fields that are called so. */
function filled(sample: Json, prompt: Prompt): Json {
  if (!isObject(sample)) return sample;
  const facts: Readonly<Record<string, string | undefined>> = factsIn(prompt);
  return Object.fromEntries(Object.entries(sample).map(([name, value]) => [name, facts[name] ?? value]));
}

/** A call is made when `tool_choice` forces one, or when the prompt names a tool; never on results. */
function toolCalls(body: JsonObject, prompt: Prompt, serial: number): ContentBlock[] {
  const tools = (Array.isArray(body['tools']) ? body['tools'] : []).filter(isObject);
  const choice = isObject(body['tool_choice']) ? body['tool_choice'] : { type: 'auto' };
  if (choice['type'] === 'none' || prompt.toolResults.length > 0) return [];
  const mentions = tools.filter(({ name }) => typeof name === 'string' && prompt.text.includes(name));
  const called =
    choice['type'] === 'tool'
      ? tools.filter(({ name }) => name === choice['name'])
      : choice['type'] === 'any' && mentions.length === 0
        ? tools.slice(0, 1)
        : mentions;
  return called.map(({ name, input_schema }, index) => ({
    type: 'tool_use',
    id: `toolu_mock_${serial}_${index + 1}`,
    name: String(name),
    input: sampleOf(input_schema, quotedText(prompt.text) ?? prompt.text),
  }));
}

/** The text that a prompt wants in a call to the letter: `with exactly "..."`. */
const quotedText = (text: string): string | undefined => /\bexactly\s+"([^"]+)"/.exec(text)?.[1];

/** Thinking is shown where the request asks for it, and empty (but signed) where it is left out. */
function thinkingBlocks({ thinking }: JsonObject, { text }: Prompt): ContentBlock[] {
  if (!isObject(thinking) || !['adaptive', 'enabled'].includes(String(thinking['type']))) return [];
  const isShown =
    thinking['display'] === 'summarized' ||
    (thinking['type'] === 'enabled' && thinking['display'] !== 'omitted');
  const shown = `The prompt has ${Array.from(text).length} characters. A heading, the facts, then something to try.`;
  return [
    { type: 'thinking', thinking: isShown ? shown : '', signature: 'bW9jay1zaWduYXR1cmU=' },
    // As the API does with its documented test text.
    ...(text.includes('TRIGGER_REDACTED_THINKING')
      ? [{ type: 'redacted_thinking', data: 'bW9jay1yZWRhY3Rpb24=' } as const]
      : []),
  ];
}

type Cut = {
  text: string;
  stopReason: 'end_turn' | 'max_tokens' | 'stop_sequence';
  stopSequence: string | null;
};

/** Applies `stop_sequences`, then what the thinking left of `max_tokens`. */
function shorten(text: string, body: JsonObject, thinkingTokens: number): Cut {
  const { max_tokens: maxTokens, stop_sequences: stops } = body;
  const limit = typeof maxTokens === 'number' ? Math.max(0, maxTokens - thinkingTokens) : undefined;
  const stop = (Array.isArray(stops) ? stops : [])
    .filter((stop): stop is string => typeof stop === 'string' && stop !== '' && text.includes(stop))
    .sort((one, other) => text.indexOf(one) - text.indexOf(other))[0];
  const stopped = stop === undefined ? text : text.slice(0, text.indexOf(stop));
  const tokens = words(stopped);
  if (limit !== undefined && tokens.length > limit)
    return { text: tokens.slice(0, limit).join(''), stopReason: 'max_tokens', stopSequence: null };
  return stop === undefined
    ? { text: stopped, stopReason: 'end_turn', stopSequence: null }
    : { text: stopped, stopReason: 'stop_sequence', stopSequence: stop };
}

const tokensOf = (content: readonly ContentBlock[]): number =>
  content.reduce((sum, block) => sum + blockTokens(block), 0);

function blockTokens(block: ContentBlock): number {
  const { text, thinking, input } = block as { text?: Json; thinking?: Json; input?: Json };
  if (typeof text === 'string') return words(text).length;
  return typeof thinking === 'string'
    ? words(thinking).length
    : Math.ceil(JSON.stringify(input ?? {}).length / 4);
}

const deepest = 8;

/**
 * One value that fits a JSON Schema: what the mock "generates" for a forced tool call or a schema. No validator: it
 * covers what tool inputs and structured outputs use. Strings hold `text`; unknown shapes give null.
 */
export function sampleOf(schema: unknown, text: string, root = schema, depth = 0): Json {
  if (!isObject(schema) || depth > deepest) return null;
  const inner = (part: unknown): Json => sampleOf(part, text, root, depth + 1);
  if (schema['const'] !== undefined) return schema['const'];
  if (Array.isArray(schema['enum'])) return schema['enum'][0] ?? null;
  if (schema['default'] !== undefined) return schema['default'];
  if (typeof schema['$ref'] === 'string') return inner(referenced(root, schema['$ref']));
  for (const word of ['anyOf', 'oneOf', 'allOf']) {
    const choices = schema[word];
    if (Array.isArray(choices)) return inner(choices[0]);
  }
  switch (Array.isArray(schema['type']) ? schema['type'][0] : schema['type']) {
    case 'string':
      return formats[String(schema['format'])] ?? text;
    case 'integer':
    case 'number':
      return Number(schema['minimum'] ?? 1);
    case 'boolean':
      return true;
    case 'array':
      return Array.from({ length: Math.max(1, Number(schema['minItems'] ?? 1)) }, () =>
        inner(schema['items']),
      );
    case 'null':
      return null;
    default: {
      const properties = schema['properties'];
      if (!isObject(properties)) return schema['type'] === 'object' ? {} : null;
      return Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, inner(part)]));
    }
  }
}

const formats: Readonly<Record<string, string>> = {
  date: '2026-01-31',
  time: '12:00:00Z',
  'date-time': '2026-01-31T12:00:00Z',
  email: 'someone@example.com',
  uri: 'https://example.com/',
  uuid: '00000000-0000-4000-8000-000000000000',
};

/** Follows a reference inside the same schema, e.g. `#/$defs/Item`. */
function referenced(root: unknown, reference: string): unknown {
  return reference
    .split('/')
    .slice(1)
    .reduce<unknown>((part, name) => (isObject(part) ? part[name] : undefined), root);
}
