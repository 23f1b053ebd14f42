// Two reports side by side, for `msg doctor --compare`: two columns where they fit, else one above the other.
import type { Comparison } from '../engine/compare.ts';
import type { ReportTextOptions } from './line.ts';
import { padded, plain, wrapped } from './wrap.ts';

const nameColumn = 20;
const narrowestColumn = 24;

/** The differences of two reports as a table. */
export function compareText({ a, b, differences }: Comparison, options: ReportTextOptions): string {
  const { theme, width } = options;
  const [left, right] = [a, b].map(({ target }) => plain(target.profile ?? target.baseUrl));
  const column = Math.floor((Math.min(width, 120) - nameColumn - 4) / 2);
  const isWide = column >= narrowestColumn;
  const lines: string[] = [];
  if (isWide) {
    lines.push(
      `${' '.repeat(nameColumn)}  ${theme.strong(padded(left ?? '', column))}  ${theme.strong(right ?? '')}`,
    );
  }
  for (const { what, a: first, b: second } of differences) {
    if (isWide) {
      const [one, two] = [wrapped(plain(first), column), wrapped(plain(second), column)];
      for (let index = 0; index < Math.max(one.length, two.length); index += 1) {
        lines.push(
          `${padded(index === 0 ? what : '', nameColumn)}  ${padded(one[index] ?? '', column)}  ${two[index] ?? ''}`.trimEnd(),
        );
      }
    } else {
      lines.push(theme.strong(what));
      for (const [name, value] of [
        [left, first],
        [right, second],
      ] as const) {
        lines.push(
          ...wrapped(`${name}: ${plain(value)}`, Math.max(20, width - 2)).map((line) => `  ${line}`),
        );
      }
    }
  }
  if (differences.length === 0) lines.push(`No difference between ${left} and ${right}.`);
  return `${lines.join('\n')}\n`;
}
