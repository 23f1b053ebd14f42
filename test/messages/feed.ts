// Runs exchanges over a transport made of given bytes, and tells how they ended.
import { isMsgError } from '../../src/errors.ts';
import type { Clock } from '../../src/http/clock.ts';
import { type Arrival, newTrace, type Transport, type WireRequest } from '../../src/http/wire.ts';
import { type Client, type ExchangeOptions, startExchange } from '../../src/messages/client.ts';
import type { Endpoint } from '../../src/messages/endpoint.ts';
import { type ReceivedEvent, readEvent } from '../../src/messages/events.ts';
import type { Message, StreamEvent } from '../../src/messages/types.ts';
import type { JsonObject } from '../../src/text/json.ts';

export const endpoint: Endpoint = {
  baseUrl: 'https://api.example',
  auth: 'none',
  version: '2023-06-01',
  betas: [],
  headers: {},
  doctorCommand: 'msg doctor',
  modelsCommand: 'msg models',
};

/** What one exchange came to, as plain data. */
export type Outcome = {
  /** As they came; only text is joined, because where it is cut is not part of the meaning. */
  events: StreamEvent[];
  message: Message;
  isStopped: boolean;
  lacksStopEvent: boolean;
  brokenTools: readonly string[];
  error?: string;
};

/** An answer of a fake server: status, headers, and the chunks of the body. */
export type FakeAnswer = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly chunks?: readonly Uint8Array[];
  /** Thrown after the last chunk. */
  readonly failure?: Error;
};

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A transport that gives these answers in turn (throwing those that are errors), and notes the requests. */
export function fakeTransport(...answers: (FakeAnswer | Error)[]): Transport & { requests: WireRequest[] } {
  const requests: WireRequest[] = [];
  const send: Transport = Object.assign(
    async (request: WireRequest) => {
      requests.push(request);
      const answer = answers.shift();
      if (answer === undefined) throw new Error('nobody expected this request');
      if (answer instanceof Error) throw answer;
      return {
        status: answer.status ?? 200,
        headers: answer.headers ?? { 'content-type': 'text/event-stream' },
        trace: newTrace(0),
        body: arrivals(answer.chunks ?? [], answer.failure),
      };
    },
    { close: async () => {} },
  );
  return Object.assign(send, { requests });
}

/** The events that one event of the wire carries. */
export function read(data: string, event?: string): ReceivedEvent[] {
  const events: ReceivedEvent[] = [];
  readEvent({ event, data }, (one) => events.push(one));
  return events;
}

/** One arrival a chunk, one millisecond apart. */
export async function* arrivals(chunks: readonly Uint8Array[], failure?: Error): AsyncGenerator<Arrival> {
  for (const [at, chunk] of chunks.entries()) yield { at, chunks: [chunk] };
  if (failure !== undefined) throw failure;
}

/** A clock whose sleeps end at once; `slept` tells how long they would have been. */
export function instantClock(): Clock & { slept: number[] } {
  const slept: number[] = [];
  return {
    slept,
    now: () => 0,
    wallTime: () => Date.UTC(2026, 3, 8, 12),
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      slept.push(ms);
    },
  };
}

export const clientOver = (transport: Transport, over: Partial<Client> = {}): Client => ({
  transport,
  endpoint,
  clock: instantClock(),
  retry: { maxRetries: 0 },
  ...over,
});

/** Reads an exchange to its end, whatever that is. */
export async function outcomeOf(
  client: Client,
  body: JsonObject = { model: 'm-1', stream: true },
  options: ExchangeOptions = {},
): Promise<Outcome> {
  const exchange = startExchange(client, body, options);
  const events: StreamEvent[] = [];
  let error: string | undefined;
  try {
    for await (const batch of exchange.batches) events.push(...batch.events.map(({ event }) => event));
  } catch (thrown) {
    if (!isMsgError(thrown)) throw thrown;
    error = `${thrown.kind}: ${thrown.message}`;
  }
  const draft = exchange.draft();
  return {
    events,
    message: draft.message(),
    isStopped: draft.isStopped(),
    lacksStopEvent: exchange.lacksStopEvent(),
    brokenTools: draft.brokenTools(),
    ...(error === undefined ? {} : { error }),
  };
}
