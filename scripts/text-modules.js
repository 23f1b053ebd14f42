// `import { text } from './x.ts?text'`: the bundle of a script for a browser, as a text. One plugin for the build, one
// for the tests, which import the sources.
import { join } from 'node:path';
import { build } from 'esbuild';

const suffix = '?text';

/** The module and all it imports, as one script without exports. */
async function scriptText(path) {
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    legalComments: 'none',
    write: false,
  });
  return outputFiles[0].text;
}

export const esbuildTextModules = {
  name: 'text-modules',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\?text$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.slice(0, -suffix.length)),
      namespace: 'text',
    }));
    onLoad({ filter: /.*/, namespace: 'text' }, async ({ path }) => ({
      contents: `export const text = ${JSON.stringify(await scriptText(path))};`,
    }));
  },
};

export const viteTextModules = {
  name: 'text-modules',
  enforce: 'pre',
  async load(id) {
    if (!id.endsWith(suffix)) return undefined;
    return `export const text = ${JSON.stringify(await scriptText(id.slice(0, -suffix.length)))};`;
  },
};
