// One turn: a request goes out, its events go to the renderer as they come, and what came of it is told. For one
// answer of `send` and of the chat alike, on a terminal and on a pipe.
import {
  type Client,
  type ExchangeOptions,
  type MessageExchange,
  startExchange,
} from '../messages/client.ts';
import { resultOf, type TurnResult, turnErrorOf } from '../messages/result.ts';
import type { Message } from '../messages/types.ts';
import type { JsonObject } from '../text/json.ts';
import { otherUrlNote, refusedWishNote } from './notes.ts';
import type { Renderer } from './output/renderer.ts';
import type { Screen } from './screen.ts';

export type TurnOptions = Pick<ExchangeOptions, 'keepsText' | 'onSilence' | 'wishes'> & {
  readonly renderer: Renderer;
  readonly screen: Pick<Screen, 'status' | 'drained'>;
  /** What is being waited for until the answer begins. */
  readonly label: string;
  /** Ends the turn; its reason is the error of the turn. */
  readonly signal: AbortSignal;
  /** Tells what is no failure, beside whatever the screen shows. */
  readonly note: (text: string) => void;
  readonly onRetry: NonNullable<ExchangeOptions['onRetry']>;
  /** Told of the exchange when it begins: some ask about it while it lasts. */
  readonly onExchange?: (exchange: MessageExchange) => void;
  /** What a failure is told as. */
  readonly explain?: (error: unknown) => unknown;
  /** What the answer cost, for the forms that print it. */
  readonly costOf?: (exchange: MessageExchange) => Promise<TurnResult['cost']>;
};

/** What came of a turn, well or badly. */
export type Turn = {
  readonly message: Message;
  readonly exchange: MessageExchange;
  /** Why the answer is not whole. */
  readonly error?: unknown;
};

/** Streams one answer to the renderer. What arrived is shown whatever happens; a failure is part of the result. */
export async function runTurn(client: Client, body: JsonObject, options: TurnOptions): Promise<Turn> {
  const { renderer, screen, signal, note, explain = (error) => error } = options;
  const { status } = screen;
  const exchange = startExchange(client, body, {
    signal,
    ...(options.keepsText === undefined ? {} : { keepsText: options.keepsText }),
    ...(options.onSilence && { onSilence: options.onSilence }),
    hasShown: renderer.hasWritten,
    ...(options.wishes && { wishes: options.wishes }),
    onRefusedWish: refusedWishNote(note, client),
    onOtherUrl: otherUrlNote(note),
    onRetry: options.onRetry,
  });
  options.onExchange?.(exchange);
  status.begin(options.label);
  let failure: { readonly error?: unknown } = {};
  try {
    for await (const { events } of exchange.batches) {
      status.sees(events);
      renderer.push(events);
      await renderer.settled?.();
      await screen.drained(signal);
    }
  } catch (error) {
    failure = { error: explain(error) };
  }
  status.end();
  const message = exchange.draft().message();
  const model = typeof body['model'] === 'string' ? body['model'] : undefined;
  const cost = await options.costOf?.(exchange);
  renderer.end({
    message,
    result: { ...resultOf(exchange, model), ...(cost && { cost }) },
    ...('error' in failure && { error: turnErrorOf(failure.error) }),
  });
  return { message, exchange, ...failure };
}
