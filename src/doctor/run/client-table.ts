// Which clients work where: the request of every known client at every target, as a table of clients and targets.
import type { Context } from '../../context.ts';
import { usageError } from '../../errors.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { oneLine } from '../../text/sanitize.ts';
import { type Cell, tableText } from '../../text/table.ts';
import type { Theme } from '../../text/theme.ts';
import { untilInterrupted } from '../../turn/time-limit.ts';
import { diagnose } from '../engine/diagnose.ts';
import type { CheckResult, Remedy, Report } from '../engine/report.ts';
import type { RunListener } from '../engine/runner.ts';
import { verdictLook } from '../report/line.ts';
import { verdictSentence } from '../report/parts.ts';
import type { KnownClient } from '../request/clients/known-client.ts';
import { clientsOf } from '../request/clients/known-clients.ts';
import { shownReport } from './bundle.ts';
import { deliver } from './delivery.ts';
import { withTarget } from './open-target.ts';
import {
  type DoctorCommandOptions,
  doctorOptions,
  exitCodeOf,
  formatFor,
  selectionOf,
  textOptions,
} from './options.ts';
import { openProgress } from './progress.ts';
import { clientTask, writeReduced } from './request-task.ts';
import { refuseUnsendable } from './sendable-target.ts';

/** What `--json` prints of each. */
export type ClientReport = {
  readonly client: string;
  readonly version: string;
  /** The day on which its request was recorded. */
  readonly seenOn: string;
  readonly target: string;
  readonly report: Report;
};

type Row = { readonly client: KnownClient; readonly target: string; readonly report: Report };

/**
 * Makes the requests of `--client` at each target, prints the table (text or JSON), and gives the worst exit code.
 * @param targets profiles or addresses; undefined is the current profile
 */
export async function runClientTable(
  targets: readonly (string | undefined)[],
  options: DoctorCommandOptions,
  context: Context,
): Promise<ExitCode> {
  const format = formatFor(options);
  if (format !== 'text' && format !== 'json')
    throw usageError(
      `The table of clients is text or json, not ${format}.`,
      'Next: --format json, or one client by its name',
    );
  const clients = clientsOf(options.client ?? 'all');
  const rows: Row[] = [];
  await untilInterrupted(context, async ({ signal }) => {
    const progress = openProgress(context, options);
    try {
      const total = targets.length * clients.length;
      for (const argument of targets)
        for (const client of clients) {
          const show = (words: string): void =>
            progress.update(rows.length, total, `${client.title} (${rows.length + 1} of ${total})${words}`);
          show('');
          rows.push(
            await examined({ argument, options, context, signal }, client, {
              onStep: (words) => show(`: ${words}`),
            }),
          );
        }
    } finally {
      await progress.pause();
    }
    return 0;
  });
  await deliver(await written(rows, format, options, context), options, context);
  return Math.max(0, ...rows.map(({ report }) => exitCodeOf(report, options))) as ExitCode;
}

type Call = Parameters<typeof withTarget>[0];

const examined = (call: Call, client: KnownClient, listener: RunListener): Promise<Row> =>
  withTarget(
    call,
    async ({ doctor }) => {
      refuseUnsendable(doctor);
      const diagnosis = await diagnose(doctor, selectionOf(call.options), listener);
      writeReduced(diagnosis, call.options);
      const report = shownReport(diagnosis, call.options);
      return { client, report, target: call.argument ?? report.target.profile ?? report.target.baseUrl };
    },
    doctorOptions(call.options, clientTask(client, call.options, call.context)),
  );

async function written(
  rows: readonly Row[],
  format: 'text' | 'json',
  options: DoctorCommandOptions,
  context: Context,
): Promise<string> {
  if (format === 'json')
    return (await import('../../text/json.ts')).jsonText(
      rows.map(
        ({ client: { name, version, seenOn }, target, report }): ClientReport => ({
          ...{ client: name, version, seenOn, target, report },
        }),
      ),
    );
  const { theme, width } = textOptions(options, context);
  return `${clientTable(rows, theme, width)}${troubles(rows, theme)}`;
}

/** One line a client, one column a target. */
function clientTable(rows: readonly Row[], theme: Theme, width: number): string {
  const targets = [...new Set(rows.map(({ target }) => target))];
  const clients = [...new Set(rows.map(({ client }) => client))];
  const columns = [
    { title: 'CLIENT', rank: 1, isWhole: true },
    { title: 'VERSION', rank: 3 },
    { title: 'AS OF', rank: 4 },
    ...targets.map((target) => ({ title: oneLine(target), rank: 1 })),
  ];
  const cells = clients.map((client): Cell[] => [
    { text: client.name, style: 'strong' },
    { text: client.version },
    { text: client.seenOn, style: 'dim' },
    ...targets.map((target): Cell => {
      const report = rows.find((row) => row.client === client && row.target === target)?.report;
      if (report === undefined) return { text: '' };
      const { glyph, style } = verdictLook(doubtOf(report) === undefined ? report.verdict : 'degraded');
      return { text: `${theme.glyphs[glyph]} ${wordOf(report)}`, style };
    }),
  ]);
  return tableText(columns, cells, theme, width);
}

/** What is wrong with the answer to a request that was accepted: with a broken answer no client works. */
const doubtOf = ({ checks }: Report): CheckResult | undefined =>
  checks.find(({ id, status }) => id === 'request.answer' && status === 'warn');

/** `works`, or the places that are refused. */
function wordOf(report: Report): string {
  const { verdict, checks } = report;
  if (doubtOf(report) !== undefined) return 'accepted; answered oddly';
  if (verdict !== 'broken') return verdict === 'undetermined' ? 'cannot tell' : 'works';
  const places = checks
    .filter(({ status }) => status === 'fail')
    .map(({ id }) => id.replace(/^request\./, ''));
  return `refused: ${places.join(', ')}`;
}

type Trouble = { readonly words: string; readonly remedy: Remedy | null };

function troubleOf(report: Report): Trouble | undefined {
  const { rootCause } = report;
  if (rootCause !== null) return { words: verdictSentence(report), remedy: rootCause.remedy };
  const doubt = doubtOf(report);
  return doubt && { words: `${doubt.id}: ${doubt.summary}`, remedy: doubt.remedy };
}

/** One paragraph for each thing that does not work: whose, what is refused, who should change what, how to see it. */
function troubles(rows: readonly Row[], theme: Theme): string {
  const byWords = new Map<
    string,
    { readonly clients: string[]; readonly target: string; readonly trouble: Trouble }
  >();
  for (const { client, target, report } of rows) {
    const trouble = troubleOf(report);
    if (trouble === undefined) continue;
    const words = `${target} ${trouble.words}`;
    const same = byWords.get(words);
    if (same === undefined) byWords.set(words, { clients: [client.name], target, trouble });
    else same.clients.push(client.name);
  }
  return [...byWords.values()]
    .map(({ clients, target, trouble: { words, remedy } }) => {
      const { text = '', commands = [] } = remedy ?? {};
      const lines = [
        `${theme.strong(`${clients.join(', ')} at ${oneLine(target)}`)}: ${oneLine(words)}`,
        `  ${oneLine(text)}`,
        ...commands.map((command) => `  ${theme.code(oneLine(command))}`),
      ];
      return `\n${lines.join('\n')}\n`;
    })
    .join('');
}
