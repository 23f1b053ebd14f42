// Loads the files of the bundle. What V8 compiles of the large ones is kept for the next start, much as Node 22's
// module.enableCompileCache() does it: that saves a quarter of the time to the first text.
'use strict';

const { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { createRequire, wrap } = require('node:module');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const vm = require('node:vm');
const { brotliDecompressSync, crc32 } = require('node:zlib');

const dist = join(__dirname, '../dist');
const requireOutside = createRequire(join(dist, 'msg.cjs'));
const modules = new Map();

/** Where compiled code is kept. */
const chosenFolder = process.env['NODE_COMPILE_CACHE'] || undefined;
const codeFolder =
  chosenFolder === undefined
    ? join(tmpdir(), `msg-code-cache-${process.getuid ? process.getuid() : 'own'}`)
    : join(chosenFolder, 'msg');

/** Smaller files compile as fast as their compiled code is read. */
const worthKeeping = 25_000;

/** V8 compiles a function when it is first called: so many runs each add what they called. */
const learningRuns = 8;

/** What is kept at the end of this run: scripts, the files for their code, and how many runs went into it. */
const learnt = [];

/** The exports of a file in dist/. Those ending in `.br` are stored compressed: most runs need few of them. */
function load(name) {
  const known = modules.get(name);
  if (known !== undefined) return known.exports;
  // Code that V8 takes from a cache cannot import() by itself (Node 20); this file can, and from the same place.
  const module = { exports: {}, import: (id) => import(id) };
  modules.set(name, module);
  const filename = join(dist, name);
  const bytes = readFileSync(filename);
  const source = name.endsWith('.br') ? brotliDecompressSync(bytes) : bytes;
  compile(filename, source).call(module.exports, module.exports, requireFrom, module, filename, dist);
  return module.exports;
}

/** The pieces of the bundle require each other by `./name.cjs` or `./name.cjs.br`, everything else by name. */
function requireFrom(id) {
  return id.startsWith('./') ? load(id.slice(2)) : requireOutside(id);
}

/** The function that is the module; esbuild writes ASCII. */
function compile(filename, source) {
  const file = source.length < worthKeeping ? undefined : fileOfCode(source);
  const kept = file && codeIn(file);
  const script = new vm.Script(wrap(source.latin1Slice()), { filename, cachedData: kept?.code });
  const runs = script.cachedDataRejected === false ? kept.runs : 0;
  if (file !== undefined && runs < learningRuns) {
    if (learnt.push({ script, file, runs: runs + 1 }) === 1) process.once('exit', keepCode);
  }
  return script.runInThisContext();
}

/** Named after everything the code depends on but the CPU, which V8 itself looks at. */
function fileOfCode(source) {
  const { NODE_DISABLE_COMPILE_CACHE: disabled, NODE_OPTIONS: options } = process.env;
  // Node 21 to 22.1 has no crc32.
  if (disabled || crc32 === undefined) return undefined;
  const { arch, execArgv, version } = process;
  const key = crc32([version, arch, options, ...execArgv].join(' '), crc32(source)).toString(16);
  return join(codeFolder, key);
}

/** Four bytes of checksum, one that counts runs, the code. Undefined: missing, damaged or somebody else's. */
function codeIn(file) {
  try {
    if (!isFolderOwn()) return undefined;
    const bytes = readFileSync(file);
    if (crc32(bytes.subarray(4)) !== bytes.readUInt32LE(0)) return undefined;
    return { runs: bytes[4], code: bytes.subarray(5) };
  } catch {
    return undefined;
  }
}

/** Compiled code is code: nobody else may have been able to write it. Throws where there is no folder. */
function isFolderOwn() {
  const { mode, uid } = lstatSync(codeFolder);
  return process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
}

/** At the end of a run; a full disk or a read-only one costs the next start its head start, nothing else. */
function keepCode() {
  // V8 refuses code made under other flags than it starts with; these are the defaults of those context.ts sets.
  if (process.version.startsWith('v20.')) {
    const { setFlagsFromString } = require('node:v8');
    setFlagsFromString('--wasm-tiering-budget=1800000');
    setFlagsFromString('--interrupt-budget=67584');
  }
  try {
    // A TMPDIR that is missing is not ours to make.
    if (!existsSync(codeFolder))
      mkdirSync(codeFolder, { recursive: chosenFolder !== undefined, mode: 0o700 });
    if (!isFolderOwn()) return;
    for (const { script, file, runs } of learnt) {
      const counted = Buffer.concat([Buffer.of(runs), script.createCachedData()]);
      const checksum = Buffer.alloc(4);
      checksum.writeUInt32LE(crc32(counted));
      const draft = `${file}.${process.pid}`;
      writeFileSync(draft, Buffer.concat([checksum, counted]), { flag: 'wx', mode: 0o600 });
      renameSync(draft, file);
    }
  } catch {}
}

module.exports = { load };
