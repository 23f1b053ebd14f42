// An esbuild plugin that leaves out what no run of msg reaches in the packages it bundles. No package is
// changed: whole modules are replaced, and the exact version of undici is pinned in package.json because its
// parts are not its public face.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

const require = createRequire(import.meta.url);

/** WebAssembly undici carries as base64 inside JavaScript: beside the bundle it is smaller and costs no parsing. */
const wasmName = 'llhttp_simd.wasm.br';
const wasmModule = 'undici/lib/llhttp/llhttp_simd-wasm.js';

/** By the end of a module's path: what stands in for it. */
const replacements = {
  // HTTP/2 is not offered to servers (undici's `allowH2` is off), and its client loads node:http2.
  'undici/lib/dispatcher/client-h2.js': 'module.exports = undefined;',
  // For bodies that are forms, blobs or iterators; ours are text. Brings all of fetch's types.
  'undici/lib/web/fetch/body.js': 'module.exports = {};',
  // ora draws the one it is given or `dots`; the package is 90 animations.
  'cli-spinners/index.js':
    'export default { dots: { interval: 80, frames: [..."⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"] }, line: { interval: 130, frames: [..."-\\\\|/"] } };',
  [wasmModule]: `const { readFileSync } = require('node:fs');
    module.exports = require('node:zlib').brotliDecompressSync(readFileSync(require('node:path').join(__dirname, '${wasmName}')));`,
  // For CPUs without SIMD (before 2008): found in the installed package when it is needed.
  'undici/lib/llhttp/llhttp-wasm.js': "module.exports = require('undici/lib/llhttp/llhttp-wasm');",
  // chalk's guess at the terminal, made when it is loaded. terminal/theme decides the level itself.
  'chalk/source/vendor/supports-color/index.js': 'export default { stdout: false, stderr: false };',
};

/**
 * undici's index loads fetch, WebSocket, caches and mocks: 50 ms nobody needs. `import` of it gives the client
 * alone, `await import()` the proxy agent, which opens its tunnels with a method that the index puts in place.
 */
const undiciParts = {
  'import-statement': `export { default as Client } from 'undici/lib/dispatcher/client.js';`,
  'dynamic-import': `import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
    import connect from 'undici/lib/api/api-connect.js';
    Dispatcher.prototype.connect = connect;
    export { default as ProxyAgent } from 'undici/lib/dispatcher/proxy-agent.js';`,
};

export const slimPackages = {
  name: 'slim-packages',
  setup({ onResolve, onLoad, initialOptions: { absWorkingDir } }) {
    onResolve({ filter: /^undici$/ }, ({ kind }) => ({ path: kind, namespace: 'undici' }));
    // commander needs it for sub-commands in files of their own; msg has none, and --help should not load it.
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      /[\\/]commander[\\/]/.test(importer) ? { path: 'none', namespace: 'none' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: 'module.exports = {};' }));
    onLoad({ filter: /.*/, namespace: 'undici' }, ({ path }) => ({
      contents: undiciParts[path],
      resolveDir: absWorkingDir,
    }));
    onLoad({ filter: /(undici|cli-spinners|chalk)[\\/].*\.js$/ }, ({ path }) => {
      const normal = path.replaceAll('\\', '/');
      const ending = Object.keys(replacements).find((one) => normal.endsWith(`/node_modules/${one}`));
      return ending === undefined ? undefined : { contents: replacements[ending] };
    });
  },
};

/** Puts the WebAssembly beside the bundle. */
export function copyWasm(dist) {
  writeFileSync(join(dist, wasmName), brotliCompressSync(require(wasmModule)));
}
