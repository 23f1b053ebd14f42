// The values of a row in their columns: one line where there is room, else a few.
import type { ExchangeRow } from '../../exchange.ts';
import { element } from './element.ts';
import * as words from './words.ts';

const columns: readonly (readonly [className: string, title: string])[] = [
  ['mark', ''],
  ['time', 'Time'],
  ['path', 'Path'],
  ['status', 'Status'],
  ['model', 'Model'],
  ['first', 'First text'],
  ['speed', 'Tokens/s'],
  ['in', 'In'],
  ['out', 'Out'],
  ['cached', 'Cached'],
  ['stop', 'Stop'],
  ['verdict', 'Verdict'],
];

/** More of it is no name of anything. */
const longestPath = 300;

/** For the eye; each option says the names of its values itself. */
export const columnHeads = (): HTMLElement =>
  element(
    'div',
    { class: 'row heads', 'aria-hidden': 'true' },
    ...columns.map(([className, title]) => element('span', { class: className }, title)),
  );

/** Makes an option show a row. */
export function fill(option: HTMLElement, row: ExchangeRow, isSelected: boolean): void {
  const { facts, verdict } = row;
  const mark = words.markOf(row);
  const cells: Readonly<Record<string, string>> = {
    mark: words.markSigns[mark],
    time: words.clockTime(row.startedAt),
    path: `${row.method === 'POST' ? '' : `${row.method} `}${words.pathOf(row.path).slice(0, longestPath)}`,
    status: row.status === null ? '–' : String(row.status),
    model: words.modelWords(row),
    first: facts.firstTextMs === null ? '' : words.duration(facts.firstTextMs),
    speed: words.speed(facts.tokensPerSecond),
    in: words.count(facts.inputTokens),
    out: words.count(facts.outputTokens),
    cached: words.count(facts.cacheReadTokens),
    stop: words.stopWords(row),
    verdict: verdict?.summary ?? '',
  };
  option.className = `row ${mark}`;
  option.setAttribute('aria-selected', String(isSelected));
  option.replaceChildren(
    ...columns.map(([className]) => {
      const text = cells[className] ?? '';
      if (className === 'mark')
        return element(
          'span',
          { class: className },
          element('span', { 'aria-hidden': 'true' }, text),
          element('span', { class: 'unseen' }, words.markWords[mark]),
        );
      const name = className in names && text !== '' ? element('small', {}, `${names[className]} `) : null;
      const unit = className === 'speed' && text !== '' ? element('small', {}, ' tok/s') : null;
      const isError = className === 'status' && (row.status ?? 0) >= 400;
      return element('span', { class: isError ? 'status error' : className }, name, text, unit);
    }),
  );
}

/** What a value is, for a screen reader, and for the eye where no head of a column says it. */
const names: Readonly<Record<string, string>> = {
  first: 'first text',
  in: 'in',
  out: 'out',
  cached: 'cached',
};
