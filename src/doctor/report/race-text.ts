// A race for a terminal or a pipe: a table, or where it does not fit a record for each target, then who is best.
import { type Cell, pairsText, tableText } from '../../text/table.ts';
import { isAscii } from '../../text/theme.ts';
import { textWidth } from '../../text/width.ts';
import type { Race, RaceTarget } from '../race/race.ts';
import { asText, lineWidth, type ReportTextOptions, styledLines, themed } from './line.ts';
import { type RaceColumn, raceColumns, raceSpend, raceTitle, raceTroubles } from './race-parts.ts';

/** With less for the name of a target and its model, nothing of them can be recognised. */
const comfortable = 16;

/** The whole of it; ends with a line end. */
export function raceText(race: Race, options: ReportTextOptions): string {
  const { theme } = options;
  const width = lineWidth(options);
  const lines = (text: string, style: Parameters<typeof styledLines>[2] = null): string[] =>
    styledLines(text, width, style, theme);
  const troubles = raceTroubles(race).flatMap(({ name, isOut, text, next }) => [
    ...lines(`${name}: ${text}`, isOut ? 'bad' : 'warn'),
    ...(next === null ? [] : lines(next, 'code').map((line) => `  ${line}`)),
  ]);
  const sections: readonly (readonly string[])[] = [
    race.rankings.flatMap(({ because, winner }) => lines(because, winner === null ? null : 'good')),
    race.notes.flatMap((note) => lines(note)),
    troubles,
    [...(race.rankings.length > 0 ? lines(race.rule, 'dim') : []), ...lines(raceSpend(race), 'dim')],
  ];
  return [
    asText([...lines(raceTitle(race), 'strong'), '']),
    figuresText(race.targets, { ...options, width }),
    ...sections.filter((section) => section.length > 0).map((section) => asText(['', ...section])),
  ].join('');
}

function figuresText(targets: readonly RaceTarget[], options: ReportTextOptions): string {
  const { theme, width } = options;
  const text = (column: RaceColumn, target: RaceTarget): string => {
    const words = themed(column.text(target), theme);
    return words === '-' && !isAscii(theme) ? theme.glyphs.skip : words;
  };
  const columns = raceColumns.filter((column) => targets.some((target) => text(column, target) !== ''));
  const widths = columns.map((column) =>
    Math.max(column.title.length, ...targets.map((target) => textWidth(text(column, target)))),
  );
  const widthOf = (index: number): number =>
    columns[index]?.rank === 1 ? (widths[index] ?? 0) : Math.min(widths[index] ?? 0, comfortable);
  const longestName = Math.max(...targets.map(({ name }) => textWidth(name)));
  const needed = columns.reduce(
    (sum, _column, index) => sum + 2 + widthOf(index),
    Math.min(longestName, comfortable),
  );
  if (needed > width)
    return targets
      .map((target) => {
        const pairs = columns.map((column) => [column.title, text(column, target)] as const);
        const record = pairsText(
          pairs.filter(([, value]) => value !== ''),
          theme,
        );
        return `${asText(styledLines(target.name, width, target.out === null ? 'strong' : 'bad', theme))}${record.replace(/^/gm, '  ').trimEnd()}\n`;
      })
      .join('');
  const cells = targets.map((target): Cell[] => [
    { text: themed(target.name, theme), style: target.out === null ? 'strong' : 'bad' },
    ...columns.map((column, index): Cell => {
      const value = text(column, target);
      // Numbers stand under each other.
      return { text: column.rank === 1 ? value.padStart(widths[index] ?? 0) : value };
    }),
  ]);
  const heads = columns.map(({ title, rank }, index) => ({
    title: (rank === 1 ? title.padStart(widths[index] ?? 0) : title).toUpperCase(),
    rank: 1,
    isWhole: rank === 1,
  }));
  return tableText([{ title: 'TARGET', rank: 1 }, ...heads], cells, theme, width);
}
