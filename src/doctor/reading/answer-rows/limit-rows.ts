// Limits and money: the budget of a key, the credit of an account, too many requests. Data.
import {
  aboveRate,
  budgetSpent,
  isBudgetSpent,
  isCreditSpent,
  limitWindow,
} from '../../../messages/error-words.ts';
import { accountOwner, has, isPage, quoted, type Row } from './row.ts';

/** What Google calls a quota is often a rate. */
const perMinute = /per[_ -]?(minute|second|base_model)|\b[rt]pm\b/i;

export const limitRows: readonly Row[] = [
  {
    kind: 'quota',
    check: 'rate.quota',
    owner: accountOwner,
    test: (a) => a.status >= 400 && has(a, aboveRate),
    means: (a) => `One request is larger than what may be used in a minute: ${quoted(a)}.`,
    cure: 'Have the limit raised, or take a model that has a higher one.',
  },
  {
    kind: 'quota',
    check: 'rate.quota',
    owner: accountOwner,
    test: (a) =>
      (a.status >= 400 && isBudgetSpent(a.words, a.status)) || (a.status === 429 && has(a, limitWindow)),
    means: (a) => `A quota or budget is used up: ${quoted(a)}.`,
  },
  {
    kind: 'billing',
    check: 'bill.balance',
    owner: accountOwner,
    test: (a) => a.status >= 400 && !isPage(a) && isCreditSpent(a.words, a.status),
    means: (a) => `The balance does not cover the request: ${quoted(a)}.`,
  },
  {
    kind: 'quota',
    check: 'rate.quota',
    owner: accountOwner,
    test: (a) =>
      a.status === 429 &&
      !has(a, perMinute) &&
      (has(a, /quota|budget|spend|5[- ]?h(our)?/i) ||
        has(a, budgetSpent) ||
        Number(a.headers['retry-after']) > 3600),
    means: (a) => `A quota is used up: ${quoted(a)}.`,
  },
  {
    kind: 'rate',
    check: 'rate.limited',
    owner: accountOwner,
    isRetryable: true,
    test: (a) => a.status === 429,
    means: (a) => `Too many requests: ${quoted(a)}.`,
  },
];
