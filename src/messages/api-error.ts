// A failure that the server reports: its class, its words, and what to do. Decided by status and envelope
// together, never by the status alone.
import { type ApiFacts, type ErrorKind, MsgError } from '../errors.ts';
import { retryAfterMs } from '../http/retry.ts';
import { closestModels } from './closest-models.ts';
import { type Endpoint, hostOf, urlOf, withoutOpenAiEndpoint } from './endpoint.ts';
import type { Envelope } from './envelope.ts';
import { echoNote, redact } from './secret.ts';

/** What the failure of a request is told about. */
export type RequestFacts = {
  readonly endpoint: Endpoint;
  readonly model: string | undefined;
  readonly wallTimeMs: number;
};

/** The id to quote to the provider; gateways use other headers than the API does. */
export function requestIdOf(headers: Readonly<Record<string, string>>): string | undefined {
  const name = [
    'request-id',
    'x-request-id',
    'x-aisix-request-id',
    'x-oneapi-request-id',
    'cf-ray',
    'x-amzn-requestid',
  ].find((header) => headers[header] !== undefined);
  return name === undefined ? undefined : redact(headers[name] ?? '');
}

/** Types that decide by themselves, because many gateways send them under another status or inside a 200. */
const kindOfType: Readonly<Record<string, ErrorKind>> = {
  authentication_error: 'auth',
  permission_error: 'auth',
  billing_error: 'auth',
  invalid_request_error: 'request',
  not_found_error: 'request',
  request_too_large: 'request',
  rate_limit_error: 'limit',
  overloaded_error: 'limit',
  timeout_error: 'server',
  api_error: 'server',
};

/** 429 with these codes fails until the limit is raised or reset: waiting does not help. */
const spendCaps = new Set(['enforced_spend_limit_reached', 'contract_spend_limit_reached']);

const isQuotaUsedUp = ({ code, message }: Envelope): boolean =>
  /quota|budget|spend|credit/i.test(message) || spendCaps.has(code ?? '');

/** Gateways answer 503 for a model they do not have; it stays wrong however often it is tried. */
const isModelMissing = ({ code, type, message }: Envelope): boolean =>
  code === 'model_not_found' ||
  type === 'model_not_found' ||
  /no available channel|无可用渠道|model_not_found/i.test(message);

function kindOf(status: number, envelope: Envelope): ErrorKind {
  if (status < 400)
    return kindOfType[envelope.type ?? ''] ?? (isModelMissing(envelope) ? 'request' : 'server');
  if (status === 401 || status === 402 || status === 403) return 'auth';
  if (status === 429 || status === 529) return 'limit';
  if (status === 408) return 'server';
  if (status < 500 || (status === 503 && isModelMissing(envelope))) return 'request';
  return envelope.type === 'overloaded_error' || (status === 503 && envelope.type === 'rate_limit_error')
    ? 'limit'
    : 'server';
}

function isRetryable(
  status: number,
  kind: ErrorKind,
  envelope: Envelope,
  headers: Readonly<Record<string, string>>,
): boolean {
  if (spendCaps.has(envelope.code ?? '') || isModelMissing(envelope)) return false;
  if (headers['x-should-retry'] === 'true') return true;
  if (headers['x-should-retry'] === 'false') return false;
  return status === 408 || status === 409 || kind === 'limit' || (kind === 'server' && status !== 501);
}

/** The MsgError for an error that came with `response`; `text` is all of what the server said. */
export function apiError(
  envelope: Envelope,
  response: Answered,
  facts: RequestFacts,
  text = envelope.message,
): MsgError {
  const { status, headers } = response;
  const kind = kindOf(status, envelope) as 'auth' | 'request' | 'limit' | 'server';
  const waitMs = retryAfterMs(headers, facts.wallTimeMs);
  const requestId = envelope.requestId ?? requestIdOf(headers);
  const details: ApiFacts = {
    status,
    isRetryable: isRetryable(status, kind, envelope, headers),
    ...(kind === 'limit' && isQuotaUsedUp(envelope) ? { isSpent: true } : {}),
    ...(envelope.type === undefined ? {} : { type: redact(envelope.type) }),
    ...(envelope.code === undefined ? {} : { code: redact(envelope.code) }),
    ...(requestId === undefined ? {} : { requestId: redact(requestId) }),
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
  };
  const said = redact(wordsOfError(envelope));
  const where =
    status >= 400
      ? String(status)
      : isStream(headers)
        ? 'Error in the stream'
        : `Error in a ${status} answer`;
  const echo = echoNote(text);
  const isGated = status === 401 && /^basic\b/i.test(headers['www-authenticate'] ?? '');
  const what = isGated ? gated : explanation(status, kind, envelope, facts);
  const message = `${where} from ${hostOf(facts.endpoint.baseUrl)}: ${what}${said === '' ? '.' : ` (${said})`}${echo === '' ? '' : `${said === '' ? '' : '.'}${echo}`}`;
  const hint = isGated
    ? `If that is meant to be: -H "Authorization: Basic ...". Next: ${facts.endpoint.doctorCommand}`
    : hintFor(kind, details, envelope, facts);
  return new MsgError(kind, message, { hint, details });
}

/** Its type and its words; words that quote an error name its type already. */
const wordsOfError = ({ type = '', message }: Envelope): string =>
  message.includes(type) ? message.trim() : [type, message.trim()].filter(Boolean).join(': ');

/** A web server in front asks for a login of its own; the key was not looked at. */
const gated = 'a hop before the API wants a user name and password (Basic)';

const isStream = (headers: Readonly<Record<string, string>>): boolean =>
  headers['content-type']?.startsWith('text/event-stream') ?? false;

function explanation(
  status: number,
  kind: ErrorKind,
  envelope: Envelope,
  { endpoint, model }: RequestFacts,
): string {
  if (status === 402) return 'the account has no credit';
  if (status === 403) return 'the request is not permitted';
  if (status === 413) return 'the request is too large';
  if (status === 408 || status === 504 || envelope.type === 'timeout_error')
    return 'the answer took too long';
  if (lacksModel(envelope, status, model))
    return `${model === undefined ? 'the model' : `the model ${JSON.stringify(model)}`} is not available here`;
  // The query is left out: some gateways take the key there.
  if (status === 404) return `nothing answers at ${urlOf(endpoint, 'messages').replace(/\?.*/, '')}`;
  switch (kind) {
    case 'auth':
      return endpoint.key === undefined
        ? 'a key is required, and none was sent'
        : `the key from ${endpoint.keySource ?? 'the configuration'} was refused`;
    case 'limit':
      return isQuotaUsedUp(envelope)
        ? 'the quota is used up'
        : envelope.type === 'overloaded_error' || status === 529
          ? 'the provider is overloaded'
          : 'too many requests';
    case 'server':
      return 'the server failed';
    default:
      return 'the request was refused';
  }
}

/** A typing error is found in the documents; a model they do name is missing for another reason. */
function meantModel({ knownModels = [] }: Endpoint, model: string | undefined): string {
  const near = model === undefined || knownModels.includes(model) ? [] : closestModels(model, knownModels);
  return near.length === 0 ? '' : `Did you mean ${near.join(' or ')}? `;
}

/** The model is what is missing, not the path. */
const lacksModel = (envelope: Envelope, status: number | undefined, model: string | undefined): boolean =>
  isModelMissing(envelope) || (status === 404 && aboutModel(envelope, model));

/** A 404 is about the model when an envelope names it, or speaks of one; otherwise it is the path. */
const aboutModel = ({ type, message }: Envelope, model: string | undefined): boolean =>
  (type !== undefined && /\bmodel\b/i.test(message)) ||
  (model !== undefined && wordsOf(message).includes(model));

/** Names of models hold dots, slashes and colons; what ends a sentence is none of theirs. */
const wordsOf = (text: string): string[] =>
  text.split(/[^\w.:/@-]+/).map((word) => word.replace(/[.:]+$/, ''));

/** What requests are refused for, most of it parameters newer models do not take, and what to do instead. */
const refusedParameters: readonly (readonly [RegExp, string])[] = [
  [/tool_choice.*\b(providing|without|requires?)\b.*tools/i, 'Give the tools it chooses from: --tools FILE.'],
  [/budget_tokens.*max_tokens|max_tokens.*budget_tokens/, 'Choose a larger --max-tokens than --thinking.'],
  [
    /temperature.*\bboth\b.*top_p|(temperature.*top_p|top_p.*temperature).*\bboth\b/i,
    'Leave out --temperature or --top-p.',
  ],
  [
    /\b(temperature|top_p|top_k)\b.*\b(range|less than|greater than|between|at most|at least)\b/i,
    'Choose another value: --temperature and --top-p take 0 to 1, --top-k takes whole numbers.',
  ],
  [
    /\b(temperature|top_p|top_k)\b/,
    'This model or API version takes no sampling parameters: leave out --temperature, --top-p and --top-k.',
  ],
  [
    /prefill|(last|final) message|must end with a user/i,
    "This model takes no prefilled answer: the last message must be the user's.",
  ],
  [/tool_choice/, 'This model takes no forced tool choice: use --tool-choice auto.'],
  [
    /thinking|budget_tokens/,
    'The thinking mode does not fit this model: try --thinking adaptive, or leave --thinking out.',
  ],
  [/anthropic-version/i, 'The API version is the cause: try --anthropic-version 2023-06-01.'],
  [/anthropic-beta|beta flag/i, 'A beta name is not known here: leave out --beta and ANTHROPIC_BETAS.'],
  [/max_tokens/, 'Choose another limit with --max-tokens.'],
  [/\beffort\b/, 'The effort does not fit this model: try another --effort, or leave it out.'],
  [
    /(prompt|input|request) is too long|context (length|window)/i,
    'That is more than this model reads: send less of it. msg send --count tells how much it is.',
  ],
  [
    /credit balance|billing/i,
    'The account needs credit: add it on the page of the provider, or use another profile: -P NAME.',
  ],
];

function hintFor(
  kind: ErrorKind,
  { status, retryAfterMs: waitMs, isSpent }: ApiFacts,
  envelope: Envelope,
  { endpoint, model }: RequestFacts,
): string | undefined {
  const next = `Next: ${endpoint.doctorCommand}${status === 413 ? ' --size' : ''}`;
  if (status === 401 && endpoint.key !== undefined) {
    const other = endpoint.auth === 'bearer' ? 'x-api-key' : 'bearer';
    return `It was sent as ${sentAs[endpoint.auth]}; if this endpoint wants the other header: --auth ${other}. ${next}`;
  }
  if (kind === 'limit') {
    const asked = waitMs === undefined ? [] : [`The server asks to wait ${Math.ceil(waitMs / 1000)} s.`];
    const spent = isSpent ? ['It helps only to raise the limit, or to wait for its reset.'] : [];
    return [...asked, ...spent].join(' ') || undefined;
  }
  if (lacksModel(envelope, status, model))
    return `${meantModel(endpoint, model)}${endpoint.modelsCommand} lists what it offers.`;
  const meant =
    (status === 404 || status === 405) && endpoint.messagesUrl === undefined
      ? withoutOpenAiEndpoint(endpoint.baseUrl)
      : undefined;
  if (meant !== undefined)
    return `The base URL ends in /chat/completions, the endpoint of OpenAI's protocol; leave that out: --base-url ${meant}. ${next}`;
  const refused =
    status === 400 ? refusedParameters.find(([pattern]) => pattern.test(envelope.message)) : undefined;
  if (refused !== undefined) return refused[1];
  return next;
}

const sentAs = {
  'x-api-key': 'x-api-key',
  bearer: 'Authorization: Bearer',
  both: 'both headers',
  none: 'nothing',
} as const;

/** What of a response decides about a failure. */
type Answered = { readonly status: number; readonly headers: Readonly<Record<string, string>> };
