// The shape of a body: which dialect, which envelope, which words. Pure; knows nothing of status codes.
import { outOfList } from '../messages/envelope.ts';
import { isObject } from '../messages/types.ts';

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
  readonly json: Readonly<Record<string, unknown>> | null;
};

/** Reads a body whatever its content type claims: gateways label JSON as text and pages as JSON. */
export function shapeOf(body: string, contentType: string): ShapedBody {
  const text = body.trim();
  if (/^text\/event-stream/i.test(contentType) || /^(event|data|:)[: ]/.test(text)) {
    return shaped('event-stream', null);
  }
  if (text === '') return shaped('empty', null);
  const json = parseJson(text);
  if (json !== undefined) return jsonShape(json);
  if (/^<(!doctype|html|head|\?xml|body|center|title)/i.test(text) || /^text\/html/i.test(contentType)) {
    return shaped('html', titleOf(text));
  }
  return shaped('text', firstLine(text));
}

/** `<title>`, else the first heading, else the first words of a page. */
export function titleOf(html: string): string {
  const title = /<title[^>]*>([^<]*)/i.exec(html)?.[1] ?? /<h1[^>]*>([^<]*)/i.exec(html)?.[1];
  const words = (title ?? html.replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ').trim();
  return words.slice(0, 80);
}

function jsonShape(value: unknown): ShapedBody {
  const json = outOfList(value);
  if (!isObject(json)) return shaped(Array.isArray(json) ? 'model-list' : 'json', null);
  const requestId = text(json['request_id']);
  const error = json['error'];
  if (isObject(error)) {
    const details = isObject(error['details']) ? error['details'] : {};
    return {
      shape: json['type'] === 'error' ? 'anthropic-error' : 'openai-error',
      type: text(error['type']),
      code: text(details['error_code']) ?? text(error['code']),
      message: text(error['message']) ?? JSON.stringify(error),
      requestId,
      json,
    };
  }
  if (typeof error === 'string')
    return { ...shaped('plain-error', error, json), type: text(json['type']), requestId };
  if (json['detail'] !== undefined) return shaped('detail-error', asText(json['detail']), json);
  if (json['type'] === 'message' || (json['role'] === 'assistant' && 'content' in json)) {
    return { ...shaped('message', null, json), requestId };
  }
  if (Array.isArray(json['choices']) || json['object'] === 'chat.completion')
    return shaped('chat-completion', null, json);
  if (Array.isArray(json['data']) || Array.isArray(json['models'])) return shaped('model-list', null, json);
  if (typeof json['input_tokens'] === 'number') return shaped('token-count', null, json);
  const message = json['message'] ?? json['msg'] ?? json['error_msg'] ?? json['errorMessage'];
  if (typeof message === 'string') return shaped('plain-error', message, json);
  return shaped('json', null, json);
}

const shaped = (
  shape: Shape,
  message: string | null,
  json: Readonly<Record<string, unknown>> | null = null,
): ShapedBody => ({ shape, type: null, code: null, message, requestId: null, json });

function parseJson(body: string): unknown {
  if (!/^[[{]/.test(body)) return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const firstLine = (body: string): string => (body.split('\n', 1)[0] ?? '').trim().slice(0, 200);
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Whether a text is a JSON document. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
