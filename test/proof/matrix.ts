// `msg doctor` against every endpoint whose truth is known: does it name the cause, and accuse nobody who is well?
import { scenarios } from '../../src/mock/scenarios.ts';
import { pacedTime } from '../cli/paced-time.ts';
import { reportIn } from '../cli/report.ts';
import { runMsg, testKey } from '../cli/run-msg.ts';
import { exitCodes } from '../cli/truth/case.ts';
import { causes } from '../cli/truth/scenario-causes.ts';
import { examineTruth, expectationOf, truths } from '../cli/truth/truths.ts';
import { count, inParallel, markdownTable, type Outcome, type Part, type Trial } from './part.ts';

/** One endpoint, what has to be said of it, and what is. */
type Case = {
  readonly name: string;
  readonly verdict: string;
  readonly cause: string | null;
  examine(): Promise<{ readonly verdict: string; readonly cause: string | null; readonly isRight: boolean }>;
};

const labelled = truths.map((truth): Case => {
  const expected = expectationOf(truth);
  return {
    name: truth.name,
    verdict: expected.verdict,
    cause: expected.cause,
    async examine() {
      const { rootCause, verdict, code, cause } = await examineTruth(truth);
      const isRight =
        verdict === expected.verdict &&
        code === expected.code &&
        cause === expected.cause &&
        (truth.owner === undefined || rootCause?.owner === truth.owner) &&
        (truth.says === undefined || truth.says.test(JSON.stringify(rootCause)));
      return { verdict, cause, isRight };
    },
  };
});

const played = causes.map(([name, code, cause, says]): Case => {
  const verdictOf = (exitCode: number): string =>
    Object.entries(exitCodes).find(([, one]) => one === exitCode)?.[0] ?? `exit ${exitCode}`;
  return {
    name: `scenario ${name}`,
    verdict: verdictOf(code),
    cause,
    async examine() {
      const scenario = scenarios.find((one) => one.name === name);
      const time = pacedTime();
      const key = name === 'openai-errors' ? 'another-key-than-the-test-key' : testKey;
      const run = await runMsg(['doctor', '--format', 'json'], {
        mock: { key, speed: 120, ttftMs: 100, timersFor: time.timersFor, ...(scenario && { scenario }) },
        adapt: time.adapt,
      });
      const { rootCause, verdict } = reportIn(run.stdout);
      const isRight =
        run.code === code &&
        (rootCause?.id ?? null) === cause &&
        (rootCause === null || says.test(rootCause.summary));
      return { verdict, cause: rootCause?.id ?? null, isRight };
    },
  };
});

export const matrix: Part = {
  name: 'matrix',
  title: 'Verdicts of the doctor',
  about:
    'Endpoints that are known to be well or ill, each a real server of this machine: scenarios of `msg mock`, and gateways, ' +
    'relays, proxies, keys and pages as they are met. Right is: the verdict, the exit code, the root cause, and, where ' +
    'the truth is known so far, whose it is and the words of the advice. The list is test/cli/truth.',
  run,
};

async function run({ isSmall, progress }: Trial): Promise<Outcome> {
  const cases = [...played, ...labelled].filter((_, index) => !isSmall || index % 60 === 0);
  const rows = new Map<string, { cause: string; verdict: string; right: number; wrong: string[] }>();
  let done = 0;
  await inParallel(cases, 5, async (one) => {
    const seen = await one.examine();
    const key = `${one.cause ?? ''} ${one.verdict}`;
    const row = rows.get(key) ?? { cause: one.cause ?? '', verdict: one.verdict, right: 0, wrong: [] };
    rows.set(key, row);
    if (seen.isRight) row.right += 1;
    else row.wrong.push(`${one.name}: ${seen.verdict}, ${seen.cause ?? 'no cause'}`);
    done += 1;
    progress(`${done} of ${cases.length} endpoints`);
  });
  const sorted = [...rows.values()].sort(
    (one, other) =>
      one.cause.localeCompare(other.cause, 'en') || one.verdict.localeCompare(other.verdict, 'en'),
  );
  const wrong = sorted.flatMap((row) => row.wrong);
  const well = cases.filter((one) => one.cause === null).length;
  return {
    result: `${count(cases.length)} endpoints, ${count(well)} of them well, ${count(wrong.length)} wrong verdicts`,
    wrong: wrong.length,
    details: [
      markdownTable(
        ['root cause', 'verdict', 'endpoints', 'right', 'wrong'],
        sorted.map(({ cause, verdict, right, wrong: missed }) => [
          cause === '' ? 'none' : `[${cause}](checks.md#${cause.replaceAll('.', '')})`,
          verdict,
          right + missed.length,
          right,
          missed.length,
        ]),
      ),
      ...wrong.map((words) => `- ${words}`),
    ].join('\n\n'),
  };
}
