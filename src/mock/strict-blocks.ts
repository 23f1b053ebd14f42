// What the native API refuses in a block of a conversation; the conversation itself is strict-history.ts.
import { isObject, type Json, type JsonObject } from '../text/json.ts';

const idPattern = /^[a-zA-Z0-9_-]+$/;
const toolNamePattern = /^[a-zA-Z0-9_-]{1,200}$/;

/** Yields everything that is wrong with one thing; the caller takes the first. */
export type Faults = Generator<string>;

export const isBlank = (text: Json | undefined): boolean => typeof text !== 'string' || text.trim() === '';

type BlockCheck = {
  /** Fields that must be there, and what each has to be. */
  readonly needs: Readonly<Record<string, (value: Json | undefined, where: string) => string | undefined>>;
  readonly allows: readonly string[];
  readonly onlyIn?: 'user' | 'assistant';
};

const text = (value: Json | undefined, where: string): string | undefined =>
  typeof value === 'string' ? undefined : `${where}: Input should be a valid string`;
const filled = (value: Json | undefined, where: string): string | undefined =>
  value === undefined
    ? `${where}: Field required`
    : typeof value === 'string' && value !== ''
      ? undefined
      : `${where}: String should have at least 1 character`;
const dictionary = (value: Json | undefined, where: string): string | undefined =>
  isObject(value) ? undefined : `${where}: Input should be a valid dictionary`;
const matching =
  (pattern: RegExp) =>
  (value: Json | undefined, where: string): string | undefined =>
    typeof value === 'string' && pattern.test(value)
      ? undefined
      : `${where}: String should match pattern '${pattern.source}'`;
const present = (value: Json | undefined, where: string): string | undefined =>
  value === undefined ? `${where}: Field required` : undefined;

const serverResult: BlockCheck = {
  needs: { tool_use_id: matching(idPattern), content: present },
  allows: ['cache_control', 'caller'],
  onlyIn: 'assistant',
};

const blockChecks: Readonly<Record<string, BlockCheck>> = {
  text: { needs: { text }, allows: ['cache_control', 'citations'] },
  thinking: { needs: { thinking: text, signature: filled }, allows: [], onlyIn: 'assistant' },
  redacted_thinking: { needs: { data: filled }, allows: [], onlyIn: 'assistant' },
  tool_use: {
    needs: { id: matching(idPattern), name: matching(toolNamePattern), input: dictionary },
    allows: ['cache_control', 'caller', 'toolset_name'],
    onlyIn: 'assistant',
  },
  server_tool_use: {
    needs: { id: matching(idPattern), name: filled, input: dictionary },
    allows: ['cache_control', 'caller'],
    onlyIn: 'assistant',
  },
  web_search_tool_result: serverResult,
  web_fetch_tool_result: serverResult,
  code_execution_tool_result: serverResult,
  bash_code_execution_tool_result: serverResult,
  text_editor_code_execution_tool_result: serverResult,
  tool_search_tool_result: serverResult,
  tool_result: {
    needs: { tool_use_id: matching(idPattern) },
    allows: ['content', 'is_error', 'cache_control', 'toolset_name'],
    onlyIn: 'user',
  },
  image: { needs: { source: dictionary }, allows: ['cache_control', 'transformations'], onlyIn: 'user' },
  document: {
    needs: { source: dictionary },
    allows: ['cache_control', 'title', 'context', 'citations'],
    onlyIn: 'user',
  },
};

/** What is wrong with one block, `where` it stands. */
export function* blockFaults(block: Json, role: string, where: string): Faults {
  if (!isObject(block))
    return yield `${where}: Input should be a valid dictionary or object to extract fields from`;
  const type = String(block['type']);
  const check = blockChecks[type];
  // Newer than this list: any client can be pointed at the mock.
  if (check === undefined) return;
  if (check.onlyIn !== undefined && check.onlyIn !== role)
    yield `${where}: \`${type}\` blocks can only be in \`${check.onlyIn}\` messages`;
  for (const [field, judge] of Object.entries(check.needs)) {
    const fault = judge(block[field], `${where}.${type}.${field}`);
    if (fault !== undefined) yield fault;
  }
  for (const field of Object.keys(block))
    if (field !== 'type' && !(field in check.needs) && !check.allows.includes(field))
      yield `${where}.${type}.${field}: Extra inputs are not permitted`;
  if (type === 'text' && isBlank(block['text'])) {
    if (block['cache_control'] !== undefined)
      yield `${where}.text: cache_control cannot be set for empty text blocks`;
    yield block['text'] === ''
      ? 'messages: text content blocks must be non-empty'
      : 'messages: text content blocks must contain non-whitespace text';
  }
  if (type === 'tool_result') yield* resultFaults(block, where);
}

function* resultFaults({ content, is_error: isError }: JsonObject, where: string): Faults {
  const isEmpty = content === undefined || content === '' || (Array.isArray(content) && content.length === 0);
  if (isError === true && isEmpty)
    yield `${where}.tool_result: content cannot be empty if \`is_error\` is true`;
  if (typeof content === 'string' && content !== '' && isBlank(content))
    yield 'messages: text content blocks must contain non-whitespace text';
  if (!Array.isArray(content)) return;
  for (const [position, part] of content.entries())
    yield* blockFaults(part, 'user', `${where}.tool_result.content.${position}`);
}
