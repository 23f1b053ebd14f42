// A race as Markdown: the table, who is best, what went wrong.
import type { Race } from '../race/race.ts';
import { code, escaped } from './md-text.ts';
import { raceColumns, raceSpend, raceTitle, raceTroubles } from './race-parts.ts';

/** Ends with a line end. */
export function raceMarkdown(race: Race): string {
  const columns = raceColumns.filter(({ text }) => race.targets.some((target) => text(target) !== ''));
  const rows = race.targets.map(
    (target) => `| ${code(target.name)} | ${columns.map(({ text }) => escaped(text(target))).join(' | ')} |`,
  );
  const items = [
    ...race.rankings.map(({ because }) => because),
    ...race.notes,
    ...raceTroubles(race).map(({ name, text, next }) => `${name}: ${text}${next === null ? '' : ` ${next}`}`),
  ];
  return [
    `# ${escaped(raceTitle(race))}`,
    '',
    `| target | ${columns.map(({ title }) => title).join(' | ')} |`,
    `|---|${columns.map(({ rank }) => (rank === 1 ? '---:|' : '---|')).join('')}`,
    ...rows,
    '',
    ...items.map((item) => `- ${escaped(item)}`),
    '',
    ...(race.rankings.length === 0 ? [] : [escaped(race.rule), '']),
    `Spent: ${escaped(raceSpend(race))}; made ${race.madeAt}.`,
    '',
  ].join('\n');
}
