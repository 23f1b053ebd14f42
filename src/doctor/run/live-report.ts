// A run on a terminal: lines of finished groups as they come, a spinner on stderr for what is being asked.
import type { Context } from '../../context.ts';
import type { Spinner } from '../../terminal/output/spinner.ts';
import type { Observe } from '../engine/observations.ts';
import type { AnyProbe } from '../engine/probe.ts';
import type { CheckResult, Report } from '../engine/report.ts';
import type { RunListener } from '../engine/runner.ts';
import type { ReportTextOptions } from '../report/line.ts';
import { groupsText, reportHead } from '../report/report-text.ts';
import { streamReportOf } from '../streams/stream-judgement.ts';

/** Prints the head now and each group when its last check is judged. Groups that were skipped whole wait for the next. */
export function liveLines(
  context: Context,
  target: Report['target'],
  options: ReportTextOptions,
  isQuiet: boolean,
): RunListener & { finish(): Promise<void> } {
  const { stdout, stderr } = context.streams;
  const hasSpinner = stderr.isTTY && !isQuiet;
  let spinner: Promise<Spinner> | undefined;
  let title = '';
  let group: CheckResult[] = [];
  let postponed: CheckResult[] = [];
  let streamReport: Report['stream'] = null;
  const rest = async (): Promise<void> => {
    const current = spinner;
    spinner = undefined;
    (await current)?.stop();
  };
  const flush = (): void => {
    const isSkipped = group.every(({ status }) => status === 'skip');
    postponed = [...postponed, ...group];
    group = [];
    if (isSkipped) return;
    const lines = groupsText(postponed, streamReport, options);
    postponed = [];
    pending = pending.then(rest).then(() => stdout.write(lines));
  };
  let pending: Promise<unknown> = Promise.resolve(stdout.write(reportHead({ target }, options)));
  const show = (words: string): void => {
    if (!hasSpinner) return;
    pending = pending.then(async () => {
      spinner ??= context.spinner().then((start) => start(words));
      (await spinner).update(words);
    });
  };
  return {
    onProbe(probe: AnyProbe) {
      if (probe.cost === 'none') return;
      title = probe.title;
      show(title);
    },
    onStep: (words) => show(`${title}: ${words}`),
    onResult(result: CheckResult, observe: Observe) {
      if (group[0] !== undefined && group[0].group !== result.group) flush();
      group.push(result);
      if (result.group === 'stream') streamReport = streamReportOf(observe);
    },
    async finish() {
      flush();
      if (postponed.length > 0) {
        const lines = groupsText(postponed, streamReport, options);
        pending = pending.then(rest).then(() => stdout.write(lines));
      }
      await pending;
      await rest();
    },
  };
}
