// Results as a table for people: ratios first, absolute figures beside, a mark for each bound.
import type { Figure } from './contests.ts';

export type Result = {
  readonly contest: string;
  readonly title: string;
  readonly unit: Figure['unit'];
  /** Absent when the contest could not be held; `reason` says why. */
  readonly value?: number;
  readonly must?: number;
  readonly aim?: number;
  readonly verdict: 'aim' | 'must' | 'over' | 'none' | 'skipped';
  /** Medians behind the value, by player. */
  readonly absolute: Readonly<Record<string, number>>;
  readonly absoluteUnit: string;
  readonly reason?: string;
};

const marks = { aim: 'ok, aim', must: 'ok', over: 'OVER', none: '', skipped: 'skipped' };

export function tableOf(results: readonly Result[]): string {
  const rows = results.map((result) => [
    result.title,
    result.value === undefined
      ? '-'
      : `${shown(result.value)}${result.unit === 'x' ? ' x' : ` ${result.unit}`}`,
    result.must === undefined ? '' : String(result.must),
    result.aim === undefined ? '' : String(result.aim),
    marks[result.verdict],
    result.reason?.split('\n')[0] ??
      Object.entries(result.absolute)
        .map(([player, value]) => `${player} ${shown(value)} ${result.absoluteUnit}`)
        .join(' · '),
  ]);
  const header = ['figure', 'measured', 'must', 'aim', '', 'medians'];
  const widths = header.map((cell, column) =>
    Math.max(cell.length, ...rows.map((row) => row[column]!.length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        column > 0 && column < 4 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd();
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line), ''].join('\n');
}

const shown = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);
