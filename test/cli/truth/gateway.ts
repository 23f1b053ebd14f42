// A gateway in parts: what it answers to a wrong key, to an empty request, to a request with a model.
import { type Answer, type Asked, error, goodEvents, goodKey, json, messageOf, stream } from './case.ts';

/** What a gateway answers: to a wrong key, to {}, to a request with a model. */
export type Gateway = {
  readonly refuse?: Answer;
  readonly empty?: Answer;
  readonly model?: Answer;
  /** The body is read before the key. */
  readonly readsBodyFirst?: true;
  readonly path?: RegExp;
};

export const fine: Answer = (to, { body, pause }) =>
  body['stream'] === true ? stream(to, pause, goodEvents(body)) : json(to, 200, messageOf(body));

const refuseNatively: Answer = (to, { key }) =>
  error(
    to,
    401,
    'authentication_error',
    key === undefined ? 'x-api-key header is required' : 'invalid x-api-key',
  );
const emptyNatively: Answer = (to) => error(to, 400, 'invalid_request_error', 'model: Field required');

export const gateway =
  ({
    refuse = refuseNatively,
    empty = emptyNatively,
    model = fine,
    readsBodyFirst,
    path = /\/v1\/messages$/,
  }: Gateway): Answer =>
  (to, asked: Asked) => {
    const { request, body, key } = asked;
    if (!path.test(request.url ?? ''))
      return json(to, 404, {
        message: `Route ${request.method}:${request.url} not found`,
        error: 'Not Found',
        statusCode: 404,
      });
    const isEmpty = typeof body['model'] !== 'string';
    if (readsBodyFirst && isEmpty) return empty(to, asked);
    if (key !== goodKey) return refuse(to, asked);
    return isEmpty ? empty(to, asked) : model(to, asked);
  };

/** The answer to requests with a model; the rest is as it should be. */
export const refusing = (status: number, body: object, headers: Record<string, string> = {}): Answer =>
  gateway({ model: (to) => json(to, status, body, headers) });

export const page =
  (status: number, body: string, headers: Record<string, string> = {}): Answer =>
  (to) => {
    to.writeHead(status, { 'content-type': 'text/html', ...headers });
    to.end(body);
  };
