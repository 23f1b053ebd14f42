// What every format of a report needs to know about it: groups, counts, the verdict in a line, the phases of
// the exchange, the buckets of the sparkline. No layout.

import { aliasText } from '../../profiles/profile-kinds.ts';
import { counted, duration } from '../../text/counted.ts';
import { oneLine } from '../../text/sanitize.ts';
import { unicodeGlyphs } from '../../text/theme.ts';
import type { CheckResult, Owner, Remedy, Report, Status, StreamReport } from '../engine/report.ts';

/** The model that was asked for, with the short name it was given by; undefined where there was none. */
export const targetModel = ({ model, modelAlias }: Report['target']): string | undefined =>
  model === null ? undefined : aliasText(modelAlias, model);

export type Group = {
  readonly name: string;
  readonly checks: readonly CheckResult[];
  readonly status: Status;
};

const severities: readonly Status[] = ['pass', 'info', 'skip', 'unknown', 'warn', 'fail', 'crashed'];

function statusOf(checks: readonly CheckResult[]): Status {
  const made = checks.filter(({ status }) => status !== 'skip');
  // A group that was skipped but for checks with nothing to say must not look verified.
  if (
    made.length * 2 < checks.length &&
    made.every(({ status, summary }) => status === 'pass' && summary === '')
  )
    return 'skip';
  return severities[Math.max(...made.map(({ status }) => severities.indexOf(status)))] ?? 'pass';
}

/** The checks by group, in the order in which the groups first appear: the order of dependency. */
export function groupsOf(checks: readonly CheckResult[]): Group[] {
  const names = [...new Set(checks.map((check) => check.group))];
  return names.map((name) => {
    const own = checks.filter((check) => check.group === name);
    return { name, checks: own, status: statusOf(own) };
  });
}

export const withStatus = (checks: readonly CheckResult[], ...statuses: readonly Status[]): CheckResult[] =>
  checks.filter((check) => statuses.includes(check.status));

/** How many checks told something, how many could not, and how many were not made: the count that every format tells. */
export function madeCount(checks: readonly CheckResult[]): string {
  const [open, skipped] = [withStatus(checks, 'unknown').length, withStatus(checks, 'skip').length];
  return [
    `${counted(checks.length - skipped - open, 'check')} made`,
    ...(open === 0 ? [] : [`${open} could not be told`]),
    ...(skipped === 0 ? [] : [`${skipped} skipped`]),
  ].join(', ');
}

/** Why checks were skipped, in words, and which; what skipped the most stands first. */
export function skipReasons(
  skipped: readonly CheckResult[],
): { readonly text: string; readonly checks: readonly CheckResult[] }[] {
  const texts = skipped.map(skipReason);
  return [...new Set(texts)]
    .map((text) => ({ text, checks: skipped.filter((_, index) => texts[index] === text) }))
    .sort((a, b) => b.checks.length - a.checks.length);
}

/** Why one check was skipped: the failure that makes it pointless, or what was not asked for. */
export const skipReason = ({ blockedBy, summary }: CheckResult): string =>
  blockedBy === undefined
    ? summary.replace(/^not checked: /, '').replace(/\.$/, '')
    : `because of ${blockedBy}`;

/** `12 pass, 1 warn, 3 skip`: only what there is. */
export function tally(checks: readonly CheckResult[]): string {
  const order: readonly Status[] = ['pass', 'info', 'warn', 'fail', 'crashed', 'unknown', 'skip'];
  return order
    .map((status) => ({ status, count: withStatus(checks, status).length }))
    .filter(({ count }) => count > 0)
    .map(({ status, count }) => `${count} ${status}`)
    .join(', ');
}

/** Stands before commands that do not run as they are printed. */
export const placesNote = 'for example, with your own in place of the capitals:';

export type RemedyPart = 'commands' | 'examples' | 'snippets';

/** The parts of a remedy as they are done: what configuration changes, the command behind it verifies. */
export const remedyParts = ({ snippets }: Remedy): readonly RemedyPart[] =>
  snippets.length > 0 ? ['examples', 'snippets', 'commands'] : ['commands', 'examples'];

/** Where what is wrong has to be mended. */
export const sideText: Readonly<Record<Owner, string>> = {
  you: 'on your side',
  network: 'in the network',
  proxy: 'at a proxy',
  gateway: 'at the gateway',
  provider: 'at the provider',
};

/** `(certain, on your side)` */
export const certaintyOf = ({ confidence, owner }: NonNullable<Report['rootCause']>): string =>
  `(${confidence}, ${sideText[owner]})`;

/** The verdict in one sentence, without the word itself. */
export function verdictSentence(report: Report): string {
  const { rootCause, checks } = report;
  if (rootCause !== null) return `${rootCause.id} ${certaintyOf(rootCause)}: ${rootCause.summary}`;
  switch (report.verdict) {
    case 'healthy': {
      const warnings = withStatus(checks, 'warn').length;
      const isUnasked = checks.some(({ id, status }) => id === 'model.answers' && status === 'skip');
      return `${madeCount(checks)}, ${warnings === 0 ? 'no warnings' : counted(warnings, 'warning')}${isUnasked ? `; no answer was asked for${report.spend.outputTokens > 0 ? ', yet an empty request was answered, and cost tokens' : ''}` : ''}`;
    }
    case 'broken': {
      const failed = withStatus(checks, 'fail', 'crashed')[0];
      return failed === undefined ? 'no check could be made' : `${failed.id}: ${failed.summary}`;
    }
    case 'degraded':
    case 'undetermined': {
      const open = withStatus(checks, 'unknown', 'crashed')[0];
      return open === undefined ? 'nothing could be measured' : `${open.id}: ${open.summary}`;
    }
  }
}

export function spendLine({ spend }: Report): string {
  const { requests, inputTokens, outputTokens } = spend;
  const tokens =
    inputTokens + outputTokens === 0 ? '0 tokens' : `${inputTokens} in + ${outputTokens} out tokens`;
  return `${counted(requests, 'request')} · ${tokens}`;
}

type Phase = { readonly name: string; readonly startMs: number; readonly endMs: number };

// Connection phases are durations; the rest are marks on the request's own clock, each ending a phase.
const connection = ['dns', 'tcp', 'tls'] as const;
const marks = [
  ['sent', 'send'],
  ['headers', 'wait for headers'],
  ['message_start', 'message_start'],
  ['first_delta', 'first delta'],
  ['last_delta', 'deltas'],
  ['stop', 'message_stop'],
  ['eof', 'end of body'],
] as const;

/** The phases of the streamed request one after the other, with the connection in front of it. */
export function phasesOf(timings: Report['timings']): Phase[] {
  const phases: Phase[] = [];
  let now = 0;
  for (const name of connection) {
    const tookMs = timings[name];
    if (tookMs === undefined) continue;
    phases.push({ name, startMs: now, endMs: now + tookMs });
    now += tookMs;
  }
  const handedOverMs = now;
  for (const [mark, name] of marks) {
    const at = timings[mark];
    if (at === undefined) continue;
    const endMs = Math.max(now, handedOverMs + at);
    phases.push({ name, startMs: now, endMs });
    now = endMs;
  }
  return phases;
}

/** Deltas a bucket from the request to the last delta: 100 ms wide, or wider to fit `maximum` of them. */
export function bucketsOf(
  arrivals: readonly number[],
  maximum: number,
): { counts: number[]; bucketMs: number } {
  const last = arrivals.at(-1) ?? 0;
  const bucketMs = 100 * Math.max(1, Math.ceil((last + 1) / (100 * maximum)));
  const counts = Array.from({ length: Math.floor(last / bucketMs) + 1 }, () => 0);
  for (const at of arrivals) {
    const index = Math.max(0, Math.floor(at / bucketMs));
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return { counts: arrivals.length === 0 ? [] : counts, bucketMs };
}

/** The stream's facts in a few words, for the line of its group. */
export function streamFacts(stream: StreamReport): string[] {
  const facts: string[] = [];
  if (stream.addedDelayMs > 0) facts.push(`+${duration(stream.addedDelayMs)} a token`);
  if (stream.blockBytes !== undefined) facts.push(`blocks of ${stream.blockBytes} B`);
  if (stream.flushPeriodMs !== null) facts.push(`every ${duration(stream.flushPeriodMs)}`);
  if (stream.hop !== undefined) facts.push(`hop ${stream.hop} (${stream.hopConfidence ?? 'possible'})`);
  return facts;
}

/** The mark of a status, where every character can be shown. */
export const statusMarks: Readonly<Record<Status, string>> = {
  ...unicodeGlyphs,
  crashed: unicodeGlyphs.fail,
};

// Half of a character, from a body cut in the middle of one: no encoding can carry it.
const halves = /\p{Surrogate}/gu;

/** Text of any origin as one harmless line. */
export const plain = (text: string): string => oneLine(text.replace(halves, '\ufffd'));

/** Text of several lines, such as configuration: harmless, but its indentation is part of it. */
export const plainBlock = (text: string): string[] =>
  text.split(/\r?\n/).map((line) => (/^[ \t]*/.exec(line)?.[0] ?? '').replaceAll('\t', '    ') + plain(line));
