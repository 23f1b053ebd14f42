// The connection is cut at every byte of an answer: `msg send` must keep the text up to there, and call nothing a success
// that is none.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Mock, startMock } from '../../src/mock/server.ts';
import { instantClock } from '../cli/instant-clock.ts';
import { runMsg, testKey } from '../cli/run-msg.ts';
import { type Cut, type Ending, startCutter } from './cutter.ts';
import { type Arrival, exchangeIn, framingNames } from './exchange.ts';
import { count, inParallel, markdownTable, type Outcome, type Part, type Trial } from './part.ts';
import { type ProgramRun, runProgram } from './run-program.ts';

/** What came of the cuts of one framing. */
type Row = { readonly codes: Map<string, number>; readonly wrong: string[]; cuts: number };

const endings: readonly Ending[] = ['fin', 'rst'];

export const cuts: Part = {
  name: 'cuts',
  title: 'An answer cut at every byte',
  about:
    'The connection ends after every byte of a streamed answer of 3 kB, head included, in order (FIN) and by reset (RST). ' +
    'Right is: the text that arrived, exactly; exit code 8 or 9 and a word for it, unless the last event arrived, which is 0. ' +
    'Where only that event lacks, the text is whole: 0 with a word for it, or 9. In process, over real sockets, with the ' +
    'built msg; every hundredth cut besides in a process of its own.',
  run,
};

async function run(trial: Trial): Promise<Outcome> {
  const exchanges = framingNames.map((framing) => exchangeIn(framing, trial.isSmall ? 1_100 : 3_000));
  const step = trial.isSmall ? 17 : 1;
  const all = exchanges.flatMap((exchange) =>
    endings.flatMap((ending) =>
      Array.from({ length: Math.ceil((exchange.wire.length + 1) / step) }, (_, index): Cut => {
        return { exchange, ending, offset: Math.min(index * step, exchange.wire.length) };
      }),
    ),
  );
  const tally = new Map<string, Row>();
  const note = (cut: Cut, seen: ProgramRun, how: string): void => {
    const row = `${cut.exchange.framing}, ${cut.ending.toUpperCase()}${how}`;
    const entry: Row = tally.get(row) ?? { codes: new Map(), wrong: [], cuts: 0 };
    tally.set(row, entry);
    entry.cuts += 1;
    entry.codes.set(`${seen.code}`, (entry.codes.get(`${seen.code}`) ?? 0) + 1);
    const wrong = wrongIn(seen, cut.exchange.arrivedAt(cut.offset));
    if (wrong !== undefined) entry.wrong.push(`byte ${cut.offset}: ${wrong}`);
  };

  const server = await startCutter(exchanges);
  const mock = await startMock();
  const home = mkdtempSync(join(tmpdir(), 'msg-proof-'));
  try {
    let done = 0;
    await inParallel(all, 8, async (cut) => {
      note(cut, await inProcess(server.urlOf(cut), home, mock), '');
      done += 1;
      if (done % 50 === 0) trial.progress(`${count(done)} of ${count(all.length)} cuts`);
    });
    const sample = all.filter((_, index) => index % (trial.isSmall ? 200 : 100) === 50);
    await inParallel(sample, 4, async (cut) => {
      note(cut, await inOwnProcess(server.urlOf(cut), home, trial.root), ', processes');
    });
  } finally {
    server.close();
    await mock.close();
    rmSync(home, { recursive: true, force: true });
  }
  const rows = [...tally].sort(
    ([one], [other]) => Number(one.includes('processes')) - Number(other.includes('processes')),
  );
  const wrong = rows.flatMap(([row, entry]) => entry.wrong.map((words) => `${row}, ${words}`));
  const total = rows.reduce((sum, [, entry]) => sum + entry.cuts, 0);
  return {
    result: `${count(total)} cuts, ${count(wrong.length)} wrong verdicts`,
    wrong: wrong.length,
    details: [
      markdownTable(
        ['framing, end', 'cuts', 'exit 0', 'exit 8', 'exit 9', 'other', 'wrong'],
        rows.map(([row, entry]) => {
          const of = (code: string): number => entry.codes.get(code) ?? 0;
          return [
            row,
            entry.cuts,
            of('0'),
            of('8'),
            of('9'),
            entry.cuts - of('0') - of('8') - of('9'),
            entry.wrong.length,
          ];
        }),
      ),
      ...wrong.slice(0, 40).map((words) => `- ${words}`),
    ].join('\n\n'),
  };
}

/** Why a verdict is wrong, if it is. */
function wrongIn({ code, stdout, stderr }: ProgramRun, { text, extent }: Arrival): string | undefined {
  const end = text === '' || text.endsWith('\n') ? '' : '\n';
  if (stdout !== text + end)
    return `${JSON.stringify(stdout.slice(-40))} instead of ${JSON.stringify(text.slice(-40))}`;
  const isBroken = (code === 8 || code === 9) && stderr !== '';
  const isToldComplete = code === 0 && /complete, but the stream ended without message_stop/.test(stderr);
  const isRight = {
    nothing: isBroken,
    part: isBroken,
    reason: isToldComplete || isBroken,
    whole: code === 0,
  }[extent];
  return isRight
    ? undefined
    : `exit ${code} after "${extent}", saying ${JSON.stringify(stderr.slice(0, 200))}`;
}

const send = ['send', 'hello'];
const envOf = (url: string): Record<string, string> => ({
  MSG_BASE_URL: url,
  MSG_API_KEY: testKey,
  MSG_MODEL: 'proof-model',
});

/** With all its retries, but none of their waits. */
const inProcess = (url: string, home: string, on: Mock): Promise<ProgramRun> =>
  runMsg(send, { on, home, env: envOf(url), adapt: instantClock().adapt });

const inOwnProcess = (url: string, home: string, root: string): Promise<ProgramRun> =>
  runProgram([process.execPath, join(root, 'bin/msg.js'), ...send, '--max-retries', '0'], {
    env: { PATH: process.env['PATH'], HOME: home, ...envOf(url) },
  });
