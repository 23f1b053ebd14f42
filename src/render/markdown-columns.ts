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
  lines: readonly string[],
  names: readonly Cell[],
  cells: readonly Cell[],
  width: number,
): Columns | 'records' {
  const rules = cellsOf(lines[1] ?? '');
  const count = Math.max(names.length, cells.length);
  const needed = Array.from({ length: count }, (_, index) =>
    Math.max(names[index]?.width ?? 0, cells[index]?.width ?? 0, 1),
  );
  const separators = 3 * (count - 1);
  const allButLast = needed.slice(0, -1).reduce((sum, each) => sum + each, separators);
  const last = needed.at(-1) ?? 0;
  // A long last cell may run over the edge, as any long line does; the columns before it may not.
  if (allButLast + Math.min(last, Math.floor(width / 3)) > width) return 'records';
  let spare = Math.max(0, width - allButLast - last);
  const isDrawn = isDrawnAligned(lines);
  const widths = needed.map((each, index) => {
    if (index === count - 1) return Math.min(each, width - allButLast);
    const drawn = isDrawn ? (rules[index]?.length ?? 0) - each : Math.ceil(each * spareShare);
    const more = Math.max(0, Math.min(drawn, mostSpare, spare));
    spare -= more;
    return each + more;
  });
  return { widths, aligns: rules.map(alignOf) };
}

/** Sources that keep their pipes in line know how wide their widest cell is. */
function isDrawnAligned([first = '', ...others]: readonly string[]): boolean {
  const pipes = pipesOf(first);
  return others.length > 1 && others.every((line) => pipesOf(line).join() === pipes.join());
}

function pipesOf(line: string): number[] {
  const pipes: number[] = [];
  for (let at = line.indexOf('|'); at >= 0; at = line.indexOf('|', at + 1)) pipes.push(at);
  return pipes;
}

function alignOf(rule: string): Align {
  if (!rule.endsWith(':')) return 'left';
  return rule.startsWith(':') ? 'center' : 'right';
}

/** The cells of a line: pipes split, except those that are escaped or stand in code. */
export function cellsOf(line: string): string[] {
  const cells = /[\\`]/.test(line) ? splitAtPipes(line) : line.split('|');
  for (let index = 0; index < cells.length; index += 1) cells[index] = cells[index]?.trim() ?? '';
  if (cells[0] === '') cells.shift();
  if (cells.at(-1) === '') cells.pop();
  return cells;
}

function splitAtPipes(line: string): string[] {
  const cells: string[] = [];
  let start = 0;
  let isCode = false;
  for (let at = 0; at < line.length; at += 1) {
    const code = line.charCodeAt(at);
    if (code === backslash && line.charCodeAt(at + 1) === pipe) at += 1;
    else if (code === backtick) isCode = !isCode && line.includes('`', at + 1);
    else if (code === pipe && !isCode) {
      cells.push(line.slice(start, at).replaceAll('\\|', '|'));
      start = at + 1;
    }
  }
  cells.push(line.slice(start).replaceAll('\\|', '|'));
  return cells;
}

const backslash = 0x5c;
const pipe = 0x7c;
const backtick = 0x60;
