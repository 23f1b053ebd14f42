// The columns of a Markdown table: which cells a line has, how wide and how aligned they will be. Pure.

export type Align = 'left' | 'right' | 'center';
/** A cell as it stands on the screen. */
export type Cell = { readonly styled: string; readonly width: number };
export type Columns = { readonly widths: readonly number[]; readonly aligns: readonly Align[] };

/** Room that columns get beyond their first cells, where there is room, so that most later cells fit. */
const spareShare = 0.6;
const mostSpare = 16;

/** How wide and how aligned the columns are; `records` where they would not fit. */
export function columnsFor(
  lines: TableStart,
  names: readonly Cell[],
  cells: readonly Cell[],
  width: number,
): Columns | 'records' {
  const rules = cellsOf(lines[1]);
  const count = Math.max(names.length, cells.length);
  const widths: number[] = [];
  let allButLast = 3 * (count - 1);
  for (let index = 0; index < count; index += 1) {
    const needed = Math.max(names[index]?.width ?? 0, cells[index]?.width ?? 0, 1);
    widths.push(needed);
    if (index < count - 1) allButLast += needed;
  }
  const last = widths[count - 1] ?? 0;
  // A long last cell may run over the edge, as any long line does; the columns before it may not.
  if (allButLast + Math.min(last, Math.floor(width / 3)) > width) return 'records';
  let spare = Math.max(0, width - allButLast - last);
  const isDrawn = isDrawnAligned(lines);
  for (let index = 0; index < count - 1; index += 1) {
    const needed = widths[index] ?? 0;
    const drawn = isDrawn ? (rules[index]?.length ?? 0) - needed : Math.ceil(needed * spareShare);
    const more = Math.max(0, Math.min(drawn, mostSpare, spare));
    spare -= more;
    widths[index] = needed + more;
  }
  if (count > 0) widths[count - 1] = Math.min(last, width - allButLast);
  return { widths, aligns: rules.map(alignOf) };
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
