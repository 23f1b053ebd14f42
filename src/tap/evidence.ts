// An exchange as the judge looks at it: bodies decoded, JSON read, the stream taken apart by the doctor. Made once, when
// the exchange is over.

import { createHash } from 'node:crypto';
import { inTurns, type Steps } from '../doctor/streams/in-steps.ts';
import { type StreamFacts, streamFactsInSteps } from '../doctor/streams/stream-facts.ts';
import type { TimedChunk } from '../http/recording.ts';
import { isSecretHeader } from '../http/wire.ts';
import { withoutSecrets } from '../messages/key-shapes.ts';
import { isObject } from '../text/json.ts';
import type { AnswerFacts } from './exchange.ts';
import { pathOf } from './http-head.ts';
import type { Entry } from './journal.ts';
import { decodedChunks, isUndecoded, joinedBytes, noPause, type Pause } from './kept-body.ts';
import { promptPartsInSteps } from './prompt-parts.ts';
import { headerOf } from './shown-head.ts';
import { textOf } from './shown-text.ts';

type JsonFields = Readonly<Record<string, unknown>>;

export type Evidence = {
  readonly entry: Entry;
  /** The request, if it is JSON. */
  readonly request: JsonFields | null;
  readonly requestText: string;
  /** Equal for requests that ask for the same, whatever they are marked with: ids and users in metadata, cache_control. */
  readonly requestHash: string;
  /** Of the answer; lower-case names, the values of secrets left out. */
  readonly headers: Readonly<Record<string, string>>;
  readonly answerText: string;
  /** Not all of the answer is looked at: there was more than is kept, or than is worth the time. */
  readonly isPartial: boolean;
  /** Its end is not among what is looked at. */
  readonly isEndUnseen: boolean;
  /** What its content-encoding says: `false` over a text, `unknown` over what nothing here can read. */
  readonly encoding: 'true' | 'false' | 'unknown';
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
  // The rules ask for the parts, and find them made.
  const parts = request === null ? [] : await inTurns(promptPartsInSteps(request), pause);
  const whatIsAsked = request === null ? [requestText] : [beside(request), ...parts.map(({ text }) => text)];
  const headers = Object.fromEntries(
    (entry.response?.headers ?? [])
      .filter(([name]) => !isSecretHeader(name))
      .map(([name]) => [
        name.toLowerCase(),
        headerOf(entry.response?.headers ?? [], name.toLowerCase()) ?? '',
      ]),
  );
  const { 'content-encoding': named, 'content-type': type = '' } = headers;
  const wire = entry.response?.body ?? { chunks: [] };
  const all = await decodedChunks(wire.chunks, named);
  const beginning = beginningText(all);
  const encoding = !isUndecoded(all, wire, named)
    ? 'true'
    : /^[\s!-~]+$/.test(beginning)
      ? 'false'
      : 'unknown';
  const isStream =
    encoding !== 'unknown' && (/event-stream/i.test(type) || /^(event|data|:)/.test(beginning));
  const isCut = entry.response?.body.isCut === true;
  const raw = isStream ? withoutMiddle(all, isCut) : all;
  const answerText = await inTurns(textOf(raw), pause);
  const { ending, times, stalls } = entry;
  const end = { isClean: ending === 'complete', endMs: times.end ?? 0, stalls };
  const stream = isStream ? await inTurns(streamFactsInSteps(raw, headers, end), pause) : null;
  const answer = isStream ? null : jsonFields(answerText);
  return {
    entry,
    request,
    requestText,
    requestHash: await inTurns(hashOf([`${entry.method} ${pathOf(entry.path)}`, ...whatIsAsked]), pause),
    headers,
    answerText,
    isPartial: raw !== all || isCut,
    isEndUnseen: isCut,
    encoding,
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

/** The fields of a request that are not in its parts. */
function beside({ tools, system, messages, metadata, ...fields }: JsonFields): string {
  return JSON.stringify(fields);
}

function* hashOf(texts: readonly string[]): Steps<string> {
  const hash = createHash('sha1');
  let bytes = 0;
  for (const text of texts) {
    hash.update(`${text.length}:`).update(text);
    bytes += text.length;
    if (bytes < hashedAtOnce) continue;
    bytes = 0;
    yield;
  }
  return hash.digest('base64');
}

const hashedAtOnce = 1024 * 1024;

function jsonFields(text: string): JsonFields | null {
  // A mark of the byte order is no part of the text: clients drop it.
  const json = text.replace(/^\uFEFF/, '');
  if (!/^\s*\{/.test(json)) return null;
  try {
    const value: unknown = JSON.parse(json);
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

const textIn = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? withoutSecrets(value) : null;
const numberIn = (value: unknown): number | null => (typeof value === 'number' ? value : null);
