// The columns of a Markdown table: which cells a line has, how wide and how aligned they will be. Pure.

export type Align = 'left' | 'right' | 'center';
/** A cell as it stands on the screen. */
export type Cell = { readonly styled: string; readonly width: number };
export type Columns = { readonly widths: readonly number[]; readonly aligns: readonly Align[] };

/** Room that columns get beyond their first cells, where there is room, so that most later cells fit. */
const spareShare = 0.6;
const leastSpare = 2;
const mostSpare = 16;
/** Narrower columns than these are harder to read than a list of `heading: value`. */
const narrowest = 14;
/** What stands between two columns: a line, and a space on either side. */
export const gapColumns = 3;

/** How wide and how aligned the columns are, in so many columns of the terminal; `records` where they would not fit. */
export function columnsFor(
  lines: TableStart,
  names: readonly Cell[],
  rows: readonly (readonly Cell[])[],
  width: number,
): Columns | 'records' {
  const rules = cellsOf(lines[1]);
  const count = Math.max(names.length, ...rows.map((cells) => cells.length));
  const needed: number[] = [];
  for (let index = 0; index < count; index += 1) {
    let widest = Math.max(1, names[index]?.width ?? 0);
    for (const cells of rows) widest = Math.max(widest, cells[index]?.width ?? 0);
    needed.push(widest);
  }
  const aligns = rules.map(alignOf);
  const room = width - gapColumns * (count - 1);
  const spare = room - sumOf(needed);
  const drawn = isDrawnAligned(lines) ? rules.map((rule) => rule.length) : undefined;
  if (spare >= 0) return { widths: withSpare(needed, spare, drawn), aligns };
  // Narrow columns keep their spare: it costs the wide ones, which are folded anyway, next to nothing.
  const spared = withSpare(needed, Number.POSITIVE_INFINITY, drawn);
  const wanted = needed.map((one, index) => Math.max(one, Math.min(spared[index] ?? 0, narrowest)));
  const most = widestFor(wanted, room);
  return most < narrowest ? 'records' : { widths: wanted.map((one) => Math.min(one, most)), aligns };
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0);

/** All columns but the last get of what is free. `drawn`: how wide the source draws them. */
function withSpare(needed: readonly number[], spare: number, drawn: readonly number[] | undefined): number[] {
  let left = spare;
  return needed.map((one, index) => {
    if (index === needed.length - 1) return one;
    const wanted = drawn ? (drawn[index] ?? 0) - one : Math.max(leastSpare, Math.ceil(one * spareShare));
    const more = Math.max(0, Math.min(wanted, mostSpare, left));
    left -= more;
    return one + more;
  });
}

/** The widest that a column may be so that all of them fit. */
function widestFor(needed: readonly number[], room: number): number {
  let left = room;
  const sorted = needed.toSorted((one, other) => one - other);
  for (const [index, one] of sorted.entries()) {
    const share = Math.floor(left / (sorted.length - index));
    if (one > share) return share;
    left -= one;
  }
  return room;
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

const space = 0x20;
const backslash = 0x5c;
const pipe = 0x7c;
const backtick = 0x60;
