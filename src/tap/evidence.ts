// An exchange as the judge looks at it: bodies decoded, JSON read, the stream taken apart by the doctor. Made once, when
// the exchange is over.

import { createHash } from 'node:crypto';
import { type StreamFacts, streamFacts } from '../doctor/streams/stream-facts.ts';
import type { TimedChunk } from '../http/recording.ts';
import { isSecretHeader } from '../http/wire.ts';
import { isObject } from '../text/json.ts';
import type { AnswerFacts } from './exchange.ts';
import { type Entry, headerOf } from './journal.ts';
import { decodedChunks, joinedBytes } from './kept-body.ts';

type JsonFields = Readonly<Record<string, unknown>>;

export type Evidence = {
  readonly entry: Entry;
  /** The request, if it is JSON. */
  readonly request: JsonFields | null;
  readonly requestText: string;
  /** Equal for equal requests, method and path included. */
  readonly requestHash: string;
  /** Of the answer; lower-case names, the values of secrets left out. */
  readonly headers: Readonly<Record<string, string>>;
  readonly answerText: string;
  /** Only the beginning of the answer is looked at: there was more than is kept, or than is worth the time. */
  readonly isPartial: boolean;
  /** The answer, if it is JSON in one piece. */
  readonly answer: JsonFields | null;
  /** The answer, if it is an event stream. */
  readonly stream: StreamFacts | null;
  readonly facts: AnswerFacts;
};

export async function evidenceOf(entry: Entry): Promise<Evidence> {
  const requestText = await textOf(entry.requestBody, entry.requestHeaders);
  const request = jsonFields(requestText);
  const headers = Object.fromEntries(
    (entry.response?.headers ?? [])
      .filter(([name]) => !isSecretHeader(name))
      .map(([name]) => [
        name.toLowerCase(),
        headerOf(entry.response?.headers ?? [], name.toLowerCase()) ?? '',
      ]),
  );
  const all = await decodedChunks(entry.response?.body.chunks ?? [], headers['content-encoding']);
  const raw = beginningOf(all);
  const answerText = joinedBytes(raw).toString('utf8');
  const isStream = /event-stream/i.test(headers['content-type'] ?? '') || /^(event|data|:)/.test(answerText);
  const stream = isStream
    ? streamFacts(raw, headers, { isClean: entry.ending === 'complete', endMs: entry.times.end ?? 0 })
    : null;
  const answer = isStream ? null : jsonFields(answerText);
  return {
    entry,
    request,
    requestText,
    requestHash: createHash('sha1').update(`${entry.method} ${entry.path}\n${requestText}`).digest('base64'),
    headers,
    answerText,
    isPartial: raw.length < all.length || entry.response?.body.isCut === true,
    answer,
    stream,
    facts: answerFacts(request, answer, stream),
  };
}

/** Everything else waits while a stream is taken apart: the longest answers of models stay below this. */
const longestLookedAt = 8 * 1024 * 1024;

function beginningOf(chunks: readonly TimedChunk[]): readonly TimedChunk[] {
  let bytes = 0;
  const end = chunks.findIndex((chunk) => {
    bytes += chunk.bytes.length;
    return bytes > longestLookedAt;
  });
  return end === -1 ? chunks : chunks.slice(0, end);
}

const textOf = async (body: Entry['requestBody'], headers: Entry['requestHeaders']): Promise<string> =>
  joinedBytes(await decodedChunks(body.chunks, headerOf(headers, 'content-encoding'))).toString('utf8');

function jsonFields(text: string): JsonFields | null {
  if (!/^\s*\{/.test(text)) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function answerFacts(
  request: JsonFields | null,
  answer: JsonFields | null,
  stream: StreamFacts | null,
): AnswerFacts {
  const usage = stream === null ? answer?.['usage'] : { ...stream.startUsage, ...stream.endUsage };
  const fields = isObject(usage) ? usage : {};
  const { firstDelta, lastDelta } = stream?.times ?? { firstDelta: null, lastDelta: null };
  // What a stream counts at its start is a guess, mostly 1: only its end knows.
  const outputTokens = numberIn((stream === null ? fields : stream.endUsage)?.['output_tokens']);
  const spanMs = firstDelta === null || lastDelta === null ? 0 : lastDelta - firstDelta;
  return {
    modelAsked: textIn(request?.['model']),
    modelServed: stream?.model ?? textIn(answer?.['model']),
    isStream: request?.['stream'] === true,
    firstTextMs: firstDelta,
    tokensPerSecond: outputTokens === null || spanMs < 1 ? null : (1000 * outputTokens) / spanMs,
    inputTokens: numberIn(fields['input_tokens']),
    outputTokens,
    cacheReadTokens: numberIn(fields['cache_read_input_tokens']),
    cacheWriteTokens: numberIn(fields['cache_creation_input_tokens']),
    stopReason: stream?.stopReason ?? textIn(answer?.['stop_reason']),
  };
}

const textIn = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const numberIn = (value: unknown): number | null => (typeof value === 'number' ? value : null);
