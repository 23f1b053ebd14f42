// `npm run bench`: bundles the benchmark and its peers (test/bench) and runs it against the built msg.
// Options: --only NAME (repeatable), --runs N (15), --json.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const built = mkdtempSync(join(tmpdir(), 'msg-bench-built-'));
const bundle = (entry, outfile, format) =>
  build({
    absWorkingDir: root,
    entryPoints: [join('test/bench', entry)],
    outfile: join(built, outfile),
    bundle: true,
    format,
    platform: 'node',
    target: 'node20.18',
    logLevel: 'error',
  });

try {
  if (!existsSync(join(root, 'dist/msg.cjs'))) {
    execFileSync(process.execPath, [join(root, 'scripts/build.js')], { stdio: 'inherit' });
  }
  await Promise.all([
    bundle('bench.ts', 'bench.mjs', 'esm'),
    bundle('server.ts', 'server.mjs', 'esm'),
    bundle('render-once.ts', 'render-once.mjs', 'esm'),
    bundle('peers/node-http.mjs', 'node-http.cjs', 'cjs'),
    bundle('peers/sdk.mjs', 'sdk.cjs', 'cjs'),
  ]);
  const { status } = spawnSync(
    process.execPath,
    [join(built, 'bench.mjs'), root, built, ...process.argv.slice(2)],
    { stdio: 'inherit' },
  );
  process.exitCode = status ?? 1;
} finally {
  rmSync(built, { recursive: true, force: true });
}
