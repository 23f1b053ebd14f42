// One conversation turn over the wire: request, retries, events, and the verdict on how the stream ended.
import { apiFactsOf, isMsgError, MsgError } from '../errors.ts';
import type { Clock } from '../http/clock.ts';
import { decideRetry, type RetryPolicy } from '../http/retry.ts';
import { createEventReader } from '../http/sse.ts';
import type { Trace, Transport, WireResponse } from '../http/wire.ts';
import type { JsonObject } from '../text/json.ts';
import { apiError, type RequestFacts, requestIdOf } from './api-error.ts';
import type { Draft } from './assemble.ts';
import { type Endpoint, hostOf, urlAsWritten } from './endpoint.ts';
import { eventsOf, type ReceivedEvent } from './events.ts';
import { createIntake, type Ignored, type Intake, type Taken } from './intake.ts';
import { postRequest } from './request.ts';
import { answerForm, firstLine, readMessage, withNextStep } from './response.ts';
import { createSilenceWatch, type Patience, watchedBody } from './silence.ts';
import { durationText } from './wait-text.ts';

export type Client = {
  readonly transport: Transport;
  readonly endpoint: Endpoint;
  readonly clock: Clock;
  readonly retry: RetryPolicy;
  /** How long an answer may bring nothing but signs of life; absent: for ever. */
  readonly patience?: Patience;
  /** Wishes that this endpoint has refused: exchanges add to them, and leave them out from then on. */
  readonly refusedWishes?: Set<string>;
  /**
   * Asked once when the key was refused (401, 403): the endpoint with a newly read key, or undefined when
   * there is no other. Reading it may take long; the signal ends that.
   */
  readonly freshEndpoint?: (signal?: AbortSignal) => Promise<Endpoint | undefined>;
};

/** The events one read of the socket completed; possibly none, which is still a sign of life. */
type ReceivedBatch = { readonly at: number; readonly events: readonly ReceivedEvent[] };

type ResponseFacts = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly requestId: string | undefined;
  readonly trace: Trace;
};

export type Retry = {
  /** The attempt that failed, from 1. */
  readonly attempt: number;
  readonly delayMs: number;
  readonly isServerAsked: boolean;
  readonly error: MsgError;
};

export type ExchangeOptions = {
  readonly signal?: AbortSignal;
  /** False: an answer of any length takes no memory. */
  readonly keepsText?: boolean;
  /** Whether anything of the answer was shown; from then on nothing is sent again. */
  readonly hasShown?: () => boolean;
  readonly onRetry?: (retry: Retry) => void;
  /** Told when nothing but signs of life came for longer than the client is patient. True: it goes on waiting. */
  readonly onSilence?: (silentMs: number) => boolean;
  /** Fields of the body without which the request is as good: where one is refused, it goes out again without. */
  readonly wishes?: readonly string[];
  readonly onRefusedWish?: (field: string) => void;
  /** Nothing answers at the first URL; the base URL as it is written is tried next. */
  readonly onOtherUrl?: (absent: string, next: string) => void;
  readonly onResponse?: (response: ResponseFacts) => void;
};

export type MessageExchange = {
  /** What was sent last. */
  body(): JsonObject;
  /**
   * The answer's events as they arrive, for one pass. Ends only when the answer is complete; throws a
   * MsgError for every failure, and the signal's reason when aborted. What came before stays in the draft.
   */
  readonly batches: AsyncIterable<ReceivedBatch>;
  /** The message so far. */
  draft(): Draft;
  /** The response of the latest attempt, once its headers are here. */
  response(): ResponseFacts | undefined;
  /** When things happened, on the client's clock. */
  marks(): ExchangeMarks;
  /** What was left out because it is no event of the protocol. */
  ignored(): Ignored;
  /** True when the answer has a stop reason but its `message_stop` never came. */
  lacksStopEvent(): boolean;
};

type ExchangeMarks = {
  readonly firstEventAt?: number;
  readonly firstTextAt?: number;
  readonly lastTextAt?: number;
};

const endless: Patience = { startMs: 0, contentMs: 0 };
const silenceCode = 'NO_CONTENT';

const without = (body: JsonObject, fields: readonly string[]): JsonObject =>
  fields.length === 0
    ? body
    : Object.fromEntries(Object.entries(body).filter(([field]) => !fields.includes(field)));

/** What broke a large upload twice would break it again: it is not sent blindly a third time. */
function canPass(error: MsgError, attempts: number): boolean {
  const isLargeAgain = isMsgError(error, 'network') && error.details.bodyBytes !== undefined && attempts > 1;
  return !isLargeAgain && apiFactsOf(error).isRetryable === true;
}

/** Starts one `POST /v1/messages`. Nothing is sent before the batches are read. */
export function startExchange(
  client: Client,
  wholeBody: JsonObject,
  options: ExchangeOptions = {},
): MessageExchange {
  const { endpoint, clock, patience = endless, refusedWishes = new Set() } = client;
  const { wishes = [] } = options;
  let body = without(
    wholeBody,
    wishes.filter((wish) => refusedWishes.has(wish)),
  );
  let request = postRequest(endpoint, 'messages', body);
  let isKeyFresh = false;
  const newIntake = (): Intake => createIntake(options.keepsText === false ? { keepsText: false } : {});
  let intake = newIntake();
  let response: ResponseFacts | undefined;
  let lacksStopEvent = false;
  let marks: { firstEventAt?: number; firstTextAt?: number; lastTextAt?: number } = {};
  const hasShown = options.hasShown ?? (() => intake.draft.hasContent());

  /** Sends the request once. The answer is read with the batches. */
  async function attempt(): Promise<AsyncIterable<ReceivedBatch> | ReceivedBatch[]> {
    const wire = await client.transport(request, options.signal ? { signal: options.signal } : {});
    response = {
      status: wire.status,
      headers: wire.headers,
      requestId: requestIdOf(wire.headers),
      trace: wire.trace,
    };
    options.onResponse?.(response);
    const model = typeof body['model'] === 'string' ? body['model'] : undefined;
    const facts: RequestFacts = { endpoint, model, wallTimeMs: clock.wallTime(), body };
    const answer = await answerForm(wire, facts);
    if (answer.form === 'stream') return stream(answer.response, facts);
    const watched = watchedBody(answer.response.body, patience, wire.trace.startedAt, (silentMs) =>
      silence(silentMs, 'blanks'),
    );
    const { message, data } = await readMessage({ ...answer.response, body: watched }, facts);
    const batch = intake.take(eventsOf(message, data));
    failIf(batch, wire, facts);
    return [{ at: wire.trace.endedAt ?? clock.now(), events: batch.events }];
  }

  async function* stream(wire: WireResponse, facts: RequestFacts): AsyncGenerator<ReceivedBatch> {
    const reader = createEventReader();
    const watch = createSilenceWatch(patience, wire.trace.headersAt ?? wire.trace.startedAt);
    let eventCount = 0;
    let at = 0;
    try {
      for await (const arrival of wire.body) {
        at = arrival.at;
        const batch = intake.read(() => reader.read(arrival));
        eventCount += batch.events.length;
        mark(batch.events, at);
        yield { at, events: batch.events };
        failIf(batch, wire, facts);
        // The connection may stay open long after the answer is complete (some gateways: over a minute).
        if (intake.draft.isStopped()) return;
        const silentMs = watch.sees(batch.events, at);
        if (silentMs !== undefined && options.onSilence?.(silentMs) !== true)
          throw silence(silentMs, watch.seen());
      }
    } catch (error) {
      // Who ended it from this side, e.g. by a time limit, is told so.
      if (!isMsgError(error, 'network') || options.signal?.aborted) throw error;
      if (error.details.code === silenceCode) throw error;
      // The last event may be there but for the blank line behind it; half an event explains nothing.
      const last = intake.end(() => reader.end());
      eventCount += last.events.length;
      mark(last.events, at);
      if (last.events.length > 0) yield { at, events: last.events };
      if (last.error !== undefined) failIf(last, wire, facts);
      if (intake.draft.isStopped()) return;
      if (eventCount === 0) throw error;
      const reason = error.message.replace(`${hostOf(endpoint.baseUrl)}: `, '');
      // Whoever has said something has the request, and may only be slow: it is not sent once more.
      const isRetryable = error.details.isRetryable && error.details.code !== 'UND_ERR_BODY_TIMEOUT';
      throw brokenStream(`broke off: ${reason}`, isRetryable, error, watch.seen());
    }
    const batch = intake.end(() => reader.end());
    mark(batch.events, at);
    if (batch.events.length > 0) yield { at, events: batch.events };
    failIf(batch, wire, facts);
    if (intake.draft.isStopped()) return;
    if (intake.draft.message().stop_reason === null)
      throw brokenStream(`ended without message_stop${lastWords()}.`, false);
    lacksStopEvent = true;
  }

  function failIf({ error, failure }: Taken, wire: WireResponse, facts: RequestFacts): void {
    const thrown = error === undefined ? failure : apiError(error, wire, facts);
    if (thrown !== undefined) throw withNextStep(thrown, endpoint);
  }

  /** Words between the events are mostly heartbeats, but the last ones may say why there are no more. */
  function lastWords(): string {
    const words = intake.ignored().latestWords;
    if (words === '') return '';
    const line = firstLine(words);
    return words.trimStart().startsWith('<') ? ` after ${line}` : ` after the words ${JSON.stringify(line)}`;
  }

  function mark(events: readonly ReceivedEvent[], at: number): void {
    if (events.length === 0) return;
    marks.firstEventAt ??= at;
    if (
      !events.some(({ event }) => event.type === 'content_block_delta' && event.delta.type === 'text_delta')
    )
      return;
    marks.firstTextAt ??= at;
    marks.lastTextAt = at;
  }

  /** What is left of an answer that broke off; `seen` came beside it. */
  const remains = (seen: string): string =>
    intake.draft.hasContent()
      ? 'What arrived is kept, but it may be cut.'
      : `Nothing of the answer arrived${seen === '' ? '' : `, only ${seen}`}.`;

  /** Nothing of the answer came for too long. Whoever is alive there has the request: it is not sent once more. */
  const silence = (silentMs: number, seen: string): MsgError<'network'> =>
    new MsgError(
      'network',
      `${hostOf(endpoint.baseUrl)}: no content for ${durationText(silentMs)}. ${remains(seen)}`,
      {
        hint: `Allow more with --idle-timeout. Next: ${endpoint.doctorCommand}`,
        details: { code: silenceCode, isRetryable: false },
      },
    );

  function brokenStream(
    how: string,
    isRetryable: boolean,
    cause?: MsgError,
    seen = '',
  ): MsgError<'protocol'> {
    return new MsgError('protocol', `The stream from ${hostOf(endpoint.baseUrl)} ${how} ${remains(seen)}`, {
      hint: `Next: ${endpoint.doctorCommand}`,
      details: {
        isRetryable,
        ...(response?.requestId === undefined ? {} : { requestId: response.requestId }),
      },
      cause,
    });
  }

  async function* batches(): AsyncGenerator<ReceivedBatch> {
    for (let attempts = 1; ; attempts++) {
      try {
        yield* await attempt();
        return;
      } catch (error) {
        if (!isMsgError(error) || hasShown()) throw error;
        if ((await hasFreshKey(error)) || hasOtherUrl(error) || hasFewerWishes(error)) continue;
        const { retryAfterMs } = apiFactsOf(error);
        const decision = decideRetry(
          client.retry,
          attempts,
          { isRetryable: canPass(error, attempts), retryAfterMs },
          Math.random(),
        );
        if (decision.kind === 'stop') throw options.signal?.aborted ? error : withNextStep(error, endpoint);
        options.onRetry?.({
          attempt: attempts,
          delayMs: decision.delayMs,
          isServerAsked: decision.isServerAsked,
          error,
        });
        await clock.sleep(decision.delayMs, options.signal);
        intake = newIntake();
        marks = {};
      }
    }
  }

  /** The base URL may be the whole address already, of a route without /v1. */
  function hasOtherUrl(error: MsgError): boolean {
    const url = urlAsWritten(endpoint);
    if (url === undefined || request.url === url || !apiFactsOf(error).isNowhere) return false;
    options.onOtherUrl?.(request.url, url);
    request = { ...request, url };
    return true;
  }

  /** The endpoint names a field that is only a wish as the one it does not take. */
  function hasFewerWishes(error: MsgError): boolean {
    if (!isMsgError(error, 'request')) return false;
    const wish = wishes.find((field) => field in body && error.message.includes(field));
    if (wish === undefined) return false;
    refusedWishes.add(wish);
    options.onRefusedWish?.(wish);
    body = without(body, [wish]);
    request = { ...request, body: JSON.stringify(body) };
    return true;
  }

  /** A key command may give another key now than the one the server refused. */
  async function hasFreshKey(error: MsgError): Promise<boolean> {
    if (!isMsgError(error, 'auth') || isKeyFresh) return false;
    isKeyFresh = true;
    const fresh = await client.freshEndpoint?.(options.signal);
    if (fresh !== undefined) request = postRequest(fresh, 'messages', body);
    return fresh !== undefined;
  }

  return {
    body: () => body,
    batches: batches(),
    draft: () => intake.draft,
    ignored: () => intake.ignored(),
    response: () => response,
    marks: () => marks,
    lacksStopEvent: () => lacksStopEvent,
  };
}
