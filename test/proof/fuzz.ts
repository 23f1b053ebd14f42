// Properties: claims that are tried on cases made at random. How many, and from which seed.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { count, markdownTable, type Outcome, type Part, type Trial } from './part.ts';
import { runTests } from './test-runs.ts';

export const fuzz: Part = {
  name: 'fuzz',
  title: 'Cases made at random',
  about:
    'Every property of the tests: a claim that is tried on many cases made from a seed (fast-check). The seed is the same in ' +
    'each run, so that what fails once fails again; `FAST_CHECK_SEED=7 npm run proof -- fuzz` tries others. Counted are the ' +
    'cases that were tried, not those that a property left out.',
  run,
};

/** A line of what test/fast-check.ts keeps. */
type Tally = { readonly file: string; readonly cases: number; readonly seed: number };

async function run({ root, isSmall, progress }: Trial): Promise<Outcome> {
  const files = isSmall ? ['test/text/sanitize.test.ts'] : filesWithProperties(join(root, 'test'));
  progress(`${files.length} files of tests`);
  const folder = mkdtempSync(join(tmpdir(), 'msg-proof-'));
  try {
    const tallyFile = join(folder, 'tally.jsonl');
    const tests = await runTests(root, files, { env: { FAST_CHECK_TALLY: tallyFile } });
    const tallies = readFileSync(tallyFile, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Tally);
    const failed = tests.filter(({ status }) => status === 'failed');
    const rows = new Map<string, Tally[]>();
    for (const tally of tallies) {
      const file = tally.file.slice(tally.file.lastIndexOf('/test/') + 1);
      rows.set(file, [...(rows.get(file) ?? []), tally]);
    }
    const total = tallies.reduce((sum, { cases }) => sum + cases, 0);
    const seeds = [...new Set(tallies.map(({ seed }) => seed))].join(', ');
    return {
      result: `${count(total)} cases of ${tallies.length} properties, seed ${seeds}, ${failed.length} wrong`,
      wrong: failed.length,
      details: [
        markdownTable(
          ['tests', 'properties tried', 'cases'],
          [...rows]
            .sort(([one], [other]) => one.localeCompare(other, 'en'))
            .map(([file, of]) => [file, of.length, of.reduce((sum, { cases }) => sum + cases, 0)]),
        ),
        ...failed.map(({ file, title }) => `- ${file}: ${title}`),
      ].join('\n\n'),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Files of tests that import fast-check.ts, or a file beside them that does. */
function filesWithProperties(tests: string): string[] {
  const sources = readdirSync(tests, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))
    .map((name) => ({ name: name.replaceAll('\\', '/'), source: readFileSync(join(tests, name), 'utf8') }));
  const importers = (of: string): string[] =>
    sources.filter(({ source }) => source.includes(`/${of}'`)).map(({ name }) => name);
  const direct = importers('fast-check.ts');
  const found = direct.flatMap((name) => (name.endsWith('.test.ts') ? [name] : importers(basename(name))));
  return [...new Set(found)].filter((name) => name.endsWith('.test.ts')).map((name) => `test/${name}`);
}
