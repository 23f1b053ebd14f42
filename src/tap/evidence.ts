// An exchange as the judge looks at it: bodies decoded, JSON read, the stream taken apart by the doctor. Made once, when
// the exchange is over.

import { createHash } from 'node:crypto';
import { inTurns, type Steps } from '../doctor/streams/in-steps.ts';
import { type StreamFacts, streamFactsInSteps } from '../doctor/streams/stream-facts.ts';
import type { TimedChunk } from '../http/recording.ts';
import { isSecretHeader } from '../http/wire.ts';
import { isObject } from '../text/json.ts';
import type { AnswerFacts } from './exchange.ts';
import { type Entry, headerOf } from './journal.ts';
import { decodedChunks, joinedBytes, noPause, type Pause } from './kept-body.ts';
import { promptPartsInSteps } from './prompt-parts.ts';
import { textOf } from './shown-text.ts';

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
  /** Not all of the answer is looked at: there was more than is kept, or than is worth the time. */
  readonly isPartial: boolean;
  /** Its end is not among what is looked at. */
  readonly isEndUnseen: boolean;
  /** The answer, if it is JSON in one piece. */
  readonly answer: JsonFields | null;
  /** The answer, if it is an event stream. */
  readonly stream: StreamFacts | null;
  readonly facts: AnswerFacts;
};

/** @param pause between two steps: taking a long stream apart takes seconds */
export async function evidenceOf(entry: Entry, pause: Pause = noPause): Promise<Evidence> {
  const requestText = await inTurns(textOf(await decodedRequest(entry)), pause);
  const request = jsonFields(requestText);
  // The rules ask for them, and find them made.
  if (request !== null) await inTurns(promptPartsInSteps(request), pause);
  const headers = Object.fromEntries(
    (entry.response?.headers ?? [])
      .filter(([name]) => !isSecretHeader(name))
      .map(([name]) => [
        name.toLowerCase(),
        headerOf(entry.response?.headers ?? [], name.toLowerCase()) ?? '',
      ]),
  );
  const all = await decodedChunks(entry.response?.body.chunks ?? [], headers['content-encoding']);
  const isStream =
    /event-stream/i.test(headers['content-type'] ?? '') || /^(event|data|:)/.test(beginningText(all));
  const isCut = entry.response?.body.isCut === true;
  const raw = isStream ? withoutMiddle(all, isCut) : all;
  const answerText = await inTurns(textOf(raw), pause);
  const end = { isClean: entry.ending === 'complete', endMs: entry.times.end ?? 0 };
  const stream = isStream ? await inTurns(streamFactsInSteps(raw, headers, end), pause) : null;
  const answer = isStream ? null : jsonFields(answerText);
  return {
    entry,
    request,
    requestText,
    requestHash: await inTurns(hashOf(`${entry.method} ${entry.path}\n`, requestText), pause),
    headers,
    answerText,
    isPartial: raw !== all || isCut,
    isEndUnseen: isCut,
    answer,
    stream,
    facts: answerFacts(request, answer, stream),
  };
}

/** The longest answers of models stay below this. */
const longestLookedAt = 8 * 1024 * 1024;
/** How an answer ended, and what it has cost, stands in its last events. */
const lookedAtEnd = 64 * 1024;

/** Of a stream that is longer: its beginning, and its end if that is kept. */
function withoutMiddle(chunks: readonly TimedChunk[], isCut: boolean): readonly TimedChunk[] {
  const beginning = until(longestLookedAt, chunks);
  if (beginning === chunks.length) return chunks;
  if (isCut) return chunks.slice(0, beginning);
  const end = chunks.length - until(lookedAtEnd, [...chunks].reverse());
  // Between the two an event ends, whatever stood there.
  const gap = { at: chunks[beginning]?.at ?? 0, bytes: Buffer.from('\n\n') };
  return [...chunks.slice(0, beginning), gap, ...chunks.slice(Math.max(beginning, end))];
}

/** How many of these chunks have that many bytes together: at least one. */
function until(limitBytes: number, chunks: readonly TimedChunk[]): number {
  let bytes = 0;
  const end = chunks.findIndex((chunk) => {
    bytes += chunk.bytes.length;
    return bytes > limitBytes;
  });
  return end === -1 ? chunks.length : Math.max(1, end);
}

const beginningText = (chunks: readonly TimedChunk[]): string =>
  joinedBytes(chunks.slice(0, until(16, chunks) + 1)).toString('latin1', 0, 16);

const decodedRequest = ({ requestBody, requestHeaders }: Entry): Promise<readonly TimedChunk[]> =>
  decodedChunks(requestBody.chunks, headerOf(requestHeaders, 'content-encoding'));

function* hashOf(...texts: readonly string[]): Steps<string> {
  const hash = createHash('sha1');
  for (const text of texts)
    for (let at = 0; at < text.length; at += hashedAtOnce) {
      if (at > 0) yield;
      hash.update(text.slice(at, at + hashedAtOnce));
    }
  return hash.digest('base64');
}

const hashedAtOnce = 1024 * 1024;

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
