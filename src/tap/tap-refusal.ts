// Requests that are not passed on: why, and what the client is answered, in the shape of the API. Pure.

/** Why a request is not passed on, as the API would say it. */
export type Refusal = {
  readonly status: number;
  readonly reason: string;
  readonly type: 'authentication_error' | 'permission_error' | 'invalid_request_error' | 'api_error';
  readonly message: string;
};

export const isRefusal = (found: object): found is Refusal => 'status' in found;

/** Part of a sentence. */
export const notHttp = 'it is no request of HTTP/1.1';

export const badRequest = (why: string): Refusal => ({
  status: 400,
  reason: 'Bad Request',
  type: 'invalid_request_error',
  message: `msg tap: the request is broken: ${why}.`,
});

export const otherWay: Refusal = {
  status: 503,
  reason: 'Service Unavailable',
  type: 'api_error',
  message: 'msg tap: a request that does not wait for the answer before it meets no fault.',
};

/** There is no server: a connection that is open cannot be refused. @param why a sentence */
export const unreachedAnswer = (why: string): Refusal => ({
  status: 502,
  reason: 'Bad Gateway',
  type: 'api_error',
  message: `msg tap: ${why}`,
});

/** The bytes of the answer that refuses; the connection ends behind it. */
export function refusalAnswer({ status, reason, type, message }: Refusal, method: string): Buffer {
  const body = Buffer.from(JSON.stringify({ type: 'error', error: { type, message } }));
  const head = [
    `HTTP/1.1 ${status} ${reason}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
    'connection: close',
  ];
  const bytes = Buffer.from(`${head.join('\r\n')}\r\n\r\n`);
  return method === 'HEAD' ? bytes : Buffer.concat([bytes, body]);
}
