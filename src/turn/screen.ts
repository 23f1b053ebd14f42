// Where a turn is written: the answer to stdout, what is no answer to stderr, and on a terminal what is told beside
// them while nothing comes. One holder of back-pressure for both streams.
import type { Context } from '../context.ts';
import type { Output } from '../terminal/output/streams.ts';
import type { Tail } from '../terminal/output/tail.ts';
import { asciiGlyphs, plainTheme } from '../text/theme.ts';
import type { RendererOutput } from './output/renderer.ts';
import type { Status, Telling } from './status.ts';

export type ScreenOptions = {
  readonly telling: Telling;
  /** stdout is a terminal that can be drawn on: silence, and what is typed, stand behind the answer. */
  readonly canDraw: boolean;
  /** Control characters of the answer reach the terminal. */
  readonly isRaw?: boolean;
  readonly color: boolean | undefined;
};

/** What is written as `answer` and `aside` belongs to the answer: the status leaves the screen before it. */
export type Screen = RendererOutput & {
  readonly status: Status;
  /** Writes a line to stderr that is no part of the answer, also in the midst of one. */
  line(text: string): void;
  /** Something else is about to write to the terminal, and to leave the cursor anywhere. */
  giveWay(): void;
  /**
   * Resolves when everything written has been taken: call it between batches. Also when the turn is over: a reader
   * that stalls must not hold up Ctrl-C.
   */
  drained(signal?: AbortSignal): Promise<void>;
};

const noStatus: Status = {
  begin() {},
  countDown() {},
  sees() {},
  arrives() {},
  beside: (write) => write(),
  showTypeAhead() {},
  end() {},
};

/** What draws is loaded where something is drawn: a pipe needs none of it. */
export async function openScreen(context: Context, options: ScreenOptions): Promise<Screen> {
  const { stdout, stderr } = context.streams;
  const { telling, canDraw, isRaw = false, color } = options;
  const behind = new Set<Promise<void>>();
  let isAtLineStart = true;
  let tail: Tail | undefined;
  let status = noStatus;
  const write = (output: Output, text: string): void => {
    if (text !== '' && output.isTTY) isAtLineStart = text.endsWith('\n');
    const wait =
      tail !== undefined && output.isTTY
        ? output.unguarded(tail.around(text))
        : isRaw && output === stdout
          ? output.unguarded(text)
          : output.write(text);
    if (wait !== undefined) behind.add(wait);
  };
  const line = (text: string): void => write(stderr, `${isAtLineStart ? '' : '\n'}${text}\n`);
  if (canDraw || telling !== 'nothing') {
    const [{ createTail, noTail }, { createStatus }] = await Promise.all([
      import('../terminal/output/tail.ts'),
      import('./status.ts'),
    ]);
    if (canDraw) tail = createTail(stdout, context.theme('stdout', color));
    const theme = context.theme('stderr', color);
    status = createStatus({ ...context, theme, tail: tail ?? noTail, telling, line });
  }
  const part = (output: Output) => (text: string) => {
    status.arrives();
    write(output, text);
  };
  return {
    status,
    answer: part(stdout),
    aside: part(stderr),
    line: (text) => status.beside(() => line(text)),
    giveWay: () => tail?.lose(),
    async drained(signal) {
      if (behind.size === 0) return;
      const all = Promise.all(behind);
      behind.clear();
      await settledOrAborted(all, signal);
    },
  };
}

/** What is read aloud (`--plain`) has no glyphs, no colours and no spinner, whoever writes it. */
export const plainly = (context: Context): Context => ({
  ...context,
  theme: () => ({ ...plainTheme, glyphs: asciiGlyphs }),
  spinner: async () => () => ({ update: () => {}, stop: () => {} }),
});

function settledOrAborted(behind: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      signal?.removeEventListener('abort', done);
      resolve();
    };
    signal?.addEventListener('abort', done);
    behind.then(done);
    if (signal?.aborted) done();
  });
}
