// What an error body says, whoever wrote it. Judging it is api-error.ts.
import { isObject } from './types.ts';

/** What an error body says. */
export type Envelope = {
  message: string;
  type?: string | undefined;
  code?: string | undefined;
  requestId?: string | undefined;
};

/**
 * The facts in an error body: the native envelope, OpenAI's, Google's (the same in a list), FastAPI's `detail`,
 * or plain words (protocol reference 4.1).
 */
export function envelopeOf(body: string): Envelope {
  const json = parseObject(body);
  if (json === undefined) return { message: '' };
  const error = json['error'];
  const inner = isObject(error) ? error : undefined;
  const details = isObject(inner?.['details']) ? inner['details'] : undefined;
  return {
    message: textOf(
      inner === undefined
        ? (error ?? json['message'] ?? json['detail'])
        : // Nothing we know inside: then all of it, so that nothing is hidden.
          (inner['message'] ?? (inner['type'] === undefined ? inner : undefined)),
    ),
    type: stringOf(inner?.['type']),
    code: stringOf(details?.['error_code']) ?? stringOf(inner?.['code']),
    requestId: stringOf(json['request_id']),
  };
}

/** A JSON object, or undefined for any other text. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value = outOfList(JSON.parse(text));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Google answers an error as the only entry of a list. */
export const outOfList = (json: unknown): unknown =>
  Array.isArray(json) && isObject(json[0]) && isObject(json[0]['error']) ? json[0] : json;

const stringOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
