// How sources become code that Node runs: the options of esbuild, for the build and for the tests that bundle a part.
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { slimPackages } from './slim-packages.js';
import { esbuildTextModules } from './text-modules.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What most runs have no use for and every start would have to read: data of grammars, a validator, a page. */
export const lateFiles = {
  highlight: 'src/markdown/highlight.ts',
  conf: 'src/profiles/conf.ts',
  page: 'src/tap/page/document.ts',
  yaml: 'src/turn/prompts/yaml.ts',
};

/** The files of dist/, by name. */
export const entryPoints = { msg: 'src/main.ts', mock: 'src/mock/index.ts', ...lateFiles };

const lateImports = {
  name: 'late-imports',
  setup({ onResolve }) {
    onResolve({ filter: /\.ts$/ }, ({ path, resolveDir, kind }) => {
      const source = relative(root, resolve(resolveDir, path)).replaceAll('\\', '/');
      const name = Object.keys(lateFiles).find((one) => lateFiles[one] === source);
      return name === undefined || kind !== 'dynamic-import'
        ? undefined
        : { path: `../dist/${name}.cjs`, external: true };
    });
  },
};

/** @type {import('esbuild').BuildOptions} */
export const options = {
  absWorkingDir: root,
  bundle: true,
  // It starts 4 ms faster than ES modules.
  format: 'cjs',
  platform: 'node',
  target: 'node20.18',
  // Compiled code that comes out of a cache cannot import() (Node 20).
  supported: { 'dynamic-import': false },
  external: ['@napi-rs/keyring'],
  legalComments: 'none',
  plugins: [slimPackages, lateImports, esbuildTextModules],
};
