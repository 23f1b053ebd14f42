// Loads the files of the bundle. What V8 compiles of the large ones is kept for the next start, much as Node 22's
// module.enableCompileCache() does it: that saves a quarter of the time to the first text.
'use strict';

const fs = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { Script } = require('node:vm');

const dist = join(__dirname, '../dist');
const modules = new Map();

/** Where compiled code is kept. */
const chosenFolder = process.env['NODE_COMPILE_CACHE'] || undefined;
const codeFolder =
  chosenFolder === undefined
    ? join(tmpdir(), `msg-code-cache-${process.getuid ? process.getuid() : 'own'}`)
    : join(chosenFolder, 'msg');

/** V8 compiles a function when it is first called: so many runs each add what they called. */
const learningRuns = 8;

/** What is kept at the end of this run: scripts, the files for their code, and how many runs went into it. */
const learnt = [];

/** The exports of `file` in dist/, or those of `file#piece`, one of several in it. */
function load(id) {
  const [file, piece] = id.split('#');
  const { exports } = modules.get(file) ?? run(file);
  return piece === undefined ? exports : exports.pieces[piece]();
}

/** Files that end in `.br` are stored compressed: most runs need few of them. */
function run(name) {
  // Code that V8 takes from a cache cannot import() by itself (Node 20); this file can, and what it finds is the same.
  const module = { exports: {}, import: (id) => import(id) };
  modules.set(name, module);
  const filename = join(dist, name);
  const bytes = fs.readFileSync(filename);
  const source = name.endsWith('.br') ? require('node:zlib').brotliDecompressSync(bytes) : bytes;
  // One byte is one character: the build writes ASCII.
  compile(filename, source.latin1Slice()).call(
    module.exports,
    module.exports,
    requireFrom,
    module,
    filename,
    dist,
  );
  return module;
}

/** Files of the bundle require each other by `./id`, everything else by name. */
function requireFrom(id) {
  return id.startsWith('./') ? load(id.slice(2)) : require(id);
}

/** The function that is the module: the build wraps each in one. */
function compile(filename, source) {
  const file = fileOfCode(source);
  const kept = file && codeIn(file);
  const script = new Script(source, { filename, cachedData: kept?.code });
  const runs = script.cachedDataRejected === false ? kept.runs : 0;
  if (file !== undefined && runs < learningRuns) {
    if (learnt.push({ script, file, runs: runs + 1 }) === 1) process.once('exit', keepCode);
  }
  return script.runInThisContext();
}

/**
 * Named after everything the code depends on but the CPU, which V8 itself looks at. The build writes a hash of
 * the source before those that are large: smaller ones compile as fast as their compiled code is read.
 */
function fileOfCode(source) {
  const { NODE_DISABLE_COMPILE_CACHE: disabled, NODE_OPTIONS: options = '' } = process.env;
  if (disabled || !source.startsWith('/*')) return undefined;
  const { arch, execArgv, version } = process;
  const flags = [options, ...execArgv].join(' ').trim();
  const name = `${source.slice(2, source.indexOf('*/'))}-${version}-${arch}`;
  return join(codeFolder, flags === '' ? name : `${name}-${hashOf(flags)}`);
}

/** Loading a module for it would take longer than it gains. */
function hashOf(text) {
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return (hash >>> 0).toString(16);
}

/** Four bytes of length, one that counts runs, the code. Undefined: missing, cut off or somebody else's. */
function codeIn(file) {
  try {
    if (!isFolderOwn()) return undefined;
    const bytes = fs.readFileSync(file);
    if (bytes.readUInt32LE(0) !== bytes.length) return undefined;
    return { runs: bytes[4], code: bytes.subarray(5) };
  } catch {
    return undefined;
  }
}

/** Compiled code is code: nobody else may have been able to write it. Throws where there is no folder. */
function isFolderOwn() {
  const { mode, uid } = fs.lstatSync(codeFolder);
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
    if (!fs.existsSync(codeFolder))
      fs.mkdirSync(codeFolder, { recursive: chosenFolder !== undefined, mode: 0o700 });
    if (!isFolderOwn()) return;
    for (const { script, file, runs } of learnt) {
      const code = script.createCachedData();
      const head = Buffer.alloc(5, runs);
      head.writeUInt32LE(head.length + code.length);
      const draft = `${file}.${process.pid}`;
      // Flushed before it gets its name: V8 trusts what it is given.
      fs.writeFileSync(draft, Buffer.concat([head, code]), { flag: 'wx', mode: 0o600, flush: true });
      fs.renameSync(draft, file);
    }
  } catch {}
}

module.exports = { load };
