// What is told while nothing arrives: a spinner with the seconds, signs of life or a countdown until the answer
// begins, the seconds of silence in the midst of it. What is typed meanwhile stands behind it. Where nothing may
// be redrawn (screen readers, dumb terminals), a line now and then.
import type { Context } from '../context.ts';
import type { Spinner } from '../terminal/output/spinner.ts';
import { type Tail, typedText } from '../terminal/output/tail.ts';
import type { Theme } from '../text/theme.ts';

export type Status = {
  /** A request goes out: says what is being waited for. */
  begin(label: string): void;
  /** Something else is being waited for. */
  set(label: string): void;
  /** Counts down to a moment (milliseconds on the context's clock), then goes back to waiting. */
  countDown(until: number, reason: string): void;
  /** The server sent something that is not shown, e.g. a ping. */
  sawLife(): void;
  /** The next piece of the answer is about to be shown: everything else leaves the screen. */
  arrives(): Promise<void>;
  /** What has been typed for the next prompt. */
  typed(text: string): void;
  /** The answer is over. */
  end(): Promise<void>;
};

/** A spinner costs 30 ms to load, and one that flashes up only disturbs. */
const appearsAfterMs = 300;
/** From here on the seconds are shown: before, they would only be noise. */
const secondsAfterMs = 3_000;
const tickMs = 250;
/** Lines are rare: each of them is read aloud. */
const firstLineAfterMs = 10_000;
const nextLineAfterMs = 30_000;

/** How waiting is told: not at all in pipes and when asked to be quiet. */
export type Telling = 'spinner' | 'lines' | 'nothing';

export type StatusNeeds = Pick<Context, 'clock' | 'spinner' | 'streams'> & {
  readonly theme: Theme;
  readonly tail: Tail;
  readonly telling: Telling;
  /** Writes a line of its own, also in the midst of an answer. */
  readonly line: (text: string) => void;
};

/** The status of a chat, which is used for one answer after the other. */
export function createStatus({ clock, spinner, streams, theme, tail, telling, line }: StatusNeeds): Status {
  let phase: 'idle' | 'waiting' | 'spinning' | 'answering' = 'idle';
  let label = '';
  let since = 0;
  let signsOfLife = 0;
  let wait: { until: number; reason: string } | null = null;
  let typed = '';
  let shownSpinner: Spinner | null = null;
  let stopped = new AbortController();
  let running = Promise.resolve();

  const seconds = (): string => {
    const elapsedMs = clock.now() - since;
    return elapsedMs < secondsAfterMs ? '' : ` ${Math.floor(elapsedMs / 1000)} s`;
  };
  const life = (): string[] => (signsOfLife === 0 ? [] : [`the server is alive (${signsOfLife})`]);
  const waitingText = (): string => {
    const now = clock.now();
    return wait !== null && now < wait.until
      ? `again in ${Math.ceil((wait.until - now) / 1000)} s (Ctrl-C cancels): ${wait.reason}`
      : [label + seconds(), ...life()].join(', ');
  };
  const spinnerText = (): string => {
    const told = waitingText();
    // A line that wraps could not be taken off the screen without moving the cursor up.
    const room = streams.stderr.columns() - 4;
    const roomForTyped = typed === '' ? 0 : Math.min(typed.length + 3, Math.floor(room / 2));
    const shown = clipped(told, room - roomForTyped);
    return shown + typedText(typed, room - shown.length, theme.glyphs);
  };
  const clipped = (text: string, columns: number): string =>
    text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 1))}${theme.glyphs.ellipsis}`;
  const silence = (): string[] =>
    phase !== 'answering' || seconds() === '' ? [] : [theme.glyphs.ellipsis + seconds(), ...life()];
  const refresh = (): void => {
    if (phase === 'spinning') shownSpinner?.update(spinnerText());
    else tail.show(silence(), typed);
  };

  const spin = async (signal: AbortSignal): Promise<void> => {
    await clock.sleep(appearsAfterMs, signal);
    tail.show([], '');
    phase = 'spinning';
    shownSpinner = (await spinner())(spinnerText());
    try {
      await watch(signal);
    } finally {
      shownSpinner.stop();
      shownSpinner = null;
    }
  };
  const watch = async (signal: AbortSignal): Promise<void> => {
    for (;;) {
      await clock.sleep(tickMs, signal);
      refresh();
    }
  };
  const tellLines = async (signal: AbortSignal): Promise<void> => {
    let silentSince = since;
    let dueMs = firstLineAfterMs;
    for (;;) {
      if (silentSince !== since) {
        silentSince = since;
        dueMs = firstLineAfterMs;
      }
      const leftMs = since + dueMs - clock.now();
      // What arrives meanwhile moves the moment.
      if (leftMs > 0) await clock.sleep(Math.min(leftMs, 1_000), signal);
      else {
        line(phase === 'answering' ? [`silence for${seconds()}`, ...life()].join(', ') : waitingText());
        dueMs += nextLineAfterMs;
      }
    }
  };
  const start = (draw: (signal: AbortSignal) => Promise<void>): void => {
    if (telling === 'nothing') return;
    const tell = telling === 'lines' ? tellLines : draw;
    stopped = new AbortController();
    const { signal } = stopped;
    running = tell(signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  };
  const enter = async (next: typeof phase): Promise<void> => {
    stopped.abort();
    await running;
    phase = next;
    refresh();
  };

  return {
    begin(what) {
      phase = 'waiting';
      label = what;
      since = clock.now();
      signsOfLife = 0;
      wait = null;
      start(spin);
    },
    set(what) {
      label = what;
    },
    countDown(until, reason) {
      wait = { until, reason };
    },
    sawLife() {
      signsOfLife += 1;
    },
    async arrives() {
      since = clock.now();
      signsOfLife = 0;
      if (phase === 'answering') return refresh();
      await enter('answering');
      start(watch);
    },
    typed(text) {
      typed = text;
      refresh();
    },
    end: () => enter('idle'),
  };
}
