// How far a long piece of work is: a spinner on stderr with what is being done, and for whatever takes longer than 3 s a
// bar and the time left.
import type { Context } from '../../context.ts';
import { durationText } from '../../messages/wait-text.ts';
import type { CommonOptions } from '../../profiles/flags.ts';
import type { Spinner } from '../../terminal/output/spinner.ts';
import { isAscii, type Theme } from '../../text/theme.ts';
import { cutToColumns } from '../../text/width.ts';

export type Progress = {
  /** So much of it is done, of so much at most, and this comes next. Time is counted from where nothing was done. */
  update(done: number, total: number, label: string): void;
  /** Nobody knows how long it takes, or it is a wait: a text that is made anew every half second. */
  tell(label: () => string): void;
  /** Takes it off the screen; the next update brings it back. */
  pause(): Promise<void>;
};

/** Before, a bar would only flash up. */
const barAfterMs = 3_000;
const tickMs = 500;
const cells = 20;

/** Nothing is shown in pipes and when asked to be quiet. */
export function openProgress(context: Context, { quiet, color }: CommonOptions): Progress {
  const { stderr } = context.streams;
  if (!stderr.isTTY || quiet) return { update() {}, tell() {}, async pause() {} };
  const theme = context.theme('stderr', color);
  let startedAt = context.clock.now();
  let state: () => ProgressState = () => ({ done: 0, total: 0, label: '' });
  let shown: Promise<Spinner> | undefined;
  let stop = new AbortController();
  const text = (): string =>
    progressText(state(), context.clock.now() - startedAt, theme, stderr.columns() - 4);
  const tick = async (spinner: Spinner, signal: AbortSignal): Promise<void> => {
    for (;;) {
      await context.clock.sleep(tickMs, signal);
      spinner.update(text());
    }
  };
  const open = async (signal: AbortSignal): Promise<Spinner> => {
    const spinner = (await context.spinner())(text());
    // It ends by being stopped.
    tick(spinner, signal).catch(() => {});
    return spinner;
  };
  const show = (next: () => ProgressState): void => {
    state = next;
    stop = shown === undefined ? new AbortController() : stop;
    shown ??= open(stop.signal);
    shown.then((spinner) => spinner.update(text())).catch(() => {});
  };
  return {
    update(done, total, label) {
      if (total > 0 && done === 0) startedAt = context.clock.now();
      show(() => ({ done, total, label }));
    },
    tell: (label) => show(() => ({ done: 0, total: 0, label: label() })),
    async pause() {
      stop.abort();
      const spinner = await shown?.catch(() => undefined);
      shown = undefined;
      spinner?.stop();
    },
  };
}

type ProgressState = { readonly done: number; readonly total: number; readonly label: string };

/** `round 2 of 5, work  ━━━━━━━━──────────── 40 %, about 12 s left`, or as much of it as fits. */
export function progressText(
  { done, total, label }: ProgressState,
  elapsedMs: number,
  theme: Pick<Theme, 'glyphs'>,
  columns: number,
): string {
  const share = total === 0 ? 0 : Math.min(1, done / total);
  if (elapsedMs < barAfterMs || share === 0) return cutToColumns(label, columns, theme.glyphs.ellipsis);
  const leftMs = (elapsedMs / share) * (1 - share);
  const [full, empty] = isAscii(theme) ? ['#', '.'] : ['━', '─'];
  const filled = Math.round(share * cells);
  const bar = `${full.repeat(filled)}${empty.repeat(cells - filled)}`;
  const time = `${Math.round(share * 100)} %, about ${durationText(leftMs)} left`;
  const room = columns - time.length - 1;
  if (room < 0) return cutToColumns(time, columns, theme.glyphs.ellipsis);
  const withBar = room >= cells + 14 ? `${bar} ${time}` : time;
  return `${cutToColumns(label, columns - withBar.length - 2, theme.glyphs.ellipsis)}  ${withBar}`.trim();
}
