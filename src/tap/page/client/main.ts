// The page of the tap: the list of exchanges, the detail of one, and the keys that move between them.
import type { ExchangeRow } from '../../exchange.ts';
import { createDetail } from './detail.ts';
import { element } from './element.ts';
import { createFilters } from './filters.ts';
import { keysHint, onKeys } from './keys.ts';
import { createList } from './list.ts';
import { announceSoon } from './live-region.ts';
import { openSource } from './source.ts';
import * as words from './words.ts';

const source = openSource();
const { facts } = source;

const made =
  facts.madeAt === null
    ? []
    : [
        `made ${new Date(facts.madeAt).toISOString().slice(0, 16).replace('T', ' ')} UTC by msg ${facts.version}`,
      ];

const state = element('span', { class: 'state' }, facts.madeAt === null ? 'connecting' : 'report');
const total = element('p', { class: 'total' });
const filterBar = element('div', { class: 'filters', role: 'search' });
const listPane = element('section', { class: 'list', 'aria-label': 'List' });
const detailPane = element('section', { class: 'detail', 'aria-labelledby': 'title', hidden: true });
document.body.append(
  element(
    'header',
    { class: 'page-head' },
    element('h1', {}, 'msg tap'),
    element('p', { class: 'target' }, facts.target),
    state,
    total,
    filterBar,
  ),
  element('main', {}, listPane, detailPane),
);

const filters = createFilters(filterBar, () => list.filter());
const list = createList(listPane, {
  filters,
  onSelect(id) {
    detail.show(id === undefined ? undefined : list.row(id));
    // On a narrow screen the detail takes the place of the list, and with it the focus.
    if (id !== undefined && !list.box.checkVisibility()) detail.focus();
  },
  onChange: (row) => detail.refresh(row),
});
const detail = createDetail(detailPane, source, list, close);

function close(): void {
  list.select(undefined);
  list.box.focus();
}

onKeys({ list, filters, detail, close });
listPane.append(keysHint());

source.follow({
  rows(rows, are) {
    if (are === 'some') for (const row of rows) if (isNews(row)) announceSoon(spoken(row));
    list.take(rows, are);
    total.textContent = [totals(list.rows()), ...made].filter((part) => part !== '').join(' · ');
  },
  state(now) {
    state.textContent = now === 'live' ? 'live' : 'the tap has ended';
    state.classList.toggle('live', now === 'live');
  },
});

/** It is over now, and was not when it was last told. */
const isNews = (row: ExchangeRow): boolean => row.verdict !== null && list.row(row.id)?.verdict == null;

const spoken = (row: ExchangeRow): string =>
  `${row.id}, ${words.pathOf(row.path)}, ${words.markWords[words.markOf(row)]}${words.isFault(row) ? `: ${row.verdict?.summary}` : ''}`;

function totals(rows: readonly ExchangeRow[]): string {
  const sum = (read: (row: ExchangeRow) => number | null): string =>
    words.count(rows.reduce((so, row) => so + (read(row) ?? 0), 0));
  return rows.length === 0
    ? ''
    : `${words.count(rows.length)} ${rows.length === 1 ? 'exchange' : 'exchanges'} · tokens: ${sum((row) => row.facts.inputTokens)} in, ${sum((row) => row.facts.outputTokens)} out, ${sum((row) => row.facts.cacheReadTokens)} cached`;
}
