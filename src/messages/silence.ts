// Life without progress: pings and comments show that somebody is there, and are no answer. How long that may go on.

import type { Arrival } from '../http/wire.ts';
import { counted } from '../text/counted.ts';
import { isObject } from '../text/json.ts';
import { textIn } from './shape.ts';
import type { StreamEvent } from './types.ts';

/** How long nothing but signs of life may come, in milliseconds; 0: for ever. */
export type Patience = {
  /** From the headers to message_start: queues in front of a model take their time. */
  readonly startMs: number;
  /** From one piece of the answer to the next. */
  readonly contentMs: number;
};

type SilenceWatch = {
  /** Takes in what one read brought. Gives how long nothing of the answer has come, when that is too long. */
  sees(events: readonly { readonly event: StreamEvent }[], at: number): number | undefined;
  /** What came beside content: "message_start and 3 pings", "1 ping"; empty for nothing. */
  seen(): string;
};

/** A watch on one stream whose headers came at `startedAt`. After each silence that was told, it starts anew. */
export function createSilenceWatch({ startMs, contentMs }: Patience, startedAt: number): SilenceWatch {
  let contentAt = startedAt;
  let toldAt = startedAt;
  let hasBegun = false;
  let pings = 0;
  return {
    sees(events, at) {
      for (const { event } of events) {
        if (event.type === 'ping') pings += 1;
        else if (isContent(event) || (event.type === 'message_start' && !hasBegun)) {
          hasBegun = true;
          contentAt = at;
          toldAt = at;
        }
      }
      const limitMs = hasBegun ? contentMs : startMs;
      if (limitMs === 0 || at - toldAt <= limitMs) return undefined;
      toldAt = at;
      return at - contentAt;
    },
    seen: () =>
      [...(hasBegun ? ['message_start'] : []), ...(pings === 0 ? [] : [counted(pings, 'ping')])].join(
        ' and ',
      ),
  };
}

/** A piece of the answer: text, thinking, input of a tool, also of kinds nobody knows yet, its frame and its end. */
function isContent(event: StreamEvent): boolean {
  switch (event.type) {
    case 'ping':
    case 'message_start':
    case 'broken':
      return false;
    case 'unknown':
      return isObject(event.raw) && textIn(event.raw['type'])?.startsWith('content_block_') === true;
    default:
      return true;
  }
}

const isBlank = ({ chunks }: Arrival): boolean =>
  chunks.every((chunk) => chunk.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)));

/** A body that is no stream, as it comes: blanks, with which gateways keep a connection alive, are no answer either. */
export async function* watchedBody(
  body: AsyncIterable<Arrival>,
  { startMs }: Patience,
  startedAt: number,
  failure: (silentMs: number) => Error,
): AsyncGenerator<Arrival> {
  let contentAt = startedAt;
  for await (const arrival of body) {
    if (!isBlank(arrival)) contentAt = arrival.at;
    else if (startMs !== 0 && arrival.at - contentAt > startMs) throw failure(arrival.at - contentAt);
    yield arrival;
  }
}
