// Loads the bundle. What V8 compiles of it is kept for the next start, much as Node 22's module.enableCompileCache()
// does it, which saves a quarter of the time to the first text.
'use strict';

const fs = require('node:fs');
const { tmpdir } = require('node:os');
const { isAbsolute, join } = require('node:path');
const { Script } = require('node:vm');

const dist = join(__dirname, '../dist');

const { NODE_COMPILE_CACHE: chosenFolder, LOCALAPPDATA: ownFolder = '' } = process.env;
const codeFolder = chosenFolder
  ? join(chosenFolder, 'msg')
  : process.getuid
    ? join(tmpdir(), `msg-code-cache-${process.getuid()}`)
    : // Windows does not say whose a file is, and its temporary directory may be open to all (services).
      join(ownFolder, 'msg-code-cache');

/** V8 compiles a function when it is first called: so many runs each add what they called. */
const learningRuns = 8;

/** The exit code for a command line that is wrong. */
const usageError = 2;

/** The exports of dist/msg.cjs, which the build has wrapped in a function. */
function load() {
  const filename = join(dist, 'msg.cjs');
  const bytes = fs.readFileSync(filename);
  // One byte is one character: the build writes ASCII.
  const source = bytes.latin1Slice();
  const file = fileOfCode(source);
  const kept = file && codeIn(file, bytes);
  const script = new Script(source, { filename, cachedData: kept?.code });
  const runs = script.cachedDataRejected === false ? kept.runs : 0;
  if (file !== undefined && runs < learningRuns) process.once('exit', () => keepCode(script, file, runs + 1));
  const module = { exports: {} };
  script.runInThisContext().call(module.exports, module.exports, require, module, filename, dist);
  return module.exports;
}

/**
 * Named after everything the code depends on but the CPU, which V8 itself looks at: the build writes a hash of the
 * source before it. And after the command: code of another would be read at every start, too.
 */
function fileOfCode(source) {
  const { NODE_DISABLE_COMPILE_CACHE: disabled, NODE_OPTIONS: options = '' } = process.env;
  // A relative folder is another one in every directory, and may have come with what was cloned there.
  if (disabled || !isAbsolute(codeFolder)) return undefined;
  const { arch, execArgv, version } = process;
  const [, , command = ''] = process.argv;
  const flags = [options, ...execArgv].join(' ').trim();
  const hash = source.slice(2, source.indexOf('*/'));
  const name = `${hash}-${version}-${arch}-${/^[a-z]+$/.test(command) ? command : 'none'}`;
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

/**
 * Undefined: missing, damaged or somebody else's. Goes where the source was, if it can: memory that is used for the
 * first time costs a millisecond for 4 MB.
 */
function codeIn(file, memory) {
  const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = fs.constants;
  let descriptor;
  try {
    if (!isOwn(fs.lstatSync(codeFolder))) return undefined;
    descriptor = fs.openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const facts = fs.fstatSync(descriptor);
    if (!facts.isFile() || !isOwn(facts)) return undefined;
    const isLarge = facts.size > memory.length;
    const bytes = isLarge
      ? fs.readFileSync(descriptor)
      : memory.subarray(0, fs.readSync(descriptor, memory, 0, facts.size));
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
function keepCode(script, file, runs) {
  // A command that is none would be kept under any name there is.
  if (process.exitCode === usageError) return;
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
    const code = script.createCachedData();
    const head = Buffer.alloc(headLength);
    head.writeUInt32LE(head.length + code.length);
    head[4] = runs;
    const draft = `${file}.${process.pid}`;
    fs.writeFileSync(draft, Buffer.concat([head, code, head, code]), { mode: 0o600 });
    fs.renameSync(draft, file);
  } catch {}
}

module.exports = load();
