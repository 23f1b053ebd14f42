// Writers of profiles, keys and sessions at once, killed at any moment, on a full disk: nothing that was told to be written
// is lost. The tests that say so, with more rounds than they make in a run of all.
import { markdownTable, type Outcome, type Part, type Trial } from './part.ts';
import { runTests } from './test-runs.ts';

const rounds = 60;

export const writes: Part = {
  name: 'writes',
  title: 'Writes and kills',
  about:
    'Processes write profiles, keys and sessions at the same time, are killed (SIGKILL) while they write, and write to a disk ' +
    `that is full. Right is: what was told to be written is there, and every file is whole at every moment. ${rounds} kills each.`,
  run,
};

async function run({ root, isSmall, progress }: Trial): Promise<Outcome> {
  progress('writing, killing, reading');
  const pattern = isSmall ? 'killed at any moment' : 'kill|processes writing|full disk|two processes';
  const tests = await runTests(
    root,
    ['test/profiles/store-durability.test.ts', 'test/chat/transcript.test.ts'],
    {
      env: { KILL_ROUNDS: `${isSmall ? 3 : rounds}` },
      pattern,
    },
  );
  // Those the pattern does not choose are skipped too.
  const seen = tests.filter(({ title }) => new RegExp(pattern).test(title));
  const failed = seen.filter(({ status }) => status === 'failed');
  return {
    result: `${seen.length} trials, ${failed.length} wrong`,
    wrong: failed.length,
    details: markdownTable(
      ['trial', 'took', 'verdict'],
      seen.map(({ title, status, durationMs }) => [
        title,
        `${(durationMs / 1000).toFixed(1)} s`,
        { passed: 'right', failed: 'wrong', skipped: 'not possible here' }[status],
      ]),
    ),
  };
}
