// What a labelled endpoint is: a server whose truth is known, and what the doctor has to say of it.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Confidence, Owner, Verdict } from '../../../src/doctor/engine/report.ts';

/** How `msg doctor` ends, by its verdict. */
export const exitCodes = { healthy: 0, degraded: 0, broken: 10, undetermined: 11 } as const;

export type Truth = {
  readonly name: string;
  readonly answer: Answer;
  /** Options of the run besides the target. */
  readonly argv?: readonly string[];
  readonly key?: string;
  readonly verdict: Verdict;
  /** Id of the root cause; none when healthy. */
  readonly cause?: string;
  readonly owner?: Owner;
  readonly confidence?: Confidence;
  /** In the summary, the remedy or the commands of the root cause. */
  readonly says?: RegExp;
};

export type Asked = {
  readonly request: IncomingMessage;
  readonly body: Readonly<Record<string, unknown>>;
  readonly key: string | undefined;
  /** How many requests came before this one. */
  readonly before: number;
  /** The time that a token takes. */
  readonly pause: () => Promise<void>;
};

/** Answers one request. */
export type Answer = (response: ServerResponse, asked: Asked) => unknown;

export const goodKey = 'sk-good-0123456789abcdef';

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

export const error = (
  response: ServerResponse,
  status: number,
  type: string,
  message: string,
  headers: Record<string, string> = {},
): void => json(response, status, { type: 'error', error: { type, message } }, headers);

export const event = (type: string, fields: object = {}): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;

export const messageOf = (body: Readonly<Record<string, unknown>>, fields: object = {}): object => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: body['model'],
  content: [{ type: 'text', text: '1' }],
  stop_reason: body['max_tokens'] === 1 ? 'max_tokens' : 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 9, output_tokens: 1 },
  ...fields,
});

/** The events of a good stream, one a token. */
export const goodEvents = (body: Readonly<Record<string, unknown>>): string[] => [
  event('message_start', { message: messageOf(body, { content: [], stop_reason: null }) }),
  event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
  ...Array.from({ length: 60 }, (_, index) =>
    event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: `${index + 1}\n` } }),
  ),
  event('content_block_stop', { index: 0 }),
  event('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 60 } }),
  event('message_stop'),
];

/** Writes one event after the other, as a model makes tokens. */
export async function stream(
  response: ServerResponse,
  pause: Asked['pause'],
  events: readonly string[],
  headers: Record<string, string> = {},
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
  for (const one of events) {
    response.write(one);
    await pause();
  }
  response.end();
}

export type Parts = {
  /** With a model, not streamed. */
  readonly plain?: Answer;
  /** With a model and `stream: true`. */
  readonly streamed?: Answer;
  /** With tools, streamed or not. */
  readonly tools?: Answer;
};

/** A good endpoint, in all but the parts that are given. */
export const endpoint =
  ({ plain, streamed, tools }: Parts = {}): Answer =>
  (response, asked) => {
    const { request, body, key } = asked;
    if (!request.url?.endsWith('/v1/messages') || request.method !== 'POST')
      return error(response, 404, 'not_found_error', 'Not found');
    if (key !== goodKey)
      return error(
        response,
        401,
        'authentication_error',
        key === undefined ? 'x-api-key header is required' : 'invalid x-api-key',
      );
    if (typeof body['model'] !== 'string')
      return error(response, 400, 'invalid_request_error', 'model: Field required');
    if (body['tools'] !== undefined && tools !== undefined) return tools(response, asked);
    if (body['stream'] !== true) return (plain ?? ((to) => json(to, 200, messageOf(body))))(response, asked);
    return (streamed ?? ((to, { pause }) => stream(to, pause, goodEvents(body))))(response, asked);
  };
