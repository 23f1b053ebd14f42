// What is said once the run is over: the root cause, what to do, what else is wrong, what it cost.
import type { CheckResult, Remedy, Report } from '../doctor/report.ts';
import { conformanceLines, hopLines, waterfallLines } from './report-figures.ts';
import { padded, plain, plainBlock } from './report-layout.ts';
import { asText, lineWidth, looks, type ReportTextOptions, styledLines } from './report-line.ts';
import { milliseconds, notChecked, spendLine, verdictSentence, withStatus } from './report-parts.ts';
import { textWidth } from './text-width.ts';
import type { Style } from './theme.ts';

function remedyLines(heading: string, remedy: Remedy, options: ReportTextOptions): string[] {
  const { theme } = options;
  const margin = textWidth(heading) + 3;
  const [first = '', ...rest] = styledLines(remedy.text, lineWidth(options) - margin, null, theme);
  return [
    ` ${theme.heading(heading)}  ${first}`,
    ...rest.map((line) => ' '.repeat(margin) + line),
    // For copying: never broken, nothing in front but spaces.
    ...remedy.commands.map((command) => `   ${theme.code(plain(command))}`),
    ...remedy.snippets.flatMap(({ server, text }) => [
      `   ${theme.dim(`${plain(server)}:`)}`,
      ...plainBlock(text).map((line) => `     ${theme.code(line)}`),
    ]),
  ];
}

function rootCauseLines({ rootCause }: Report, options: ReportTextOptions): string[] {
  if (rootCause === null) return [];
  const { theme } = options;
  const bar = ` ${theme.bad(theme.glyphs.bar)} `;
  const boxed = (text: string, style: Style | null, indent = ''): string[] =>
    styledLines(text, lineWidth(options) - 4 - indent.length, style, theme).map(
      (line) => bar + indent + line,
    );
  const certainty = `(${rootCause.confidence}, owner: ${rootCause.owner})`;
  const heading = `ROOT CAUSE  ${plain(rootCause.id)}  ${certainty}`;
  const fits = textWidth(heading) <= lineWidth(options) - 4;
  const title = `${theme.bad(theme.strong('ROOT CAUSE'))}  ${theme.strong(plain(rootCause.id))}`;
  return [
    bar + (fits ? `${title}  ${theme.dim(certainty)}` : title),
    ...(fits ? [] : boxed(certainty, 'dim')),
    ...boxed(rootCause.summary, null),
    ...rootCause.evidence.flatMap((line) => boxed(line, 'dim', '  ')),
    '',
    ...remedyLines('FIX', rootCause.remedy, options),
  ];
}

function findingLines(check: CheckResult, options: ReportTextOptions): string[] {
  const { theme } = options;
  const { style, glyph } = looks[check.status];
  return [
    ` ${theme[style](theme.glyphs[glyph])} ${theme.strong(plain(check.id))}`,
    ...styledLines(check.summary, lineWidth(options) - 3, null, theme).map((line) => `   ${line}`),
    ...(check.remedy === null ? [] : remedyLines('FIX', check.remedy, options)),
  ];
}

/** Other failures always; warnings only where no root cause asks for all attention, and three at most without -v. */
function furtherFindings(report: Report, options: ReportTextOptions): string[][] {
  const others = report.checks.filter(({ id }) => id !== report.rootCause?.id);
  const failures = withStatus(others, 'fail');
  const warnings = withStatus(others, 'warn').filter(({ remedy }) => remedy !== null);
  const room = options.isVerbose ? warnings.length : report.rootCause === null ? 3 : 0;
  return [...failures, ...warnings.slice(0, room)].map((check) => findingLines(check, options));
}

function baseUrlLines({ correctedBaseUrl }: Report, { theme }: ReportTextOptions): string[] {
  if (correctedBaseUrl === null) return [];
  return [
    ` ${theme.heading('BASE URL')}`,
    `   ${theme.dim(padded('msg, SDKs', 13))} ${plain(correctedBaseUrl.sdk)}`,
    `   ${theme.dim(padded('Vercel AI SDK', 13))} ${plain(correctedBaseUrl.vercel)}`,
  ];
}

const verdictStatus = { healthy: 'pass', broken: 'fail', undetermined: 'unknown' } as const;

function verdictLines(report: Report, options: ReportTextOptions): string[] {
  const { theme } = options;
  const { glyph, style } = looks[verdictStatus[report.verdict]];
  const sentence = report.rootCause === null ? verdictSentence(report) : report.rootCause.id;
  return styledLines(`${report.verdict}: ${sentence}`, lineWidth(options) - 3, 'strong', theme).map(
    (line, index) => (index === 0 ? ` ${theme[style](theme.glyphs[glyph])} ${line}` : `   ${line}`),
  );
}

function accountLines(report: Report, options: ReportTextOptions, showsVerdict: boolean): string[] {
  const { theme, elapsedMs } = options;
  const missed = notChecked(report.checks).length;
  const spend = [spendLine(report), ...(elapsedMs === undefined ? [] : [milliseconds(elapsedMs)])];
  return [
    ...(options.isVerbose ? [] : hopLines(report, options)),
    ...conformanceLines(report, options),
    ...(showsVerdict ? verdictLines(report, options) : []),
    ...(missed === 0 || report.rootCause === null
      ? []
      : [` ${theme.dim(`not checked because of this: ${missed}`)}`]),
    ...styledLines(spend.join(' · '), lineWidth(options) - 1, 'dim', theme).map((line) => ` ${line}`),
  ];
}

/** Everything that is said once the run is over; `showsVerdict` is false where it was said first. */
export function reportTail(report: Report, options: ReportTextOptions, showsVerdict = true): string {
  const sections = [
    rootCauseLines(report, options),
    baseUrlLines(report, options),
    ...furtherFindings(report, options),
    options.isVerbose ? hopLines(report, options) : [],
    options.isVerbose ? waterfallLines(report, options) : [],
    accountLines(report, options, showsVerdict),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `\n${asText(lines)}`)
    .join('');
}
