// A run on a terminal: lines of finished groups as they come, a spinner on stderr for what is being asked.
import type { Context } from '../../context.ts';
import type { Observe } from '../engine/observations.ts';
import type { AnyProbe, Share } from '../engine/probe.ts';
import type { CheckResult, Report } from '../engine/report.ts';
import type { RunListener } from '../engine/runner.ts';
import type { ReportTextOptions } from '../report/line.ts';
import { groupsText, reportHead } from '../report/report-text.ts';
import { streamReportOf } from '../streams/stream-judgement.ts';
import { openProgress } from './progress.ts';

/** Prints the head now and each group when its last check is judged. Groups that were skipped whole wait for the next. */
export function liveLines(
  context: Context,
  target: Report['target'],
  options: ReportTextOptions,
  isQuiet: boolean,
): RunListener & { finish(): Promise<void> } {
  const { stdout } = context.streams;
  const progress = openProgress(context, { quiet: isQuiet });
  let title = '';
  let group: CheckResult[] = [];
  let postponed: CheckResult[] = [];
  let streamReport: Report['stream'] = null;
  const flush = (): void => {
    const isSkipped = group.every(({ status }) => status === 'skip');
    postponed = [...postponed, ...group];
    group = [];
    if (isSkipped) return;
    const lines = groupsText(postponed, streamReport, options);
    postponed = [];
    pending = pending.then(progress.pause).then(() => stdout.write(lines));
  };
  let pending: Promise<unknown> = Promise.resolve(stdout.write(reportHead({ target }, options)));
  const show = (words: string, { done, most }: Share = { done: 0, most: 0 }): void => {
    pending = pending.then(() => progress.update(done, most, words));
  };
  return {
    onProbe(probe: AnyProbe) {
      if (probe.cost === 'none') return;
      title = probe.title;
      show(title);
    },
    onStep: (words, share) => show(`${title}: ${words}`, share),
    onResult(result: CheckResult, observe: Observe) {
      if (group[0] !== undefined && group[0].group !== result.group) flush();
      group.push(result);
      if (result.group === 'stream') streamReport = streamReportOf(observe);
    },
    async finish() {
      flush();
      if (postponed.length > 0) {
        const lines = groupsText(postponed, streamReport, options);
        pending = pending.then(progress.pause).then(() => stdout.write(lines));
      }
      await pending;
      await progress.pause();
    },
  };
}
