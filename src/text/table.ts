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

/** A label and its value; parts of a value stand two spaces apart. */
export type Pair = readonly [label: string, value: string | readonly Cell[]];

/**
 * `label  value` lines with the labels in one column. A value that is too long goes on under itself, word by word; one
 * with a word that is too long (an address) stands below its label.
 */
export function pairsText(
  pairs: readonly Pair[],
  theme: Theme,
  width: number = Number.POSITIVE_INFINITY,
): string {
  const labelWidth = Math.max(0, ...pairs.map(([label]) => textWidth(label)));
  const beside = width - labelWidth - gap.length;
  const lines = pairs.flatMap(([label, value]) => {
    const parts = typeof value === 'string' ? [{ text: value }] : value;
    const column = theme.dim(fit(label, labelWidth, ''));
    const isFitting = parts.every(({ text }) => text.split(' ').every((word) => textWidth(word) <= beside));
    if (!isFitting)
      return [
        ...(label === '' ? [] : [theme.dim(label)]),
        ...valueLines(parts, width - gap.length, theme).map((line) => gap + line),
      ];
    const [first = '', ...rest] = valueLines(parts, beside, theme);
    return [column + gap + first, ...rest.map((line) => ' '.repeat(labelWidth) + gap + line)];
  });
  return lines.map((line) => `${line}\n`).join('');
}

/** A bullet or a number at the beginning of a value: what follows goes on under what follows. */
const widestLead = 4;

/** Each word is styled by itself: a style that spans a line end would colour the margin. */
function valueLines(parts: readonly Cell[], width: number, theme: Theme): string[] {
  const styled = ({ text, style }: Cell): string => (style === undefined ? text : theme[style](text));
  const isOneLine = textWidth(parts.map(({ text }) => text).join(gap)) <= width;
  if (isOneLine) return [parts.map(styled).join(gap)];
  const leadWidth = textWidth(parts[0]?.text ?? '');
  const hang = parts.length > 1 && leadWidth <= widestLead ? ' '.repeat(leadWidth + gap.length) : '';
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const [part, { text, style }] of parts.entries())
    for (const [index, word] of text.split(' ').entries()) {
      const space = part + index === 0 ? '' : index === 0 ? gap : ' ';
      const isNext = used + space.length + textWidth(word) > width && used > hang.length;
      if (isNext) lines.push(line);
      line =
        (isNext ? hang : line + space) + styled({ text: word, ...(style === undefined ? {} : { style }) });
      used = (isNext ? hang.length : used + space.length) + textWidth(word);
    }
  return [...lines, line];
}
