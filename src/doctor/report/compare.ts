// Two reports side by side, for `--compare`: only what differs, in two columns where they fit.

import { padded, wrapped } from '../../text/wrap.ts';
import type { CheckResult, Report } from '../engine/report.ts';
import { type ReportTextOptions, verdictLook } from './line.ts';
import { plain } from './parts.ts';

export type Difference = { readonly what: string; readonly a: string; readonly b: string };

/** What two targets, or a target then and now, differ in. */
export type Comparison = {
  readonly schemaVersion: 1;
  readonly a: Report;
  readonly b: Report;
  readonly differences: readonly Difference[];
};

/** Compares verdict, findings, timings, hops, limits and conformance. */
export function compareReports(a: Report, b: Report): Comparison {
  const pairs: readonly (readonly [string, string, string])[] = [
    ['verdict', a.verdict, b.verdict],
    ['root cause', a.rootCause?.id ?? '-', b.rootCause?.id ?? '-'],
    ...checkPairs(a.checks, b.checks),
    ['who answers', a.identity?.verdict ?? '-', b.identity?.verdict ?? '-'],
    ['stream', streamText(a), streamText(b)],
    [
      'hops',
      a.hops.map(({ name }) => name).join(' ') || '-',
      b.hops.map(({ name }) => name).join(' ') || '-',
    ],
    ...timingPairs(a, b),
    [
      'conformance',
      a.conformance === null ? '-' : `${a.conformance.score}`,
      b.conformance === null ? '-' : `${b.conformance.score}`,
    ],
    ['requests', `${a.spend.requests}`, `${b.spend.requests}`],
    ['tokens', tokensText(a), tokensText(b)],
  ];
  const differences = pairs
    .filter(([, left, right]) => left !== right)
    .map(([what, left, right]) => ({ what, a: left, b: right }));
  return { schemaVersion: 1, a, b, differences };
}

function checkPairs(a: readonly CheckResult[], b: readonly CheckResult[]): [string, string, string][] {
  const other = new Map(b.map((result) => [result.id, result]));
  return a.flatMap((result): [string, string, string][] => {
    const twin = other.get(result.id);
    if (twin === undefined) return [];
    if (result.status !== twin.status) return [[result.id, text(result), text(twin)]];
    // Facts worth comparing although both are fine: the model, the limits, the count.
    const isFact =
      /^(model\.substituted|identity\.model|rate\.headers|caps\.|proto\.version|auth\.precedence|edge\.)/.test(
        result.id,
      );
    return isFact && result.summary !== twin.summary ? [[result.id, result.summary, twin.summary]] : [];
  });
}

const text = ({ status, summary }: CheckResult): string =>
  status === 'skip' || summary === '' ? status : status === 'pass' ? summary : `${status}: ${summary}`;

const tokensText = ({ spend: { inputTokens, outputTokens } }: Report): string =>
  inputTokens + outputTokens === 0 ? '-' : `${inputTokens} in, ${outputTokens} out`;

const streamText = ({ stream }: Report): string =>
  stream === null
    ? '-'
    : stream.verdict === 'live' || stream.verdict === 'unknown'
      ? stream.verdict
      : `${stream.verdict}, +${Math.round(stream.addedDelayMs)} ms a token`;

/** Times that differ by more than a quarter: smaller differences are noise. */
function timingPairs(a: Report, b: Report): [string, string, string][] {
  return Object.keys({ ...a.timings, ...b.timings }).flatMap((name): [string, string, string][] => {
    const [left, right] = [a.timings[name], b.timings[name]];
    if (left === undefined || right === undefined) return [];
    const isNoise = Math.abs(left - right) < Math.max(20, 0.25 * Math.max(left, right));
    return isNoise ? [] : [[name, `${Math.round(left)} ms`, `${Math.round(right)} ms`]];
  });
}

const nameColumn = 20;
const narrowestColumn = 24;

/** What stands first, be it the same in both: how both are, and why. */
function verdictsOf({ a, b }: Comparison): Difference[] {
  const cause = { what: 'root cause', a: a.rootCause?.id ?? '-', b: b.rootCause?.id ?? '-' };
  const isWell = a.rootCause === null && b.rootCause === null;
  return [{ what: 'verdict', a: a.verdict, b: b.verdict }, ...(isWell ? [] : [cause])];
}

const nameOf = ({ target }: Report): string => plain(target.profile ?? target.baseUrl);
const nameOfEach = ({ a, b }: Comparison): readonly [string, string] => [nameOf(a), nameOf(b)];

/** The names of a report that was kept and of one that was just made, of the same target or not. */
export const thenAndNow = ({ a, b }: Comparison): readonly [string, string] => [
  `kept: ${nameOf(a)}`,
  `now: ${nameOf(b)}`,
];

/** The verdicts and the differences of two reports as a table, under their targets' names or others. */
export function compareText(
  comparison: Comparison,
  options: ReportTextOptions,
  names: readonly [string, string] = nameOfEach(comparison),
): string {
  const { theme, width } = options;
  const { a, b, differences } = comparison;
  const [left, right] = names;
  const column = Math.floor((Math.min(width, 120) - nameColumn - 4) / 2);
  const isWide = column >= narrowestColumn;
  const lines: string[] = isWide
    ? [`${' '.repeat(nameColumn)}  ${theme.strong(padded(left, column))}  ${theme.strong(right)}`]
    : [];
  const verdicts = verdictsOf(comparison);
  const others = differences.filter(({ what }) => !verdicts.some((row) => row.what === what));
  for (const { what, a: first, b: second } of [...verdicts, ...others]) {
    const inColour = (text: string, { verdict }: Comparison['a']): string =>
      what === 'verdict' ? theme[verdictLook(verdict).style](text) : text;
    if (isWide) {
      const [one, two] = [wrapped(plain(first), column), wrapped(plain(second), column)];
      for (let index = 0; index < Math.max(one.length, two.length); index += 1) {
        const cells = [inColour(padded(one[index] ?? '', column), a), inColour(two[index] ?? '', b)];
        lines.push(`${padded(index === 0 ? what : '', nameColumn)}  ${cells.join('  ')}`.trimEnd());
      }
    } else {
      lines.push(theme.strong(what));
      for (const [name, value, report] of [
        [left, first, a],
        [right, second, b],
      ] as const) {
        const text = wrapped(`${name}: ${plain(value)}`, Math.max(20, width - 2));
        lines.push(...text.map((line) => `  ${inColour(line, report)}`));
      }
    }
  }
  if (differences.length === 0) lines.push(`No difference between ${left} and ${right}.`);
  return `${lines.join('\n')}\n`;
}
