// Loads the files of the bundle. What V8 compiles of the large ones is kept for the next start, much as Node 22's
// module.enableCompileCache() does it: that saves a quarter of the time to the first text.
'use strict';

const fs = require('node:fs');
const { tmpdir } = require('node:os');
const { isAbsolute, join } = require('node:path');
const { Script } = require('node:vm');

const dist = join(__dirname, '../dist');
const modules = new Map();

const { NODE_COMPILE_CACHE: chosenFolder, LOCALAPPDATA: ownFolder = '' } = process.env;
const codeFolder = chosenFolder
  ? join(chosenFolder, 'msg')
  : process.getuid
    ? join(tmpdir(), `msg-code-cache-${process.getuid()}`)
    : // Windows does not say whose a file is, and its temporary directory may be open to all (services).
      join(ownFolder, 'msg-code-cache');

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
  // A relative folder is another one in every directory, and may have come with what was cloned there.
  if (disabled || !isAbsolute(codeFolder) || !source.startsWith('/*')) return undefined;
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

/**
 * A file is the same record twice: V8 runs what it is given, and one wrong bit is a crash or another answer. Comparing
 * the two costs 0.3 ms; a checksum costs 2, for zlib has to be loaded first.
 * A record is four bytes of its length, one that counts runs, three that align the code; then the code.
 */
const headLength = 8;

/** Undefined: missing, damaged or somebody else's. */
function codeIn(file) {
  const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = fs.constants;
  let descriptor;
  try {
    if (!isOwn(fs.lstatSync(codeFolder))) return undefined;
    descriptor = fs.openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const facts = fs.fstatSync(descriptor);
    if (!facts.isFile() || !isOwn(facts)) return undefined;
    const bytes = fs.readFileSync(descriptor);
    const length = bytes.readUInt32LE(0);
    const record = bytes.subarray(0, length);
    if (bytes.length !== 2 * length || !record.equals(bytes.subarray(length))) return undefined;
    return { runs: record[4], code: record.subarray(headLength) };
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor);
  }
}

/** Compiled code is code: nobody else may have been able to write it. */
function isOwn({ mode, uid }) {
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
      fs.mkdirSync(codeFolder, { recursive: Boolean(chosenFolder), mode: 0o700 });
    const facts = fs.lstatSync(codeFolder);
    if (!facts.isDirectory() || !isOwn(facts)) return;
    for (const { script, file, runs } of learnt) {
      const code = script.createCachedData();
      const head = Buffer.alloc(headLength);
      head.writeUInt32LE(head.length + code.length);
      head[4] = runs;
      const draft = `${file}.${process.pid}`;
      fs.writeFileSync(draft, Buffer.concat([head, code, head, code]), { mode: 0o600 });
      fs.renameSync(draft, file);
    }
  } catch {}
}

module.exports = { load };
