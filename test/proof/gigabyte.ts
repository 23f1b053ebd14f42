// A stream far longer than the memory it may take.
import { runChild } from '../bench/child.ts';
import { type Stage, setStage } from '../bench/stage.ts';
import { count, markdownTable, type Outcome, type Part, type Trial } from './part.ts';

export const gigabyte: Part = {
  name: 'gigabyte',
  title: 'A stream of 1 GB',
  about:
    '`msg send` reads a stream of 1 GB of small events (121 bytes each, six of them text) as fast as it comes, in three forms ' +
    'of output, into a pipe that is drained. Right is: exit 0; as text, every byte of it; at most 30 MB more at the peak ' +
    'than for a stream of a tenth of the length.',
  run,
};

/** What test/bench/server.ts sends for `megabytes/N`: blocks of events, a token each. */
const eventBytes = 121;
const tokenBytes = 6;
const blockEvents = 8_000;
const textBytes = (megabytes: number): number =>
  Math.round((megabytes * 1e6) / (eventBytes * blockEvents)) * blockEvents * tokenBytes + '\n'.length;

const forms: Readonly<Record<string, readonly string[]>> = {
  text: [],
  json: ['-o', 'json'],
  'stream-json': ['-o', 'stream-json'],
};

async function run(trial: Trial): Promise<Outcome> {
  const [short, long] = trial.isSmall ? [1, 10] : [100, 1_000];
  const stage = await setStage(trial);
  try {
    const rows: (string | number)[][] = [];
    const wrong: string[] = [];
    for (const [form, argv] of Object.entries(forms)) {
      let shortPeakMb = 0;
      for (const megabytes of [short, long]) {
        trial.progress(`${megabytes} MB as ${form}`);
        const {
          bytes = 0,
          peakMb = 0,
          totalMs = 0,
        } = await runChild(stage.withPeakMemory(stream(stage, megabytes, argv)));
        if (form === 'text' && bytes !== textBytes(megabytes))
          wrong.push(
            `${megabytes} MB: ${count(bytes)} bytes of text instead of ${count(textBytes(megabytes))}`,
          );
        if (megabytes === short) shortPeakMb = peakMb;
        else if (peakMb > shortPeakMb + 30)
          wrong.push(
            `${form}: ${count(peakMb)} MB at the peak of the long stream, ${count(shortPeakMb)} of the short`,
          );
        rows.push([
          form,
          `${count(megabytes)} MB`,
          bytes,
          `${count(peakMb)} MB`,
          totalMs / 1000,
          `${count(megabytes / (totalMs / 1000))} MB/s`,
        ]);
      }
    }
    return {
      result: `${count(long)} MB in ${Object.keys(forms).length} forms, ${count(wrong.length)} wrong; ${rateOf(rows)}`,
      wrong: wrong.length,
      details: [
        markdownTable(['output', 'stream', 'bytes written', 'peak memory', 'seconds', 'rate'], rows),
        ...wrong.map((words) => `- ${words}`),
      ].join('\n\n'),
    };
  } finally {
    stage.close();
  }
}

/** Of the long stream as text. */
const rateOf = (rows: readonly (readonly (string | number)[])[]): string =>
  `as text ${rows[1]?.[5]}, ${rows[1]?.[3]} of memory`;

const stream = ({ msg, url }: Stage, megabytes: number, argv: readonly string[]) =>
  msg(
    ...['send', 'hello', '--base-url', `${url}/megabytes/${megabytes}`, '--api-key-env', 'BENCH_KEY'],
    ...['-m', 'bench-model', ...argv],
  );
