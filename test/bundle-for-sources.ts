// A Vite plugin: tests that import these sources get what the bundle made of them. What users run is made from
// the sources but is not the same: packages are slimmed, pieces cut and joined (scripts/).
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Code that takes the exports of a source out of the bundle; `load` is the one of bin/load.js. */
const faces: Readonly<Record<string, () => string>> = {
  'src/main.ts': () => `export const { main } = load('msg.cjs#msg');`,
  'src/context.ts': () => `export const { systemContext } = load('msg.cjs#msg');`,
  'src/http/transport.ts': () => {
    const main = readFileSync(join(root, 'dist/msg.cjs'), 'latin1');
    const piece = /"(transport-\w+)"/.exec(main)?.[1];
    if (piece === undefined) throw new Error('dist/msg.cjs has no transport');
    return `export const { createTransport } = load('msg.cjs#${piece}');`;
  },
  'src/mock/index.ts': () => {
    const names = Object.keys(createRequire(import.meta.url)(join(root, 'dist/mock.cjs')));
    return `export const { ${names.join(', ')} } = require('../dist/mock.cjs');`;
  },
};

export const bundleForSources = {
  name: 'bundle-for-sources',
  enforce: 'pre' as const,
  async load(id: string): Promise<string | undefined> {
    const face = faces[relative(root, id).replaceAll('\\', '/')];
    if (face === undefined) return undefined;
    const { binary } = await import('./built.ts');
    return `import { createRequire } from 'node:module';
      const require = createRequire(${JSON.stringify(binary)});
      const { load } = require('./load.js');
      ${face()}`;
  },
};
