// What an HTTP answer means: a stream, a message, or a failure with its class. Decided by status,
// content type and shape together, never by the status alone.
import { isMsgError, MsgError } from '../errors.ts';
import { decodedBody, otherCharset, textOfBody } from '../http/encoding.ts';
import { limits, tooMuchSent } from '../http/limits.ts';
import type { Arrival, WireResponse } from '../http/wire.ts';
import { isObject } from '../text/json.ts';
import { apiError, type RequestFacts } from './api-error.ts';
import { type Endpoint, hostOf } from './endpoint.ts';
import { envelopeOf, errorIn, isFailure, isHollow, isTelling } from './envelope.ts';
import { openAiDialect } from './events.ts';
import { parseJson, parseObject } from './parse-json.ts';
import { proxyAnswer, viaOf } from './proxy-answer.ts';
import { quotationIn } from './quoted-error.ts';
import { excerpt, redact } from './secret.ts';
import { shapeMessage } from './shape.ts';
import type { Message } from './types.ts';

/** How a successful answer is to be read, and the answer, of which nothing has been taken away. */
export type Answer = { readonly form: 'stream' | 'json'; readonly response: WireResponse };

/**
 * The form of a 2xx answer, by its content type (by its first characters when there is none).
 * @throws MsgError of the fitting kind for every other status, and `protocol` for HTML and the like.
 */
export async function answerForm(received: WireResponse, facts: RequestFacts): Promise<Answer> {
  const { status, headers } = received;
  if (status >= 300 && status < 400)
    throw headers['location'] === undefined
      ? notMessages(received, facts, await readStart(received))
      : redirectError(received, facts, headers['location']);
  if (status < 200 || status >= 300) throw await statusError(received, facts);
  const { start, body } = await peek(received.body);
  const response = { ...received, body };
  const type = mediaType(headers);
  const form = formOf(type);
  // Labels are copied from requests and templates: between the two forms, the first characters decide.
  if (form !== undefined || type === '') {
    if (/^\ufeff?\s*[[{]/.test(start)) return { form: 'json', response };
    if (/^\ufeff?\s*(event|data|id|retry)?:/.test(start)) return { form: 'stream', response };
    if (form !== undefined) return { form, response };
  }
  throw notMessages(response, facts, await readStart(response));
}

const formOf = (type: string): Answer['form'] | undefined =>
  type === 'text/event-stream'
    ? 'stream'
    : type === 'application/json' || type.endsWith('+json')
      ? 'json'
      : undefined;

/**
 * The JSON of an answer that is not a message; a list may stand bare.
 * @throws MsgError for every status but 2xx, for other content types, and for an error inside a 200
 */
export async function readJson(
  received: WireResponse,
  facts: RequestFacts,
): Promise<Record<string, unknown> | unknown[]> {
  const { response } = await answerForm(received, facts);
  const body = await readText(response);
  return body.trimStart().startsWith('[')
    ? readList(body, response, facts)
    : readObject(body, response, facts);
}

/**
 * Reads a JSON answer: the message, and its text on one line.
 * @throws MsgError for an error inside a 200, another dialect, or JSON that is no message.
 */
export async function readMessage(
  response: WireResponse,
  facts: RequestFacts,
): Promise<{ message: Message; data: string }> {
  const json = readObject(await readText(response), response, facts);
  const data = JSON.stringify(json);
  if ('choices' in json || json['object'] === 'chat.completion') throw openAiDialect();
  const isMessage = json['type'] === 'message' || json['role'] === 'assistant' || 'stop_reason' in json;
  if (!isMessage && !Array.isArray(json['content'])) throw notMessages(response, facts, data);
  return { message: shapeMessage(json), data };
}

function readObject(body: string, response: WireResponse, facts: RequestFacts): Record<string, unknown> {
  const value = parseJson(body) ?? leadingObject(body);
  const json = Array.isArray(value) ? value[0] : value;
  if (!isObject(json) || (json !== value && isHollow(json['error'])))
    throw notMessages(response, facts, body);
  if (isFailure(json)) throw apiError(errorIn(json), response, facts);
  return json;
}

/** The object that a body begins with: some hops write more behind it. */
function leadingObject(body: string): unknown {
  const quotation = quotationIn(body);
  return quotation?.before.trim() === '' ? quotation.value : undefined;
}

function readList(body: string, response: WireResponse, facts: RequestFacts): unknown[] {
  const list = parseJson(body);
  if (!Array.isArray(list)) throw notMessages(response, facts, body);
  // Google answers an error as the only entry of a list.
  if (isObject(list[0]) && !isHollow(list[0]['error'])) throw apiError(errorIn(list), response, facts);
  return list;
}

/**
 * What the first read brought, as text, and the body as if nobody had looked. Gateways pass compressed bytes on and
 * drop the header that says so: no text begins with the first byte of gzip.
 */
async function peek(body: AsyncIterable<Arrival>): Promise<{ start: string; body: AsyncIterable<Arrival> }> {
  const iterator = body[Symbol.asyncIterator]();
  const first = await iterator.next();
  let isRead = false;
  // By hand: a generator would cost every read of a stream its own turns of the microtask queue.
  const whole: AsyncIterable<Arrival> = {
    [Symbol.asyncIterator]: () => ({
      next: () => {
        if (isRead) return iterator.next();
        isRead = true;
        return Promise.resolve(first);
      },
      return: async () => {
        await iterator.return?.();
        return { value: undefined, done: true };
      },
    }),
  };
  const bytes = first.done ? undefined : first.value.chunks[0];
  if (bytes?.[0] === 0x1f) return peek(decodedBody(whole, 'gzip'));
  return { start: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes), body: whole };
}

type Body = Pick<WireResponse, 'body' | 'headers'>;

/**
 * A body as text. One that breaks off behind the end of its JSON is whole: a hop counted its length wrong.
 * @throws MsgError `protocol` when it is longer than any answer
 */
export async function readText(response: Body): Promise<string> {
  const text = await readStart(response, limits.body, (start) => parseObject(start) !== undefined);
  if (text.length > limits.body) throw tooMuchSent('The answer', limits.body);
  return text;
}

/**
 * A body as text, up to the read that brings it over the limit; the default is enough to tell what a page is. Where
 * it breaks off, what came is given if it `isEnough`, otherwise the failure.
 */
export async function readStart(
  { body, headers: { 'content-type': type } }: Body,
  limit: number = limits.errorBody,
  isEnough: (text: string) => boolean = (text) => text !== '',
): Promise<string> {
  const decoder = new TextDecoder();
  const kept: Uint8Array[] = [];
  const isOther = otherCharset(type) !== undefined;
  let text = '';
  try {
    for await (const { chunks } of body) {
      for (const chunk of chunks) text += decoder.decode(chunk, { stream: true });
      if (isOther) kept.push(...chunks);
      if (text.length > limit) break;
    }
  } catch (error) {
    if (!isMsgError(error, 'network', 'protocol') || !isEnough(text)) throw error;
  }
  return isOther ? textOfBody(Buffer.concat(kept), type) : text + decoder.decode();
}

async function statusError(response: WireResponse, facts: RequestFacts): Promise<MsgError> {
  const body = await peek(response.body)
    .then(({ body }) => readStart({ ...response, body }))
    .catch((error: unknown) => {
      // The status says enough when the rest cannot be read; an interruption is something else.
      if (isMsgError(error, 'network', 'protocol')) return '';
      throw error;
    });
  const envelope = envelopeOf(body);
  if (isTelling(envelope)) return apiError(envelope, response, facts, body);
  const words = `${mediaType(response.headers) || 'no content type'}: ${firstLine(body, response.headers['server'])}`;
  const ofProxy = proxyAnswer(response, words, facts.endpoint);
  if (ofProxy !== undefined) return ofProxy;
  return apiError({ message: `${words}${viaOf(response.headers)}` }, response, facts, body);
}

function redirectError(
  response: WireResponse,
  { endpoint }: RequestFacts,
  location: string,
): MsgError<'protocol'> {
  const target = redact(location);
  return new MsgError(
    'protocol',
    `${hostOf(endpoint.baseUrl)} redirects (${response.status}) to ${target}. Not followed: the key stays where it was configured for.`,
    {
      hint: `If you trust that address, make it the base URL. Next: ${endpoint.doctorCommand}`,
      details: { status: response.status, isRetryable: false },
    },
  );
}

/** How Bedrock streams: in frames of bytes. */
const awsEvents = 'application/vnd.amazon.eventstream';

function notMessages(response: WireResponse, { endpoint }: RequestFacts, body: string): MsgError<'protocol'> {
  const type = mediaType(response.headers) || 'no content type';
  const reason = /^\ufeff?\s*(event|data):/.test(body)
    ? 'It is an event stream under a wrong label: the gateway has to send content-type: text/event-stream.'
    : body.includes('"message_start"') || type === awsEvents
      ? 'What came are events, but not as an event stream: a hop has to frame them. Until then: --no-stream.'
      : /^\ufeff?\s*\{/.test(body) && parseJson(body) === undefined
        ? 'It begins as JSON and is none: a hop cuts it, or writes it wrongly.'
        : 'The base URL may lead to a web site or another API.';
  return new MsgError(
    'protocol',
    `Not a Messages answer from ${hostOf(endpoint.baseUrl)}: ${response.status}, ${type}: ${firstLine(body, response.headers['server'])}`,
    {
      hint: `${reason} Next: ${endpoint.doctorCommand}`,
      details: { status: response.status, isRetryable: false },
    },
  );
}

/** The type of the body. Some hops add theirs to the one that is there: the one that can be read counts. */
function mediaType(headers: Readonly<Record<string, string>>): string {
  const types = (headers['content-type'] ?? '')
    .split(',')
    .map((one) => one.replace(/;.*/s, '').trim().toLowerCase());
  return types.find((type) => formOf(type) !== undefined) ?? types[0] ?? '';
}

/** The title of a page and who served it, or the first 200 printable characters; on one line, without keys. */
export function firstLine(body: string, server?: string): string {
  const start = body.trimStart().slice(0, 4096);
  const title = start.startsWith('<') ? /<(?:title|h1)\b[^>]*>([^<]+)/i.exec(start)?.[1]?.trim() : undefined;
  const line = (title ? `a page${server ? ` of ${server}` : ''}, ${JSON.stringify(title)}` : body)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  return line === '' ? 'an empty body' : excerpt(line, 200);
}

/**
 * A broken connection or stream is told by who sees it; the command that examines it is known only where the
 * endpoint is.
 */
export function withNextStep(failure: unknown, { doctorCommand }: Endpoint): unknown {
  const isLarge = isMsgError(failure, 'network') && failure.details.bodyBytes !== undefined;
  const next = `Next: ${doctorCommand}${isLarge ? ' --size' : ''}`;
  if (isMsgError(failure, 'network')) {
    const { message, hint = '', details, cause } = failure;
    if (hint.includes(next)) return failure;
    return new MsgError('network', message, { hint: `${hint} ${next}`.trimStart(), details, cause });
  }
  if (!isMsgError(failure, 'protocol') || failure.hint !== undefined) return failure;
  const { message, details, cause } = failure;
  return new MsgError('protocol', message, { hint: next, details, cause });
}
