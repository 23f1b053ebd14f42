// What is told while nothing arrives: a spinner with the seconds, signs of life or a countdown until the answer
// begins, the seconds of silence in the midst of it. What is typed meanwhile stands behind it. Where nothing may
// be redrawn (screen readers, dumb terminals), a line now and then.
import type { Context } from '../context.ts';
import type { ReceivedEvent } from '../messages/events.ts';
import type { Spinner } from '../terminal/output/spinner.ts';
import { type Tail, typedText } from '../terminal/output/tail.ts';
import { oneLine } from '../text/sanitize.ts';
import type { Theme } from '../text/theme.ts';
import { cutToColumns, textWidth } from '../text/width.ts';

export type Status = {
  /** A request goes out: says what is being waited for. */
  begin(label: string): void;
  /** Counts down to a moment (milliseconds on the context's clock), then goes back to waiting. */
  countDown(until: number, reason?: string): void;
  /** What of an answer is not shown is a sign of life all the same. */
  sees(events: readonly ReceivedEvent[]): void;
  /** The next piece of the answer is about to be shown: everything else leaves the screen. */
  arrives(): void;
  /** Something that is no part of the answer is written: the spinner leaves for it, and comes again. */
  beside(write: () => void): void;
  /** What is being typed for the next prompt, and what is queued before it. */
  showTypeAhead(typing: string, queued?: readonly string[]): void;
  /** The answer is over. */
  end(): void;
};

/** A spinner costs 30 ms to load, and one that flashes up only disturbs. */
const appearsAfterMs = 300;
/** From here on the seconds are shown: before, they would only be noise. */
const secondsAfterMs = 3_000;
const tickMs = 250;
/** Enough to recognise what was queued by. */
const queuedColumns = 24;
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

/** The status of a terminal, which is used for one answer after the other. */
export function createStatus({ clock, spinner, streams, theme, tail, telling, line }: StatusNeeds): Status {
  let phase: 'idle' | 'waiting' | 'spinning' | 'answering' = 'idle';
  let label = '';
  let since = 0;
  let signsOfLife = 0;
  let wait: { until: number; reason: string } | null = null;
  let typeAhead = '';
  let queue: readonly string[] = [];
  let shownSpinner: Spinner | null = null;
  let stop = new AbortController();

  const seconds = (): string => {
    const elapsedMs = clock.now() - since;
    return elapsedMs < secondsAfterMs ? '' : ` ${Math.floor(elapsedMs / 1000)} s`;
  };
  /** What comes next, and how much more. */
  const queued = (): string[] => {
    const [next] = queue;
    if (next === undefined) return [];
    const count = queue.length === 1 ? 'queued' : `${queue.length} queued`;
    return [`${count}: ${cutToColumns(oneLine(next), queuedColumns, theme.glyphs.ellipsis)}`];
  };
  const life = (): string[] => (signsOfLife === 0 ? [] : [`the server is alive (${signsOfLife})`]);
  const waitingText = (): string => {
    const now = clock.now();
    return wait !== null && now < wait.until
      ? `again in ${Math.ceil((wait.until - now) / 1000)} s (Ctrl-C cancels)${wait.reason}`
      : [label + seconds(), ...life(), ...queued()].join(', ');
  };
  const spinnerText = (): string => {
    const text = waitingText();
    // A line that wraps could not be taken off the screen without moving the cursor up.
    const room = streams.stderr.columns() - 4;
    const roomForTypeAhead = typeAhead === '' ? 0 : Math.min(typeAhead.length + 3, Math.floor(room / 2));
    const shortText = cutToColumns(text, room - roomForTypeAhead, theme.glyphs.ellipsis);
    return shortText + typedText(typeAhead, room - textWidth(shortText), theme.glyphs);
  };
  const silence = (): string[] =>
    phase !== 'answering' || seconds() === '' ? [] : [theme.glyphs.ellipsis + seconds(), ...life()];
  const refresh = (): void => {
    if (phase === 'spinning') shownSpinner?.update(spinnerText());
    else tail.show([...queued(), ...silence()], typeAhead);
  };

  const spin = async (signal: AbortSignal): Promise<void> => {
    await clock.sleep(appearsAfterMs, signal);
    const startSpinner = await spinner();
    signal.throwIfAborted();
    tail.show([], '');
    phase = 'spinning';
    shownSpinner = startSpinner(spinnerText());
    await watch(signal);
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
    stop = new AbortController();
    // It ends by being stopped; a spinner that cannot be had is no reason to lose an answer.
    tell(stop.signal).catch(() => {});
  };
  const enter = (next: typeof phase): void => {
    stop.abort();
    shownSpinner?.stop();
    shownSpinner = null;
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
    countDown(until, reason) {
      wait = { until, reason: reason === undefined ? '' : `: ${reason}` };
    },
    sees(events) {
      for (const { event } of events) {
        if (event.type === 'content_block_start' && event.content_block.type === 'thinking')
          label = 'thinking';
        if (
          event.type === 'ping' ||
          (event.type === 'content_block_delta' && event.delta.type === 'input_json_delta')
        )
          signsOfLife += 1;
      }
    },
    arrives() {
      if (phase === 'idle') return;
      since = clock.now();
      signsOfLife = 0;
      if (phase === 'answering') return refresh();
      enter('answering');
      start(watch);
    },
    beside(write) {
      const comesAgain = phase === 'spinning';
      if (comesAgain) enter('waiting');
      write();
      if (comesAgain) start(spin);
    },
    showTypeAhead(typing, queuedTexts = []) {
      typeAhead = typing;
      queue = queuedTexts;
      refresh();
    },
    end: () => enter('idle'),
  };
}
