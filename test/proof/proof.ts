// `npm run proof`: runs the parts that are asked for, tells each as it goes, and writes docs/RESULTS.md.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Trial } from './part.ts';
import { parts } from './parts.ts';
import { resultsOf, sectionOf, sectionsIn } from './results.ts';

const [root = '', built = ''] = process.argv.slice(2);
const { values, positionals } = parseArgs({
  args: process.argv.slice(4),
  allowPositionals: true,
  options: { small: { type: 'boolean', default: false } },
});
const names = parts.map(({ name }) => name);

const tell = (text: string): void => void process.stderr.write(text);
const trial: Trial = {
  root,
  built,
  isSmall: values.small,
  progress: (text) => {
    if (process.stderr.isTTY) tell(`\r\x1b[K${text}`);
  },
};

function commit(): string | undefined {
  try {
    const git = (...argv: string[]): string =>
      execFileSync('git', argv, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    return (
      git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', 'src') === '' ? '' : ' and changes')
    );
  } catch {
    return undefined;
  }
}

async function prove(): Promise<void> {
  const unknown = positionals.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`no part ${unknown}; there are: ${names.join(', ')}`);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const file = join(root, 'docs/RESULTS.md');
  const load = (): number => loadavg()[0] ?? Number.NaN;
  for (const part of parts) {
    if (positionals.length > 0 && !positionals.includes(part.name)) continue;
    tell(`${part.title}: ${part.about}\n`);
    const [date, loadBefore] = [new Date(), load()];
    const outcome = await part.run(trial);
    const durationMs = Date.now() - date.getTime();
    trial.progress('');
    tell(`  ${outcome.result} (${(durationMs / 1000).toFixed(1)} s)\n\n`);
    if (outcome.wrong > 0) process.exitCode = 1;
    const section = sectionOf(part, outcome, {
      date,
      version,
      commit: commit(),
      loads: [loadBefore, load()],
      durationMs,
    });
    if (values.small) {
      process.stdout.write(`${section}\n`);
      continue;
    }
    // Read again: another part may have been run meanwhile.
    const sections = existsSync(file) ? sectionsIn(readFileSync(file, 'utf8')) : new Map<string, string>();
    writeFileSync(file, resultsOf(parts, new Map([...sections, [part.title, section]])));
  }
}

prove().catch((error: unknown) => {
  tell(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
