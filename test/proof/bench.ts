// The benchmark, as `npm run bench` prints it.
import { join } from 'node:path';
import type { Result } from '../bench/table.ts';
import { count, markdownTable, type Outcome, type Part, type Trial } from './part.ts';
import { runProgram } from './run-program.ts';

export const bench: Part = {
  name: 'bench',
  title: 'Speed and size',
  about:
    'msg beside curl, a script with node:http, and the official SDK, in paired and interleaved runs against one server of this ' +
    'machine: medians. `must` is the bound the project holds itself to, on a quiet machine. `npm run bench` does the same, ' +
    'with more runs.',
  run,
};

async function run({ root, isSmall, progress }: Trial): Promise<Outcome> {
  progress('npm run bench');
  const argv = isSmall ? ['--only', 'version', '--runs', '1'] : ['--runs', '7'];
  const { stdout, stderr } = await runProgram(
    [process.execPath, join(root, 'scripts/bench.js'), ...argv, '--json'],
    { env: process.env, cwd: root },
  );
  if (stdout === '') throw new Error(`the benchmark did not run: ${stderr}`);
  const { results } = JSON.parse(stdout) as { results: readonly Result[] };
  const of = (...verdicts: readonly Result['verdict'][]): number =>
    results.filter(({ verdict }) => verdicts.includes(verdict)).length;
  return {
    result: `${results.length} figures: ${of('aim', 'must')} within their bounds, ${of('over')} over, ${of('skipped')} not measured`,
    // What is over on a busy machine is slow, not wrong.
    wrong: 0,
    details: markdownTable(
      ['figure', 'measured', 'must', 'verdict', 'medians'],
      results.map(({ title, value, unit, must, verdict, absolute, absoluteUnit, reason }) => [
        title,
        value === undefined ? '' : `${short(value)} ${unit}`,
        must === undefined ? '' : `${must} ${unit}`,
        { aim: 'within', must: 'within', over: 'over', none: '', skipped: 'not measured' }[verdict],
        reason?.split('\n')[0] ??
          Object.entries(absolute)
            .map(([player, median]) => `${player} ${short(median)} ${absoluteUnit}`)
            .join(' · '),
      ]),
    ),
  };
}

const short = (value: number): string => (value >= 100 ? count(value) : value.toFixed(value >= 10 ? 1 : 2));
