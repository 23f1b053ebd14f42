// Values of exchanges in words and figures, the same in the list and in the detail.
import { timeOfDay } from '../../../text/counted.ts';
import type { Ending, ExchangeRow, TapVerdict } from '../../exchange.ts';

export { duration } from '../../../text/counted.ts';
export { pathOf } from '../../http-head.ts';

/** What a row is marked with: its verdict, or that it is not over. */
export type Mark = TapVerdict['severity'] | 'open';

export const markOf = ({ verdict, ending }: ExchangeRow): Mark =>
  verdict?.severity ?? (ending === 'open' ? 'open' : 'ok');

export const markSigns: Readonly<Record<Mark, string>> = {
  ok: '✓',
  info: 'i',
  warn: '!',
  fail: '✗',
  open: '○',
};

export const markWords: Readonly<Record<Mark, string>> = {
  ok: 'fine',
  info: 'note',
  warn: 'warning',
  fail: 'fault',
  open: 'open',
};

export const isFault = ({ verdict }: ExchangeRow): boolean =>
  verdict?.severity === 'warn' || verdict?.severity === 'fail';

const endings: Readonly<Record<Ending, string>> = {
  open: 'open',
  complete: 'complete',
  cut: 'cut',
  reset: 'reset',
  'client-gone': 'client left',
  stopped: 'tap stopped',
  unreached: 'not reached',
  refused: 'refused',
};

export const endingWords = (ending: Ending): string => endings[ending];

/** Why the answer ended: as the model says it, else as the exchange ended. */
export const stopWords = ({ facts, ending }: ExchangeRow): string =>
  ending === 'complete' ? (facts.stopReason ?? '') : endings[ending];

export const modelWords = ({ facts: { modelAsked, modelServed } }: ExchangeRow): string =>
  modelAsked === null || modelServed === null || modelServed === modelAsked
    ? (modelAsked ?? modelServed ?? '')
    : `${modelAsked} → ${modelServed}`;

/** `1,204`; nothing for null. */
export const count = (value: number | null): string => (value === null ? '' : value.toLocaleString('en'));

export const speed = (tokensPerSecond: number | null): string =>
  tokensPerSecond === null ? '' : count(Math.round(tokensPerSecond));

/** `812 B`, `48.2 kB`, `19.9 MB` */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const [value, unit] = bytes < 999_500 ? [bytes / 1e3, 'kB'] : [bytes / 1e6, 'MB'];
  return `${value < 99.95 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** `14:02:11`, in the time of this place; nothing for 0, which is not known. */
export const clockTime = (at: number): string => (at === 0 ? '' : timeOfDay(at));
