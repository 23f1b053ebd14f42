// What a streamed answer was, byte by byte: events with their arrival, what was no event, and every rule they broke.
// Pure.
import type { Stall } from '../../http/clock.ts';
import { readEvent } from '../../messages/events.ts';
import { excerpt } from '../../messages/secret.ts';
import type { StreamEvent } from '../../messages/types.ts';
import { atOnce, inStepsOf, type Steps } from './in-steps.ts';
import { type SequenceFacts, sequenceFacts } from './stream-sequence.ts';
import { type RawArrival, splitEvents, type TimedEvent } from './timed-events.ts';

/**
 * `glued`: several events without a blank line between them. `words`: no JSON, nor part of any. `list`: a JSON list.
 * `doubled`: an event whose `data:` is written twice.
 */
export type Malformed = {
  readonly kind: 'glued' | 'words' | 'broken' | 'list' | 'doubled';
  /** The beginning of the first one, redacted. */
  readonly text: string;
  /** How many events the first one carried. */
  readonly events: number;
  /** How many there were of this kind. */
  readonly count: number;
};

export type StreamFacts = SequenceFacts & {
  readonly contentType: string;
  readonly contentEncoding: string | null;
  readonly contentLength: string | null;
  readonly raw: readonly RawArrival[];
  readonly events: readonly TimedEvent[];
  readonly lineEnding: 'lf' | 'crlf' | 'cr' | 'mixed';
  /** Events whose `event:` line is missing. */
  readonly unnamed: number;
  /** What is not one event of JSON; clients that parse every `data:` fail on it. */
  readonly malformed: readonly Malformed[];
  readonly hasDone: boolean;
  readonly endsMidEvent: boolean;
  readonly hasReplacement: boolean;
  /** Arrival of pings and comments. */
  readonly keepalives: readonly number[];
  readonly longestGapMs: number;
  readonly isClean: boolean;
  readonly endMs: number;
  /** When msg itself could not read, in milliseconds after the request. */
  readonly stalls: readonly Stall[];
};

type StreamParts = readonly [
  raw: readonly RawArrival[],
  headers: Readonly<Record<string, string>>,
  /** `isClean` says whether the body ended properly. */
  end: Pick<StreamFacts, 'isClean' | 'endMs'> & Partial<Pick<StreamFacts, 'stalls'>>,
];

/** Reads a recorded stream. */
export const streamFacts = (...parts: StreamParts): StreamFacts => atOnce(streamFactsInSteps(...parts));

/** The same, for a long stream beside which others must go on. */
export function* streamFactsInSteps(...[raw, headers, end]: StreamParts): Steps<StreamFacts> {
  const { events, comments, endings, isOpen } = yield* splitEvents(raw);
  const { events: messages, malformed } = yield* readEvents(events, isOpen);
  const pings = events.filter(({ type }) => type === 'ping').map(({ at }) => at);
  const sequence = yield* sequenceFacts(messages.filter(({ name }) => name !== 'done'));
  return {
    ...sequence,
    contentType: headers['content-type'] ?? '',
    contentEncoding: headers['content-encoding'] ?? null,
    contentLength: headers['content-length'] ?? null,
    raw,
    events: messages,
    lineEnding: endings.size > 1 ? 'mixed' : ([...endings][0] ?? 'lf'),
    unnamed: messages.filter(({ name }) => name === null).length,
    malformed,
    hasDone: events.some(({ data, name }) => data === '[DONE]' || name === 'done'),
    endsMidEvent: isOpen,
    hasReplacement: messages.some(({ data }) => data.includes('\uFFFD')),
    keepalives: [...pings, ...comments].sort((a, b) => a - b),
    // What comes after message_stop is no silence; without it, the wait for the end is one.
    longestGapMs: longestGap(sequence.times.stop === null ? [...raw, { at: end.endMs }] : raw),
    stalls: [],
    ...end,
  };
}

function longestGap(arrivals: readonly { readonly at: number }[]): number {
  let longest = 0;
  let before = arrivals[0]?.at ?? 0;
  for (const { at } of arrivals) {
    longest = Math.max(longest, at - before);
    before = at;
  }
  return longest;
}

/** Events clients read by their name; under other names (`event: keepalive`) they read no data. */
const readNames = /^(message|content_block)/;

/** The events as the protocol counts them, and what was no event. `isOpen`: the last one lacks its blank line. */
function* readEvents(
  arrived: readonly TimedEvent[],
  isOpen: boolean,
): Steps<{ readonly events: readonly TimedEvent[]; readonly malformed: readonly Malformed[] }> {
  const events: TimedEvent[] = [];
  const malformed = new Map<Malformed['kind'], Malformed>();
  const take = (event: TimedEvent, place: number): void => {
    if (event.data === '' || event.data.trim() === '[DONE]') return;
    if (event.json !== null) {
      events.push(event);
      return;
    }
    const carried = carriedBy(event);
    // Half an event at the end is a stream that was cut.
    if (isOpen && place === arrived.length - 1 && carried.events.length === 0) return;
    // One by one: there may be more of them than a call takes arguments.
    for (const one of carried.events) events.push(one);
    const kind = kindOf(event, carried);
    if (kind === null) return;
    const first = malformed.get(kind) ?? {
      text: excerpt(event.data, 80),
      events: carried.events.length,
      count: 0,
    };
    malformed.set(kind, { ...first, kind, count: first.count + 1 });
  };
  yield* inStepsOf(arrived, take);
  return { events, malformed: [...malformed.values()] };
}

type Carried = { readonly events: readonly TimedEvent[]; readonly isBroken: boolean };

function carriedBy(event: TimedEvent): Carried {
  const events: TimedEvent[] = [];
  let isBroken = false;
  const take = (read: StreamEvent): void => {
    if (read.type === 'broken') isBroken = true;
    else if (read.type !== 'unknown') events.push({ ...event, name: read.type, type: read.type, json: read });
  };
  try {
    readEvent({ event: event.name ?? undefined, data: event.data }, (one) => take(one.event));
  } catch {
    // The only thing it throws at: the other dialect, in several lines.
    events.push({ ...event, json: { object: 'chat.completion.chunk' } });
  }
  return { events, isBroken };
}

function kindOf({ name, data }: TimedEvent, { events, isBroken }: Carried): Malformed['kind'] | null {
  if (isBroken && events.length < 2) return 'broken';
  if (data.trimStart().startsWith('[')) return 'list';
  if (events.length > 0 && data.trimStart().startsWith('data:')) return 'doubled';
  if (events.length > 0 && data.trim().includes('\n')) return 'glued';
  if (events.length > 0 && !readNames.test(name ?? '')) return null;
  return name === null || readNames.test(name) ? 'words' : null;
}
