// What one is chosen from, and how an entry of it looks on one row. Pure.
import { oneLine } from '../../text/sanitize.ts';
import type { Cell } from '../../text/table.ts';
import type { Theme } from '../../text/theme.ts';
import { graphemesOf, textWidth } from '../../text/width.ts';
import { padded } from '../../text/wrap.ts';

export type Choice<T> = {
  readonly value: T;
  /** In columns; what is typed is looked for in all of them. */
  readonly cells: readonly Cell[];
};

export type ChoiceList<T> = {
  /** The noun of what is chosen: `model`. */
  readonly title: string;
  /** A promise while they are still being asked for. */
  readonly choices: readonly Choice<T>[] | Promise<readonly Choice<T>[]>;
  /** The one in use: it is marked, and the list begins there. */
  readonly current?: T | undefined;
};

const gap = '  ';

/** The cells of each choice on one line, padded to columns but for the last, with nothing in it that cannot be shown. */
export function alignedCells(choices: readonly Choice<unknown>[]): readonly (readonly Cell[])[] {
  const lines = choices.map(({ cells }) =>
    cells.map((cell): Cell => ({ ...cell, text: oneLine(cell.text).normalize('NFC') })),
  );
  const widths: number[] = [];
  for (const cells of lines)
    for (const [index, { text }] of cells.entries())
      widths[index] = Math.max(widths[index] ?? 0, textWidth(text));
  return lines.map((cells) =>
    cells.map((cell, index) =>
      index === cells.length - 1 ? cell : { ...cell, text: padded(cell.text, widths[index] ?? 0) + gap },
    ),
  );
}

export const textOfCells = (cells: readonly Cell[]): string => cells.map(({ text }) => text).join('');

type RowLook = {
  /** Where the characters begin that were found. */
  readonly found: ReadonlySet<number>;
  readonly isSelected: boolean;
  readonly columns: number;
  readonly theme: Theme;
};

/** One row of at most so many columns, with what was found in it standing out. */
export function choiceRow(cells: readonly Cell[], { found, isSelected, columns, theme }: RowLook): string {
  const whole = textOfCells(cells);
  const isCut = textWidth(whole) > columns;
  let room = columns - (isCut ? textWidth(theme.glyphs.ellipsis) : 0);
  let unit = 0;
  let row = '';
  for (const { text, style } of cells) {
    let run = '';
    let isFoundRun = false;
    const endRun = (): void => {
      const styled = isFoundRun
        ? theme.accent(run)
        : style === undefined || isSelected
          ? run
          : theme[style](run);
      if (run !== '') row += isSelected ? theme.strong(styled) : styled;
      run = '';
    };
    for (const character of graphemesOf(text)) {
      room -= textWidth(character);
      if (room < 0) break;
      const isFound = found.has(unit);
      if (isFound !== isFoundRun) endRun();
      isFoundRun = isFound;
      run += character;
      unit += character.length;
    }
    endRun();
    if (room < 0) break;
  }
  return isCut ? row + theme.glyphs.ellipsis : row;
}
