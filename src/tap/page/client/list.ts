// The list of exchanges: one option each, of which the browser lays out only those in sight; the newest stands last and
// stays in sight for who is at the end.
import { limits } from '../../../http/limits.ts';
import type { ExchangeRow } from '../../exchange.ts';
import { button, element } from './element.ts';
import type { Filters } from './filters.ts';
import { columnHeads, fill } from './row-cells.ts';
import * as words from './words.ts';

export type List = {
  readonly box: HTMLElement;
  take(rows: readonly ExchangeRow[], are: 'all' | 'some'): void;
  filter(): void;
  row(id: number): ExchangeRow | undefined;
  /** All rows, the oldest first. */
  rows(): readonly ExchangeRow[];
  /** Moves the selection among the rows that are shown: by so many, or to an end. */
  move(by: number | 'first' | 'last'): void;
  select(id: number | undefined): void;
  readonly selected: number | undefined;
};

export type ListOptions = {
  readonly filters: Filters;
  readonly onSelect: (id: number | undefined) => void;
  /** What is shown of the selected row has changed. */
  readonly onChange: (row: ExchangeRow) => void;
};

type Line = { row: ExchangeRow; option: HTMLElement };

export function createList(pane: HTMLElement, { filters, onSelect, onChange }: ListOptions): List {
  const lines = new Map<number, Line>();
  let selected: number | undefined;
  let unseen = 0;
  const box = element('div', { role: 'listbox', tabindex: '0', class: 'rows', 'aria-label': 'Exchanges' });
  const empty = element('p', { class: 'empty' });
  const newer = button('', () => scrollToEnd(), { class: 'newer', hidden: true });
  pane.append(columnHeads(), box, empty, newer);

  const isAtEnd = (): boolean => box.scrollHeight - box.scrollTop - box.clientHeight < 40;
  const scrollToEnd = (): void => {
    box.scrollTop = box.scrollHeight;
    tellUnseen(0);
  };
  function tellUnseen(count: number): void {
    unseen = count;
    newer.hidden = count === 0;
    newer.textContent = `↓ ${count} new`;
  }
  box.addEventListener('scroll', () => unseen > 0 && isAtEnd() && tellUnseen(0), { passive: true });
  box.addEventListener('click', ({ target }) => {
    const option = target instanceof Element ? target.closest('[role=option]') : null;
    if (option !== null) select(Number(option.id.slice('row-'.length)));
  });

  function put(row: ExchangeRow): boolean {
    const before = lines.get(row.id);
    const option = before?.option ?? element('div', { role: 'option', id: `row-${row.id}` });
    lines.set(row.id, { row, option });
    fill(option, row, row.id === selected);
    option.hidden = !filters.isShown(row);
    filters.offer(row);
    if (before === undefined) box.append(option);
    return before === undefined && !option.hidden;
  }

  /** The tap forgets the oldest, too. */
  function forget(): void {
    for (const [id, { option }] of lines) {
      if (lines.size <= limits.tapExchanges) return;
      option.remove();
      lines.delete(id);
    }
  }

  function summarise(): void {
    let faults = 0;
    let shown = 0;
    for (const { row, option } of lines.values()) {
      if (words.isFault(row)) faults += 1;
      if (!option.hidden) shown += 1;
    }
    filters.countFaults(faults);
    box.hidden = shown === 0;
    empty.hidden = shown > 0;
    empty.textContent =
      lines.size === 0
        ? 'Nothing yet. Exchanges appear here as clients use the tap.'
        : `None of the ${words.count(lines.size)} exchanges fits the filter.`;
  }

  function select(id: number | undefined): void {
    if (id === selected) return;
    for (const one of [selected, id])
      if (one !== undefined) lines.get(one)?.option.setAttribute('aria-selected', String(one === id));
    selected = id;
    const option = id === undefined ? undefined : lines.get(id)?.option;
    if (option === undefined) box.removeAttribute('aria-activedescendant');
    else {
      box.setAttribute('aria-activedescendant', option.id);
      option.scrollIntoView({ block: 'nearest' });
    }
    onSelect(id);
  }

  return {
    box,
    take(rows, are) {
      const wasAtEnd = isAtEnd();
      if (are === 'all') {
        lines.clear();
        box.replaceChildren();
      }
      let added = 0;
      for (const row of rows) if (put(row)) added += 1;
      forget();
      summarise();
      if (wasAtEnd || are === 'all') scrollToEnd();
      else tellUnseen(unseen + added);
      const current = rows.find(({ id }) => id === selected);
      if (current !== undefined) onChange(current);
    },
    filter() {
      for (const { row, option } of lines.values()) option.hidden = !filters.isShown(row);
      summarise();
    },
    row: (id) => lines.get(id)?.row,
    rows: () => [...lines.values()].map(({ row }) => row),
    move(by) {
      const shown = [...lines.values()].filter(({ option }) => !option.hidden);
      const at = shown.findIndex(({ row }) => row.id === selected);
      const from = at === -1 ? (by === 'first' || (by as number) > 0 ? -1 : shown.length) : at;
      const to = by === 'first' ? 0 : by === 'last' ? shown.length - 1 : from + by;
      const line = shown[Math.max(0, Math.min(shown.length - 1, to))];
      if (line !== undefined) select(line.row.id);
    },
    select,
    get selected() {
      return selected;
    },
  };
}
