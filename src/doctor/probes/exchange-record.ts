// One exchange written down: redacted, timed, classified. Pure; asking is ask-endpoint.ts.

import { isMsgError } from '../../errors.ts';
import { codeOf } from '../../http/failures.ts';
import { limits } from '../../http/limits.ts';
import type { WireRequest, WireResponse } from '../../http/wire.ts';
import { echoNote } from '../../messages/secret.ts';
import { isObject } from '../../text/json.ts';
import { messageOf } from '../../text/thrown.ts';
import type { Answered, Asked, Credential, Failure, Times } from '../engine/observations.ts';
import { scrub, scrubHeaders } from '../engine/wire-lines.ts';
import { classify } from '../reading/classify.ts';
import type { RawArrival } from '../streams/timed-events.ts';

export type Question = {
  readonly request: WireRequest;
  readonly credential: Credential;
  readonly isPaid?: boolean;
  readonly timeoutMs?: number | undefined;
  /** Ends a stream that brings no text for this long. */
  readonly longestSilenceMs?: number;
  /** Ends a stream after this many deltas. */
  readonly stopAfterDeltas?: number | undefined;
};

/** The body as it came. */
export type RecordedBody = {
  raw: RawArrival[];
  text: string;
  bytes: number;
  breakage: Failure | null;
  endMs: number;
};

/** The answer as it is kept: redacted, timed, classified. */
export function answeredOf(
  asked: Asked,
  response: WireResponse,
  body: RecordedBody,
  { wallTimeMs, startedAt }: { wallTimeMs: number; startedAt: number },
): Answered {
  const url = new URL(asked.url);
  const { status, trace } = response;
  const text = scrub(body.text);
  const headers = scrubHeaders(response.headers);
  const mark = (at: number | undefined): number | undefined =>
    at === undefined ? undefined : Math.max(0, at - startedAt);
  const times = {
    sent: mark(trace.sentAt),
    headers: mark(trace.headersAt),
    firstByte: mark(trace.firstByteAt),
  };
  return {
    outcome: 'answered',
    asked,
    status,
    headers,
    body: text,
    isUndeclaredGzip: body.raw[0]?.bytes[0] === 0x1f && body.raw[0]?.bytes[1] === 0x8b,
    isFalselyEncoded:
      /gzip|br|deflate/.test(headers['content-encoding'] ?? '') &&
      body.bytes > 0 &&
      trace.bytes === body.bytes,
    quotesKey: echoNote([body.text, ...Object.values(response.headers)].join('\n')) !== '',
    bodyBytes: body.bytes,
    times: {
      ...(Object.fromEntries(Object.entries(times).filter(([, at]) => at !== undefined)) as Omit<
        Times,
        'end'
      >),
      end: body.endMs,
    },
    wallTimeMs,
    breakage: body.breakage,
    retries: trace.isResent ? 1 : 0,
    reading: classify({
      status,
      headers,
      body: text,
      host: url.host,
      path: url.pathname,
      hasModel: asked.hasModel,
      hasKey: asked.credential !== 'none',
      bodyBytes: asked.bodyBytes,
    }),
  };
}

/** What was asked, without the key. */
export function askedOf({ request, credential }: Question): Asked {
  const body = request.body ?? '';
  return {
    method: request.method,
    url: scrub(request.url),
    credential,
    keyHeader:
      credential === 'none'
        ? null
        : 'x-api-key' in request.headers
          ? 'x-api-key'
          : 'authorization' in request.headers
            ? 'Authorization'
            : null,
    hasModel: /^\{"model"/.test(body),
    isStream: /"stream":true/.test(body.slice(0, 400)),
    bodyBytes: body.length,
  };
}

/** Why no answer came, in a form that may be shown. `limitMs`: the limit of the request, when it ended it. */
export function failureOf(thrown: unknown, limitMs: number | null): Failure {
  if (limitMs !== null)
    return { code: 'ETIMEDOUT', message: `not answered within the ${limitMs / 1000} s a request may take` };
  const code = isMsgError(thrown, 'network') ? thrown.details.code : codeOf(thrown);
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause.message : '';
  const message = messageOf(thrown);
  const isEncoding = isMsgError(thrown, 'protocol');
  return {
    code: isEncoding ? 'Z_DATA_ERROR' : (code ?? null),
    message: scrub(code === undefined && cause ? `${message} ${cause}` : message),
  };
}

/** An answer that was read as far as one may go. */
export const neverEnding: Failure = {
  code: 'MSG_NO_END',
  message: `the answer goes on after ${limits.probe / 1024 / 1024} MB; it was read no further`,
};

/** Tokens as the answer counts them: the last value of each field stands (they are cumulative). */
export function usageOf(body: string): { inputTokens: number; outputTokens: number } {
  let [inputTokens, outputTokens] = [0, 0];
  for (const line of body.split('\n')) {
    if (!line.includes('"usage"')) continue;
    try {
      const json: unknown = JSON.parse(line.slice(line.indexOf('{'), line.lastIndexOf('}') + 1));
      const inner = isObject(json) && isObject(json['message']) ? json['message'] : json;
      const usage = isObject(inner) && isObject(inner['usage']) ? inner['usage'] : {};
      // What was written to the cache or read from it is input, too, and paid for.
      const input = ['input_tokens', 'cache_creation_input_tokens', 'cache_read_input_tokens'].map((field) =>
        typeof usage[field] === 'number' ? usage[field] : 0,
      );
      inputTokens = Math.max(
        inputTokens,
        input.reduce((sum, tokens) => sum + tokens),
      );
      if (typeof usage['output_tokens'] === 'number') outputTokens = usage['output_tokens'];
    } catch {
      // A line that is not JSON carries no usage.
    }
  }
  return { inputTokens, outputTokens };
}
