// Builds one file of ours into a script plain Node can run, for tests that need processes of their own.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/**
 * The path of a bundle of `entry`, relative to this folder. Native packages are not bundled: a script that
 * needs them must lie in a folder from which Node finds them.
 */
export function bundle(entry: string, folder = mkdtempSync(join(tmpdir(), 'msg-bundle-'))): string {
  const outfile = join(folder, `script-${process.pid}-${Date.now()}.mjs`);
  buildSync({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['@napi-rs/keyring'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    outfile,
    logLevel: 'error',
  });
  return outfile;
}
