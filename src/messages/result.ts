// The facts of a finished turn, as printed by `json`, `stream-json` and `--stats`; and how it ended, in words, where that
// is no failure of the exchange but not what was hoped for.
import { apiFactsOf, isMsgError } from '../errors.ts';
import type { MessageExchange } from './client.ts';
import { withoutSecrets } from './key-shapes.ts';
import { redactTexts } from './secret.ts';
import { type ContentBlock, isBlock, type Message, type StopReason, type Usage } from './types.ts';

type Timings = {
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
  /** An estimate, where the profile or the list of Anthropic has prices; absent where nobody gave any. */
  cost?: { amount: number; currency: string };
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

/** The message as `-o json` prints it: the API's own fields, and ours under `msg`. */
export type PrintedMessage = Message & { msg: TurnResult & { error?: TurnError } };

/** The last line that `-o stream-json` prints; those before it are the provider's. */
export type LastLine =
  | ({ type: 'msg.result' } & TurnResult)
  | ({ type: 'msg.error' } & Omit<TurnError, 'request_id'> & TurnResult);

/** What is known of a turn, finished or not. Times are milliseconds after the request was made. */
export function resultOf(exchange: MessageExchange, modelAsked: string | undefined): TurnResult {
  const message = exchange.draft().message();
  const response = exchange.response();
  return {
    request_id: cleaned(response?.requestId),
    model_asked: modelAsked ?? null,
    model_served: cleaned(message.model),
    stop_reason: redactTexts(message.stop_reason),
    usage: redactTexts(message.usage),
    timings: timingsOf(exchange),
  };
}

/** What a server says of itself may repeat the key; facts are shown beside the answer, and kept. */
const cleaned = (text: string | null | undefined): string | null =>
  text == null ? null : withoutSecrets(text);

function timingsOf(exchange: MessageExchange): Timings {
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

type Ending = {
  readonly content: readonly ContentBlock[];
  readonly stop_reason: StopReason | null;
  readonly stop_details?: unknown;
  readonly usage: Usage;
};

/** What is wrong with the end of an answer; undefined for a normal one. `hasText`: where the message does not keep it. */
export function endingProblem(
  { stop_reason: reason, content, usage, stop_details: details }: Ending,
  hasText: boolean = content.some((block) => isBlock(block, 'text') && block.text !== ''),
): string | undefined {
  switch (reason) {
    case 'end_turn':
    case 'stop_sequence':
    case 'tool_use':
    // What OpenAI calls a normal end.
    case 'stop':
      return hasText || content.some((block) => isBlock(block, 'tool_use'))
        ? undefined
        : emptiness(content, usage);
    case 'max_tokens':
    case 'length':
      return `The answer is cut: it reached the limit of tokens. Allow more with --max-tokens.`;
    case 'refusal':
      return `The model declined to answer${refusalDetail(details)}.`;
    case 'pause_turn':
      return 'The turn is paused: a server tool is still at work.';
    case 'model_context_window_exceeded':
      return 'The answer is cut: the context window is full.';
    case null:
      return hasText || content.length > 0
        ? 'The endpoint gave no stop reason, so the answer may be cut.'
        : `${emptiness(content, usage)} The endpoint gave no stop reason either.`;
    default:
      return `The answer ended for the reason ${JSON.stringify(reason)}.`;
  }
}

/** Thinking is no answer, and neither is what a server did for one. */
function emptiness(content: readonly ContentBlock[], usage: Usage): string {
  const types = new Set(content.map(({ type }) => type));
  const other = [...types].filter((type) => !/^(text|thinking|redacted_thinking)$/.test(type));
  if (other.length > 0) return `The answer holds no text, only blocks of the type ${other.join(', ')}.`;
  return usage.output_tokens === 0
    ? 'The answer is empty. The endpoint counted 0 tokens: a gateway may have lost an error further up.'
    : 'The answer is empty.';
}

const refusalDetail = (details: unknown): string => {
  const category = (details as { category?: unknown } | null | undefined)?.category;
  return typeof category === 'string' ? ` (${category})` : '';
};
