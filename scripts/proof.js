// `npm run proof`: bundles the proof (test/proof) and runs it against the built msg; what comes of it is docs/RESULTS.md.
// Arguments: names of parts (all). --small: a taste of each part, printed and not kept.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { options } from './bundle.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const built = mkdtempSync(join(tmpdir(), 'msg-proof-built-'));

/** What runs commands in process gets the built msg, not its sources. */
const builtMsg = {
  name: 'built-msg',
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]src[/\\](main|context)\.ts$/ }, () => ({
      contents: `export { main, systemContext } from ${JSON.stringify(join(root, 'bin/load.js'))};`,
      loader: 'js',
    }));
  },
};
const bundle = (entry, outfile) =>
  build({
    ...options,
    entryPoints: [join('test', entry)],
    outfile: join(built, outfile),
    external: [...options.external, join(root, 'bin/load.js')],
    // What lies beside the sources is found from there.
    define: {
      ...options.define,
      'import.meta.url': JSON.stringify(pathToFileURL(join(root, 'test', entry))),
    },
    plugins: [builtMsg, ...options.plugins],
    logLevel: 'error',
  });

try {
  if (!existsSync(join(root, 'dist/msg.cjs'))) throw new Error('there is no dist/: npm run build');
  await Promise.all([
    bundle('proof/proof.ts', 'proof.cjs'),
    // As the benchmark has it.
    build({
      absWorkingDir: root,
      entryPoints: ['test/bench/server.ts'],
      outfile: join(built, 'server.mjs'),
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20.18',
      logLevel: 'error',
    }),
  ]);
  const { status } = spawnSync(
    process.execPath,
    [join(built, 'proof.cjs'), root, built, ...process.argv.slice(2)],
    { stdio: 'inherit' },
  );
  process.exitCode = status ?? 1;
} finally {
  rmSync(built, { recursive: true, force: true });
}
