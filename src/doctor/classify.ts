// What one answer means: the status x shape table, and the codes of failed connections. Pure.
import { answerRows, type Kind, type Row } from './answer-table.ts';
import { failureRows } from './failure-table.ts';
import type { Confidence, Owner } from './report.ts';
import { serverOf } from './servers.ts';
import { type ShapedBody, shapeOf } from './shapes.ts';

export type { Kind } from './answer-table.ts';

/** One answer, as much as is known of it. `--from-error` has only a part. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly host: string;
  readonly path: string;
  /** The request named a model; null when nobody knows. */
  readonly hasModel: boolean | null;
  readonly hasKey: boolean | null;
  readonly bodyBytes: number;
};

/** An answer with everything its row may look at. */
export type ReadAnswer = Answer & {
  readonly contentType: string;
  readonly shaped: ShapedBody;
  readonly server: string | null;
  readonly serverRole: 'edge' | 'gateway' | 'forward-proxy' | 'origin' | null;
  /** Type, code and words of the error in one text, for patterns. */
  readonly words: string;
  readonly isOverloadedType: boolean;
};

/** The meaning of one answer or failure. */
export type Reading = {
  readonly kind: Kind;
  /** The check that owns this finding; null when no check explains it better than its words. */
  readonly check: string | null;
  /** One sentence. */
  readonly means: string;
  readonly owner: Owner;
  readonly isRetryable: boolean;
  readonly confidence: Confidence;
  /** The program that answered, if it gave itself away. */
  readonly server: string | null;
  readonly errorType: string | null;
  readonly errorMessage: string | null;
  readonly requestId: string | null;
  readonly shape: ShapedBody['shape'];
  /** A 200 that carries an error. */
  readonly isErrorInside: boolean;
};

/** Statuses the native API gives to its error types, for errors that came with 200. */
const statusOfType: ReadonlyMap<string, number> = new Map(
  Object.entries({
    invalid_request_error: 400,
    authentication_error: 401,
    billing_error: 402,
    permission_error: 403,
    not_found_error: 404,
    request_too_large: 413,
    rate_limit_error: 429,
    api_error: 500,
    timeout_error: 504,
    overloaded_error: 529,
  }),
);

/** Reads one answer with the first row of the table that fits. */
export function classify(answer: Answer): Reading {
  const contentType = answer.headers['content-type'] ?? '';
  const shaped = shapeOf(answer.body, contentType);
  const isError = /error$/.test(shaped.shape);
  const isErrorInside = isError && answer.status >= 200 && answer.status < 300;
  const server = serverOf(answer.body, answer.headers, shaped);
  const read: ReadAnswer = {
    ...answer,
    status: isErrorInside ? (statusOfType.get(shaped.type ?? '') ?? 500) : answer.status,
    contentType,
    shaped,
    server: server?.name ?? null,
    serverRole: server?.role ?? null,
    words: [shaped.type, shaped.code, shaped.message, isError ? null : answer.body.slice(0, 4000)]
      .filter((part) => part !== null)
      .join(' '),
    isOverloadedType: shaped.type === 'overloaded_error',
  };
  const row = answerRows.find((candidate) => candidate.test(read)) ?? lastRow;
  return {
    kind: row.kind,
    check: row.check,
    // The row is that of the error inside; the status in the words is the one on the wire.
    means: row.means({ ...read, status: answer.status }),
    owner: row.owner,
    isRetryable: row.isRetryable ?? false,
    confidence: row.confidence ?? 'certain',
    server: read.server,
    errorType: shaped.type,
    errorMessage: shaped.message,
    requestId: shaped.requestId ?? answer.headers['request-id'] ?? null,
    shape: shaped.shape,
    isErrorInside,
  };
}

const lastRow: Row = {
  kind: 'unexpected',
  check: null,
  owner: 'gateway',
  confidence: 'possible',
  test: () => true,
  means: ({ status, shaped }) =>
    `Status ${status} with ${shaped.shape} is no known answer of a Messages endpoint.`,
};

/** Reads a connection that failed, by the code of Node, TLS or undici, else by the words. */
export function readFailure(code: string | null, message: string): Reading {
  const row = failureRows.find(
    ({ pattern }) => pattern.test(code ?? '') || (code === null && pattern.test(message)),
  );
  return {
    kind: 'no-answer',
    check: row?.check ?? null,
    means: row?.means ?? `The request failed: ${message}`,
    owner: row?.owner ?? 'network',
    isRetryable: row?.isRetryable ?? false,
    confidence: row === undefined ? 'possible' : (row.confidence ?? 'certain'),
    server: null,
    errorType: null,
    errorMessage: message,
    requestId: null,
    shape: 'empty',
    isErrorInside: false,
  };
}
