// What an error says, whoever wrote it: the one reader of errors. Judging them is api-error.ts.

import { isObject } from '../text/json.ts';
import { parseJson } from './parse-json.ts';
import { quotationIn, statusIn, statusOfHop } from './quoted-error.ts';
import type { Envelope } from './types.ts';

export type { Envelope } from './types.ts';

/**
 * The facts in the body of an error: the native envelope, OpenAI's, Google's (the same in a list), FastAPI's
 * `detail`, problem details, OAuth's, or plain words (protocol reference 4.1); also behind `data:`, where a
 * stream ended before it began. No words for a page, and for text that holds no error.
 */
export function envelopeOf(body: string): Envelope {
  const json = parseJson(body);
  if (json !== undefined) return errorIn(json);
  const quotation = body.trimStart().startsWith('<') ? undefined : quotationIn(body);
  if (quotation === undefined) return { message: '' };
  return errorIn(/^\s*(event|data|id)?:/.test(body) ? quotation.value : body);
}

/** The facts in an error that is JSON already: the whole body, or what stands under `error`. Never throws. */
export const errorIn = (json: unknown): Envelope => read(json, 0);

/** Whether an error tells anything, if only its type. */
export const isTelling = ({ message, type, code }: Envelope): boolean =>
  message !== '' || type !== undefined || code !== undefined;

/**
 * Whether an `error` beside an answer is none: null, empty, or the zero value of its language
 * (`{"code":0,"message":""}` of Go), as gateways write it with every success.
 */
export function isHollow(error: unknown): boolean {
  if (Array.isArray(error)) return error.every(isHollow);
  if (isObject(error)) return Object.values(error).every(isHollow);
  return !error || error === '0' || (typeof error === 'string' && error.trim() === '');
}

/**
 * Whether JSON reports a failure: it says so, or it has an error that is not hollow. What is no answer fails also
 * by a status of its own (`{"code":401,"msg":"..."}` in a 200) or by `detail`.
 */
export function isFailure(json: Readonly<Record<string, unknown>>): boolean {
  if (json['type'] === 'error' || !isHollow(json['error'])) return true;
  if ('content' in json || json['type'] === 'message') return false;
  const fields = fieldsOf(json);
  return (
    json['success'] === false ||
    hasFailed(json['base_resp']) ||
    ['errors', 'detail', 'errormessage', 'errormsg'].some((name) => !isHollow(fields.get(name))) ||
    statusOf(fields) !== undefined
  );
}

/** MiniMax: `{"base_resp":{"status_code":1004,"status_msg":"..."}}`, 0 where all is well. */
const hasFailed = (outcome: unknown): boolean => isObject(outcome) && !isHollow(outcome['status_code']);

/** Errors nest in errors; whoever nests deeper wants to be no longer read. */
const deepest = 12;

function read(value: unknown, depth: number): Envelope {
  if (depth > deepest || value === null || value === undefined || typeof value === 'boolean')
    return { message: '' };
  if (typeof value === 'string') return readWords(value, depth);
  if (Array.isArray(value))
    return joined(
      value.map((entry) => read(entry, depth + 1)),
      '; ',
    );
  return isObject(value) ? readObject(value, depth) : { message: String(value) };
}

/** Words, and the error they may quote: `chat server returned HTTP 401: {"error":...}`. */
function readWords(text: string, depth: number): Envelope {
  const message = text.trim();
  const json = quotationIn(message);
  const inner = json === undefined ? undefined : read(json.value, depth + 1);
  if (json === undefined || inner === undefined || !isTelling(inner)) {
    const status = statusOfHop(message);
    return status === undefined ? { message } : { message, relayed: { message, status } };
  }
  const words = [inner.type, inner.message].filter(Boolean).join(': ');
  return {
    message: `${json.before}${words}${json.after}`.trim(),
    relayed: inner.relayed ?? { ...inner, status: inner.status ?? statusIn(json.before) },
  };
}

/** Names of fields without case and punctuation: `errorMessage`, `error_message`, `Message`. The first one counts. */
function fieldsOf(json: Readonly<Record<string, unknown>>): Map<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const [name, value] of Object.entries(json)) {
    const plain = name.toLowerCase().replace(/[^a-z]/g, '');
    if (!fields.has(plain)) fields.set(plain, value);
  }
  return fields;
}

/** Where words stand, one of a row; those of different rows complete each other. */
const wordFields: readonly (readonly string[])[] = [
  ['error', 'errors', 'fault', 'exception', 'title', 'baseresp'],
  [
    'message',
    'msg',
    'errormessage',
    'errormsg',
    'statusmsg',
    'errordescription',
    'description',
    'faultstring',
    'reason',
  ],
  ['detail'],
];

/**
 * `details` are facts about an error; in a text they are the error it quotes. So is what OpenRouter keeps of its
 * provider's answer, in `metadata.raw`.
 */
const detailsIn = ({ details, metadata }: Readonly<Record<string, unknown>>, depth: number): Envelope[] =>
  [details, isObject(metadata) ? metadata['raw'] : undefined]
    .filter((text) => typeof text === 'string' && !isHollow(text))
    .map((text) => read(text, depth + 1));

/** Types that say what kind of JSON it is, not what kind of error. */
const formTypes = /^(error|message|ping|list|object|about:blank|(message|content_block)_\w+)$/;

function readObject(json: Readonly<Record<string, unknown>>, depth: number): Envelope {
  const fields = fieldsOf(json);
  const { loc } = json;
  const parts = wordFields.flatMap((names) => {
    const name = names.find((one) => !isHollow(fields.get(one)));
    return name === undefined ? [] : [read(fields.get(name), depth + 1)];
  });
  parts.push(...detailsIn(json, depth));
  const ownType = [fields.get('type'), idIn(parts)].find(isType);
  const inner = joined(
    parts.filter(({ message }) => message !== ownType),
    ': ',
  );
  const isQuoting = ownType !== undefined && inner.type !== undefined && inner.type !== ownType;
  const details = isObject(json['details']) ? json['details'] : {};
  const envelope = {
    message: isQuoting && inner.message !== '' ? `${inner.type}: ${inner.message}` : inner.message,
    type: ownType ?? inner.type ?? inner.relayed?.type,
    code:
      textOf(details['error_code']) ??
      textOf(fields.get('code')) ??
      textOf(fields.get('errorcode')) ??
      errorName(fields.get('name')) ??
      googleStatus(fields.get('status')) ??
      inner.code ??
      inner.relayed?.code,
    requestId: textOf(fields.get('requestid')) ?? inner.requestId,
    status: statusOf(fields) ?? inner.status,
    relayed: inner.relayed ?? (isQuoting ? inner : undefined),
  };
  // FastAPI says where in the request it found what is wrong, and calls that a type.
  if (Array.isArray(loc) && envelope.message !== '')
    return { message: `${loc.filter(isPlain).join('.')}: ${envelope.message}` };
  // Nothing we know inside: then all of it, so that nothing is hidden.
  if (!isTelling(envelope) && !isHollow(json)) envelope.message = JSON.stringify(json);
  return envelope;
}

/** Several parts of one error: their words in a row, and the first of every fact. */
function joined(parts: readonly Envelope[], separator: string): Envelope {
  const words = parts.map(({ message }) => message).filter((message) => message !== '');
  const distinct = words.filter(
    (one, at) =>
      !words.some((other, place) => place !== at && holds(other, one) && (other !== one || place < at)),
  );
  const first = <K extends keyof Envelope>(field: K): Envelope[K] | undefined =>
    parts.find((part) => part[field] !== undefined)?.[field];
  return {
    message: distinct.join(separator),
    type: first('type'),
    code: first('code'),
    requestId: first('requestId'),
    status: first('status'),
    relayed: first('relayed'),
  };
}

const holds = (text: string, part: string): boolean => text.toLowerCase().includes(part.toLowerCase());

/** `{"error":"invalid_token","error_description":"..."}`: an id beside words is the type. */
const idIn = (parts: readonly Envelope[]): string | undefined =>
  parts.length > 1
    ? parts.map(({ message }) => message).find((one) => /^[a-z]+(_[a-z]+)+$/.test(one))
    : undefined;

const isType = (value: unknown): value is string =>
  textOf(value) !== undefined && !formTypes.test(String(value));

/** The status an error names: `status`, `statusCode`, or a `code` that is one, also in digits. */
function statusOf(fields: ReadonlyMap<string, unknown>): number | undefined {
  const values = ['status', 'statuscode', 'httpstatus', 'code', 'errorcode'].map((name) => fields.get(name));
  const status = values.find((value) => isPlain(value) && /^[45]\d\d$/.test(String(value)));
  return status === undefined ? undefined : Number(status);
}

/** `INVALID_ARGUMENT` stands where others have a number. */
const googleStatus = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[A-Z_]+$/.test(value) ? value : undefined;

/** `AiGatewayError`: what Cloudflare names beside its numbers. */
const errorName = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[A-Z]\w*Error$/.test(value) ? value : undefined;

const isPlain = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number';
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' && value !== 'None' ? value : undefined;
