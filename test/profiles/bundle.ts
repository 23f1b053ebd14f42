// Builds one file of ours into a script plain Node can run, for tests that need processes of their own.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/** The path of a bundle of `entry`, relative to this folder. */
export function bundle(entry: string): string {
  const outfile = join(mkdtempSync(join(tmpdir(), 'msg-bundle-')), 'script.cjs');
  buildSync({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['@napi-rs/keyring'],
    outfile,
    logLevel: 'error',
  });
  return outfile;
}
