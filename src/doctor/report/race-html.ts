// A race as one HTML page: who is best, the figures of each target, and every single answer as a dot on one scale.
import { duration } from '../../text/counted.ts';
import type { Race, RaceRun, RaceTarget } from '../race/race.ts';
import { speedText } from '../race/standings.ts';
import { card, factList, htmlPage } from './html-page.ts';
import { html, tag } from './html-parts.ts';
import { raceColumns, raceSpend, raceTitle, raceTroubles } from './race-parts.ts';

/** The page; it loads nothing. */
export function raceHtml(race: Race): string {
  const { rankings, notes } = race;
  const names = race.targets.map(({ name }) => tag('b', 'mono', html(name)));
  const line = tag('p', 'target', names.map((name) => tag('span', '', name)).join(''));
  const words = [
    ...rankings.map(({ because, winner }) => rankingHtml(because, winner)),
    ...notes.map(noteHtml),
  ];
  return htmlPage({
    title: raceTitle(race),
    header: tag('header', '', tag('h1', '', html(raceTitle(race))) + line),
    cards: [
      card(
        rankings.length === 0 ? 'What it says' : 'Which is best',
        words.join('') + (rankings.length === 0 ? '' : tag('p', 'soft', html(race.rule))),
      ),
      card('Figures', figuresHtml(race)),
      card('First text of every answer', dotsHtml(race, firstText)),
      card('Tokens a second of every answer', dotsHtml(race, speed)),
      card('What went wrong', troublesHtml(race)),
      factList([
        ['Rounds', `${race.rounds}`],
        ['Took', html(duration(race.elapsedMs))],
        ['Spent', html(raceSpend(race))],
      ]),
    ],
    footer: `msg doctor --race, ${race.madeAt.slice(0, 16).replace('T', ' ')} UTC. Keys are masked; this page loads nothing.`,
  });
}

const rankingHtml = (because: string, winner: string | null): string =>
  tag('p', winner === null ? 'lead' : 'lead best', html(because));
const noteHtml = (note: string): string => tag('p', '', html(note));

function figuresHtml({ targets }: Race): string {
  const columns = raceColumns.filter(({ text }) => targets.some((target) => text(target) !== ''));
  const head = ['target', ...columns.map(({ title }) => title)].map((title) => tag('th', '', html(title)));
  const rows = targets.map((target) => {
    const cells = columns.map((column) => {
      const cell = tag('td', column.rank === 1 ? 'number' : '', html(column.text(target)));
      return cell.replace('<td', `<td data-title="${html(column.title)}"`);
    });
    return tag('tr', target.out === null ? '' : 'out', tag('th', 'mono', html(target.name)) + cells.join(''));
  });
  return tag(
    'table',
    'race',
    tag('thead', '', tag('tr', '', head.join(''))) + tag('tbody', '', rows.join('')),
  );
}

type Figure = {
  readonly figureOf: (run: RaceRun) => number | null;
  readonly middleOf: (target: RaceTarget) => number | undefined;
  readonly text: (value: number) => string;
};

const firstText: Figure = {
  figureOf: ({ firstTextMs }) => firstTextMs,
  middleOf: ({ firstTextMs }) => firstTextMs?.p50,
  text: duration,
};
const speed: Figure = {
  figureOf: ({ tokensPerSecond }) => tokensPerSecond,
  middleOf: ({ tokensPerSecond }) => tokensPerSecond?.p50,
  text: speedText,
};

/** A row a target on a common scale from 0: a dot an answer, a line at the middle. */
function dotsHtml({ targets, runs }: Race, { figureOf, middleOf, text }: Figure): string {
  const largest = Math.max(0, ...runs.map((run) => figureOf(run) ?? 0));
  if (largest === 0) return '';
  const place = (value: number): string => `left:${((value / largest) * 100).toFixed(2)}%`;
  const rows = targets.map((target) => {
    const values = runs.filter((run) => run.target === target.name).flatMap((run) => figureOf(run) ?? []);
    const middle = middleOf(target);
    const marks = [
      ...values.map((value) => `<i class="dot" style="${place(value)}"></i>`),
      ...(middle === undefined ? [] : [`<i class="middle" style="${place(middle)}"></i>`]),
    ];
    const words = middle === undefined ? 'none' : text(middle);
    return tag(
      'li',
      '',
      [
        tag('span', 'phase', html(target.name)),
        tag('span', 'track', tag('span', 'plot', marks.join(''))),
        tag('span', 'took', html(words)),
      ].join(''),
    );
  });
  const scale = tag('p', 'scale', tag('span', '', '0') + tag('span', '', html(text(largest))));
  const legend = tag(
    'p',
    'legend',
    tag('span', 'one', 'one answer') + tag('span', 'tick', 'the middle (p50), also at the right'),
  );
  return tag('ol', 'waterfall dots', rows.join('')) + scale + legend;
}

function troublesHtml(race: Race): string {
  const items = raceTroubles(race).map(({ name, isOut, text, next }) => {
    const mark = `<span class="mark ${isOut ? 'fail' : 'warn'}">${isOut ? '✗' : '!'}</span>`;
    const command = next === null ? '' : tag('p', 'skipped', html(next));
    return tag(
      'li',
      '',
      mark + tag('div', '', tag('span', 'title', html(name)) + tag('p', '', html(text)) + command),
    );
  });
  return items.length === 0 ? '' : tag('ul', 'checks', items.join(''));
}
