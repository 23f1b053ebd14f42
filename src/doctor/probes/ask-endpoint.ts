// Makes one request of a probe, with its time limits and its one retry; what came back is written down in
// exchange-record.ts.

import { limits } from '../../http/limits.ts';
import { retryAfterMs } from '../../http/retry.ts';
import type { Arrival, WireResponse } from '../../http/wire.ts';
import type { Exchange, Failure, Streamed } from '../engine/observations.ts';
import type { DoctorContext } from '../engine/probe.ts';
import { readFailure } from '../reading/classify.ts';
import { type StreamFacts, streamFacts } from '../streams/stream-facts.ts';
import type { RawArrival } from '../streams/timed-events.ts';
import {
  answeredOf,
  askedOf,
  failureOf,
  neverEnding,
  type Question,
  type RecordedBody,
  usageOf,
} from './exchange-record.ts';

const freeTimeoutMs = 10_000;
const paidTimeoutMs = 60_000;
/** Retries of free requests: a wait longer than this is told, not waited for. */
const longestWaitMs = 5000;
const silent = 'MSG_NO_TOKEN';

/** Asks once; a free question is asked again once after a transient failure, and says so. */
export async function ask(context: DoctorContext, question: Question): Promise<Exchange> {
  const first = await askOnce(context, question);
  if (question.isPaid || !isTransient(first.exchange)) return first.exchange;
  await context.clock.sleep(Math.min(waitOf(first.exchange) ?? 250, longestWaitMs), context.signal);
  const second = await askOnce(context, question);
  return { ...second.exchange, retries: 1, retriedAfter: first.exchange.reading };
}

/** Asks for a stream and keeps every byte with its arrival. Never asked twice: it costs tokens. */
export async function askStream(context: DoctorContext, question: Question): Promise<Streamed> {
  const { exchange, raw } = await askOnce(context, question);
  return { exchange, stream: streamOf(exchange, raw) };
}

function streamOf(exchange: Exchange, raw: readonly RawArrival[]): StreamFacts | null {
  if (exchange.outcome === 'failed' || exchange.status !== 200 || exchange.reading.shape !== 'event-stream')
    return null;
  return streamFacts(raw, exchange.headers, {
    isClean: exchange.breakage === null,
    endMs: exchange.times.end,
  });
}

function isTransient(exchange: Exchange): boolean {
  if (exchange.outcome === 'failed') return exchange.reading.check === 'net.reset';
  if (exchange.status === 429) return (waitOf(exchange) ?? Number.POSITIVE_INFINITY) <= longestWaitMs;
  return [502, 503, 504].includes(exchange.status) && exchange.reading.kind === 'server-error';
}

const waitOf = (exchange: Exchange): number | undefined =>
  exchange.outcome === 'failed' ? undefined : retryAfterMs(exchange.headers, exchange.wallTimeMs);

type Recorded = { exchange: Exchange; raw: readonly RawArrival[] };

async function askOnce(context: DoctorContext, question: Question): Promise<Recorded> {
  const { clock, ledger } = context;
  const asked = askedOf(question);
  const quiet = new AbortController();
  const limitMs =
    context.timeoutMs ?? question.timeoutMs ?? (question.isPaid ? paidTimeoutMs : freeTimeoutMs);
  const limit = AbortSignal.timeout(limitMs);
  const signal = AbortSignal.any([context.signal, quiet.signal, limit]);
  const startedAt = clock.now();
  const since = (at: number): number => Math.max(0, at - startedAt);
  let response: WireResponse;
  try {
    response = await context.transport(question.request, { signal });
  } catch (thrown) {
    context.signal.throwIfAborted();
    ledger.request({ label: question.label, inputTokens: 0, outputTokens: 0, isPaid: false });
    const failure = failureOf(thrown, limit.aborted ? limitMs : null);
    const times = { end: since(clock.now()) };
    return {
      exchange: {
        outcome: 'failed',
        asked,
        failure,
        times,
        retries: 0,
        reading: readFailure(failure.code, failure.message),
      },
      raw: [],
    };
  }
  const wallTimeMs = clock.wallTime();
  const body = await readBody(context, response, question, { quiet, startedAt, limit, limitMs });
  const answered = answeredOf(asked, response, body, { wallTimeMs, startedAt });
  const usage = usageOf(body.text);
  ledger.request({
    label: question.label,
    ...usage,
    isPaid: question.isPaid === true && response.status === 200,
  });
  return { exchange: answered, raw: body.raw };
}

async function readBody(
  context: DoctorContext,
  response: WireResponse,
  question: Question,
  {
    quiet,
    startedAt,
    limit,
    limitMs,
  }: { quiet: AbortController; startedAt: number; limit: AbortSignal; limitMs: number },
): Promise<RecordedBody> {
  const { clock } = context;
  const raw: RawArrival[] = [];
  const watch = new AbortController();
  let deltas = 0;
  let bytes = 0;
  let breakage: Failure | null = null;
  // Pings keep a connection alive for hours; only tokens count. Looked at once a period, so that a stream that
  // falls silent half-way is given up after one to two of them.
  const watchTokens = async (periodMs: number): Promise<void> => {
    for (let seen = -1; seen !== deltas; ) {
      seen = deltas;
      await clock.sleep(periodMs, watch.signal);
    }
    quiet.abort(Object.assign(new Error('no token came'), { code: silent }));
  };
  if (question.longestSilenceMs !== undefined) watchTokens(question.longestSilenceMs).catch(() => undefined);
  try {
    for await (const arrival of response.body) {
      const read = joined(arrival);
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
    context.signal.throwIfAborted();
    breakage = failureOf(thrown, limit.aborted ? limitMs : null);
  } finally {
    watch.abort();
  }
  const text = new TextDecoder().decode(
    joined({ at: 0, chunks: raw.map((part) => part.bytes) }).subarray(0, limits.probeText),
  );
  return { raw, text, bytes, breakage, endMs: Math.max(0, clock.now() - startedAt) };
}

function joined({ chunks }: Arrival): Uint8Array {
  if (chunks.length === 1 && chunks[0] !== undefined) return chunks[0];
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    all.set(chunk, offset);
    offset += chunk.length;
  }
  return all;
}

function count(bytes: Uint8Array, word: string): number {
  // Quoted, so that an `event:` line does not count a second time.
  return (
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1').split(`"${word}"`).length - 1
  );
}
