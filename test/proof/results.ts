// docs/RESULTS.md: a section a part, each with the day and the machine it was run on. One that was not rerun stays as it is.
import { arch, cpus, platform } from 'node:os';
import type { Outcome, Part } from './part.ts';

/** Where and when a part ran. */
export type Circumstances = {
  readonly date: Date;
  readonly version: string;
  /** Of the repository, where it is one. */
  readonly commit: string | undefined;
  /** One-minute load averages before and after. */
  readonly loads: readonly [number, number];
  readonly durationMs: number;
};

/** Sections by the title of their part. */
export type Sections = ReadonlyMap<string, string>;

export function sectionsIn(results: string): Sections {
  const [, ...sections] = results.split(/^## /m);
  return new Map(sections.map((section) => [section.split('\n')[0] ?? '', `## ${section.trimEnd()}\n`]));
}

export function sectionOf({ title, name, about }: Part, outcome: Outcome, where: Circumstances): string {
  const { date, version, commit, loads, durationMs } = where;
  const cores = cpus();
  const facts = [
    `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    `msg ${version}${commit === undefined ? '' : ` (${commit})`}`,
    `Node ${process.version}`,
    `${platform()} ${arch()}, ${cores.length} × ${cores[0]?.model.trim() || 'unknown processor'}`,
    `load ${loads.map((load) => load.toFixed(1)).join(' to ')}`,
    `took ${durationMs < 100_000 ? `${(durationMs / 1000).toFixed(1)} s` : `${Math.round(durationMs / 60_000)} min`}`,
  ].join(' · ');
  return `## ${title}\n\n${about}\n\n**${outcome.result}**\n\n${facts} · \`npm run proof -- ${name}\`\n\n${outcome.details.trim()}\n`;
}

/** The whole file. */
export function resultsOf(parts: readonly Part[], sections: Sections): string {
  const rows = parts.map(({ title }) => {
    const section = sections.get(title);
    const result = /^\*\*(.*)\*\*$/m.exec(section ?? '')?.[1] ?? 'not run yet';
    return `| [${title}](#${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}) | ${result} | ${/^\d{4}-\d\d-\d\d/m.exec(section ?? '')?.[0] ?? ''} |`;
  });
  const texts = parts.map(
    ({ title, name, about }) =>
      sections.get(title) ?? `## ${title}\n\n${about}\n\nNot run yet: \`npm run proof -- ${name}\`\n`,
  );
  return `${introduction}\n| what | result | day |\n| --- | --- | --- |\n${rows.join('\n')}\n\n${texts.join('\n')}`;
}

const introduction = `# Figures

What was measured, written by \`npm run proof\`, which anybody can run again; \`npm run proof -- cuts matrix\` runs these parts
only, and leaves the others with the day and the machine they were run on. The load is that of the machine while the part
ran: above its number of cores, times and rates say little, and counts of right and wrong say as much as ever.
`;
