// A Vite plugin: tests that import these sources get what the bundle made of them. What users run is made from
// the sources but is not the same: undici is slimmed (scripts/).
import { mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { build } from 'esbuild';
import { options } from '../scripts/bundle.js';

const root = join(import.meta.dirname, '..');

type Face = readonly [file: string, names: readonly string[]];

/** By source: the file that takes its place, and what is taken from it. */
const faces: Readonly<Record<string, (source: string) => Face | Promise<Face>>> = {
  'src/main.ts': () => [join(root, 'bin/load.js'), ['main']],
  'src/context.ts': () => [join(root, 'bin/load.js'), ['systemContext']],
  // The one door to undici, bundled by itself: msg.cjs does not show it.
  async 'src/http/transport.ts'(source) {
    const outfile = join(mkdtempSync(join(tmpdir(), 'msg-transport-')), 'transport.cjs');
    await build({ ...options, entryPoints: [source], outfile });
    return [outfile, ['createTransport']];
  },
  'src/mock/index.ts': () => {
    const file = join(root, 'dist/mock.cjs');
    return [file, Object.keys(createRequire(import.meta.url)(file))];
  },
};

export const bundleForSources = {
  name: 'bundle-for-sources',
  enforce: 'pre' as const,
  async load(id: string): Promise<string | undefined> {
    const face = faces[relative(root, id).replaceAll('\\', '/')];
    if (face === undefined) return undefined;
    await import('./built.ts');
    const [file, names] = await face(id);
    return `import { createRequire } from 'node:module';
      export const { ${names.join(', ')} } = createRequire(import.meta.url)(${JSON.stringify(file)});`;
  },
};
