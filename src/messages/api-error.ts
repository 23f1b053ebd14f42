// A failure that the server reports: its class, its words, and what to do. Decided by status and envelope
// together, never by the status alone.
import { type ApiFacts, MsgError } from '../errors.ts';
import { resetAfterMs, resetInBodyMs, retryAfterMs } from '../http/retry.ts';
import { hostOf, urlOf, withoutOpenAiEndpoint } from './endpoint.ts';
import type { Envelope } from './envelope.ts';
import type { ApiErrorKind, Cause, RequestFacts } from './error-cause.ts';
import { errorSigns } from './error-signs.ts';
import { notRouted, tooMany } from './error-words.ts';
import { adviceFor } from './refused-parameters.ts';
import { echoNote, redact } from './secret.ts';
import { serverCodes } from './server-codes.ts';
import { resetText, waitText } from './wait-text.ts';

export type { RequestFacts } from './error-cause.ts';

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
const kindOfType: ReadonlyMap<string, ApiErrorKind> = new Map(
  Object.entries({
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
  }),
);

/**
 * The status that counts: the one it came with, unless the error itself names another where that says more: inside a
 * 200, a failure of the server dressed as a refusal (400), and what a gateway's 5xx quotes from further up. Who
 * streams has found the path, whatever is not found in the midst of it.
 */
export function statusOf(
  status: number,
  { status: own, relayed, message }: Envelope,
  isStreaming = false,
): number {
  if (status < 400 && !isStreaming && notRouted.test(message)) return 404;
  if (status < 400) return own ?? relayed?.status ?? status;
  if (status === 400 && own !== undefined && own >= 500) return own;
  return status >= 500 ? (relayed?.status ?? status) : status;
}

const isQuotaUsedUp = ({ message }: Envelope): boolean => /quota|budget|spend|credit/i.test(message);

/** What the code or the words of an error prove beyond its status. */
const causeOf = (envelope: Envelope, status: number, facts: RequestFacts): Cause | undefined =>
  serverCodes.get(envelope.code ?? '') ?? errorSigns.find(({ test }) => test(envelope, status, facts));

function kindOf(status: number, envelope: Envelope, cause?: Cause): ApiErrorKind {
  if (status === 429 || status === 529) return 'limit';
  // Without credit it is as with 402, whatever the gateway says for it.
  if (cause?.isSpent) return 'auth';
  if (status < 400)
    return kindOfType.get(envelope.type ?? '') ?? (tooMany.test(envelope.message) ? 'limit' : 'server');
  if (status === 401 || status === 402 || status === 403) return 'auth';
  if (status === 408) return 'server';
  if (status < 500) return 'request';
  return envelope.type === 'overloaded_error' || (status === 503 && envelope.type === 'rate_limit_error')
    ? 'limit'
    : 'server';
}

function isRetryable(status: number, kind: ApiErrorKind, headers: Readonly<Record<string, string>>): boolean {
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
  const { headers } = response;
  const status = statusOf(response.status, envelope, isStream(headers));
  const cause = causeOf(envelope, status, facts);
  const kind = cause?.kind ?? kindOf(status, envelope, cause);
  const askedMs = retryAfterMs(headers, facts.wallTimeMs);
  const resetMs =
    askedMs === undefined && kind === 'limit'
      ? (resetAfterMs(headers, facts.wallTimeMs) ?? resetInBodyMs(text, facts.wallTimeMs))
      : undefined;
  const waitMs = askedMs ?? resetMs;
  const requestId = envelope.requestId ?? requestIdOf(headers);
  const wait =
    askedMs === undefined
      ? resetMs && resetText(resetMs, facts.wallTimeMs)
      : waitText(askedMs, facts.wallTimeMs);
  const isSpent = cause?.isSpent ?? (kind === 'limit' && isQuotaUsedUp(envelope));
  const details: ApiFacts = {
    status: response.status,
    isRetryable: cause?.isRetryable ?? isRetryable(status, kind, headers),
    ...(cause === undefined && (status === 404 || status === 405) ? { isNowhere: true } : {}),
    ...(isSpent ? { isSpent } : {}),
    ...(envelope.type === undefined ? {} : { type: redact(envelope.type) }),
    ...(envelope.code === undefined ? {} : { code: redact(envelope.code) }),
    ...(requestId === undefined ? {} : { requestId: redact(requestId) }),
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
  };
  const words = redact(wordsOfError(envelope));
  const where =
    response.status >= 400
      ? String(response.status)
      : isStream(headers)
        ? 'Error in the stream'
        : `Error in a ${response.status} answer`;
  const echo = echoNote(text);
  const isGated = status === 401 && /^basic\b/i.test(headers['www-authenticate'] ?? '');
  const says = cause?.says ?? explanation(status, kind, envelope, facts);
  const what = isGated ? gated : typeof says === 'string' ? says : says(facts);
  const message = `${where} from ${hostOf(facts.endpoint.baseUrl)}: ${what}${words === '' ? '.' : ` (${words})`}${echo === '' ? '' : `${words === '' ? '' : '.'}${echo}`}`;
  const hint = isGated
    ? `If that is meant to be: -H "Authorization: Basic ...". Next: ${facts.endpoint.doctorCommand}`
    : hintFor({ status, kind, cause, envelope, text, wait }, facts);
  return new MsgError(kind, message, { hint, details });
}

/** Its type and its words; words that quote an error name its type already. */
const wordsOfError = ({ type = '', message }: Envelope): string =>
  message.includes(type) ? message.trim() : [type, message.trim()].filter(Boolean).join(': ');

/** A web server in front asks for a login of its own; the key was not looked at. */
const gated = 'a hop before the API wants a user name and password (Basic)';

const isStream = (headers: Readonly<Record<string, string>>): boolean =>
  headers['content-type']?.startsWith('text/event-stream') ?? false;

/** What a status alone says. */
function explanation(
  status: number,
  kind: ApiErrorKind,
  envelope: Envelope,
  { endpoint }: RequestFacts,
): string {
  if (status === 403) return 'the request is not permitted';
  if (status === 413) return 'the request is too large';
  if (status === 408 || status === 504 || envelope.type === 'timeout_error')
    return 'the answer took too long';
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

type Judged = {
  readonly status: number;
  readonly kind: ApiErrorKind;
  readonly cause: Cause | undefined;
  readonly envelope: Envelope;
  readonly text: string;
  /** When it is worth trying again; absent where nothing tells that. */
  readonly wait: string | 0 | undefined;
};

function hintFor(
  { status, kind, cause, envelope, text, wait }: Judged,
  facts: RequestFacts,
): string | undefined {
  const { endpoint } = facts;
  const next = `Next: ${endpoint.doctorCommand}${status === 413 ? ' --size' : ''}`;
  const advice = typeof cause?.advice === 'function' ? redact(cause.advice(facts, text)) : cause?.advice;
  if (kind === 'limit') {
    const raise = isQuotaUsedUp(envelope)
      ? 'It helps only to raise the limit, or to wait for its reset.'
      : undefined;
    return [wait, advice ?? raise].filter(Boolean).join(' ') || undefined;
  }
  if (advice !== undefined) return cause?.isComplete ? advice : `${advice} ${next}`;
  if (kind === 'auth' && endpoint.key !== undefined && (status === 401 || cause !== undefined)) {
    if (endpoint.keyFault !== undefined)
      return `${endpoint.keyFault} Save the key again as it was issued. ${next}`;
    const other = endpoint.auth === 'bearer' ? 'x-api-key' : 'bearer';
    return `It was sent as ${sentAs[endpoint.auth]}; if this endpoint wants the other header: --auth ${other}. ${next}`;
  }
  const meant =
    (status === 404 || status === 405) && endpoint.messagesUrl === undefined
      ? withoutOpenAiEndpoint(endpoint.baseUrl)
      : undefined;
  if (meant !== undefined)
    return `The base URL ends in /chat/completions, the endpoint of OpenAI's protocol; leave that out: --base-url ${meant}. ${next}`;
  return (kind === 'request' ? adviceFor(envelope.message, facts.body) : undefined) ?? next;
}

const sentAs = {
  'x-api-key': 'x-api-key',
  bearer: 'Authorization: Bearer',
  both: 'both headers',
  none: 'nothing',
} as const;

/** What of a response decides about a failure. */
type Answered = { readonly status: number; readonly headers: Readonly<Record<string, string>> };
