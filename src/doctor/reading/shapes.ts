// The shape of a body: which dialect, which envelope, which words. Pure; knows nothing of status codes.
import { type Envelope, errorIn, isFailure, isHollow } from '../../messages/envelope.ts';
import { parseJson } from '../../messages/parse-json.ts';
import { isObject } from '../../text/json.ts';

export type Shape =
  | 'message'
  | 'event-stream'
  | 'anthropic-error'
  | 'openai-error'
  | 'detail-error'
  | 'plain-error'
  | 'chat-completion'
  | 'model-list'
  | 'token-count'
  | 'json'
  | 'html'
  | 'text'
  | 'empty';

export type ShapedBody = {
  readonly shape: Shape;
  /** `error.type`. */
  readonly type: string | null;
  /** `error.details.error_code` or `error.code`. */
  readonly code: string | null;
  /** The words of the error, or the title of the page, or the beginning of the text. */
  readonly message: string | null;
  readonly requestId: string | null;
  /** All that is known of the error; null when it is none. */
  readonly envelope: Envelope | null;
  readonly json: Readonly<Record<string, unknown>> | null;
};

/** Reads a body whatever its content type claims: gateways label JSON as text and pages as JSON. */
export function shapeOf(body: string, contentType: string): ShapedBody {
  const text = body.trim();
  const json = /^[[{]/.test(text) ? parseJson(text) : undefined;
  if (json !== undefined) return jsonShape(json);
  if (/^text\/event-stream/i.test(contentType) || /^(event|data|:)[: ]/.test(text)) {
    return shaped('event-stream', null);
  }
  if (text === '') return shaped('empty', null);
  if (/^<(!doctype|html|head|\?xml|body|center|title)/i.test(text) || /^text\/html/i.test(contentType)) {
    return shaped('html', titleOf(text));
  }
  return shaped('text', firstLine(text));
}

/** `<title>`, else the first heading, else the first words of a page. */
export function titleOf(html: string): string {
  const title = /<title[^<>]*>([^<]*)/i.exec(html)?.[1] ?? /<h1[^<>]*>([^<]*)/i.exec(html)?.[1];
  const words = (title ?? html.replace(/<[^<>]*>/g, ' ')).replace(/\s+/g, ' ').trim();
  return words.slice(0, 80);
}

function jsonShape(value: unknown): ShapedBody {
  const json = outOfList(value);
  if (!isObject(json)) return shaped(isModelList(json) ? 'model-list' : 'json', null);
  const shape = shapeOfObject(json);
  if (!shape.endsWith('error')) return { ...shaped(shape, null, json), requestId: text(json['request_id']) };
  const envelope = errorIn(json);
  const { type = null, code = null, message, requestId = null } = envelope;
  return { shape, type, code, message: withoutTrace(message) || null, requestId, envelope, json };
}

/** A trace of the gateway's own code (Node's) says nothing to whoever asks it. */
function withoutTrace(message: string): string {
  const start = message.search(/\n[ \t]+at \S/);
  return start < 0 ? message : message.slice(0, start).trimEnd();
}

/** A list may also hold events. */
const isModelList = (json: unknown): boolean =>
  Array.isArray(json) && !json.some((one) => isObject(one) && /^message_/.test(String(one['type'])));

/** Google answers an error as the only entry of a list. */
const outOfList = (json: unknown): unknown =>
  Array.isArray(json) && isObject(json[0]) && isObject(json[0]['error']) ? json[0] : json;

function shapeOfObject(json: Readonly<Record<string, unknown>>): Shape {
  const error = json['error'];
  const isMessage = json['type'] === 'message' || (json['role'] === 'assistant' && 'content' in json);
  if (isMessage && isHollow(error)) return 'message';
  if (json['type'] === 'error') return isObject(error) ? 'anthropic-error' : 'plain-error';
  if (isObject(error)) return 'openai-error';
  if (typeof error === 'string' && error !== '') return 'plain-error';
  if (json['detail'] !== undefined) return 'detail-error';
  if (Array.isArray(json['choices']) || json['object'] === 'chat.completion') return 'chat-completion';
  if (Array.isArray(json['data']) || Array.isArray(json['models'])) return 'model-list';
  if (typeof json['input_tokens'] === 'number') return 'token-count';
  const message = json['message'] ?? json['msg'] ?? json['error_msg'] ?? json['errorMessage'];
  return typeof message === 'string' || isFailure(json) ? 'plain-error' : 'json';
}

const shaped = (
  shape: Shape,
  message: string | null,
  json: Readonly<Record<string, unknown>> | null = null,
): ShapedBody => ({ shape, type: null, code: null, message, requestId: null, envelope: null, json });

const firstLine = (body: string): string => (body.split('\n', 1)[0] ?? '').trim().slice(0, 200);
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** Whether a text is a JSON document. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
