// What is said once the run is over: the root cause, what to do, what else is wrong, what it cost.

import { commandLines } from '../../text/command-lines.ts';
import { duration } from '../../text/counted.ts';
import type { Style } from '../../text/theme.ts';
import { textWidth } from '../../text/width.ts';
import { padded } from '../../text/wrap.ts';
import type { CheckResult, Remedy, Report, Snippets } from '../engine/report.ts';
import { conformanceLines, hopLines, waterfallLines } from './figures.ts';
import { identityLines } from './identity-section.ts';
import { asText, lineWidth, type ReportTextOptions, statusLooks, styledLines, verdictLook } from './line.ts';
import {
  certaintyOf,
  madeCount,
  placesNote,
  plain,
  plainBlock,
  remedyParts,
  spendLine,
  verdictSentence,
  withStatus,
} from './parts.ts';

// More would push the cause off the screen.
const mostSnippets = 3;

/** The snippets worth the room: those of hops that were seen, else the first few. All of them with -v. */
function chosenSnippets({ snippets }: Remedy, report: Report, { isVerbose }: ReportTextOptions): Snippets {
  if (isVerbose || snippets.length <= mostSnippets) return snippets;
  const ofHops = snippets.filter(({ server }) => report.hops.some(({ name }) => name.includes(server)));
  return ofHops.length > 0 ? ofHops : snippets.slice(0, mostSnippets);
}

function remedyLines(remedy: Remedy, report: Report, options: ReportTextOptions): string[] {
  const { theme } = options;
  const heading = 'FIX';
  const margin = heading.length + 3;
  const [first = '', ...rest] = styledLines(remedy.text, lineWidth(options) - margin, null, theme);
  const snippets = chosenSnippets(remedy, report, options);
  const furtherServers = remedy.snippets
    .filter((snippet) => !snippets.includes(snippet))
    .map(({ server }) => server);
  const more =
    furtherServers.length === 0
      ? []
      : styledLines(`with -v also for ${furtherServers.join(', ')}`, lineWidth(options) - 3, 'dim', theme);
  const lines = {
    // For copying: nothing in front but spaces.
    commands: remedy.commands.flatMap((command) =>
      copyLines(command, 3, options).map((line) => `   ${theme.strong(line)}`),
    ),
    examples: [
      ...(remedy.examples.length === 0
        ? []
        : styledLines(placesNote, lineWidth(options) - 3, 'dim', theme).map((line) => `   ${line}`)),
      ...remedy.examples.flatMap((example) => copyLines(example, 5, options).map((line) => `     ${line}`)),
    ],
    snippets: [
      ...snippets.flatMap(({ server, text }) => [
        `   ${theme.dim(`${plain(server)}:`)}`,
        ...plainBlock(text).map((line) => `     ${line}`),
      ]),
      ...more.map((line) => `   ${line}`),
    ],
  };
  return [
    ` ${theme.heading(heading)}  ${first}`,
    ...rest.map((line) => ' '.repeat(margin) + line),
    ...remedyParts(remedy).flatMap((part) => lines[part]),
  ];
}

const copyLines = (command: string, indent: number, options: ReportTextOptions): string[] =>
  options.isOnTerminal ? commandLines(plain(command), lineWidth(options) - indent) : [plain(command)];

function rootCauseLines(report: Report, options: ReportTextOptions): string[] {
  const { rootCause } = report;
  if (rootCause === null) return [];
  const { theme } = options;
  const { style } = verdictLook(report.verdict);
  const bar = ` ${theme[style](theme.glyphs.bar)} `;
  const boxed = (text: string, style: Style | null, indent = ''): string[] =>
    styledLines(text, lineWidth(options) - 4 - indent.length, style, theme).map(
      (line) => bar + indent + line,
    );
  const certainty = certaintyOf(rootCause);
  const heading = `ROOT CAUSE  ${plain(rootCause.id)}  ${certainty}`;
  const fits = textWidth(heading) <= lineWidth(options) - 4;
  const title = `${theme[style](theme.strong('ROOT CAUSE'))}  ${theme.strong(plain(rootCause.id))}`;
  return [
    bar + (fits ? `${title}  ${theme.dim(certainty)}` : title),
    ...(fits ? [] : boxed(certainty, 'dim')),
    ...boxed(rootCause.summary, null),
    ...rootCause.evidence.flatMap((line) => boxed(line, 'dim', '  ')),
    '',
    ...remedyLines(rootCause.remedy, report, options),
  ];
}

/** What the fix of the root cause shows already is not shown again: the same lines for the same server. */
function remedyBesides(remedy: Remedy, rootCause: Remedy | undefined): Remedy {
  if (rootCause === undefined) return remedy;
  return {
    ...remedy,
    commands: remedy.commands.filter((command) => !rootCause.commands.includes(command)),
    examples: remedy.examples.filter((example) => !rootCause.examples.includes(example)),
    snippets: remedy.snippets.filter(
      ({ server, text }) => !rootCause.snippets.some((one) => one.server === server && one.text === text),
    ),
  };
}

function findingLines(check: CheckResult, report: Report, options: ReportTextOptions): string[] {
  const { theme } = options;
  const { style, glyph } = statusLooks[check.status];
  return [
    ` ${theme[style](theme.glyphs[glyph])} ${theme.strong(plain(check.id))}`,
    ...styledLines(check.summary, lineWidth(options) - 3, null, theme).map((line) => `   ${line}`),
    ...(check.remedy === null
      ? []
      : remedyLines(remedyBesides(check.remedy, report.rootCause?.remedy), report, options)),
  ];
}

/** Other failures always; warnings only where nothing is broken, and three at most without -v. */
function furtherFindings(report: Report, options: ReportTextOptions): string[][] {
  const others = report.checks.filter(({ id }) => id !== report.rootCause?.id);
  const failures = withStatus(others, 'fail');
  const warnings = withStatus(others, 'warn').filter(({ remedy }) => remedy !== null);
  const isAtRest = report.verdict === 'healthy' || report.verdict === 'degraded';
  const room = options.isVerbose ? warnings.length : isAtRest ? 3 : 0;
  return [...failures, ...warnings.slice(0, room)].map((check) => findingLines(check, report, options));
}

function baseUrlLines({ correctedBaseUrl }: Report, { theme }: ReportTextOptions): string[] {
  if (correctedBaseUrl === null) return [];
  return [
    ` ${theme.heading('BASE URL')}`,
    `   ${theme.dim(padded('msg, SDKs', 13))} ${plain(correctedBaseUrl.sdk)}`,
    `   ${theme.dim(padded('Vercel AI SDK', 13))} ${plain(correctedBaseUrl.vercel)}`,
  ];
}

function verdictLines(report: Report, options: ReportTextOptions): string[] {
  const { theme } = options;
  const { glyph, style } = verdictLook(report.verdict);
  const sentence = report.rootCause === null ? verdictSentence(report) : report.rootCause.id;
  return styledLines(`${report.verdict}: ${sentence}`, lineWidth(options) - 3, 'strong', theme).map(
    (line, index) => (index === 0 ? ` ${theme[style](theme.glyphs[glyph])} ${line}` : `   ${line}`),
  );
}

function accountLines(report: Report, options: ReportTextOptions, showsVerdict: boolean): string[] {
  const { elapsedMs, theme } = options;
  // The sentence of a healthy target counts them already.
  const counts = report.verdict === 'healthy' ? [] : [madeCount(report.checks)];
  const spend = [...counts, spendLine(report), ...(elapsedMs === undefined ? [] : [duration(elapsedMs)])];
  return [
    ...(options.isVerbose ? [] : hopLines(report, options)),
    ...conformanceLines(report, options),
    ...(showsVerdict ? verdictLines(report, options) : []),
    ...styledLines(spend.join(' · '), lineWidth(options) - 1, 'dim', theme).map((line) => ` ${line}`),
  ];
}

/** Everything that is said once the run is over; `showsVerdict` is false where it was said first. */
export function reportTail(report: Report, options: ReportTextOptions, showsVerdict = true): string {
  const sections = [
    rootCauseLines(report, options),
    baseUrlLines(report, options),
    ...furtherFindings(report, options),
    identityLines(report, options),
    options.isVerbose ? hopLines(report, options) : [],
    options.isVerbose ? waterfallLines(report, options) : [],
    accountLines(report, options, showsVerdict),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `\n${asText(lines)}`)
    .join('');
}
