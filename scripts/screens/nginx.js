// A real nginx in front of a server, as the tests of real proxies start it: buffering, because nobody told it not to.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { root } from './recording.js';

export async function nginxBefore(port) {
  const { paths, startProxies } = await proxies();
  const label = 'nginx default';
  const { urls, stop } = await startProxies({ [label]: paths[label] }, port);
  return { url: urls.get(label), stop };
}

/** The starter of test/real, which is TypeScript. */
async function proxies() {
  const folder = mkdtempSync(join(tmpdir(), 'msg-proxies-'));
  const outfile = join(folder, 'proxies.mjs');
  try {
    await build({
      entryPoints: [join(root, 'test/real/proxies.ts')],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
