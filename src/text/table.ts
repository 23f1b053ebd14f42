// Rows in columns, fitted to a width: the least important columns go first, then the widest are cut.

import type { Style, Theme } from './theme.ts';
import { cutToColumns, textWidth } from './width.ts';

export type Cell = { readonly text: string; readonly style?: Style };

type Column = {
  readonly title: string;
  /** 1 stays whatever happens; higher numbers go earlier. */
  readonly rank: number;
  /** What one types or compares is cut last. */
  readonly isWhole?: boolean;
};

const gap = '  ';
/** Cells are cut down to this many characters before a column is given up. */
const comfortable = 30;
/** With fewer, nothing of a cell can be recognised. */
const narrowest = 6;

/** Lines, each ended. Nothing is coloured that is not padded first. */
export function tableText(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  theme: Theme,
  width: number,
): string {
  const widest = columns.map((column, index) =>
    Math.max(textWidth(column.title), ...rows.map((row) => textWidth(row[index]?.text ?? ''))),
  );
  // A column nobody fills says nothing.
  let visible = columns.map((_, index) => index).filter((index) => rows.some((row) => row[index]?.text));
  const total = (longest = Number.POSITIVE_INFINITY): number =>
    visible.reduce((sum, index) => sum + Math.min(longest, widest[index] ?? 0), 0) +
    gap.length * (visible.length - 1);
  // One long address is cut rather than let it push whole columns out.
  while (total(comfortable) > width) {
    const last = Math.max(...visible.map((index) => columns[index]?.rank ?? 1));
    if (last <= 2) break;
    visible = visible.filter((index) => columns[index]?.rank !== last);
  }
  for (let excess = total() - width; excess > 0; excess -= 1) {
    const wide = visible.filter((index) => (widest[index] ?? 0) > narrowest);
    if (wide.length === 0) break;
    const cuttable = wide.filter((index) => !columns[index]?.isWhole);
    const longest = (cuttable.length > 0 ? cuttable : wide).reduce((best, index) =>
      (widest[index] ?? 0) > (widest[best] ?? 0) ? index : best,
    );
    widest[longest] = (widest[longest] ?? 0) - 1;
  }
  const line = (cells: readonly Cell[]): string =>
    visible
      .map((index) => {
        const { text, style } = cells[index] ?? { text: '' };
        const fitted = fit(text, widest[index] ?? 0, theme.glyphs.ellipsis);
        return style === undefined ? fitted : theme[style](fitted);
      })
      .join(gap)
      .trimEnd();
  const titles = columns.map(({ title }): Cell => ({ text: title, style: 'dim' }));
  return [titles, ...rows].map((cells) => `${line(cells)}\n`).join('');
}

function fit(text: string, width: number, ellipsis: string): string {
  const cut = cutToColumns(text, width, ellipsis);
  return cut + ' '.repeat(Math.max(0, width - textWidth(cut)));
}

/** `label  value` lines with the labels in one column. */
export function pairsText(pairs: readonly (readonly [string, string])[], theme: Theme): string {
  const width = Math.max(0, ...pairs.map(([label]) => label.length));
  return pairs.map(([label, value]) => `${theme.dim(label.padEnd(width))}${gap}${value}\n`).join('');
}
