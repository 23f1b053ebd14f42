// The history of a watch as one HTML page: how it stands, latency and verdict over time, every change.
import { dayOf, duration, timeOfDay } from '../../text/counted.ts';
import type { Verdict } from '../engine/report.ts';
import { spreadOf } from '../samples/quantile.ts';
import { type Change, changesIn } from '../watch/news.ts';
import type { Round } from '../watch/round.ts';
import { card, factList, htmlPage } from './html-page.ts';
import { html, tag } from './html-parts.ts';
import { verdictStatus } from './line.ts';
import { statusMarks } from './parts.ts';
import { watchChart } from './watch-chart.ts';

/** More of them nobody reads; the newest are told. */
const mostChanges = 200;

/**
 * The page; it loads nothing. Times are those of this place, which it names.
 * @param rounds oldest first
 * @param madeAt milliseconds since 1970
 */
export function watchHtml(name: string, rounds: readonly Round[], madeAt: number): string {
  const last = rounds.at(-1);
  const verdict = last?.verdict ?? 'undetermined';
  const changes = changesIn(rounds);
  const period = rounds[0] === undefined ? '' : `${when(rounds[0].at)} to ${when(last?.at ?? madeAt)}`;
  const line = tag(
    'p',
    'target',
    tag('span', '', tag('b', 'mono', html(last?.target ?? ''))) + tag('span', '', html(period)),
  );
  return htmlPage({
    title: `${verdict}: ${name}`,
    header: tag('header', '', tag('h1', '', html(name)) + tag('span', `pill ${verdict}`, verdict) + line),
    cards: [
      factsHtml(rounds, changes),
      card('Latency and verdict', watchChart(rounds)),
      card('Changes, newest first', changesHtml(changes)),
    ],
    footer: `msg doctor --watch, ${when(madeAt)} (${zoneOf(madeAt)}; all times are of this zone). Keys are masked; this page loads nothing.`,
  });
}

const when = (at: number): string => `${dayOf(at)} ${timeOfDay(at)}`;

/** `UTC+01:00`, as the place had it then. */
function zoneOf(at: number): string {
  const minutes = -new Date(at).getTimezoneOffset();
  const two = (value: number): string => String(Math.floor(Math.abs(value))).padStart(2, '0');
  return minutes === 0 ? 'UTC' : `UTC${minutes < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
}

function factsHtml(rounds: readonly Round[], changes: readonly Change[]): string {
  const latency = spreadOf(rounds.flatMap(({ latencyMs }) => latencyMs ?? []));
  const count = (verdict: Verdict): number => rounds.filter((round) => round.verdict === verdict).length;
  const share = rounds.length === 0 ? 0 : (count('healthy') / rounds.length) * 100;
  const others = (['degraded', 'broken', 'undetermined'] as const)
    .filter((verdict) => count(verdict) > 0)
    .map((verdict) => `${count(verdict)} ${verdict}`);
  return factList([
    ['Rounds', `${rounds.length}`],
    // All but one of many is not all.
    ['Healthy', `${share === 100 ? 100 : Math.floor(share * 10) / 10} % <small>${others.join(', ')}</small>`],
    ...(latency === null
      ? []
      : ([
          ['Latency p50', html(duration(latency.p50))],
          ['Latency p95', html(duration(latency.p95))],
        ] as const)),
    ['Changes', `${Math.max(0, changes.length - 1)}`],
  ]);
}

function changesHtml(changes: readonly Change[]): string {
  const newest = changes.slice(-mostChanges).reverse();
  const items = newest.map(({ round, words, isLatency }) => {
    const status = isLatency ? 'info' : verdictStatus[round.verdict];
    const mark = `<span class="mark ${status}" title="${isLatency ? 'latency' : round.verdict}">${statusMarks[status]}</span>`;
    return tag(
      'li',
      '',
      mark + tag('div', '', tag('span', 'title', html(when(round.at))) + tag('p', '', html(words))),
    );
  });
  const older = changes.length - newest.length;
  return (
    tag('ul', 'checks', items.join('')) +
    (older === 0 ? '' : tag('p', 'soft', `${older} older ones are left out.`))
  );
}
