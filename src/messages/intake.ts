// What one attempt at an answer brings: its events as they are to be shown, the message they make, what was left
// out. No I/O.
import { MsgError } from '../errors.ts';
import type { ServerSentEvent } from '../http/sse.ts';
import { createDraft, type Draft } from './assemble.ts';
import { type ReceivedEvent, readEvent } from './events.ts';
import { excerpt } from './secret.ts';
import { createSequence } from './sequence.ts';
import type { Envelope, StreamEvent } from './types.ts';

export type Intake = {
  readonly draft: Draft;
  /** Takes in what one read of the stream brings; what came before a failure is in the events. */
  read(arrive: () => readonly ServerSentEvent[]): Taken;
  /** Takes in events that were made from an answer in one piece. */
  take(received: readonly ReceivedEvent[]): Taken;
  /** The same for what the stream left behind without a blank line, which may be half an event. */
  end(arrive: () => readonly ServerSentEvent[]): Taken;
  /** What was left out because it is no event of the protocol. */
  ignored(): Ignored;
};

/** The failure is an error the answer reports, or the MsgError for a stream that is not one. */
export type Taken = {
  readonly events: readonly ReceivedEvent[];
  readonly error?: Envelope;
  readonly failure?: unknown;
};

export type Ignored = {
  readonly count: number;
  /** The latest of it, as JSON or in words. */
  readonly latest: string;
  /** The latest that was no JSON, such as `upstream connect error` or a page, as it came. */
  readonly latestWords: string;
};

export function createIntake(options: { keepsText?: boolean }): Intake {
  const draft = createDraft(options);
  const sequence = createSequence();
  const ignored = { count: 0, latest: undefined as unknown, latestWords: '' };
  /** Half an event; what comes next may be the error that explains it. */
  let broken: string | undefined;

  function ignore(raw: unknown): void {
    ignored.count++;
    ignored.latest = raw;
    if (typeof raw === 'string') ignored.latestWords = raw;
  }

  /** Applies one event, and adds it to those that are shown. Gives the error, if it is one. */
  function accept(received: ReceivedEvent, events: ReceivedEvent[]): Envelope | undefined {
    const { event, data } = received;
    if (event.type === 'error') {
      events.push(received);
      return event.error;
    }
    if (event.type === 'broken') broken ??= event.text;
    if (broken !== undefined) {
      if (event.type === 'broken') return undefined;
      throw notJson(broken);
    }
    const shaped = sequence(event);
    if (shaped === event) {
      draft.apply(event, data?.length);
      events.push(received);
      if (event.type === 'unknown') ignore(event.raw);
      return undefined;
    }
    const several = [shaped].flat() as readonly StreamEvent[];
    several.forEach((one, place) => {
      draft.apply(one, place === 0 ? data?.length : 0);
    });
    // What means nothing is still what the provider sent.
    const visible: readonly StreamEvent[] = several.length > 0 ? several : [{ type: 'unknown', raw: event }];
    visible.forEach((one, place) => {
      events.push(place === 0 && data !== undefined ? { event: one, data } : { event: one });
    });
    if (several.length === 0) ignore(event);
    return undefined;
  }

  function run(each: (take: (received: ReceivedEvent) => void) => void): Taken {
    const events: ReceivedEvent[] = [];
    let error: Envelope | undefined;
    try {
      each((received) => {
        if (error === undefined && !draft.isStopped()) error = accept(received, events);
      });
      return error === undefined ? { events } : { events, error };
    } catch (failure) {
      return { events, failure };
    }
  }

  const read = (arrive: () => readonly ServerSentEvent[]): Taken =>
    run((take) => {
      for (const one of arrive()) readEvent(one, take);
    });

  return {
    draft,
    read,
    take: (received) => run((take) => received.forEach(take)),
    end(arrive) {
      const before = broken;
      const batch = read(arrive);
      return batch.error !== undefined || before === undefined
        ? batch
        : { ...batch, failure: notJson(before) };
    },
    ignored() {
      const { count, latest, latestWords } = ignored;
      const text = typeof latest === 'string' ? latest : (JSON.stringify(latest) ?? '');
      return { count, latest: excerpt(text, 80), latestWords };
    },
  };
}

const notJson = (text: string): MsgError<'protocol'> =>
  new MsgError('protocol', `The stream holds an event that is not JSON: ${excerpt(text, 120)}`, {
    details: {},
  });
