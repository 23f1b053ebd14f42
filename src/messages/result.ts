// The facts of a finished turn, as printed by `json`, `stream-json` and `--stats`.
import { apiFactsOf, isMsgError } from '../errors.ts';
import type { Exchange } from './client.ts';
import { withoutSecrets } from './key-shapes.ts';
import type { StopReason, Usage } from './types.ts';

export type Timings = {
  headers_ms?: number;
  first_event_ms?: number;
  first_text_ms?: number;
  longest_gap_ms?: number;
  total_ms?: number;
};

export type TurnResult = {
  request_id: string | null;
  model_asked: string | null;
  model_served: string | null;
  stop_reason: StopReason | null;
  usage: Usage;
  timings: Timings;
};

export type TurnError = {
  class: string;
  message: string;
  hint?: string;
  status?: number;
  error_type?: string;
  request_id?: string;
  retryable: boolean;
};

/** What is known of a turn, finished or not. Times are milliseconds after the request was made. */
export function resultOf(exchange: Exchange, modelAsked: string | undefined): TurnResult {
  const message = exchange.draft().message();
  const response = exchange.response();
  return {
    request_id: cleaned(response?.requestId),
    model_asked: modelAsked ?? null,
    model_served: cleaned(message.model),
    stop_reason: message.stop_reason,
    usage: message.usage,
    timings: timingsOf(exchange),
  };
}

/** What a server says of itself may repeat the key; facts are shown beside the answer, and kept. */
const cleaned = (text: string | null | undefined): string | null =>
  text == null ? null : withoutSecrets(text);

function timingsOf(exchange: Exchange): Timings {
  const trace = exchange.response()?.trace;
  if (trace === undefined) return {};
  const { firstEventAt, firstTextAt } = exchange.marks();
  const since = (at: number | undefined): number | undefined =>
    at === undefined ? undefined : round(at - trace.startedAt);
  const timings = {
    headers_ms: since(trace.headersAt),
    first_event_ms: since(firstEventAt),
    first_text_ms: since(firstTextAt),
    longest_gap_ms: round(trace.longestGapMs),
    total_ms: since(trace.endedAt ?? trace.lastByteAt),
  };
  return Object.fromEntries(Object.entries(timings).filter(([, value]) => value !== undefined));
}

/** A failure as a JSON object for programs. */
export function turnErrorOf(error: unknown): TurnError {
  if (!isMsgError(error)) return { class: 'bug', message: withoutSecrets(String(error)), retryable: false };
  const facts = apiFactsOf(error);
  return {
    class: error.kind,
    message: withoutSecrets(error.message),
    ...(error.hint === undefined ? {} : { hint: withoutSecrets(error.hint) }),
    ...(facts.status === undefined ? {} : { status: facts.status }),
    ...(facts.type === undefined ? {} : { error_type: facts.type }),
    ...(facts.requestId === undefined ? {} : { request_id: facts.requestId }),
    retryable: facts.isRetryable ?? false,
  };
}

const round = (milliseconds: number): number => Math.round(milliseconds * 10) / 10;
