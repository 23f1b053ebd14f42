// The formats of a race: which renderer writes each, loaded only when asked for.
import type { Race } from '../race/race.ts';
import type { ReportFormat } from './formats.ts';
import type { ReportTextOptions } from './line.ts';

export type RaceFormat = Extract<ReportFormat, 'text' | 'json' | 'html' | 'md'>;

const writers: Readonly<Record<RaceFormat, (race: Race, options: ReportTextOptions) => Promise<string>>> = {
  text: async (race, options) => (await import('./race-text.ts')).raceText(race, options),
  json: async (race) => (await import('../../text/json.ts')).jsonText(race),
  html: async (race) => (await import('./race-html.ts')).raceHtml(race),
  md: async (race) => (await import('./race-md.ts')).raceMarkdown(race),
};

/** Whether a race can be written in a format of reports. */
export const isRaceFormat = (format: ReportFormat): format is RaceFormat => Object.hasOwn(writers, format);

/** A race in one format. */
export const writeRace = (format: RaceFormat, race: Race, options: ReportTextOptions): Promise<string> =>
  writers[format](race, options);
