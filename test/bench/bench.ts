// `npm run bench`: paired, interleaved runs of the built msg and its peers against one loopback server.
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { contests } from './contests.ts';
import { hold } from './hold.ts';
import { setStage } from './stage.ts';
import { type Result, tableOf } from './table.ts';

const [root = '', built = ''] = process.argv.slice(2);
const { values: options } = parseArgs({
  args: process.argv.slice(4),
  options: {
    runs: { type: 'string', default: '15' },
    only: { type: 'string', multiple: true, default: [] },
    json: { type: 'boolean', default: false },
  },
});
const names = contests.map(({ name }) => name);
const unknown = options.only.find((name) => !names.includes(name));
if (unknown !== undefined) throw new Error(`no contest ${unknown}; there are: ${names.join(', ')}`);

const started = new Date();
const stage = await setStage({ root, built });
try {
  const results: Result[] = [];
  for (const contest of contests) {
    if (options.only.length === 0 || options.only.includes(contest.name))
      results.push(...(await hold(contest, contest.isExact ? 1 : Number(options.runs), stage)));
  }
  const facts = {
    date: started.toISOString(),
    node: process.version,
    runs: Number(options.runs),
    load: loadavg().map((load) => Math.round(load * 100) / 100),
  };
  const head = `${facts.date} · Node ${facts.node} · ${facts.runs} runs · load ${facts.load.join(' ')}`;
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ ...facts, results }, undefined, 2)}\n`
      : `${head}\n${tableOf(results)}`,
  );
} finally {
  stage.close();
}
