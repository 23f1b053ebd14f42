// Which rows are shown: by words, faults, path and model.
import type { ExchangeRow } from '../../exchange.ts';
import { element } from './element.ts';
import { count as figure, isFault, modelWords, pathOf, stopWords } from './words.ts';

export type Filters = {
  readonly field: HTMLInputElement;
  isShown(row: ExchangeRow): boolean;
  /** Offers what this row has. */
  offer(row: ExchangeRow): void;
  countFaults(count: number): void;
  clear(): void;
};

/** @param onChange called when other rows are to be shown */
export function createFilters(place: HTMLElement, onChange: () => void): Filters {
  const field = element('input', {
    type: 'search',
    'aria-label': 'Filter',
    placeholder: 'Filter: words, #12, 529 …',
    'aria-keyshortcuts': '/',
    autocomplete: 'off',
    spellcheck: 'false',
  });
  const path = choice('Path', 'All paths');
  const model = choice('Model', 'All models');
  const faultCount = element('span', { class: 'count' });
  const faults = element(
    'button',
    { type: 'button', class: 'toggle', 'aria-pressed': 'false' },
    'Only faults',
    faultCount,
  );
  place.append(field, path.element, model.element, faults);
  let words: readonly string[] = [];
  const hasOnlyFaults = (): boolean => faults.getAttribute('aria-pressed') === 'true';

  field.addEventListener('input', () => {
    words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    onChange();
  });
  for (const { element: select } of [path, model]) select.addEventListener('change', onChange);
  faults.addEventListener('click', () => {
    faults.setAttribute('aria-pressed', String(!hasOnlyFaults()));
    onChange();
  });

  return {
    field,
    isShown: (row) =>
      (!hasOnlyFaults() || isFault(row)) &&
      path.allows(pathOf(row.path)) &&
      model.allows(row.facts.modelAsked) &&
      (words.length === 0 || words.every((word) => textOf(row).includes(word))),
    offer(row) {
      path.offer(pathOf(row.path));
      model.offer(row.facts.modelAsked);
    },
    countFaults(count) {
      faultCount.textContent = count === 0 ? '' : figure(count);
    },
    clear() {
      field.value = '';
      words = [];
      path.element.value = '';
      model.element.value = '';
      faults.setAttribute('aria-pressed', 'false');
      onChange();
    },
  };
}

const textOf = (row: ExchangeRow): string =>
  [
    `#${row.id}`,
    row.method,
    row.path,
    row.status ?? '',
    modelWords(row),
    stopWords(row),
    row.fault ?? '',
    row.verdict?.id ?? '',
    row.verdict?.summary ?? '',
  ]
    .join(' ')
    .toLowerCase();

type Choice = {
  readonly element: HTMLSelectElement;
  offer(value: string | null): void;
  allows(value: string | null): boolean;
};

/** Clients that guess paths would fill any list. */
const mostChoices = 200;
const longestChoice = 200;

function choice(name: string, all: string): Choice {
  const select = element('select', { 'aria-label': name }, element('option', { value: '' }, all));
  const offered = new Set<string>();
  return {
    element: select,
    offer(value) {
      if (value === null || value === '' || value.length > longestChoice) return;
      if (offered.has(value) || offered.size >= mostChoices) return;
      offered.add(value);
      const next = [...select.options].slice(1).find((option) => option.value > value) ?? null;
      select.insertBefore(element('option', { value }, value), next);
    },
    allows: (value) => select.value === '' || select.value === value,
  };
}
