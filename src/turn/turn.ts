// One turn on the terminal: events to the renderer as they arrive, spinner, Ctrl-C, a reader that goes away.
import type { Context } from '../context.ts';
import { interrupted, isMsgError, MsgError } from '../errors.ts';
import { type Client, type Exchange, startExchange } from '../messages/client.ts';
import type { ReceivedEvent } from '../messages/events.ts';
import { resultOf, turnErrorOf } from '../messages/result.ts';
import type { Message } from '../messages/types.ts';
import type { Spinner } from '../terminal/output/spinner.ts';
import type { Output } from '../terminal/output/streams.ts';
import type { JsonObject } from '../text/json.ts';
import { otherUrlNote, retryNote } from './note.ts';
import type { Renderer, RendererOutput } from './output/renderer.ts';
import { limitTime } from './time-limit.ts';
import { withWayOn } from './way-on.ts';

export type TurnOptions = {
  readonly renderer: (output: RendererOutput) => Renderer;
  /** Shows a spinner until the first event that writes something; undefined: never. */
  readonly spinsUntil: ((received: ReceivedEvent) => boolean) | undefined;
  readonly keepsText: boolean;
  /** Control characters of the answer reach the terminal. */
  readonly isRaw: boolean;
  /** Limit of the whole exchange. */
  readonly timeoutMs: number | undefined;
  readonly note: (text: string) => void;
};

/** What came of a turn, well or badly. */
export type Turn = {
  readonly message: Message;
  readonly exchange: Exchange;
  readonly readerIsGone: boolean;
  /** Why the answer is not whole. */
  readonly error?: unknown;
};

/** A spinner costs 30 ms to load, and one that flashes up only disturbs. */
const spinnerAfterMs = 300;

/** Streams one answer to stdout. What arrived is printed whatever happens; a failure is part of the result. */
export async function runTurn(
  client: Client,
  body: JsonObject,
  context: Context,
  options: TurnOptions,
): Promise<Turn> {
  const { stdout, stderr } = context.streams;
  const abort = new AbortController();
  const writes = {
    answer: drainable(options.isRaw ? stdout.unguarded : stdout.write),
    aside: drainable(stderr.write),
  };
  const renderer = options.renderer({ answer: writes.answer.write, aside: writes.aside.write });
  let readerIsGone = false;
  stdout.onClose(() => {
    readerIsGone = true;
    abort.abort(new Error('nobody reads the answer'));
  });
  const stopListening = context.interrupts.on((signal) => {
    abort.abort(interrupted(signal));
  });
  const stopTimer =
    options.timeoutMs === undefined ? undefined : limitTime(options.timeoutMs, abort, context);
  const { spinsUntil } = options;
  const spinner = spinsUntil && delayedSpinner(context);
  spinner?.start();

  const exchange = startExchange(client, body, {
    signal: abort.signal,
    keepsText: options.keepsText,
    hasShown: renderer.hasWritten,
    onOtherUrl: otherUrlNote(options.note),
    async onRetry(retry) {
      // A line written beside the spinner would stand behind it.
      await spinner?.stop();
      retryNote(options.note)(retry);
      spinner?.start();
    },
  });
  const model = typeof body['model'] === 'string' ? body['model'] : undefined;
  const drain = async (): Promise<void> => {
    for (const output of [writes.answer, writes.aside]) {
      const behind = output.drained();
      if (behind !== undefined) await settledOrAborted(behind, abort.signal);
    }
  };
  const over = (thrown?: unknown): Turn => {
    const { maxRetries } = client.retry;
    const error = isMsgError(thrown, 'limit')
      ? withWayOn(thrown, { hasShown: renderer.hasWritten(), maxRetries })
      : thrown;
    const message = exchange.draft().message();
    if (!readerIsGone)
      renderer.end({
        message,
        result: resultOf(exchange, model),
        ...(error === undefined ? {} : { error: turnErrorOf(error) }),
      });
    return { message, exchange, readerIsGone, ...(error === undefined ? {} : { error: asShown(error) }) };
  };
  const asShown = (error: unknown): unknown =>
    isMsgError(error, 'interrupted') && renderer.hasWritten()
      ? new MsgError('interrupted', 'Interrupted. The answer above is incomplete.', {
          details: error.details,
        })
      : error;
  try {
    for await (const { events } of exchange.batches) {
      if (spinsUntil && events.some(spinsUntil)) await spinner?.stop();
      renderer.push(events);
      await drain();
    }
    await spinner?.stop();
    return over();
  } catch (error) {
    await spinner?.stop();
    return over(error);
  } finally {
    stopListening();
    stopTimer?.();
  }
}

/** Writes at once, and remembers whether the reader is behind. */
function drainable(output: Output['write']): {
  write: (text: string) => void;
  drained: () => Promise<void> | undefined;
} {
  let behind: Promise<void> | undefined;
  return {
    write(text) {
      behind = output(text) ?? behind;
    },
    drained() {
      const waiting = behind;
      behind = undefined;
      return waiting;
    },
  };
}

/** Waits for a reader that is behind, but not when the turn is over: one that stalls must not hold up Ctrl-C. */
function settledOrAborted(behind: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      signal.removeEventListener('abort', done);
      resolve();
    };
    signal.addEventListener('abort', done);
    behind.then(done);
    if (signal.aborted) done();
  });
}

type DelayedSpinner = { start(): void; stop(): Promise<void> };

function delayedSpinner(context: Context): DelayedSpinner {
  let waiting = new AbortController();
  let started: Promise<Spinner | undefined> | undefined;
  return {
    start() {
      waiting = new AbortController();
      started = context.clock
        .sleep(spinnerAfterMs, waiting.signal)
        .then(() => context.spinner())
        .then((start) => start('waiting for the answer'))
        .catch(() => undefined);
    },
    async stop() {
      waiting.abort();
      (await started)?.stop();
      started = undefined;
    },
  };
}
