// A list of models: ids first, because they are what gets copied.

import { oneLine } from '../text/sanitize.ts';
import type { Theme } from '../text/theme.ts';
import type { ModelInfo } from './resources.ts';

/** One model a line; in a pipe, or where the terminal is narrow, only the ids. */
export function modelsText(
  models: readonly ModelInfo[],
  theme: Theme,
  { isTTY, columns }: { isTTY: boolean; columns(): number },
): string {
  const ids = models.map(({ id }) => oneLine(id));
  const width = Math.max(0, ...ids.map((id) => id.length));
  const rows = models.map((model, index) => {
    const id = ids[index] ?? '';
    const facts = modelFacts(model).join(', ');
    const fits = isTTY && width + 2 + facts.length <= columns();
    return fits && facts !== '' ? `${id.padEnd(width)}  ${theme.dim(facts)}` : id;
  });
  return rows.map((row) => `${row}\n`).join('');
}

/** What is known of a model besides its id. */
export function modelFacts({ displayName, id, maxInputTokens, maxTokens, lifecycle }: ModelInfo): string[] {
  return [
    displayName === undefined || displayName === id ? '' : oneLine(displayName),
    maxInputTokens === undefined ? '' : `${tokens(maxInputTokens)} context`,
    maxTokens === undefined ? '' : `${tokens(maxTokens)} out`,
    lifecycle === undefined || lifecycle === 'active' ? '' : oneLine(lifecycle),
  ].filter(Boolean);
}

const tokens = (count: number): string =>
  count >= 1_000_000 ? `${count / 1_000_000}M` : `${Math.round(count / 1000)}k`;
