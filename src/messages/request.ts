// The body and the wire form of a Messages request. Nothing optional is sent unless it was asked for.
import type { WireRequest } from '../http/wire.ts';
import { isObject, type Json, type JsonObject } from '../text/json.ts';
import { type Endpoint, type EndpointPath, requestHeaders, urlOf } from './endpoint.ts';
import type { MessageParam } from './types.ts';

/** The levels of `output_config.effort` that the API documents; a gateway may know others. */
export const effortLevels = ['low', 'medium', 'high', 'xhigh', 'max'] as const;

/** How long the API keeps a cached prompt; without a time it is five minutes. */
export const cacheTimes = ['5m', '1h'] as const;
export type CacheTime = (typeof cacheTimes)[number];

/** What to generate and how. Absent fields are not sent: several models answer 400 even to a default. */
export type GenerationOptions = {
  readonly model: string;
  readonly maxTokens: number;
  readonly stream: boolean;
  readonly system?: string | undefined;
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  readonly topK?: number | undefined;
  readonly stopSequences?: readonly string[] | undefined;
  readonly thinking?: JsonObject | undefined;
  readonly effort?: string | undefined;
  readonly schema?: JsonObject | undefined;
  readonly tools?: readonly JsonObject[] | undefined;
  readonly toolChoice?: JsonObject | undefined;
  /** The whole prompt is cached, up to the last block that can be. */
  readonly cache?: CacheTime | undefined;
  /** Merged over everything else but the messages, field by field; unknown fields pass through. */
  readonly body?: JsonObject | undefined;
  /** The history is sent with all that a strict server would refuse (`--no-repair`). */
  readonly isSentAsItIs?: boolean | undefined;
  /** The last word on the finished body. */
  readonly adjust?: ((body: JsonObject) => JsonObject) | undefined;
};

/** The fields that are only wishes: an answer without them is as good. Those of `--body` and `--set` are meant. */
export const wishesOf = ({ cache, body = {} }: GenerationOptions): readonly string[] =>
  cache === undefined || body['cache_control'] !== undefined ? [] : ['cache_control'];

/** The JSON body of `POST /v1/messages`. */
export function messagesBody(options: GenerationOptions, messages: readonly MessageParam[]): JsonObject {
  const outputConfig = {
    ...(options.effort === undefined ? {} : { effort: options.effort }),
    ...(options.schema === undefined ? {} : { format: { type: 'json_schema', schema: options.schema } }),
  };
  const fields: Record<string, unknown> = {
    model: options.model,
    max_tokens: options.maxTokens,
    ...(options.system === undefined ? {} : { system: options.system }),
    messages,
    ...(options.stream ? { stream: true } : {}),
    temperature: options.temperature,
    top_p: options.topP,
    top_k: options.topK,
    stop_sequences: options.stopSequences,
    thinking: options.thinking,
    ...(Object.keys(outputConfig).length > 0 ? { output_config: outputConfig } : {}),
    tools: options.tools,
    tool_choice: options.toolChoice,
    cache_control: options.cache && {
      type: 'ephemeral',
      ...(options.cache === '5m' ? {} : { ttl: options.cache }),
    },
  };
  for (const [name, value] of Object.entries(fields)) if (value === undefined) delete fields[name];
  // Messages of the body's own are for the caller to put before the others; here they would replace them.
  const { messages: _given, ...over } = options.body ?? {};
  const body = mergeJson(fields as JsonObject, over);
  const sent = options.adjust?.(body) ?? body;
  return options.isSentAsItIs === true ? inOrderOf(options.body ?? {}, sent) : sent;
}

/** The same fields; those of the body's own stand first, in its order. */
const inOrderOf = (own: JsonObject, body: JsonObject): JsonObject => ({
  ...Object.fromEntries(
    Object.keys(own).flatMap((name) => (name in body ? [[name, body[name] as Json]] : [])),
  ),
  ...body,
});

/** The body of `POST /v1/messages/count_tokens`: what counts, without what only generation needs. */
export function countTokensBody(body: JsonObject): JsonObject {
  return Object.fromEntries(
    countedFields.filter((name) => name in body).map((name) => [name, body[name] as Json]),
  );
}

const countedFields = [
  'model',
  'messages',
  'system',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'cache_control',
  'speed',
];

/** A POST of `body` to one of the endpoint's resources. */
export function postRequest(endpoint: Endpoint, path: EndpointPath, body: JsonObject): WireRequest {
  return {
    method: 'POST',
    url: urlOf(endpoint, path),
    headers: requestHeaders(endpoint),
    body: JSON.stringify(body),
  };
}

/** A GET of one of the endpoint's resources, e.g. `models`, with query parameters. */
export function getRequest(
  endpoint: Endpoint,
  path: EndpointPath,
  query: Record<string, string> = {},
): WireRequest {
  const { 'content-type': _none, ...headers } = requestHeaders(endpoint);
  const url = new URL(urlOf(endpoint, path));
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return { method: 'GET', url: url.href, headers };
}

/** Objects merge key by key, everything else is replaced. */
export function mergeJson(base: JsonObject, over: JsonObject): JsonObject {
  const merged: JsonObject = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const before = merged[key];
    merged[key] = isObject(before) && isObject(value) ? mergeJson(before, value) : value;
  }
  return merged;
}
