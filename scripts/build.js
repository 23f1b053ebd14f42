// Builds dist/: the bundle that starts (CommonJS, split at every lazy door), the public `./mock` with its
// declarations, and the licence notices of what is bundled.
//
// A CommonJS bundle starts about 4 ms faster than an ES module one, but esbuild splits only ES modules.
// So it is built in two passes: bundle and split as ESM, then turn each piece into CommonJS.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const target = 'node20.18';

/** Packages that stay outside: native code, and grammars that are larger than all of msg. */
const external = ['@napi-rs/keyring', 'shiki', 'shiki/*', '@shikijs/*'];

/**
 * undici's index loads fetch, WebSocket, caches and mocks: 50 ms nobody needs. Its parts can be had alone;
 * the exact version is pinned in package.json because they are not its public face.
 */
const slimUndici = {
  name: 'slim-undici',
  setup(pass) {
    pass.onResolve({ filter: /^undici$/ }, () => ({ path: 'undici', namespace: 'slim' }));
    pass.onLoad({ filter: /.*/, namespace: 'slim' }, () => ({
      contents: `export { default as Client } from 'undici/lib/dispatcher/client.js';
                 export { default as ProxyAgent } from 'undici/lib/dispatcher/proxy-agent.js';`,
      resolveDir: root,
    }));
  },
};

const bundle = await build({
  absWorkingDir: root,
  entryPoints: [
    { in: 'src/main.ts', out: 'msg' },
    { in: 'src/mock/index.ts', out: 'mock' },
  ],
  outdir: dist,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target,
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  // streaming-markdown asserts at every character; without that, Markdown renders a fifth faster.
  pure: ['console.assert'],
  metafile: true,
  write: false,
  external,
  plugins: [slimUndici],
});

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
writeFileSync(join(dist, 'package.json'), '{"type":"commonjs"}\n');
for (const { path, text } of bundle.outputFiles) {
  const { code } = await transform(text, { format: 'cjs', platform: 'node', target, minifyWhitespace: true });
  writeFileSync(path.replace(/\.js$/, '.cjs'), localRequires(code));
}
writeFileSync(join(dist, 'LICENSES.txt'), licences(Object.keys(bundle.metafile.inputs)));
execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', join(root, 'scripts/mock-types.json')], {
  stdio: 'inherit',
});

/** Pieces load each other with require: `import()` of a file would start Node's ES module loader. */
function localRequires(code) {
  return code
    .replace(/\bimport\("(\.\/[^"]+)\.js"\)/g, 'Promise.resolve().then(()=>require("$1.cjs"))')
    .replace(/\brequire\("(\.\/[^"]+)\.js"\)/g, 'require("$1.cjs")');
}

function licences(inputs) {
  const packages = new Set(
    inputs.flatMap((input) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? []),
  );
  return [...packages]
    .sort()
    .map((name) => {
      const folder = join(root, 'node_modules', name);
      const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const file = ['LICENSE', 'license', 'LICENSE.md', 'LICENSE.txt', 'LICENCE']
        .map((one) => join(folder, one))
        .find(existsSync);
      return `${name} ${version} (${license})\n\n${file === undefined ? '' : readFileSync(file, 'utf8')}\n${'-'.repeat(78)}\n`;
    })
    .join('\n');
}
