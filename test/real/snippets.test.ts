// The configuration the doctor prints is read by the program it is for: a snippet with a mistake is no remedy.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checks } from '../../src/doctor/registry.ts';
import { cures } from '../../src/doctor/streaming-cures.ts';
import { cases, healthy } from '../doctor/check-cases.ts';
import { lookAt } from '../doctor/looks.ts';
import { isInstalled } from './process.ts';

const isMissing = !isInstalled('caddy');

test.skipIf(isMissing && process.env['CI'] !== 'true')('Caddy is installed', () =>
  expect(isMissing).toBe(false),
);

/** Every snippet for a server: of `--explain`, of the findings of all cases, of the cures of streams. */
function snippetsFor(server: string): string[] {
  const found = cases.map(({ id, seen }) =>
    checks.find((check) => check.id === id)?.judge(lookAt({ ...healthy(), ...seen })),
  );
  const all = [
    ...checks.flatMap(({ configuration = [] }) => configuration),
    ...found.flatMap((finding) => finding?.remedy?.snippets ?? []),
    ...Object.values(cures),
  ];
  return [...new Set(all.filter((one) => one.server === server).map(({ text }) => text))];
}

describe.skipIf(isMissing)('Caddy (when installed) reads', () => {
  test.each(snippetsFor('Caddy'))('%s', (text) => {
    const file = join(mkdtempSync(join(tmpdir(), 'caddy-')), 'Caddyfile');
    writeFileSync(file, `:8080 {\n${text.replaceAll('UPSTREAM', '127.0.0.1:9000')}\n}\n`);
    const { status, stderr } = spawnSync('caddy', ['adapt', '--config', file], { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
  });
});
