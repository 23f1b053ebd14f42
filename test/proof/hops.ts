// A stream through real proxies that hold it back, before and after the configuration that the doctor prints is put in.
import { cured } from '../real/cured-paths.ts';
import { missingOf, type PathName, paths, startProxies } from '../real/proxies.ts';
import { diagnose, startOrigin, type Verdict, type Workload } from '../real/streams.ts';
import { count, markdownTable, type Outcome, type Part, type Trial } from './part.ts';

/** 100 tokens in 1.65 s: what a reader sees come word by word. */
const workload: Workload = { tokensPerSecond: 60, ttftMs: 400, tokens: 100 };

export const hops: Part = {
  name: 'hops',
  title: 'Streams that proxies hold back',
  about:
    `A stream of ${workload.tokens} tokens, ${workload.tokensPerSecond} a second after ${workload.ttftMs} ms, through real proxies, ` +
    'before and after the configuration that `msg doctor` prints is put in as it is printed. Right is: held back before, live after. ' +
    'HAProxy holds for a time, so its figures are of the real clock; for the others, time passes only in the pauses of the stream, ' +
    'so the figures are the same on a busy machine.',
  run,
};

type Pair = { readonly name: PathName; readonly cure: string };

/** Each path that is cured, by its first cure. */
const pairs: readonly Pair[] = (Object.keys(paths) as PathName[]).flatMap((name) => {
  const cure = Object.keys(cured).find((one) => one.startsWith(`${name}, cured`));
  return cure === undefined ? [] : [{ name, cure }];
});

async function run({ isSmall, progress }: Trial): Promise<Outcome> {
  const missing = missingOf([...new Set(pairs.map(({ name }) => paths[name].program))]);
  const here = pairs.filter(({ name }) => missingOf([paths[name].program]).length === 0);
  const chosen = isSmall ? here.slice(0, 1) : here;
  const wanted = chosen.flatMap(({ name, cure }) => [
    [name, paths[name]] as const,
    [cure, cured[cure] ?? paths[name]] as const,
  ]);
  const origin = await startOrigin();
  const proxies = await startProxies(Object.fromEntries(wanted), origin.port);
  const rows: string[][] = [];
  let wrong = 0;
  try {
    for (const { name, cure } of chosen) {
      progress(name);
      const isTimed = paths[name].program === 'haproxy';
      const before = await diagnose(proxies.urls.get(name) ?? '', workload, { isTimed });
      const after = await diagnose(proxies.urls.get(cure) ?? '', workload, { isTimed });
      if (verdictOf(before) === 'live' || verdictOf(after) !== 'live') wrong += 1;
      rows.push([name, ...cellsOf(before), ...cellsOf(after)]);
    }
  } finally {
    await proxies.stop();
    await origin.close();
  }
  const notHere = missing.length > 0 ? `\n\nNot installed here: ${missing.join(', ')}.` : '';
  return {
    result: `${rows.length} proxies and configurations that hold streams back, ${wrong} not live after the cure`,
    wrong,
    details: `${markdownTable(
      ['path', ...['before', 'first text', 'waits'], ...['after', 'first text', 'waits']],
      rows,
    )}\n\n*Waits* is how much later a token comes than it could, on average.${notHere}`,
  };
}

const verdictOf = ({ judgement }: Verdict): string => judgement.report.verdict;

/** The verdict, when the first text came, and what each token waits. */
function cellsOf(verdict: Verdict): string[] {
  const { report, statistic } = verdict.judgement;
  const first = statistic.bursts.find(({ deltas }) => deltas > 0)?.at ?? 0;
  return [report.verdict, `${count(first)} ms`, `${count(Math.max(0, report.addedDelayMs))} ms`];
}
