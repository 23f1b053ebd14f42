// Makes one request of a probe, with its time limits and its one retry; what came back is written down in
// exchange-record.ts.

import { after, type Stall } from '../../http/clock.ts';
import { textOfBody } from '../../http/encoding.ts';
import { limits } from '../../http/limits.ts';
import { retryAfterMs } from '../../http/retry.ts';
import type { WireResponse } from '../../http/wire.ts';
import type { Endpoint } from '../../messages/endpoint.ts';
import type { Exchange, Failure, Observe, Streamed } from '../engine/observations.ts';
import type { DoctorContext } from '../engine/probe.ts';
import { isOk } from '../reading/answer-rows/row.ts';
import { readFailure } from '../reading/classify.ts';
import { type StreamFacts, streamFacts } from '../streams/stream-facts.ts';
import type { RawArrival } from '../streams/timed-events.ts';
import { endpointOf, modelOf, patience } from './conditions.ts';
import {
  answeredOf,
  askedOf,
  failureOf,
  neverEnding,
  type Question,
  type RecordedBody,
  usageOf,
} from './exchange-record.ts';
import { emptyBody, type Paid, paidQuestion } from './questions.ts';

const freeTimeoutMs = 10_000;
const paidTimeoutMs = 60_000;
/** Retries of free requests: a wait longer than this is told, not waited for. */
const longestWaitMs = 5000;
const silent = 'MSG_NO_TOKEN';

/**
 * Asks once; a free question is asked again once after a transient failure, and says so. `hasFailedTwice`: what was
 * asked before like this failed both times, so the third failure is no passing one.
 */
export async function askEndpoint(
  context: DoctorContext,
  question: Question,
  hasFailedTwice = false,
): Promise<Exchange> {
  const first = await askOnce(context, question);
  if (question.isPaid || hasFailedTwice || !isTransient(first.exchange)) return first.exchange;
  await context.clock.sleep(Math.min(waitOf(first.exchange) ?? 250, longestWaitMs), context.signal);
  const second = await askOnce(context, question);
  return { ...second.exchange, retries: 1, retriedAfter: first.exchange.reading };
}

/** Asks once, and gives the body as it came besides: what goes back to the server must not be redacted. */
export async function askForBody(
  context: DoctorContext,
  question: Question,
): Promise<{ readonly exchange: Exchange; readonly text: string }> {
  const { exchange, raw } = await askOnce(context, question);
  return { exchange, text: new TextDecoder().decode(joined(raw.map((part) => part.bytes))) };
}

/** A text to ask for, and what is out of the ordinary about asking for it. */
type TextQuestion = Omit<Paid, 'stream'> &
  Pick<Question, 'timeoutMs' | 'stopAfterDeltas'> & {
    readonly endpoint?: Endpoint;
    readonly headers?: Readonly<Record<string, string>>;
  };

/** Asks for a stream of text, with the patience that one token suggests. */
export const askForText = (
  context: DoctorContext,
  observe: Observe,
  question: TextQuestion,
): Promise<Streamed> => askForStream(context, question, patience(observe));

/**
 * Asks for a stream of text, and keeps every byte with its arrival. Never asked twice: it costs tokens.
 * @param longestSilenceMs how long it may bring no text
 */
export async function askForStream(
  context: DoctorContext,
  { endpoint, headers, timeoutMs, stopAfterDeltas, ...text }: TextQuestion,
  longestSilenceMs: number,
): Promise<Streamed> {
  const question = paidQuestion(endpoint ?? endpointOf(context), modelOf(context), { ...text, stream: true });
  const request = { ...question.request, headers: { ...question.request.headers, ...headers } };
  const once = { ...question, request, timeoutMs, stopAfterDeltas, longestSilenceMs };
  const recorded = await askOnce(context, once);
  return { exchange: recorded.exchange, stream: streamOf(recorded) };
}

function streamOf({ exchange, raw, stalls }: Recorded): StreamFacts | null {
  if (exchange.outcome === 'failed' || !isOk(exchange) || exchange.reading.shape !== 'event-stream')
    return null;
  return streamFacts(raw, exchange.headers, {
    isClean: exchange.breakage === null,
    endMs: exchange.times.end,
    stalls,
  });
}

function isTransient(exchange: Exchange): boolean {
  if (exchange.outcome === 'failed') return exchange.reading.check === 'net.reset';
  if (exchange.status === 429) return (waitOf(exchange) ?? Number.POSITIVE_INFINITY) <= longestWaitMs;
  return [502, 503, 504].includes(exchange.status) && exchange.reading.kind === 'server-error';
}

const waitOf = (exchange: Exchange): number | undefined =>
  exchange.outcome === 'failed' ? undefined : retryAfterMs(exchange.headers, exchange.wallTimeMs);

type Recorded = { exchange: Exchange; raw: readonly RawArrival[]; stalls: readonly Stall[] };

/** The `make` of a probe that asks one question. */
export const asks =
  (question: (endpoint: Endpoint, context: DoctorContext) => Question) =>
  (context: DoctorContext, observe: Observe): Promise<Exchange> => {
    const asked = question(endpointOf(context), context);
    const keyless = observe('keyless');
    const hasFailedTwice =
      asked.request.body === emptyBody && keyless?.retriedAfter !== undefined && isTransient(keyless);
    return askEndpoint(context, asked, hasFailedTwice);
  };

async function askOnce(context: DoctorContext, question: Question): Promise<Recorded> {
  const { clock, ledger } = context;
  const asked = askedOf(question);
  const silence = new AbortController();
  const limit = new AbortController();
  const limitMs =
    context.timeoutMs ?? question.timeoutMs ?? (question.isPaid ? paidTimeoutMs : freeTimeoutMs);
  const stopLimit = after(limitMs, clock, () => limit.abort());
  const signal = AbortSignal.any([context.signal, silence.signal, limit.signal]);
  const startedAt = clock.now();
  const endWatch = context.watchStalls();
  const stalls = (): Stall[] =>
    endWatch().map(({ from, to }) => ({ from: from - startedAt, to: to - startedAt }));
  const failureFrom = (thrown: unknown): Failure => {
    context.signal.throwIfAborted();
    return failureOf(thrown, limit.signal.aborted ? limitMs : null);
  };
  try {
    const response = await context.transport(question.request, { signal }).catch(failureFrom);
    if (!('status' in response)) {
      ledger.add({ inputTokens: 0, outputTokens: 0 });
      const times = { end: Math.max(0, clock.now() - startedAt) };
      const reading = readFailure(response.code, response.message);
      return {
        exchange: { outcome: 'failed', asked, failure: response, times, retries: 0, reading },
        raw: [],
        stalls: stalls(),
      };
    }
    const wallTimeMs = clock.wallTime();
    const body = await readBody(context, response, question, { startedAt, silence, failureFrom });
    const answered = answeredOf(asked, response, body, { wallTimeMs, startedAt });
    ledger.add(usageOf(body.text));
    return { exchange: answered, raw: body.raw, stalls: stalls() };
  } finally {
    endWatch();
    stopLimit();
  }
}

/** Reads a body to its end, or as far as the question wants; a body that breaks off is no error here. */
async function readBody(
  { clock }: DoctorContext,
  response: WireResponse,
  question: Question,
  {
    startedAt,
    silence,
    failureFrom,
  }: { startedAt: number; silence: AbortController; failureFrom: (thrown: unknown) => Failure },
): Promise<RecordedBody> {
  const raw: RawArrival[] = [];
  const watch = new AbortController();
  let deltas = 0;
  let bytes = 0;
  let breakage: Failure | null = null;
  // Pings keep a connection alive for hours; only tokens count. Looked at once a period, so that a stream that
  // falls silent half-way is given up after one to two of them.
  const watchTokens = async (periodMs: number): Promise<void> => {
    for (let before = -1; before !== deltas; ) {
      before = deltas;
      await clock.sleep(periodMs, watch.signal);
    }
    silence.abort(Object.assign(new Error('no token came'), { code: silent }));
  };
  if (question.longestSilenceMs !== undefined) watchTokens(question.longestSilenceMs).catch(() => undefined);
  try {
    for await (const arrival of response.body) {
      const read = joined(arrival.chunks);
      raw.push({ at: Math.max(0, arrival.at - startedAt), bytes: read });
      bytes += read.length;
      deltas += count(read, 'content_block_delta');
      if (bytes > limits.probe || raw.length > limits.probeReads) {
        breakage = neverEnding;
        break;
      }
      if (question.stopAfterDeltas !== undefined && deltas >= question.stopAfterDeltas) break;
    }
  } catch (thrown) {
    breakage = failureFrom(thrown);
  } finally {
    watch.abort();
  }
  const text = textOfBody(
    joined(raw.map((part) => part.bytes)).subarray(0, limits.probeText),
    response.headers['content-type'],
  );
  return { raw, text, bytes, breakage, endMs: Math.max(0, clock.now() - startedAt) };
}

const joined = (chunks: readonly Uint8Array[]): Uint8Array =>
  chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);

function count(bytes: Uint8Array, word: string): number {
  // Quoted, so that an `event:` line does not count a second time.
  return (
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1').split(`"${word}"`).length - 1
  );
}
