// Limits and money: the budget of a key, the credit of an account, too many requests. Data.
import { budgetSpent, creditSpent } from '../../../messages/error-words.ts';
import { accountOwner, has, isIn, quoted, type Row } from './row.ts';

export const limitRows: readonly Row[] = [
  {
    kind: 'quota',
    check: 'rate.quota',
    owner: accountOwner,
    test: (a) =>
      has(a, /enforced_spend_limit|contract_spend_limit|specified API usage limits/i) ||
      (isIn(a, 400, 402, 403) && has(a, budgetSpent)) ||
      // A window that is named ends by itself, however the money is called.
      (isIn(a, 402, 403, 429) && has(a, /\bresets?\b.{0,30}\d|\b(daily|weekly|monthly|per day)\b/i)),
    means: (a) => `A quota or budget is used up: ${quoted(a)}.`,
  },
  {
    kind: 'billing',
    check: 'bill.balance',
    owner: accountOwner,
    test: (a) =>
      a.status === 402 ||
      (isIn(a, 400, 403, 429, 500) && has(a, creditSpent)) ||
      (isIn(a, 400, 403, 429) &&
        has(
          a,
          /credit balance|billing_error|insufficient[_ ](user[_ ])?(quota|balance|credits?|funds)|account.{0,20}arrears/i,
        )),
    means: (a) => `The balance does not cover the request: ${quoted(a)}.`,
  },
  {
    kind: 'quota',
    check: 'rate.quota',
    owner: accountOwner,
    test: (a) =>
      a.status === 429 &&
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
