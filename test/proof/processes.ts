// Many processes of msg at once against one mock: each gets its own answer, and none disturbs another.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMock } from '../../src/mock/server.ts';
import { median } from '../bench/child.ts';
import { count, inParallel, markdownTable, type Outcome, type Part, type Trial } from './part.ts';
import { runProgram } from './run-program.ts';

export const processes: Part = {
  name: 'processes',
  title: 'A thousand processes on one mock',
  about:
    '1,000 processes of `msg send`, sixteen a core at a time, with one state directory, ask one mock, each for a ' +
    'word of its own, and keep what it said as a session. Right is: exit 0, the answer to this word and to no other on stdout, ' +
    'nothing on stderr, one request each, and a session each that holds question and answer.',
  run,
};

async function run({ root, isSmall, progress }: Trial): Promise<Outcome> {
  const total = isSmall ? 12 : 1_000;
  const atOnce = 16 * availableParallelism();
  const home = mkdtempSync(join(tmpdir(), 'msg-proof-'));
  const state = join(home, 'state');
  const mock = await startMock();
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    MSG_CONFIG_DIR: join(home, 'config'),
    MSG_STATE_DIR: state,
    MSG_BASE_URL: mock.url,
    MSG_API_KEY: 'sk-proof-0123456789abcdef',
    MSG_MODEL: 'proof-model',
  };
  const wordOf = (number: number): string => `Word-${String(number).padStart(4, '0')}-end`;
  const words = Array.from({ length: total }, (_, number) => wordOf(number));
  const wrong: string[] = [];
  const durationsMs: number[] = [];
  /** What was said apart from the word: the same for all. */
  const answers = new Set<string>();
  const startedAt = performance.now();
  try {
    await inParallel(words, atOnce, async (word) => {
      const began = performance.now();
      const argv = [process.execPath, join(root, 'bin/msg.js'), 'send', word, '--session', word];
      const { code, stdout, stderr } = await runProgram(argv, { env, cwd: home });
      durationsMs.push(performance.now() - began);
      answers.add(stdout.replaceAll(word, ''));
      if (code !== 0 || stderr !== '' || !stdout.includes(word))
        wrong.push(`${word}: exit ${code}, ${JSON.stringify(stderr.slice(0, 200))}`);
      progress(`${durationsMs.length} of ${total} processes`);
    });
    if (answers.size !== 1) wrong.push(`${answers.size} answers that differ in more than their word`);
    const requests = mock.requests.map(({ body }) => /Word-\d{4}-end/.exec(body)?.[0]);
    wrong.push(...missing(words, requests, 'was asked for in one request'));
    const folder = join(state, 'sessions');
    const kept = readdirSync(folder)
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => keptIn(readFileSync(join(folder, name), 'utf8')));
    wrong.push(...missing(words, kept, 'is kept in one session, with its answer'));
  } finally {
    await mock.close();
    rmSync(home, { recursive: true, force: true });
  }
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    result: `${count(total)} processes, ${count(wrong.length)} wrong`,
    wrong: wrong.length,
    details: [
      markdownTable(
        ['processes', 'at once', 'seconds', 'a second', 'one takes (median)', 'slowest', 'wrong'],
        [
          [
            total,
            atOnce,
            seconds,
            (total / seconds).toFixed(1),
            `${count(median(durationsMs))} ms`,
            `${count(Math.max(...durationsMs))} ms`,
            wrong.length,
          ],
        ],
      ),
      ...wrong.slice(0, 20).map((one) => `- ${one}`),
    ].join('\n\n'),
  };
}

/** The words that are not there exactly once. */
function missing(words: readonly string[], seen: readonly (string | undefined)[], what: string): string[] {
  const counts = new Map<string | undefined, number>();
  for (const one of seen) counts.set(one, (counts.get(one) ?? 0) + 1);
  const lost = words.filter((word) => counts.get(word) !== 1).map((word) => `not true that ${word} ${what}`);
  return seen.length === words.length ? lost : [...lost, `${seen.length} times, something ${what}`];
}

/** The word of a session that has a question and an answer with it. */
function keptIn(session: string): string | undefined {
  const lines = session.trim().split('\n');
  const word = /Word-\d{4}-end/.exec(session)?.[0];
  const isWhole = word !== undefined && lines.filter((line) => line.includes(word)).length >= 3;
  return isWhole ? word : undefined;
}
