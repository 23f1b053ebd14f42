// The keys of the page: what moves through the list works wherever no text is being typed.
import type { Detail } from './detail.ts';
import { element } from './element.ts';
import type { Filters } from './filters.ts';
import type { List } from './list.ts';

export type Parts = {
  readonly list: List;
  readonly filters: Filters;
  readonly detail: Detail;
  readonly close: () => void;
};

const pageOfRows = 10;

/** Only with the list in focus: elsewhere these scroll. */
const listMoves: Readonly<Record<string, number | 'first' | 'last'>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: pageOfRows,
  PageUp: -pageOfRows,
  Home: 'first',
  End: 'last',
};
const moves: Readonly<Record<string, number>> = { j: 1, k: -1 };

/** For the eye, under the list. */
export const keysHint = (): HTMLElement =>
  element(
    'p',
    { class: 'keys' },
    ...[
      ['/', 'filter'],
      ['j k', 'move'],
      ['Enter', 'read'],
      ['Esc', 'back'],
    ].map(([key, what]) => element('span', {}, element('kbd', {}, key ?? ''), ` ${what}`)),
  );

export function onKeys({ list, filters, detail, close }: Parts): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const { target, key } = event;
    if (target === filters.field) return inFilter(event);
    if (target instanceof HTMLSelectElement) return;
    const isInList = target === list.box || target === document.body;
    const move = moves[key] ?? (isInList ? listMoves[key] : undefined);
    if (move !== undefined) list.move(move);
    else if (key === '/') filters.field.select();
    else if (key === 'Escape') stepBack();
    else if (key === 'Enter' && isInList) openSelected();
    else return;
    event.preventDefault();
  });

  function inFilter(event: KeyboardEvent): void {
    if (event.key === 'Escape' && filters.field.value !== '') filters.clear();
    else if (event.key === 'Escape' || event.key === 'Enter') list.box.focus();
    else if (event.key === 'ArrowDown') {
      list.box.focus();
      list.move(1);
    } else return;
    event.preventDefault();
  }

  function openSelected(): void {
    if (list.selected === undefined) list.move('last');
    detail.focus();
  }

  /** One step back: from the detail to the list, then to the list alone. */
  function stepBack(): void {
    const isInDetail = document.activeElement?.closest('.detail') != null;
    if (isInDetail && matchMedia('(min-width: 900px)').matches) list.box.focus();
    else close();
  }
}
