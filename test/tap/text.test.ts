// The summary at the end of a tap: each cause once, however often it was met, and none under the words of another.
import { expect, it } from 'vitest';
import type { ExchangeRow, TapVerdict } from '../../src/tap/exchange.ts';
import { verdict } from '../../src/tap/rule.ts';
import { noFacts } from '../../src/tap/session.ts';
import { summaryText } from '../../src/tap/text.ts';
import { plainTheme } from '../../src/text/theme.ts';

const row = (id: number, found: TapVerdict): ExchangeRow => ({
  id,
  startedAt: 0,
  client: null,
  method: 'POST',
  path: '/v1/messages',
  status: 400,
  ending: 'complete',
  durationMs: 1,
  requestBytes: 1,
  responseBytes: 1,
  fault: null,
  facts: noFacts,
  verdict: found,
});
const refused = (summary: string): TapVerdict =>
  verdict('tap.refused', { severity: 'fail', summary, owner: 'client' });
const limited = (summary: string): TapVerdict =>
  verdict('rate.limited', { severity: 'warn', summary, owner: 'you' });

it('the summary has each cause once, by its last words, and keeps two of one rule apart', () => {
  const rows = [
    refused('This client has no token.'),
    refused('This request names another host.'),
    refused('This client has no token.'),
    limited('Too many requests: "wait 3 s (request 1f)".'),
    limited('Too many requests: "wait 2 s (request 2e)" (try 2 of the same request).'),
    limited('Too many requests: "wait 980 ms (request 3d)" (try 3 of the same request).'),
  ].map((found, index) => row(index + 1, found));
  expect(summaryText(rows, plainTheme).split('\n').slice(1)).toEqual([
    '✗ This client has no token. (#1 #3; client)',
    '✗ This request names another host. (#2; client)',
    '! Too many requests: "wait 980 ms (request 3d)" (try 3 of the same request). (#4 #5 #6; you)',
    '',
  ]);
});
