// Two reports side by side, for `msg doctor --compare`: two columns where they fit, else one above the other.
import type { Comparison, Difference } from '../engine/compare.ts';
import { type ReportTextOptions, verdictLook } from './line.ts';
import { padded, plain, wrapped } from './wrap.ts';

const nameColumn = 20;
const narrowestColumn = 24;

/** What stands first, be it the same in both: how both are, and why. */
function verdictsOf({ a, b }: Comparison): Difference[] {
  const cause = { what: 'root cause', a: a.rootCause?.id ?? '-', b: b.rootCause?.id ?? '-' };
  const isWell = a.rootCause === null && b.rootCause === null;
  return [{ what: 'verdict', a: a.verdict, b: b.verdict }, ...(isWell ? [] : [cause])];
}

/** The verdicts and the differences of two reports as a table. */
export function compareText(comparison: Comparison, options: ReportTextOptions): string {
  const { theme, width } = options;
  const { a, b, differences } = comparison;
  const [left = '', right = ''] = [a, b].map(({ target }) => plain(target.profile ?? target.baseUrl));
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
