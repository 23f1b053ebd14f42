// An esbuild plugin that leaves out what no run of msg reaches in the packages it bundles. No package is
// changed: whole modules are replaced, and the exact version of undici is pinned in package.json because its
// parts are not its public face.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);

/** WebAssembly undici carries as base64 inside JavaScript: beside the bundle it is smaller and costs no parsing. */
const wasmName = 'llhttp_simd.wasm';
const wasmModule = 'undici/lib/llhttp/llhttp_simd-wasm.js';

const { ERROR, TYPE } = require('undici/lib/llhttp/constants.js');

/** By the end of a module's path: what stands in for it. */
const replacements = {
  // HTTP/2 is not offered to servers (undici's `allowH2` is off), and its client loads node:http2.
  'undici/lib/dispatcher/client-h2.js': 'module.exports = undefined;',
  // For bodies that are forms, blobs or iterators; ours are text. Brings all of fetch's types.
  'undici/lib/web/fetch/body.js': 'module.exports = {};',
  // ora draws the one it is given or `dots`; the package is 90 animations.
  'cli-spinners/index.js':
    'export default { dots: { interval: 80, frames: [..."⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"] }, line: { interval: 130, frames: [..."-\\\\|/"] } };',
  [wasmModule]: `module.exports = require('node:fs').readFileSync(require('node:path').join(__dirname, '${wasmName}'));`,
  // Tables for a parser in JavaScript, computed anew at every start; the one in WebAssembly needs two.
  'undici/lib/llhttp/constants.js': `module.exports = ${JSON.stringify({ ERROR, TYPE })};`,
  // For CPUs without SIMD (before 2008): found in the installed package when it is needed.
  'undici/lib/llhttp/llhttp-wasm.js': "module.exports = require('undici/lib/llhttp/llhttp-wasm');",
  // chalk's guess at the terminal, made when it is loaded. terminal/output/terminal-theme decides the level itself.
  'chalk/source/vendor/supports-color/index.js': 'export default { stdout: false, stderr: false };',
};

/**
 * undici's index loads fetch, WebSocket, caches and mocks: 50 ms nobody needs. `import` of it gives the client
 * and what connects it, `await import()` the proxy agent, which opens its tunnels with a method that the index puts in place.
 */
const undiciParts = {
  'import-statement': `export { default as Client } from 'undici/lib/dispatcher/client.js';
    export { default as buildConnector } from 'undici/lib/core/connect.js';`,
  'dynamic-import': `import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
    import connect from 'undici/lib/api/api-connect.js';
    Dispatcher.prototype.connect = connect;
    export { default as ProxyAgent } from 'undici/lib/dispatcher/proxy-agent.js';`,
};

/** By package and module of Node: what the package needs of it. The rest is not worth loading at every start. */
const nodeModules = {
  commander: {
    // For sub-commands in files of their own; msg has none.
    'node:child_process': 'module.exports = {};',
  },
  undici: {
    // The real one makes process.stderr, to see whether an error would be told in colour.
    'node:assert': `module.exports = (value, message) => {
        if (!value) throw message instanceof Error ? message : new Error(message ?? 'assertion failed');
      };`,
    // The class is for request bodies that are answers of node:http; ours are text.
    'node:http': `const { execArgv, env } = process;
      const isChosen = /--max-http-header-size/.test([env.NODE_OPTIONS, ...execArgv].join(' '));
      module.exports = { IncomingMessage: class {}, maxHeaderSize: isChosen ? require('node:http').maxHeaderSize : 16384 };`,
  },
};

export const slimPackages = {
  name: 'slim-packages',
  setup({ onResolve, onLoad, initialOptions: { absWorkingDir } }) {
    onResolve({ filter: /^undici$/ }, ({ kind }) => ({ path: kind, namespace: 'undici' }));
    onResolve({ filter: /^node:/ }, ({ path, importer, namespace }) => {
      const name = /[\\/]node_modules[\\/](\w+)[\\/]/.exec(importer)?.[1];
      return namespace === 'file' && nodeModules[name]?.[path] !== undefined
        ? { path, namespace: `node for ${name}` }
        : undefined;
    });
    for (const [name, standIns] of Object.entries(nodeModules))
      onLoad({ filter: /.*/, namespace: `node for ${name}` }, ({ path }) => ({ contents: standIns[path] }));
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
  writeFileSync(join(dist, wasmName), require(wasmModule));
}
