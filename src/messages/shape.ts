// An answer in the shape the protocol gives it, whatever shape it came in: messages, blocks, counts. Pure; what
// is not known stays as it came. Both ways an answer can arrive, streamed or not, go through here.

import { isObject } from '../text/json.ts';
import { parseObject } from './parse-json.ts';
import type { ContentBlock, Message, OtherBlock, Usage } from './types.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A whole message. `content` may be a string, one block, or a list of both with holes in it. */
export function shapeMessage(json: Fields): Message {
  return {
    ...shapeHead(json),
    type: 'message',
    role: 'assistant',
    content: blocksIn(json['content']),
    stop_reason: textIn(json['stop_reason']) ?? null,
    usage: usageIn(json['usage']) ?? {},
  };
}

/** What stands around the content of a message: fields that must be text are text, or are not there. */
export function shapeHead(json: Fields): Partial<Message> {
  const head: Record<string, unknown> = { ...json };
  for (const name of ['id', 'model', 'stop_reason', 'stop_sequence']) {
    const value = textIn(head[name]);
    if (value !== undefined) head[name] = value;
    else if (head[name] !== null || name === 'id' || name === 'model') delete head[name];
  }
  return head;
}

/** The blocks of a content. What says nothing, such as null, is none. */
export function blocksIn(content: unknown): ContentBlock[] {
  if (Array.isArray(content)) return content.flatMap(blocksIn);
  if (isObject(content)) return Object.keys(content).length === 0 ? [] : [shapeBlock(content)];
  const text = textIn(content);
  return text === undefined || text === '' ? [] : [{ type: 'text', text }];
}

/** A block with the fields its type cannot do without. A block without a type is what its fields say. */
function shapeBlock(json: Fields): ContentBlock {
  const type = textIn(json['type']) || typeByFields(json);
  const block: OtherBlock = { ...json, type };
  if (type === 'text' || type === 'thinking') block[type] = deepTextIn(json[type]) ?? '';
  if (type === 'text' && !Array.isArray(json['citations'] ?? [])) delete block['citations'];
  if (type === 'thinking' && textIn(json['signature']) === undefined) delete block['signature'];
  if ('tool_use_id' in json) block['tool_use_id'] = textIn(json['tool_use_id']) ?? '';
  if (type.endsWith('tool_use')) {
    block['id'] = textIn(json['id']) ?? '';
    block['name'] = textIn(json['name']) ?? '';
    block['input'] = inputIn(json['input']);
  }
  return block;
}

/** OpenAI writes the input of a call as JSON in a text; nothing at all is a call without arguments. */
function inputIn(input: unknown): unknown {
  if (typeof input !== 'string') return input ?? {};
  return input.trim() === '' ? {} : (parseObject(input) ?? input);
}

function typeByFields(json: Fields): string {
  if ('text' in json) return 'text';
  if ('thinking' in json) return 'thinking';
  return 'name' in json && 'input' in json ? 'tool_use' : 'unknown';
}

/** The first of these that holds counts; counts in digits are numbers, and what is no count is left out. */
export function usageIn(...places: readonly unknown[]): Usage | undefined {
  const usage = places.find((place) => isObject(place) && Object.keys(place).length > 0);
  if (!isObject(usage)) return undefined;
  return Object.fromEntries(
    Object.entries(usage).flatMap(([name, value]) => {
      if (!name.endsWith('_tokens') || value === null) return [[name, value]];
      if (typeof value === 'number') return value >= 0 ? [[name, value]] : [];
      return typeof value === 'string' && /^\d+$/.test(value) ? [[name, Number(value)]] : [];
    }),
  );
}

/** A text; templates of gateways write a token of digits as a number. */
export function textIn(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
}

/** A text that may stand in a list of blocks, or in an object of its own: `{"value":"Hello","annotations":[]}`. */
export function deepTextIn(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    const texts = value.map(deepTextIn).filter((text) => text !== undefined);
    return texts.length === 0 ? undefined : texts.join('');
  }
  return isObject(value) ? textIn(value['text'] ?? value['value']) : textIn(value);
}
