// The benchmark itself runs; what it measures is judged by `npm run bench`, on a quiet machine.
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const launcher = resolve(import.meta.dirname, '../../scripts/bench.js');

it('measures the built msg against its peers and prints JSON', () => {
  const argv = [launcher, '--only', 'version', '--only', 'one-shot', '--runs', '1', '--json'];
  const { results } = JSON.parse(
    execFileSync(process.execPath, argv, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }),
  ) as { results: { title: string; verdict: string; value?: number }[] };
  expect(results.map(({ title }) => title)).toEqual([
    'msg --version / node -e 0',
    'first text / node:http script',
    'first text / SDK script, bundled',
    'first text / SDK script, unbundled',
    'first text / curl',
    'whole one-shot / node:http script',
  ]);
  for (const { verdict, value } of results) {
    expect(verdict).not.toBe('skipped');
    expect(value).toBeGreaterThan(0);
  }
});
