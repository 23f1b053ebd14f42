// An esbuild plugin that leaves out what no run of msg reaches in the packages it bundles, where that pays: without
// it, `send` takes half as long again. No package is changed; test/bin/stand-ins.test.ts says when a new version does not
// have what is replaced here, or uses more of it.
import { createRequire } from 'node:module';

const { ERROR, TYPE } = createRequire(import.meta.url)('undici/lib/llhttp/constants.js');

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

/** By package, and by its module or that of Node: what the package gets in its place. */
export const standIns = {
  undici: {
    // HTTP/2 is not offered to servers (undici's `allowH2` is off), and its client loads node:http2.
    'lib/dispatcher/client-h2.js': 'module.exports = undefined;',
    // For bodies that are forms, blobs or iterators; ours are text. Brings all of fetch's types.
    'lib/web/fetch/body.js': 'module.exports = {};',
    // Tables for a parser in JavaScript, computed anew at every start; the one in WebAssembly needs two.
    'lib/llhttp/constants.js': `module.exports = ${JSON.stringify({ ERROR, TYPE })};`,
    // The real one makes process.stderr, to see whether an error would be told in colour.
    'node:assert': `module.exports = (value, message) => {
        if (!value) throw message instanceof Error ? message : new Error(message ?? 'assertion failed');
      };`,
    // The class is for request bodies that are answers of node:http; ours are text.
    'node:http': `const { execArgv, env } = process;
      const isChosen = /--max-http-header-size/.test([env.NODE_OPTIONS, ...execArgv].join(' '));
      module.exports = { IncomingMessage: class {}, maxHeaderSize: isChosen ? require('node:http').maxHeaderSize : 16384 };`,
  },
  commander: {
    // For sub-commands in files of their own; msg has none.
    'node:child_process': 'module.exports = {};',
  },
  chalk: {
    // A guess at the terminal, made when it is loaded. terminal/output/terminal-theme decides the level itself.
    'source/vendor/supports-color/index.js': 'export default { stdout: false, stderr: false };',
  },
};

const inPackage = /[\\/]node_modules[\\/](undici|commander|chalk)[\\/](.+)$/;

export const slimPackages = {
  name: 'slim-packages',
  setup({ onResolve, onLoad, initialOptions: { absWorkingDir } }) {
    onResolve({ filter: /^undici$/ }, ({ kind }) => ({ path: kind, namespace: 'undici' }));
    onLoad({ filter: /.*/, namespace: 'undici' }, ({ path }) => ({
      contents: undiciParts[path],
      resolveDir: absWorkingDir,
    }));
    onResolve({ filter: /^node:/ }, ({ path, importer, namespace }) => {
      const name = namespace === 'file' ? inPackage.exec(importer)?.[1] : undefined;
      const pluginData = standIns[name]?.[path];
      return pluginData && { path: `${path} for ${name}`, namespace: 'stand-in', pluginData };
    });
    onLoad({ filter: /.*/, namespace: 'stand-in' }, ({ pluginData }) => ({ contents: pluginData }));
    onLoad({ filter: inPackage }, ({ path }) => {
      const [, name, module] = inPackage.exec(path);
      const contents = standIns[name][module.replaceAll('\\', '/')];
      return contents && { contents };
    });
  },
};
