// What the events of a recorded stream carry, where that is not one JSON object each: read as `msg send` reads it,
// and told as the defect it is. Pure.
import { readEvent } from '../../messages/events.ts';
import { excerpt } from '../../messages/secret.ts';
import type { StreamEvent } from '../../messages/types.ts';
import type { TimedEvent } from './stream-facts.ts';

/** `glued`: several events without a blank line between them. `words`: no JSON, nor part of any. `list`: a JSON list. */
export type Malformed = {
  readonly kind: 'glued' | 'words' | 'broken' | 'list';
  /** The beginning of the first one, redacted. */
  readonly text: string;
  /** How many events the first one carried. */
  readonly events: number;
  /** How many there were of this kind. */
  readonly count: number;
};

/** Events clients read by their name; under other names (`event: keepalive`) they read no data. */
const readNames = /^(message|content_block)/;

/** The events as the protocol counts them, and what was no event. `isOpen`: the last one lacks its blank line. */
export function readEvents(
  arrived: readonly TimedEvent[],
  isOpen: boolean,
): { readonly events: readonly TimedEvent[]; readonly malformed: readonly Malformed[] } {
  const events: TimedEvent[] = [];
  const malformed = new Map<Malformed['kind'], Malformed>();
  for (const [place, event] of arrived.entries()) {
    if (event.data === '' || event.data.trim() === '[DONE]') continue;
    if (event.json !== null) {
      events.push(event);
      continue;
    }
    const carried = carriedBy(event);
    // Half an event at the end is a stream that was cut.
    if (isOpen && place === arrived.length - 1 && carried.events.length === 0) continue;
    // One by one: there may be more of them than a call takes arguments.
    for (const one of carried.events) events.push(one);
    const kind = kindOf(event, carried);
    if (kind === null) continue;
    const first = malformed.get(kind) ?? {
      text: excerpt(event.data, 80),
      events: carried.events.length,
      count: 0,
    };
    malformed.set(kind, { ...first, kind, count: first.count + 1 });
  }
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
  if (events.length > 0 && data.trim().includes('\n')) return 'glued';
  if (events.length > 0 && !readNames.test(name ?? '')) return null;
  return name === null || readNames.test(name) ? 'words' : null;
}
