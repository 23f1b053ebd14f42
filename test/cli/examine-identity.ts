// Runs `msg doctor --identity` at a mock, and reads who answered out of its report.
import type { IdentityReport, Report } from '../../src/doctor/engine/report.ts';
import type { MockOptions } from '../../src/mock/index.ts';
import { nativeScenarios } from '../../src/mock/native-scenarios.ts';
import { reportIn } from './report.ts';
import { type Run, type RunOptions, runMsg, testKey } from './run-msg.ts';

export const claude = 'claude-opus-4-6';

/** The same words in every run. */
const drawn = (): (() => number) => {
  let seed = 1;
  return () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
};

export const examine = async (
  mock: MockOptions,
  { argv = [], ...options }: RunOptions & { argv?: readonly string[] } = {},
): Promise<Run & { report: Report; identity: IdentityReport }> => {
  const run = await runMsg(['doctor', '-m', claude, '--identity', '--yes', '--json', ...argv], {
    mock: { key: testKey, ...mock },
    adapt: (context) => ({ ...context, random: drawn() }),
    ...options,
  });
  const report = reportIn(run.stdout);
  if (report.identity === undefined) throw new Error(`no identity: ${run.stdout}${run.stderr}`);
  return { ...run, report, identity: report.identity };
};

export const failedOf = ({ proofs }: IdentityReport): string[] =>
  proofs.filter(({ result }) => result === 'failed').map(({ id }) => id.replace('identity.', ''));

export const scenario = (name: string): MockOptions => {
  const found = nativeScenarios.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no scenario ${name}`);
  return { scenario: found };
};
