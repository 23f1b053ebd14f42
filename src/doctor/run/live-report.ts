// A run on a terminal: lines of finished groups as they come, a spinner on stderr for what is being asked.
import type { Context } from '../../context.ts';
import type { Spinner } from '../../terminal/output/spinner.ts';
import type { Look } from '../engine/observations.ts';
import type { AnyProbe } from '../engine/probe.ts';
import type { CheckResult, Report } from '../engine/report.ts';
import type { RunListener } from '../engine/runner.ts';
import type { ReportTextOptions } from '../report/line.ts';
import { groupsText, reportHead } from '../report/text.ts';
import { judgedStream } from '../streams/stream-judgement.ts';

export type Live = RunListener & { finish(): Promise<void> };

/** Prints the head now and each group when its last check is judged. Groups that were skipped whole wait for the next. */
export function liveLines(
  context: Context,
  target: Report['target'],
  options: ReportTextOptions,
  isQuiet: boolean,
): Live {
  const { stdout, stderr } = context.streams;
  const hasSpinner = stderr.isTTY && !isQuiet;
  let spinner: Promise<Spinner> | undefined;
  let group: CheckResult[] = [];
  let waiting: CheckResult[] = [];
  let streamReport: Report['stream'] = null;
  const rest = async (): Promise<void> => {
    const current = spinner;
    spinner = undefined;
    (await current)?.stop();
  };
  const flush = (): void => {
    const isSkipped = group.every(({ status }) => status === 'skip');
    waiting = [...waiting, ...group];
    group = [];
    if (isSkipped) return;
    const lines = groupsText(waiting, streamReport, options);
    waiting = [];
    pending = pending.then(rest).then(() => stdout.write(lines));
  };
  let pending: Promise<unknown> = Promise.resolve(stdout.write(reportHead({ target }, options)));
  return {
    onProbe(probe: AnyProbe) {
      if (!hasSpinner || probe.cost === 'none') return;
      pending = pending.then(async () => {
        spinner ??= context.spinner().then((start) => start(probe.title));
        (await spinner).update(probe.title);
      });
    },
    onResult(result: CheckResult, look: Look) {
      if (group[0] !== undefined && group[0].group !== result.group) flush();
      group.push(result);
      const judged = result.group === 'stream' ? judgedStream(look) : undefined;
      if (judged !== undefined) {
        const { judgement, culprit } = judged;
        streamReport = {
          ...judgement.report,
          ...(culprit === null ? {} : { hop: culprit.hop, hopConfidence: culprit.confidence }),
        };
      }
    },
    async finish() {
      flush();
      if (waiting.length > 0) {
        const lines = groupsText(waiting, streamReport, options);
        pending = pending.then(rest).then(() => stdout.write(lines));
      }
      await pending;
      await rest();
    },
  };
}
