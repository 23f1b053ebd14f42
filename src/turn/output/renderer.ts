// What every output format of an answer is: events in, text out.
import type { ReceivedEvent } from '../../messages/events.ts';
import type { TurnError, TurnResult } from '../../messages/result.ts';
import type { Message } from '../../messages/types.ts';

export type TurnEnd = {
  /** As far as it came. */
  readonly message: Message;
  readonly result: TurnResult;
  /** Set when the turn failed. */
  readonly error?: TurnError;
};

export type Renderer = {
  /** Takes the events of one read. */
  push(events: readonly ReceivedEvent[]): void;
  /** Resolves when more may be pushed; undefined: at once. */
  settled?(): Promise<void> | undefined;
  /** The turn is over, well or badly. */
  end(end: TurnEnd): void;
  /** Whether anything of the answer was written. */
  hasWritten(): boolean;
};

/** Where a renderer writes: the answer (stdout), and what is not the answer (stderr). */
export type RendererOutput = {
  readonly answer: (text: string) => void;
  readonly aside: (text: string) => void;
};
