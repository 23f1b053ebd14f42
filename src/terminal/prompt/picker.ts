// Choosing from a list on the screen: arrows move, typing narrows, Enter takes, and nothing of it stays. It has a screen
// of its own: a resize would wrap rows anew, and nobody could tell where they begin.
import type { Cell } from '../../text/table.ts';
import type { Theme } from '../../text/theme.ts';
import { cutToColumns, lastColumns, textWidth } from '../../text/width.ts';
import { alignedCells, type Choice, type ChoiceList, choiceRow, textOfCells } from './choice.ts';
import { type Fit, fitting } from './fuzzy.ts';
import type { KeyEvent } from './key-events.ts';
import { actionOf, isPrintable } from './key-names.ts';
import { columnsOf, type TerminalOutput } from './terminal-modes.ts';

export type Picker = {
  readonly isOpen: () => boolean;
  /** Whether keys can be taken: after an early Enter the list is awaited first. */
  readonly isReady: () => boolean;
  /** Resolves with what was chosen, null when nothing was. Rejects when the choices cannot be had. */
  readonly open: <T>(list: ChoiceList<T>) => Promise<T | null>;
  readonly take: (event: KeyEvent) => void;
  /** Again, on a screen that something else has used. */
  readonly draw: () => void;
  /** Ends it without a choice. */
  readonly close: () => void;
};

/** The line of the query, and the one that says what keys do. */
const otherRows = 2;
const assumedRows = 24;
/** As short as a terminal of 40 columns. */
const keys = 'type to narrow, Enter takes, Esc leaves';

const eraseBehind = '\x1b[J';
const eraseLine = '\x1b[K';
const toStart = '\x1b[H';
const eraseAll = '\x1b[2J';

type OpenList = {
  readonly title: string;
  rows: readonly (readonly Cell[])[] | null;
  currentIndex: number;
  fits: readonly Fit[];
  query: string;
  /** Index among what fits. */
  selected: number;
  /** The first one shown. */
  top: number;
  takesWhenLoaded: boolean;
  readonly settle: (index: number | null) => void;
};

type PickerHost = {
  readonly output: TerminalOutput;
  readonly theme: Theme;
  /** Takes a screen for the list, and gives it back. */
  readonly overlay: (isOn: boolean) => void;
  /** Keys can be taken that could not be before. */
  readonly onReady: () => void;
};

export function createPicker({ output, theme, overlay, onReady }: PickerHost): Picker {
  let list: OpenList | null = null;

  const columns = (): number => Math.max(8, columnsOf(output) - 1);
  const pageRows = (): number => Math.max(1, (output.rows || assumedRows) - otherRows);

  const queryLine = ({ title, query, rows, fits }: OpenList): string => {
    const caret = theme.glyphs.caret;
    const count =
      rows === null ? 'loading' : query === '' ? `${rows.length}` : `${fits.length} of ${rows.length}`;
    const room = columns() - textWidth(`  ${title}: ${caret}`);
    const shown = lastColumns(query, room);
    const counted = textWidth(shown) + count.length + 2 <= room ? `  ${theme.dim(count)}` : '';
    return `${theme.accent(theme.glyphs.current)} ${theme.strong(`${title}:`)} ${shown}${caret}${counted}`;
  };
  const rowLine = (one: OpenList, position: number): string => {
    const { index, found } = one.fits[position] as Fit;
    const isSelected = position === one.selected;
    const { current, bullet } = theme.glyphs;
    const mark = isSelected ? theme.accent(current) : index === one.currentIndex ? theme.dim(bullet) : ' ';
    const look = { found, isSelected, columns: columns() - textWidth(current) - 1, theme };
    return `${mark} ${choiceRow(one.rows?.[index] ?? [], look)}`;
  };
  const hintLine = ({ rows, fits }: OpenList): string => {
    const hint = rows !== null && fits.length === 0 ? `nothing fits: ${keys}` : keys;
    return theme.dim(cutToColumns(hint, columns(), theme.glyphs.ellipsis));
  };
  const draw = (): void => {
    if (list === null) return;
    const one = list;
    const page = pageRows();
    one.top = Math.max(0, Math.min(one.top, one.fits.length - page));
    one.top = Math.min(one.selected, Math.max(one.top, one.selected - page + 1));
    const positions = one.fits.slice(one.top, one.top + page).map((_, offset) => one.top + offset);
    const lines = [queryLine(one), ...positions.map((position) => rowLine(one, position)), hintLine(one)];
    output.write(`${toStart}${lines.map((line) => line + eraseLine).join('\r\n')}${eraseBehind}`);
  };
  const onResize = (): void => {
    output.write(eraseAll);
    draw();
  };
  const end = (index: number | null): void => {
    const settle = list?.settle;
    list = null;
    output.off('resize', onResize);
    overlay(false);
    settle?.(index);
  };

  const narrow = (one: OpenList, query: string): void => {
    one.query = query;
    one.fits = fitting((one.rows ?? []).map(textOfCells), query);
    const current = one.fits.findIndex(({ index }) => index === one.currentIndex);
    one.selected = query === '' && current > 0 ? current : 0;
    one.top = 0;
    draw();
  };
  const select = (one: OpenList, position: number): void => {
    one.selected = Math.max(0, Math.min(position, one.fits.length - 1));
    draw();
  };
  const submit = (one: OpenList): void => {
    const fit = one.fits[one.selected];
    if (one.rows === null) one.takesWhenLoaded = true;
    else if (fit !== undefined) end(fit.index);
  };

  const load = (one: OpenList, choices: readonly Choice<unknown>[], current: unknown): void => {
    one.rows = alignedCells(choices);
    one.currentIndex = choices.findIndex(({ value }) => value === current);
    narrow(one, one.query);
    if (choices.length === 0) end(null);
    else if (one.takesWhenLoaded) {
      one.takesWhenLoaded = false;
      submit(one);
    }
    onReady();
  };

  return {
    isOpen: () => list !== null,
    isReady: () => list !== null && !list.takesWhenLoaded,
    open: ({ title, choices, current }) =>
      new Promise((resolve, reject) => {
        let loaded: readonly Choice<never>[] = [];
        const one: OpenList = {
          title,
          rows: null,
          currentIndex: -1,
          fits: [],
          query: '',
          selected: 0,
          top: 0,
          takesWhenLoaded: false,
          settle: (index) => resolve(index === null ? null : (loaded[index]?.value ?? null)),
        };
        list = one;
        output.on('resize', onResize);
        overlay(true);
        const begin = (all: readonly Choice<unknown>[]): void => {
          loaded = all as readonly Choice<never>[];
          if (list === one) load(one, all, current);
        };
        if (!(choices instanceof Promise)) return begin(choices);
        draw();
        onReady();
        choices.then(begin, (error: unknown) => {
          if (list !== one) return;
          reject(error);
          end(null);
        });
      }),
    take(event) {
      if (list === null) return;
      const one = list;
      if (event.kind === 'paste') return narrow(one, one.query + (event.text.split('\n')[0] ?? ''));
      const { key, characters } = event;
      const move = moves[key.name ?? ''] ?? moves[actionOf(key) ?? ''];
      const action = actionOf(key);
      if (action === 'interrupt' || action === 'end' || key.name === 'escape') end(null);
      else if (action === 'submit') submit(one);
      else if (move !== undefined) select(one, move(one.selected, pageRows()));
      else if (action === 'backspace') narrow(one, Array.from(one.query).slice(0, -1).join(''));
      else if (key.ctrl && key.name === 'u') narrow(one, '');
      else if (key.ctrl && key.name === 'w') narrow(one, one.query.replace(/\S+\s*$/, ''));
      else if (isPrintable(characters, key)) narrow(one, one.query + characters);
    },
    draw,
    close: () => {
      if (list !== null) end(null);
    },
  };
}

/** Where a key leads, from a place in a list of which so many rows are shown. */
const moves: Readonly<Record<string, (from: number, page: number) => number>> = {
  up: (from) => from - 1,
  down: (from) => from + 1,
  pageup: (from, page) => from - page,
  pagedown: (from, page) => from + page,
  'line-start': () => 0,
  'line-end': () => Number.POSITIVE_INFINITY,
};
