// Chooses what a request is compared with, and shows where the two differ.
import type { ExchangeRow, JudgedExchange } from '../../exchange.ts';
import { type Compared, compared, differenceView, isSameConversation } from './difference.ts';
import { element } from './element.ts';
import type { List } from './list.ts';
import type { Source } from './source.ts';
import { clockTime, pathOf } from './words.ts';

/** Offered to be compared with. */
const mostOffered = 40;
/** Looked at for one that begins alike: agents put other requests between those of a conversation. */
const mostLookedAt = 6;

export function comparison(judged: JudgedExchange, source: Source, list: Pick<List, 'rows'>): HTMLElement {
  const candidates = earlier(judged.row, list.rows());
  const view = element('div', { 'aria-live': 'polite' }, element('p', { class: 'hint' }, 'Comparing …'));
  const select = element(
    'select',
    { 'aria-label': 'Compared with' },
    ...candidates.map(({ id, startedAt, facts }) =>
      element('option', { value: id }, `#${id}, ${clockTime(startedAt)}, ${facts.modelAsked ?? ''}`),
    ),
  );
  const box = element('div', {}, element('p', { class: 'compared' }, 'Compared with ', select), view);
  if (candidates.length === 0) {
    box.replaceChildren(element('p', { class: 'hint' }, 'There is no request of this client before it.'));
    return box;
  }
  let current = new AbortController();
  const show = (find: (signal: AbortSignal) => Promise<Compared | undefined>): void => {
    current.abort();
    current = new AbortController();
    const { signal } = current;
    find(signal).then(
      (found) => {
        if (signal.aborted) return;
        if (found !== undefined) select.value = String(found.id);
        view.replaceChildren(
          found === undefined
            ? element('p', { class: 'hint' }, 'One of the two is no request with a prompt.')
            : differenceView(found),
        );
      },
      (error: Error) => !signal.aborted && view.replaceChildren(element('p', {}, error.message)),
    );
  };
  const compareWith = async (id: number, signal: AbortSignal): Promise<Compared | undefined> =>
    compared(await source.exchange(id, signal), judged);
  select.addEventListener('change', () => show((signal) => compareWith(Number(select.value), signal)));
  show(async (signal) => {
    let best: Compared | undefined;
    for (const { id } of candidates.slice(0, mostLookedAt)) {
      const found = await compareWith(id, signal);
      if (found !== undefined && found.common > (best?.common ?? -1)) best = found;
      if (best !== undefined && isSameConversation(best)) break;
    }
    return best;
  });
  return box;
}

/** Requests of the same client for the same before this one; those for the same model first, and the youngest. */
function earlier(row: ExchangeRow, rows: readonly ExchangeRow[]): readonly ExchangeRow[] {
  const before = rows
    .filter(
      ({ id, client, path, facts }) =>
        id < row.id &&
        client === row.client &&
        pathOf(path) === pathOf(row.path) &&
        facts.modelAsked !== null,
    )
    .reverse();
  const isSameModel = ({ facts }: ExchangeRow): boolean => facts.modelAsked === row.facts.modelAsked;
  return [...before.filter(isSameModel), ...before.filter((one) => !isSameModel(one))].slice(0, mostOffered);
}
