// The columns of a Markdown table: which cells a line has, how wide and how aligned they will be. Pure.
import { backslash, backtick, pipe, space } from './characters.ts';

export type Align = 'left' | 'right' | 'center';
/** A cell as it stands on the screen, or a row of one that is folded. */
export type CellRow = { readonly styled: string; readonly width: number };
/** A cell on one line. `addressWidth`: of the longest address in it, which is not cut. */
export type Cell = CellRow & { readonly addressWidth: number };
export type Columns = { readonly widths: readonly number[]; readonly aligns: readonly Align[] };

/**
 * Room that columns get beyond their first cells, where there is room, so that most later cells fit: this share of
 * their width by the number of rows that are known.
 */
const spareShare = 1.2;
const leastSpare = 2;
const mostSpare = 16;
/** Narrower columns than these are harder to read than a list of `heading: value`. */
const narrowest = 14;
/** What stands between two columns: a line, and a space on either side. */
export const gapColumns = 3;

/**
 * How wide and how aligned the columns are, in so many columns of the terminal; `records` where they would not fit.
 * `areAll`: no rows will come but these.
 */
export function columnsFor(
  lines: TableStart,
  names: readonly Cell[],
  rows: readonly (readonly Cell[])[],
  width: number,
  areAll: boolean,
): Columns | 'records' {
  const rules = cellsOf(lines[1]);
  const drawn = isDrawnAligned(lines) ? rules.map((rule) => rule.length) : undefined;
  const share = areAll ? undefined : spareShare / Math.max(1, rows.length);
  const count = Math.max(names.length, rules.length);
  const widthsFor = (some: typeof rows) => columnWidths([names, ...some], count, width, share, drawn);
  // A few rows with a long address do not make records of all the others.
  const usual = rows.filter((cells) => cells.every((cell) => cell.addressWidth <= width / 2));
  const widths = widthsFor(rows) ?? (usual.length * 3 >= rows.length * 2 ? widthsFor(usual) : undefined);
  return widths === undefined ? 'records' : { widths, aligns: rules.map(alignOf) };
}

/** The widths in which the rows fit, undefined without any; with `share`, rows are to come, and they are spared room. */
function columnWidths(
  rows: readonly (readonly Cell[])[],
  count: number,
  width: number,
  share: number | undefined,
  drawn: readonly number[] | undefined,
): readonly number[] | undefined {
  const needed: number[] = [];
  const least: number[] = [];
  for (let index = 0; index < count; index += 1) {
    let widest = 1;
    let longestAddress = 0;
    for (const cells of rows) {
      widest = Math.max(widest, cells[index]?.width ?? 0);
      longestAddress = Math.max(longestAddress, cells[index]?.addressWidth ?? 0);
    }
    needed.push(widest);
    least.push(longestAddress);
  }
  const room = width - gapColumns * (count - 1);
  const free = room - sumOf(needed);
  const withSpare = (most: number) => (share === undefined ? needed : spared(needed, most, share, drawn));
  if (free >= 0) return withSpare(free);
  // Narrow columns keep their spare: it costs the wide ones, which are folded anyway, next to nothing.
  const most = withSpare(Number.POSITIVE_INFINITY);
  const wanted = needed.map((one, index) => Math.max(one, Math.min(most[index] ?? 0, narrowest)));
  return fitted(wanted, least, room);
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0);

/** All columns but the last get of what is free. `drawn`: how wide the source draws them. */
function spared(
  needed: readonly number[],
  free: number,
  share: number,
  drawn: readonly number[] | undefined,
): number[] {
  let left = free;
  return needed.map((one, index) => {
    if (index === needed.length - 1) return one;
    const wanted = drawn ? (drawn[index] ?? 0) - one : Math.max(leastSpare, Math.ceil(one * share));
    const more = Math.max(0, Math.min(wanted, mostSpare, left));
    left -= more;
    return one + more;
  });
}

/** The widths wanted, the widest of them made as narrow as it takes, but none below its least; undefined: nothing fits. */
function fitted(wanted: readonly number[], least: readonly number[], room: number): number[] | undefined {
  for (let most = room; most >= narrowest; most -= 1) {
    const widths = wanted.map((one, index) => Math.max(least[index] ?? 0, Math.min(one, most)));
    if (sumOf(widths) <= room) return widths;
  }
  return undefined;
}

/** The heading, the row of dashes and the first row. */
export type TableStart = readonly [heading: string, delimiter: string, first: string];

/** Sources that keep their pipes in line know how wide their widest cell is. */
function isDrawnAligned([heading, delimiter, first]: TableStart): boolean {
  let at = -1;
  do {
    const next = heading.indexOf('|', at + 1);
    if (delimiter.indexOf('|', at + 1) !== next || first.indexOf('|', at + 1) !== next) return false;
    at = next;
  } while (at >= 0);
  return true;
}

function alignOf(rule: string): Align {
  if (!rule.endsWith(':')) return 'left';
  return rule.startsWith(':') ? 'center' : 'right';
}

/** The cells of a line: pipes split, except those that are escaped or stand in code. */
export function cellsOf(line: string): string[] {
  const cells: string[] = [];
  const hasEscapes = line.includes('\\');
  const isPlain = !hasEscapes && !line.includes('`');
  for (let at = 0; at <= line.length; ) {
    const found = isPlain ? line.indexOf('|', at) : nextBarePipe(line, at);
    const stop = found < 0 ? line.length : found;
    const cell = trimmed(line, at, stop);
    // The pipes outside stand before an empty first cell and behind an empty last one.
    if (cell !== '' || (at > 0 && stop < line.length))
      cells.push(hasEscapes ? cell.replaceAll('\\|', '|') : cell);
    at = stop + 1;
  }
  return cells;
}

/** The next pipe that stands in no code and has no backslash before it; -1 without one. */
function nextBarePipe(line: string, from: number): number {
  let isCode = false;
  for (let at = from; at < line.length; at += 1) {
    const code = line.charCodeAt(at);
    if (code === backslash && line.charCodeAt(at + 1) === pipe) at += 1;
    else if (code === backtick) isCode = !isCode && line.includes('`', at + 1);
    else if (code === pipe && !isCode) return at;
  }
  return -1;
}

/** The text from `from` to `to` without the white space around it. */
function trimmed(line: string, from: number, to: number): string {
  let first = from;
  let stop = to;
  while (first < stop && line.charCodeAt(first) === space) first += 1;
  while (first < stop && line.charCodeAt(stop - 1) === space) stop -= 1;
  if (first === stop) return '';
  const one = line.charCodeAt(first);
  const other = line.charCodeAt(stop - 1);
  const text = line.slice(first, stop);
  // What is not ASCII may be white space, too; so may a tab.
  return Math.min(one, other) > space && Math.max(one, other) < 0x7f ? text : text.trim();
}
