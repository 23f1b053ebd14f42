// What the native API refuses in a conversation, in its own words: `--strict-history`. Written from the API's rules
// (protocol reference 1.4) and the errors people report, not from what msg sends, so that each can prove the other
// wrong. The first thing wrong is told.
import { isObject, type Json, type JsonObject } from '../text/json.ts';
import { blockFaults, type Faults, isBlank } from './strict-blocks.ts';

/** Why the API would refuse this body with 400; undefined when it would take it. */
export function historyFault(text: string, body: JsonObject): string | undefined {
  for (const fault of faultsOf(text, body)) return fault;
  return undefined;
}

function* faultsOf(text: string, body: JsonObject): Faults {
  // A lone surrogate can only stand in JSON as an escape.
  const half =
    /\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}/.exec(
      text.replaceAll('\\\\', '--'),
    );
  if (half !== null)
    yield `The request body is not valid JSON: no low surrogate in string: line 1 column ${half.index + 1} (char ${half.index})`;
  yield* systemFaults(body['system']);
  const turns = (Array.isArray(body['messages']) ? body['messages'] : []).filter(isObject);
  for (const [index, turn] of turns.entries()) yield* turnFaults(turn, index, index === turns.length - 1);
  yield* orderFaults(turns.filter(({ role }) => role !== 'system'));
  yield* toolFaults(turns);
  yield* serverToolFaults(turns);
}

function* systemFaults(system: Json | undefined): Faults {
  const blocks: readonly Json[] =
    typeof system === 'string' ? [{ type: 'text', text: system }] : Array.isArray(system) ? system : [];
  for (const block of blocks) {
    if (!isObject(block) || block['type'] !== 'text') continue;
    if (block['text'] !== '' && !isBlank(block['text'])) continue;
    yield block['cache_control'] === undefined
      ? 'system: text content blocks must be non-empty'
      : 'system: cache_control cannot be set for empty text blocks';
  }
}

function* turnFaults(turn: JsonObject, index: number, isLast: boolean): Faults {
  const where = `messages.${index}`;
  const { role, content, ...others } = turn;
  for (const field of Object.keys(others)) yield `${where}.${field}: Extra inputs are not permitted`;
  if (role === 'system') return;
  const mayBeEmpty = isLast && role === 'assistant';
  if (!mayBeEmpty && (content === '' || (Array.isArray(content) && content.length === 0)))
    yield `${where}: all messages must have non-empty content except for the optional final assistant message`;
  if (typeof content === 'string') {
    if (content !== '' && isBlank(content))
      yield 'messages: text content blocks must contain non-whitespace text';
    if (isLast && role === 'assistant' && content !== content.trimEnd())
      yield 'messages: final assistant content cannot end with trailing whitespace';
    return;
  }
  if (!Array.isArray(content)) return yield `${where}.content: Input should be a valid list`;
  for (const [position, block] of content.entries())
    yield* blockFaults(block, String(role), `${where}.content.${position}`);
  const final = content.at(-1);
  if (role !== 'assistant' || !isObject(final)) return;
  if (final['type'] === 'thinking' || final['type'] === 'redacted_thinking')
    yield `${where}: The final block in an assistant message cannot be \`${final['type']}\`.`;
  if (isLast && final['type'] === 'text' && String(final['text']) !== String(final['text']).trimEnd())
    yield 'messages: final assistant content cannot end with trailing whitespace';
}

function* orderFaults(turns: readonly JsonObject[]): Faults {
  if (turns.length > 0 && turns[0]?.['role'] !== 'user')
    yield 'messages: first message must use the "user" role';
  for (const [index, { role }] of turns.entries())
    if (index > 0 && role === turns[index - 1]?.['role'])
      yield `messages: roles must alternate between "user" and "assistant", but found multiple "${role}" roles in a row`;
}

const blocksOf = (turn: JsonObject | undefined, type: string): readonly JsonObject[] =>
  Array.isArray(turn?.['content'])
    ? turn['content'].filter((block): block is JsonObject => isObject(block) && block['type'] === type)
    : [];

/** Calls of the client's tools: unique ids, each with one result, in the message right behind, before all else. */
function* toolFaults(turns: readonly JsonObject[]): Faults {
  const seen = new Set<Json | undefined>();
  for (const [index, turn] of turns.entries()) {
    for (const { id } of blocksOf(turn, 'tool_use')) {
      if (seen.has(id)) yield `messages.${index}.content: \`tool_use\` ids must be unique`;
      seen.add(id);
    }
    const calls = turn['role'] === 'assistant' ? blocksOf(turn, 'tool_use').map(({ id }) => id) : [];
    const next = turns[index + 1];
    const content = Array.isArray(next?.['content']) ? next['content'] : [];
    const end = content.findIndex((block) => !isObject(block) || block['type'] !== 'tool_result');
    const leading = content.slice(0, end === -1 ? content.length : end).filter(isObject);
    const open = calls.filter((id) => !leading.some((result) => result['tool_use_id'] === id));
    if (open.length > 0)
      yield `messages.${index + 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ` +
        `${open.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`;
    const before = turns[index - 1];
    const called = before?.['role'] === 'assistant' ? blocksOf(before, 'tool_use').map(({ id }) => id) : [];
    const answered = new Set<Json | undefined>();
    for (const { tool_use_id: id } of blocksOf(turn, 'tool_result')) {
      if (!called.includes(id as Json))
        yield `messages.${index}.content: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. ` +
          'Each `tool_result` block must have a corresponding `tool_use` block in the previous message.';
      if (answered.has(id))
        yield `messages.${index}.content: each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${id}`;
      answered.add(id);
    }
  }
}

/** The server's own tools: a call may lack its result only while the answer it belongs to is not over. */
function* serverToolFaults(turns: readonly JsonObject[]): Faults {
  let open: { readonly id: Json | undefined; readonly name: string; readonly index: number }[] = [];
  for (const [index, turn] of turns.entries()) {
    const content = Array.isArray(turn['content']) ? turn['content'].filter(isObject) : [];
    if (turn['role'] === 'assistant') {
      for (const block of content) {
        const type = String(block['type']);
        if (type === 'server_tool_use') open.push({ id: block['id'], name: String(block['name']), index });
        if (type === 'tool_result' || !type.endsWith('_tool_result')) continue;
        const count = open.length;
        open = open.filter(({ id }) => id !== block['tool_use_id']);
        if (open.length === count)
          yield `messages.${index}.content: unexpected \`tool_use_id\` found in \`${type}\` blocks: ${block['tool_use_id']}`;
      }
    } else if (typeof turn['content'] === 'string' || content.some(({ type }) => type !== 'tool_result')) {
      for (const { id, name, index: at } of open)
        yield `messages.${at}: \`${name}\` tool use with id \`${id}\` was found without a corresponding \`${name}_tool_result\` block`;
      open = [];
    }
  }
}
