// The resources beside messages: counting tokens and listing models. One JSON answer each.
import { apiFactsOf, isMsgError, MsgError } from '../errors.ts';
import { decideRetry } from '../http/retry.ts';
import type { WireRequest } from '../http/wire.ts';
import { isObject, type Json, type JsonObject } from '../text/json.ts';
import type { Client, Retry } from './client.ts';
import { hostOf } from './endpoint.ts';
import { countTokensBody, getRequest, postRequest } from './request.ts';
import { readJson, withNextStep } from './response.ts';
import { redactTexts } from './secret.ts';
import { usageIn } from './shape.ts';

export type ModelInfo = {
  readonly id: string;
  readonly displayName?: string;
  /** Context window and longest answer, in tokens. */
  readonly maxInputTokens?: number;
  readonly maxTokens?: number;
  readonly lifecycle?: string;
  readonly createdAt?: string;
};

type ResourceOptions = {
  readonly signal?: AbortSignal;
  readonly onRetry?: (retry: Retry) => void;
};

/**
 * The input tokens of a Messages body, counted by the endpoint, free of charge.
 * @throws MsgError `request` that says so where the endpoint does not count
 */
export async function countTokens(
  client: Client,
  body: JsonObject,
  options: ResourceOptions = {},
): Promise<number> {
  const request = postRequest(client.endpoint, 'messages/count_tokens', countTokensBody(body));
  const json = await fetchJson(client, request, 'count_tokens', options);
  const count = isObject(json)
    ? (usageIn(json)?.input_tokens ?? usageIn(json['usage'])?.input_tokens)
    : undefined;
  if (count !== undefined) return count;
  throw new MsgError(
    'protocol',
    `${hostOf(client.endpoint.baseUrl)} answered count_tokens without input_tokens.`,
    { hint: `Next: ${client.endpoint.doctorCommand}`, details: {} },
  );
}

/** The longest list that is followed page by page. */
const largestPageCount = 50;

/**
 * Every model the endpoint lists: native, OpenAI-shaped and bare lists, all pages.
 * @throws MsgError `request` that says so where the endpoint has no list
 */
export async function listModels(client: Client, options: ResourceOptions = {}): Promise<ModelInfo[]> {
  const models = new Map<string, ModelInfo>();
  let afterId: string | undefined;
  for (let page = 0; page < largestPageCount; page++) {
    const query = { limit: '1000', ...(afterId === undefined ? {} : { after_id: afterId }) };
    const json = await fetchJson(
      client,
      getRequest(client.endpoint, 'models', query),
      'a list of models',
      options,
    );
    const before = models.size;
    const list = listIn(json);
    if (list === undefined) throw noList(client);
    for (const model of list.flatMap(modelOf)) models.set(model.id, model);
    const last = isObject(json) && json['has_more'] === true ? json['last_id'] : undefined;
    afterId = typeof last === 'string' ? last : undefined;
    // A list that repeats itself would never end.
    if (afterId === undefined || models.size === before) break;
  }
  return redactTexts([...models.values()]);
}

/** The list in an answer, under the names lists go by; undefined when there is none. Go writes null for an empty one. */
function listIn(json: Json): Json[] | undefined {
  if (isObject(json) && json['object'] === 'list' && json['data'] === null) return [];
  const list = isObject(json) ? [json['data'], json['models'], json['list']].find(Array.isArray) : json;
  return Array.isArray(list) ? list : undefined;
}

function modelOf(entry: Json): ModelInfo[] {
  if (typeof entry === 'string') return [{ id: entry }];
  if (!isObject(entry)) return [];
  const id = entry['id'] ?? entry['name'];
  if (typeof id !== 'string' || id.trim() === '') return [];
  const window = entry['max_input_tokens'] ?? entry['context_length'] ?? entry['context_window'];
  return [
    {
      id,
      ...textField('displayName', entry['display_name']),
      ...numberField('maxInputTokens', window),
      ...numberField('maxTokens', entry['max_tokens']),
      ...textField('lifecycle', entry['lifecycle']),
      ...textField('createdAt', entry['created_at']),
    },
  ];
}

/** Some other JSON at that path: to call it an empty list would be a guess. */
const noList = ({ endpoint }: Client): MsgError<'protocol'> =>
  new MsgError('protocol', `What ${hostOf(endpoint.baseUrl)} answers is JSON, but no list of models.`, {
    hint: `Next: ${endpoint.doctorCommand}`,
    details: {},
  });

const textField = (name: string, value: unknown): object =>
  typeof value === 'string' ? { [name]: value } : {};
const numberField = (name: string, value: unknown): object =>
  typeof value === 'number' ? { [name]: value } : {};

async function fetchJson(
  client: Client,
  request: WireRequest,
  what: string,
  { signal, onRetry }: ResourceOptions,
): Promise<Json> {
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await client.transport(request, signal ? { signal } : {});
      const facts = { endpoint: client.endpoint, model: undefined, wallTimeMs: client.clock.wallTime() };
      return (await readJson(response, facts)) as Json;
    } catch (error) {
      if (isMsgError(error, 'request') && (error.details.isNowhere || error.details.status === 501))
        throw absent(client, what, error);
      if (isMsgError(error, 'server') && error.details.status === 501) throw absent(client, what, error);
      if (!isMsgError(error)) throw error;
      if (signal?.aborted) throw error;
      const { isRetryable = false, retryAfterMs } = apiFactsOf(error);
      const decision = decideRetry(client.retry, attempt, { isRetryable, retryAfterMs }, Math.random());
      if (decision.kind === 'stop') throw withNextStep(error, client.endpoint);
      onRetry?.({ attempt, error, ...decision });
      await client.clock.sleep(decision.delayMs, signal);
    }
  }
}

/** Many gateways have neither resource; that is no fault of the request. */
function absent(
  client: Client,
  what: string,
  cause: MsgError<'request'> | MsgError<'server'>,
): MsgError<'request'> {
  return new MsgError(
    'request',
    `Not supported here: ${hostOf(client.endpoint.baseUrl)} does not offer ${what} (${cause.details.status}).`,
    {
      hint: `Next: ${client.endpoint.doctorCommand}`,
      details: cause.details,
      cause,
    },
  );
}
