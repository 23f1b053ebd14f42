// How the mock answers when no script does: the endpoints of the Messages API, told honestly. Pure: the
// request and the rules in, a script out.

import { Buffer } from 'node:buffer';
import type { Message } from '../messages/types.ts';
import type { JsonObject } from '../text/json.ts';
import { compose, countTokens, type FixedAnswer, retold } from './compose.ts';
import { type Nature, nativeMessage, refuseConversation } from './native.ts';
import type { PromptCache } from './prompt-cache.ts';
import type { SeenRequest } from './received-request.ts';
import { errorReply, jsonReply, messageReply, type Pace, streamReply } from './replies.ts';
import type { HeaderFields, Script } from './script.ts';
import {
  type AuthRule,
  type Refusal,
  refuseBody,
  refuseCredentials,
  refuseHistory,
  refuseVersion,
} from './validation.ts';

export type Route = 'messages' | 'count_tokens' | 'models';

/** How strict the mock is, and what it says. */
export type Rules = {
  /** The only key accepted. Without one, any key is, and none is needed. */
  readonly key?: string;
  /** Which header may carry the key. Default: either. */
  readonly auth?: AuthRule;
  /**
   * Whether a conversation is refused for all the API refuses it for, not only the plainest; also where a script or
   * a scenario would answer. Default false.
   */
  readonly strictHistory?: boolean;
  /** Whether a request without `anthropic-version` is refused. Default true. */
  readonly needsVersion?: boolean;
  /** The models that exist; any other is a 404. Default: every name is accepted, three are listed. */
  readonly models?: readonly string[];
  /** What stands before `/v1` in every path, e.g. `/api/anthropic`; `*` accepts any prefix. */
  readonly basePath?: string;
  /** Endpoints this server does not have. */
  readonly absent?: readonly Route[];
  /** Whether `stream` in the request is honoured. Default: as asked. */
  readonly delivery?: 'as-asked' | 'json' | 'stream';
  /** The text of every answer, instead of Markdown made from the prompt. */
  readonly answer?: FixedAnswer;
  /** Fields that every message has, over those made from the request. */
  readonly message?: Partial<Message>;
  /** Signatures, prompt cache and usage as a native backend has them, or lies about. Default: none of these. */
  readonly native?: Nature;
};

/** What changes from one exchange to the next: the running number, the time of the day, what the prompt cache holds. */
type Occasion = {
  readonly serial: number;
  readonly now: Date;
  readonly pace: Pace;
  readonly cache: PromptCache;
};

const listedModels = ['mock-1', 'mock-1-mini', 'mock-1-large'];

/** The API takes no larger request. */
export const largestBodyBytes = 32 * 1024 * 1024;

/** Answers any request by the protocol: endpoint first, then credentials, version and body, as natively. */
export function answerByProtocol(request: SeenRequest, rules: Rules, occasion: Occasion): Script {
  const respond = routeOf(request, rules);
  return respond(request, rules, occasion);
}

type Responder = (request: SeenRequest, rules: Rules, occasion: Occasion) => Script;

const endpoints: readonly { route: Route; method: string; path: RegExp; respond: Responder }[] = [
  { route: 'messages', method: 'POST', path: /^\/v1\/messages$/, respond: respondMessage },
  { route: 'count_tokens', method: 'POST', path: /^\/v1\/messages\/count_tokens$/, respond: respondCount },
  { route: 'models', method: 'GET', path: /^\/v1\/models$/, respond: respondModels },
  { route: 'models', method: 'GET', path: /^\/v1\/models\/(.+)$/, respond: respondModel },
];

function routeOf(request: SeenRequest, rules: Rules): Responder {
  const path = pathUnder(rules.basePath ?? '', request.path);
  const here = endpoints.filter(
    (one) => path !== undefined && one.path.test(path) && !rules.absent?.includes(one.route),
  );
  const endpoint = here.find(({ method }) => method === request.method);
  if (endpoint) return endpoint.respond;
  // Claude Code opens its connection with HEAD / before the first request.
  if (request.method === 'HEAD') return () => [{ step: 'head', headers: {}, framing: 'length' }];
  return (_, __, occasion) =>
    here.length > 0
      ? refused({ status: 405, type: 'invalid_request_error', message: 'Method Not Allowed' }, occasion, {
          allow: here.map(({ method }) => method).join(', '),
        })
      : refused({ status: 404, type: 'not_found_error', message: 'Not found' }, occasion);
}

/** The path after the prefix, or undefined when it does not stand under it. */
export function pathUnder(basePath: string, path: string): string | undefined {
  if (basePath === '*') return path.slice(Math.max(0, path.indexOf('/v1/')));
  return path.startsWith(basePath) ? path.slice(basePath.length) : undefined;
}

/** The refusal of a conversation that the strict API would not take; it comes before any script. */
export function strictRefusal(request: SeenRequest, rules: Rules, occasion: Occasion): Script | undefined {
  const path = pathUnder(rules.basePath ?? '', request.path);
  if (!rules.strictHistory || path === undefined || !path.startsWith('/v1/messages')) return undefined;
  const refusal = refuseHistory(request);
  return refusal && refused(refusal, occasion);
}

function respondMessage(request: SeenRequest, rules: Rules, occasion: Occasion): Script {
  const { body, refusal } = judged(request, rules, false);
  if (refusal) return refused(refusal, occasion);
  const { pace } = occasion;
  const message = retold(composed(body, rules, occasion), rules.message);
  const headers = answerHeaders(occasion);
  return isStreamed(body, rules) ? streamReply(message, headers, pace) : messageReply(message, headers, pace);
}

const composed = (body: JsonObject, { native, answer }: Rules, { serial, cache, now }: Occasion): Message =>
  native === undefined
    ? compose(body, serial, answer)
    : nativeMessage(body, native, { serial, cache, nowMs: now.getTime() }, answer);

const isStreamed = ({ stream }: JsonObject, { delivery = 'as-asked' }: Rules): boolean =>
  delivery === 'as-asked' ? stream === true : delivery === 'stream';

function respondCount(request: SeenRequest, rules: Rules, occasion: Occasion): Script {
  const { body, refusal } = judged(request, rules, true);
  if (refusal) return refused(refusal, occasion);
  return jsonReply(200, { input_tokens: countTokens(body) }, answerHeaders(occasion));
}

function respondModels(request: SeenRequest, rules: Rules, occasion: Occasion): Script {
  const refusal = refusedAccess(request, rules);
  if (refusal) return refused(refusal, occasion);
  const { limit: limitText = '20', after_id: afterId, before_id: beforeId } = request.query;
  const limit = Number(limitText);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
    return refused(
      { status: 400, type: 'invalid_request_error', message: 'limit: range: 1..1000' },
      occasion,
    );
  const all = rules.models ?? listedModels;
  const start = afterId === undefined ? 0 : all.indexOf(afterId) + 1;
  const stop = beforeId === undefined ? all.length : all.indexOf(beforeId);
  const ids = all.slice(start, Math.min(stop, start + limit));
  const page = {
    data: ids.map(modelEntry),
    has_more: start + ids.length < stop,
    first_id: ids[0] ?? null,
    last_id: ids.at(-1) ?? null,
  };
  return jsonReply(200, page, answerHeaders(occasion));
}

function respondModel(request: SeenRequest, rules: Rules, occasion: Occasion): Script {
  const refusal = refusedAccess(request, rules);
  if (refusal) return refused(refusal, occasion);
  const id = decodeURIComponent(
    request.path.slice(request.path.indexOf('/v1/models/') + '/v1/models/'.length),
  );
  return (rules.models ?? listedModels).includes(id)
    ? jsonReply(200, modelEntry(id), answerHeaders(occasion))
    : refused(unknownModel(id), occasion);
}

const modelEntry = (id: string) => ({
  type: 'model',
  id,
  display_name: id
    .split('-')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join(' '),
  created_at: '2026-01-01T00:00:00Z',
});

const unknownModel = (id: string): Refusal => ({
  status: 404,
  type: 'not_found_error',
  message: `model: ${id}`,
});

const refusedAccess = (request: SeenRequest, { key, auth = 'either', needsVersion = true }: Rules) =>
  refuseCredentials(request, key, auth) ?? (needsVersion ? refuseVersion(request) : undefined);

type Judged = { body: JsonObject; refusal?: never } | { body?: never; refusal: Refusal };

/** The body as an object, or why it is refused. */
function judged(request: SeenRequest, rules: Rules, isCount: boolean): Judged {
  const refusal =
    (Buffer.byteLength(request.body) > largestBodyBytes ? tooLarge : undefined) ??
    refusedAccess(request, rules) ??
    refuseBody(request, isCount) ??
    (rules.native && refuseConversation(request.json as JsonObject, rules.native));
  if (refusal) return { refusal };
  const body = request.json as JsonObject;
  const model = String(body['model']);
  return rules.models && !rules.models.includes(model) ? { refusal: unknownModel(model) } : { body };
}

const tooLarge: Refusal = {
  status: 413,
  type: 'request_too_large',
  message: 'Request exceeds the maximum size',
};

const refused = (
  { status, type, message }: Refusal,
  { serial }: Occasion,
  headers: HeaderFields = {},
): Script => errorReply(status, type, message, { headers, requestId: requestId(serial) });

const requestId = (serial: number): string => `req_mock_${serial}`;

/** Request id and the rate-limit headers of a generous account. */
function answerHeaders({ serial, now }: Occasion): HeaderFields {
  const reset = new Date(now.getTime() + 60_000).toISOString();
  const limits = { requests: 1_000, tokens: 800_000, 'input-tokens': 640_000, 'output-tokens': 160_000 };
  const fields: Record<string, string> = {
    'request-id': requestId(serial),
    'anthropic-organization-id': '00000000-0000-4000-8000-000000000000',
  };
  for (const [name, limit] of Object.entries(limits)) {
    fields[`anthropic-ratelimit-${name}-limit`] = String(limit);
    fields[`anthropic-ratelimit-${name}-remaining`] = String(name === 'requests' ? limit - 1 : limit);
    fields[`anthropic-ratelimit-${name}-reset`] = reset;
  }
  return fields;
}
