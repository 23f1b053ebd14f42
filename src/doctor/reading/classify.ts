// What one answer means: the status x shape table, and the codes of failed connections. Pure.
import { statusOf } from '../../messages/api-error.ts';
import type { Confidence, Owner } from '../engine/report.ts';
import { edgeRows } from './answer-rows/edge-rows.ts';
import { firstKeyRows, keyRows } from './answer-rows/key-rows.ts';
import { limitRows } from './answer-rows/limit-rows.ts';
import { modelRows } from './answer-rows/model-rows.ts';
import { plainRows } from './answer-rows/plain-rows.ts';
import { reachingRows } from './answer-rows/reaching-rows.ts';
import { type Answer, isRelayed, type Kind, quoted, type ReadAnswer, type Row } from './answer-rows/row.ts';
import { firstServerRows, serverRows } from './answer-rows/server-rows.ts';
import { failureRows } from './failure-table.ts';
import { serverOf } from './servers.ts';
import { type ShapedBody, shapeOf } from './shapes.ts';

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
  /** Issued further up: it quotes another error, or names the provider that refused. */
  readonly isRelayed: boolean;
  /** What to do, where the answer says more than its check can; one sentence. */
  readonly cure: string | null;
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

/** The status that counts: the error may name another one than it came with, in a 200 also by its type. */
function statusIn(status: number, { type, envelope }: ShapedBody): number {
  const own = statusOf(status, envelope ?? { message: '' });
  return own < 400 ? (statusOfType.get(type ?? '') ?? 500) : own;
}

/**
 * The status x shape table: from here to the model, as a request travels: the way, the edge, the key, the account, the
 * model, the server. The first row that fits wins, so telling words stand before mere statuses.
 */
const answerRows: readonly Row[] = [
  ...reachingRows,
  ...edgeRows,
  ...firstKeyRows,
  ...firstServerRows,
  ...limitRows,
  ...modelRows,
  ...serverRows,
  ...keyRows,
  ...plainRows,
];

/** Reads one answer with the first row of the table that fits. */
export function classify(answer: Answer): Reading {
  const contentType = answer.headers['content-type'] ?? '';
  const shaped = shapeOf(answer.body, contentType);
  const isError = /error$/.test(shaped.shape);
  const isErrorInside = isError && answer.status >= 200 && answer.status < 300;
  const server = serverOf(answer.body, answer.headers, shaped);
  const read: ReadAnswer = {
    ...answer,
    status: isError ? statusIn(answer.status, shaped) : answer.status,
    wireStatus: answer.status,
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
    means: row.means(read),
    owner: typeof row.owner === 'function' ? row.owner(read) : row.owner,
    isRetryable: row.isRetryable ?? false,
    confidence: row.confidence ?? 'certain',
    server: read.server,
    errorType: shaped.type,
    errorMessage: shaped.message,
    requestId: shaped.requestId ?? answer.headers['request-id'] ?? null,
    shape: shaped.shape,
    isErrorInside,
    isRelayed: isError && isRelayed(read),
    cure: row.cure ?? null,
  };
}

const lastRow: Row = {
  kind: 'unexpected',
  check: null,
  owner: 'gateway',
  confidence: 'possible',
  test: () => true,
  means: (a) =>
    `Status ${a.status} with ${a.shaped.shape}${a.shaped.envelope === null ? '' : ` (${quoted(a)})`} is no known answer of a Messages endpoint.`,
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
    isRelayed: false,
    cure: null,
  };
}
