// Loads the files of the bundle, with the code V8 compiled for them when msg was built, where that fits: it
// saves a third of the start. V8 itself refuses a cache of another version, other flags or other source; what
// it does not look at is damage, so each cache carries a checksum.
'use strict';

const { readFileSync } = require('node:fs');
const { createRequire, wrap } = require('node:module');
const { join } = require('node:path');
const vm = require('node:vm');
const { crc32 } = require('node:zlib');

const dist = join(__dirname, '../dist');
const requireOutside = createRequire(join(dist, 'msg.cjs'));
const modules = new Map();

/** What was compiled, by file name; the build makes the caches of it. */
const scripts = new Map();

/** The exports of a file in dist/. */
function load(name) {
  const known = modules.get(name);
  if (known !== undefined) return known.exports;
  // Code that V8 takes from a cache cannot import() by itself (Node 20); this file can, and from the same place.
  const module = { exports: {}, import: (id) => import(id) };
  modules.set(name, module);
  const filename = join(dist, name);
  const script = new vm.Script(wrap(readFileSync(filename, 'utf8')), {
    filename,
    cachedData: cacheOf(filename),
  });
  scripts.set(name, script);
  script.runInThisContext().call(module.exports, module.exports, requireFrom, module, filename, dist);
  return module.exports;
}

/** The pieces of the bundle require each other by `./name.cjs`, and everything else by name. */
function requireFrom(id) {
  return id.startsWith('./') && id.endsWith('.cjs') ? load(id.slice(2)) : requireOutside(id);
}

/** The compiled code beside a file: four bytes of checksum, then the code. Undefined: V8 compiles anew. */
function cacheOf(filename) {
  try {
    const bytes = readFileSync(`${filename}.cache`);
    const code = bytes.subarray(4);
    return crc32(code) === bytes.readUInt32LE(0) ? code : undefined;
  } catch {
    return undefined;
  }
}

module.exports = { dist, load, scripts };
