// A report for a terminal or a pipe: the head, the lines of finished groups as the run goes on, the whole.
// What follows the groups is in advice.ts.

import { counted } from '../../text/counted.ts';
import { textWidth } from '../../text/width.ts';
import { padded, truncated, wrapped } from '../../text/wrap.ts';
import type { CheckResult, Report, Status, StreamReport } from '../engine/report.ts';
import { reportTail } from './advice.ts';
import { streamLines } from './figures.ts';
import {
  asText,
  glyphOf,
  lineWidth,
  type ReportTextOptions,
  statusLooks,
  styledLines,
  themed,
} from './line.ts';
import {
  type Group,
  groupsOf,
  plain,
  skipReason,
  skipReasons,
  targetModel,
  verdictSentence,
  withStatus,
} from './parts.ts';

const nameColumn = 9;
const textMargin = nameColumn + 4;
// The checks of a group stand under its name: with -v there is much to read.
const checkMargin = 3;

/** `msg doctor NAME   URL   MODEL`, on one line where it fits. */
export function reportHead({ target }: Pick<Report, 'target'>, options: ReportTextOptions): string {
  const { theme } = options;
  const name = plain(target.profile === null ? 'msg doctor' : `msg doctor ${target.profile}`);
  const rest = [target.baseUrl, targetModel(target) ?? '']
    .filter((part) => part !== '')
    .map((part) => plain(part));
  const fits = textWidth([name, ...rest].join('   ')) <= lineWidth(options);
  if (fits) return asText([[theme.strong(name), ...rest.map((part) => theme.dim(part))].join('   ')]);
  const lines = rest.flatMap((part) => wrapped(part, lineWidth(options) - 2));
  return asText([theme.strong(name), ...lines.map((line) => `  ${theme.dim(line)}`)]);
}

/** A name in its column, then text; further lines stand under the text. */
function row(
  status: Status,
  name: string,
  lines: readonly string[],
  { theme, isVerbose }: ReportTextOptions,
): string[] {
  const column = padded(plain(name), nameColumn);
  return lines.map((line, index) =>
    index === 0
      ? ` ${glyphOf(status, theme)} ${isVerbose ? theme.strong(column) : column} ${line}`
      : ' '.repeat(textMargin) + line,
  );
}

/** With less room, a row of one line would say too little. */
const narrowRoom = 50;

/**
 * The first of the problems of a group, on one line: all of them are told in full at the end, or with -v. What crashed
 * is told nowhere else.
 */
function problemLines(
  problems: readonly CheckResult[],
  room: number,
  { theme }: ReportTextOptions,
): string[] {
  const [first] = problems;
  if (first === undefined) return [];
  const style = first.status === 'unknown' ? 'dim' : statusLooks[first.status].style;
  if (first.status === 'crashed')
    return styledLines(`${first.id} crashed: ${first.summary}`, room, style, theme);
  const { ellipsis } = theme.glyphs;
  const more = problems.length === 1 ? '' : ` (and ${problems.length - 1} more)`;
  const sentence = themed(first.summary, theme).replace(/\.$/, '').replace(/\. .*/, '');
  const whole = wrapped(sentence + more, room);
  const most = room < narrowRoom ? 2 : 1;
  if (whole.length <= most) return whole.map((line) => theme[style](line));
  // Cut behind a word.
  const begun = wrapped(sentence, room).slice(0, most - 1);
  const [last = ''] = wrapped(
    sentence.slice(begun.join(' ').length).trim(),
    room - textWidth(ellipsis + more),
  );
  return [...begun, last.replace(/[,;:(]+$/, '') + ellipsis + more].map((line) => theme[style](line));
}

/** What a group says when nothing is wrong with it: as many facts as fit on a line. */
function factLine({ checks }: Group, room: number, { theme }: ReportTextOptions): string {
  let line = '';
  for (const { summary } of withStatus(checks, 'pass', 'info')) {
    const fact = themed(summary, theme).replace(/\.$/, '');
    if (fact === '') continue;
    const longer = line === '' ? fact : `${line}; ${fact}`;
    if (line !== '' && textWidth(longer) > room) break;
    line = longer;
  }
  return theme.dim(
    truncated(
      line === '' ? `${counted(checks.length, 'check')}, nothing to note` : line,
      room,
      theme.glyphs.ellipsis,
    ),
  );
}

/** With -v: every check of the group, and its evidence. */
function checkLines({ checks }: Group, options: ReportTextOptions): string[] {
  const { theme } = options;
  const room = lineWidth(options) - checkMargin - 2;
  const margin = ' '.repeat(checkMargin);
  return checks.flatMap((check) => {
    const words = check.status === 'skip' ? `skipped, ${skipReason(check)}` : check.summary || check.title;
    const [first = '', ...rest] = styledLines(`${check.id}: ${words}`, room, 'dim', theme);
    const evidence = check.evidence.flatMap((line) => styledLines(line, room - 2, 'quote', theme));
    return [
      `${margin}${glyphOf(check.status, theme)} ${first}`,
      ...rest.map((line) => `${margin}  ${line}`),
      ...evidence.map((line) => `${margin}    ${line}`),
    ];
  });
}

function groupLines(group: Group, stream: StreamReport | null, options: ReportTextOptions): string[] {
  const room = lineWidth(options) - textMargin;
  const problems = withStatus(group.checks, 'fail', 'crashed', 'warn');
  const notable = problems.length > 0 ? problems : withStatus(group.checks, 'unknown').slice(0, 1);
  const lines = notable.length > 0 ? problemLines(notable, room, options) : [factLine(group, room, options)];
  if (group.name === 'stream' && stream !== null) lines.push(...streamLines(stream, room, options));
  const facts = options.isVerbose ? checkLines(group, options) : [];
  return [...row(group.status, group.name, lines, options), ...facts];
}

function skippedLines(groups: readonly Group[], options: ReportTextOptions): string[] {
  const { theme } = options;
  const checks = withStatus(
    groups.flatMap((group) => group.checks),
    'skip',
  );
  const because = skipReasons(checks)
    .slice(0, 2)
    .map(({ text }) => text)
    .join('; ');
  const names = groups.map(({ name }) => name).join(', ');
  const text = `${names}: ${counted(checks.length, 'check')} skipped, ${because}`;
  return styledLines(text, lineWidth(options) - 3, 'dim', theme).map((line, index) =>
    index === 0 ? ` ${glyphOf('skip', theme)} ${line}` : `   ${line}`,
  );
}

/**
 * The lines of one or more finished groups, as they are printed while the run goes on. Neighbouring groups
 * that were skipped whole share a line. `stream` is needed with the group of that name only.
 */
export function groupsText(
  checks: readonly CheckResult[],
  stream: StreamReport | null,
  options: ReportTextOptions,
): string {
  const lines: string[] = [];
  let skipped: Group[] = [];
  const flush = (): void => {
    if (skipped.length > 0) lines.push(...skippedLines(skipped, options));
    skipped = [];
  };
  for (const group of groupsOf(checks)) {
    if (group.status === 'skip') {
      skipped.push(group);
    } else {
      flush();
      lines.push(...groupLines(group, stream, options));
    }
  }
  flush();
  return asText(lines);
}

/** The whole report for a pipe or a file: the verdict first, on one line whatever its length. */
export function reportText(report: Report, options: ReportTextOptions): string {
  return [
    `${themed(`${report.verdict}: ${verdictSentence(report)}`, options.theme)}\n\n`,
    reportHead(report, options),
    groupsText(report.checks, report.stream, options),
    reportTail(report, options, false),
  ].join('');
}
