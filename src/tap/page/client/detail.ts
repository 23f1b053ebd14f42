// One exchange: what is wrong and what to do, its figures, its times, and what was asked and answered.
import { messageOf } from '../../../text/thrown.ts';
import type { ExchangeRow, JudgedExchange } from '../../exchange.ts';
import { actions } from './actions.ts';
import { bodyTabs } from './body-tabs.ts';
import { copyButton } from './copying.ts';
import { button, type Child, card, element } from './element.ts';
import type { List } from './list.ts';
import type { Source } from './source.ts';
import { arrivalChart, phasesOf, waterfall } from './timing.ts';
import * as words from './words.ts';

export type Detail = {
  show(row: ExchangeRow | undefined): void;
  /** What is shown has changed. */
  refresh(row: ExchangeRow): void;
  focus(): void;
};

/** While an exchange is open, what came of it is fetched again: the larger it is, the more seldom. */
const refreshPauseMs = ({ requestBytes, responseBytes }: ExchangeRow): number =>
  1_000 + (requestBytes + responseBytes) / 500;

export function createDetail(
  pane: HTMLElement,
  source: Source,
  list: Pick<List, 'rows'>,
  onClose: () => void,
): Detail {
  let loading = new AbortController();
  let timer: number | undefined;
  let shownId: number | undefined;
  let shown: { judged: JudgedExchange; timing: HTMLElement } | undefined;
  const tabs = bodyTabs(source, list);
  const title = element('h2', { id: 'title', tabindex: '-1' });
  const top = element('div', { class: 'top' });
  const rest = element('div', { class: 'rest' });
  const back = button('‹ List', onClose, { class: 'back', 'aria-keyshortcuts': 'Escape' });
  pane.append(element('header', {}, back, title), top, rest);

  function showRow(row: ExchangeRow): void {
    title.textContent = `#${row.id} ${row.method} ${words.pathOf(row.path)}`;
    top.replaceChildren(aboutRow(row), ...[verdictCard(row)].filter((part) => part !== null), figures(row));
  }

  function stop(): void {
    loading.abort();
    clearTimeout(timer);
    timer = undefined;
  }

  async function load(row: ExchangeRow): Promise<void> {
    stop();
    loading = new AbortController();
    const { signal } = loading;
    rest.setAttribute('aria-busy', 'true');
    try {
      const judged = await source.exchange(row.id, signal);
      if (!signal.aborted) showExchange(judged);
    } catch (error) {
      if (signal.aborted) return;
      shown = undefined;
      rest.replaceChildren(card('Bodies', [element('p', {}, messageOf(error))]));
    } finally {
      if (!signal.aborted) rest.removeAttribute('aria-busy');
    }
  }

  function showExchange(judged: JudgedExchange): void {
    const { exchange, row } = judged;
    const timing = card('Timing', [
      waterfall(phasesOf(exchange, row)),
      arrivalChart(exchange, row, Math.max(300, rest.clientWidth - 42)),
    ]);
    if (shown?.judged.row.id === row.id) {
      // What is being read stays where it is.
      shown.timing.replaceWith(timing);
      shown.judged = judged;
      shown.timing = timing;
      tabs.update(judged);
      return;
    }
    const now = { judged, timing };
    shown = now;
    rest.replaceChildren(
      timing,
      actions(() => now.judged, source.facts.version),
      tabs.view(judged),
    );
  }

  return {
    show(row) {
      document.body.classList.toggle('has-detail', row !== undefined);
      pane.hidden = row === undefined;
      shownId = row?.id;
      shown = undefined;
      stop();
      rest.replaceChildren();
      pane.scrollTop = 0;
      if (row === undefined) return;
      showRow(row);
      void load(row);
    },
    refresh(row) {
      if (row.id !== shownId) return;
      showRow(row);
      if (row.ending !== 'open') void load(row);
      else timer ??= window.setTimeout(() => void load(row), refreshPauseMs(row));
    },
    focus: () => title.focus(),
  };
}

function aboutRow(row: ExchangeRow): HTMLElement {
  const facts = [
    words.clockTime(row.startedAt),
    words.modelWords(row),
    row.client ?? '',
    row.fault === null ? '' : `put in: ${row.fault}`,
  ].filter((fact) => fact !== '');
  return element('p', { class: 'about' }, ...facts.map((fact) => element('span', {}, fact)));
}

function verdictCard({ verdict, ending }: ExchangeRow): Child {
  if (verdict === null)
    return ending === 'open' ? element('p', { class: 'card quiet' }, 'This exchange is still open.') : null;
  if (verdict.severity === 'ok')
    return element(
      'p',
      { class: 'card quiet' },
      element('span', { class: 'mark ok', 'aria-hidden': 'true' }, words.markSigns.ok),
      ' Nothing to say against it.',
      ...verdict.evidence.map((line) => ` ${line}`),
    );
  return element(
    'section',
    { class: `card cause ${verdict.severity}` },
    element('p', { class: 'kind' }, words.markWords[verdict.severity]),
    element('h3', { class: 'summary' }, verdict.summary),
    element('p', { class: 'how' }, `${verdict.id} · ${verdict.confidence} · owner: ${verdict.owner}`),
    verdict.evidence.length === 0
      ? null
      : element('ul', { class: 'wire' }, ...verdict.evidence.map((line) => element('li', {}, line))),
    verdict.cure === '' && verdict.commands.length === 0
      ? null
      : element(
          'div',
          { class: 'fix' },
          element('h4', {}, 'What to do'),
          verdict.cure === '' ? null : element('p', {}, verdict.cure),
          ...verdict.commands.map((command) =>
            element(
              'div',
              { class: 'command' },
              element('code', {}, command),
              copyButton('Copy', () => command, `Copy: ${command}`),
            ),
          ),
        ),
  );
}

function figures(row: ExchangeRow): HTMLElement {
  const { facts } = row;
  const cells: readonly (readonly [name: string, value: string])[] = [
    ['First text', facts.firstTextMs === null ? '' : words.duration(facts.firstTextMs)],
    ['Tokens a second', facts.tokensPerSecond === null ? '' : String(Math.round(facts.tokensPerSecond))],
    ['Input tokens', words.count(facts.inputTokens)],
    ['From the cache', words.count(facts.cacheReadTokens)],
    ['Into the cache', words.count(facts.cacheWriteTokens)],
    ['Output tokens', words.count(facts.outputTokens)],
    ['Took', row.durationMs === null ? '' : words.duration(row.durationMs)],
    ['Status', row.status === null ? 'none' : String(row.status)],
    ['End', words.stopWords(row)],
    ['Request', words.size(row.requestBytes)],
    ['Answer', words.size(row.responseBytes)],
  ];
  return element(
    'dl',
    { class: 'figures' },
    ...cells
      .filter(([, value]) => value !== '')
      .map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value))),
  );
}
