// What the native API says about a request it does not accept: the first thing wrong, in its own words.
// Unknown fields and unknown betas are accepted, so that any client can be pointed at the mock.
import { isObject, type Json, type JsonObject } from '../text/json.ts';
import type { SeenRequest } from './received-request.ts';
import { historyFault } from './strict-history.ts';

/** A refusal in the native envelope. */
export type Refusal = { readonly status: number; readonly type: string; readonly message: string };

export type AuthRule = 'either' | 'x-api-key' | 'bearer';

const knownVersions = ['2023-06-01', '2026-10-21'];
const samplingFields = ['temperature', 'top_p', 'top_k'];

/** How the API refuses a request for what is in it. */
export const invalid = (message: string): Refusal => ({
  status: 400,
  type: 'invalid_request_error',
  message,
});
const unauthenticated = (message: string): Refusal => ({
  status: 401,
  type: 'authentication_error',
  message,
});

/**
 * Judges the credentials. Without a `key`, any value will do in a header the rule accepts, and under the
 * rule `either` none is needed. When both headers are there, `x-api-key` counts, as on the native API.
 */
export function refuseCredentials(
  { headers }: SeenRequest,
  key: string | undefined,
  rule: AuthRule,
): Refusal | undefined {
  const apiKey = rule === 'bearer' ? undefined : headers['x-api-key'];
  const token =
    rule === 'x-api-key' ? undefined : /^bearer\s+(.+)$/i.exec(headers['authorization'] ?? '')?.[1];
  const credential = apiKey ?? token;
  if (credential === undefined) {
    if (rule === 'bearer')
      return unauthenticated("Please carry the API secret key in the 'Authorization' field of the header");
    return key === undefined && rule === 'either'
      ? undefined
      : unauthenticated('x-api-key header is required');
  }
  if (key === undefined || credential === key) return undefined;
  return unauthenticated(apiKey === undefined ? 'Invalid bearer token' : 'invalid x-api-key');
}

export function refuseVersion({ headers }: SeenRequest): Refusal | undefined {
  const version = headers['anthropic-version'];
  if (version === undefined || version === '') return invalid('anthropic-version: header is required');
  return knownVersions.includes(version)
    ? undefined
    : invalid(`anthropic-version: "${version}" is not a valid version`);
}

/** Judges a Messages body; with `isCount`, one for count_tokens, where `max_tokens` is not needed. */
export function refuseBody(request: SeenRequest, isCount: boolean): Refusal | undefined {
  const body = request.json;
  if (body === undefined) return invalid('The request body is not valid JSON');
  if (!isObject(body)) return invalid('Input should be a valid dictionary or object to extract fields from');
  return (
    refuseModel(body['model']) ??
    (isCount ? undefined : refuseMaxTokens(body['max_tokens'])) ??
    refuseMessages(body['messages']) ??
    refuseOptions(body, request.headers['anthropic-version'])
  );
}

/** Judges the conversation of an accepted body as strictly as the native API. */
export function refuseHistory({ body, json }: SeenRequest): Refusal | undefined {
  const fault = isObject(json) ? historyFault(body, json) : undefined;
  return fault === undefined ? undefined : invalid(fault);
}

function refuseModel(model: Json | undefined): Refusal | undefined {
  if (model === undefined) return invalid('model: Field required');
  if (typeof model !== 'string') return invalid('model: Input should be a valid string');
  if (model === '') return invalid('model: String should have at least 1 character');
  return model.length > 256 ? invalid('model: String should have at most 256 characters') : undefined;
}

function refuseMaxTokens(limit: Json | undefined): Refusal | undefined {
  if (limit === undefined) return invalid('max_tokens: Field required');
  if (!Number.isInteger(limit)) return invalid('max_tokens: Input should be a valid integer');
  return Number(limit) < 0 ? invalid('max_tokens: must be greater than or equal to 0') : undefined;
}

function refuseMessages(messages: Json | undefined): Refusal | undefined {
  if (messages === undefined) return invalid('messages: Field required');
  if (!Array.isArray(messages)) return invalid('messages: Input should be a valid list');
  if (messages.length === 0) return invalid('messages: at least one message is required');
  for (const [index, turn] of messages.entries()) {
    const refusal = refuseTurn(turn, `messages.${index}`);
    if (refusal) return refusal;
  }
  return refuseOpenToolCalls(messages.filter(isObject));
}

function refuseTurn(turn: Json, where: string): Refusal | undefined {
  if (!isObject(turn)) return invalid(`${where}: Input should be a valid dictionary`);
  const { role, content } = turn;
  if (role === undefined) return invalid(`${where}.role: Field required`);
  if (role !== 'user' && role !== 'assistant' && role !== 'system')
    return invalid(`${where}.role: Input should be 'user' or 'assistant'`);
  if (content === undefined) return invalid(`${where}.content: Field required`);
  if (typeof content === 'string')
    return content === '' && role === 'user'
      ? invalid(`${where}: user messages must have non-empty content`)
      : undefined;
  if (!Array.isArray(content)) return invalid(`${where}.content: Input should be a valid list`);
  for (const [index, block] of content.entries()) {
    if (!isObject(block) || typeof block['type'] !== 'string')
      return invalid(`${where}.content.${index}.type: Field required`);
    if (block['type'] === 'text' && (typeof block['text'] !== 'string' || block['text'] === ''))
      return invalid('messages: text content blocks must be non-empty');
  }
  return undefined;
}

/** Every `tool_use` must be answered by a `tool_result` in the turn that follows. */
function refuseOpenToolCalls(turns: readonly JsonObject[]): Refusal | undefined {
  for (const [index, turn] of turns.entries()) {
    if (turn['role'] !== 'assistant' || index === turns.length - 1) continue;
    const answered = new Set(blocksOf(turns[index + 1]).map((block) => block['tool_use_id']));
    const open = blocksOf(turn).find(
      (block) => block['type'] === 'tool_use' && !answered.has(block['id'] ?? ''),
    );
    if (open)
      return invalid(
        `messages.${index + 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ` +
          `${open['id']}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
      );
  }
  return undefined;
}

function refuseOptions(body: JsonObject, version: string | undefined): Refusal | undefined {
  if (version === '2026-10-21') {
    const removed = samplingFields.find((field) => body[field] !== undefined);
    if (removed) return invalid(`${removed}: Extra inputs are not permitted`);
  }
  const { temperature, stream, tool_choice: choice, tools } = body;
  if (temperature !== undefined && !(typeof temperature === 'number' && temperature >= 0 && temperature <= 1))
    return invalid('temperature: range: 0..1');
  if (stream !== undefined && typeof stream !== 'boolean')
    return invalid('stream: Input should be a valid boolean');
  if (isObject(choice) && choice['type'] !== 'none' && !(Array.isArray(tools) && tools.length > 0))
    return invalid('tool_choice: may only be specified while providing tools');
  return undefined;
}

/** The content blocks of one turn; a plain string counts as one text block. */
export function blocksOf(turn: Json | undefined): JsonObject[] {
  if (!isObject(turn)) return [];
  const { content } = turn;
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return Array.isArray(content) ? content.filter(isObject) : [];
}
