// Builds dist/: the bundle that starts (CommonJS, split at every lazy door), the public `./mock` with its
// declarations, and the licence notices of what is bundled.
//
// A CommonJS bundle starts about 4 ms faster than an ES module one, but esbuild splits only ES modules.
// So it is built in two passes: bundle and split as ESM, then turn each piece into CommonJS.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { codeOf, filesOf, idOf } from './pieces.js';
import { copyWasm, slimPackages } from './slim-packages.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const options = { platform: 'node', target: 'node20.18', minify: true, absWorkingDir: root };

/** Packages that stay outside: native code, grammars that are larger than all of msg, and what only writes files. */
const external = [
  '@napi-rs/keyring',
  'shiki',
  'shiki/*',
  '@shikijs/*',
  'conf',
  'proper-lockfile',
  'undici/lib/llhttp/llhttp-wasm',
];

/** What is loaded together becomes one file each: most commands need the first. */
const groups = [
  {
    leaders: ['src/main.ts', 'src/commands/program.ts', 'src/commands/send.ts', 'src/http/transport.ts'],
    extension: 'cjs',
  },
  {
    leaders: ['src/commands/chat.ts', 'src/chat/run/journal.ts', 'src/terminal/prompt/open-prompt.ts'],
    extension: 'cjs.br',
  },
];

const bundle = await build({
  entryPoints: [
    { in: 'src/main.ts', out: 'msg' },
    { in: 'src/mock/index.ts', out: 'mock' },
  ],
  outdir: dist,
  bundle: true,
  splitting: true,
  format: 'esm',
  ...options,
  legalComments: 'none',
  metafile: true,
  write: false,
  external,
  plugins: [slimPackages],
});

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
writeFileSync(join(dist, 'package.json'), '{"type":"commonjs"}\n');
const files = filesOf(bundle.metafile.outputs, groups);
const texts = new Map(bundle.outputFiles.map(({ path, text }) => [basename(path, '.js'), text]));
for (const file of new Set(files.values())) {
  const text = wrapped(asciiOf(await codeOf(file, texts, files, options)));
  writeFileSync(join(dist, file), file.endsWith('.br') ? brotliCompressSync(text) : text);
}
writeFileSync(join(dist, 'mock.cjs'), publicFace('mock'));
copyWasm(dist);
// Printed by bin/msg.js without loading anything: it is asked for often, and is the same for everybody.
writeFileSync(join(dist, 'help.txt'), execFileSync(process.execPath, [join(root, 'bin/msg.js'), 'help']));
writeFileSync(join(dist, 'LICENSES.txt'), licences(Object.keys(bundle.metafile.inputs)));
execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', join(root, 'scripts/mock-types.json')], {
  stdio: 'inherit',
});

/** bin/load.js reads one byte as one character. esbuild escapes what is not ASCII, except in regular expressions. */
function asciiOf(code) {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * As Node wraps a CommonJS module, so that nobody has to at every start. Before what is large stands a hash, by which
 * bin/load.js keeps its compiled code; the rest compiles as fast as compiled code is read.
 */
function wrapped(code) {
  const text = `(function (exports, require, module, __filename, __dirname) {${code}\n})`;
  return text.length < 25_000
    ? text
    : `/*${createHash('sha256').update(text).digest('hex').slice(0, 16)}*/${text}`;
}

/** What `require` and `import` of others find. The names are written out: Node reads them without running it. */
function publicFace(name) {
  const { exports } = bundle.metafile.outputs[`dist/${name}.js`];
  const lines = exports.map((one) => `exports.${one}=piece.${one};\n`).join('');
  return `const piece=require("../bin/load.js").load("${idOf(name, files)}");\n${lines}`;
}

/** Each licence once, below the packages it covers and their lines of copyright. */
function licences(inputs) {
  const packages = new Set(
    inputs.flatMap((input) => /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? []),
  );
  const byTerms = new Map();
  for (const name of [...packages].sort()) {
    const folder = join(root, 'node_modules', name);
    const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = ['LICENSE', 'license', 'LICENSE.md', 'LICENSE.txt', 'LICENCE']
      .map((one) => join(folder, one))
      .find(existsSync);
    const { holders, terms } = licenceParts(file === undefined ? '' : readFileSync(file, 'utf8'));
    // The same words, however their lines are broken.
    const key = terms.replace(/\s+/g, ' ');
    const entry = byTerms.get(key) ?? { terms, packages: [] };
    entry.packages.push(
      [`${name} ${version} (${license})`, ...holders.map((line) => `  ${line}`)].join('\n'),
    );
    byTerms.set(key, entry);
  }
  return [...byTerms.values()]
    .map((entry) => `${entry.packages.join('\n')}\n\n${entry.terms}\n`)
    .join(`\n${'-'.repeat(78)}\n\n`);
}

/** The lines that name the holders of the copyright, and the terms without them and without their title. */
function licenceParts(text) {
  const isHolder = (line) => /^\s*(?:copyright\b.*\d{4}|copyright \(c\)|\(c\) )/i.test(line);
  const lines = text.split(/\r?\n/);
  return {
    holders: lines.filter(isHolder).map((line) => line.trim()),
    terms: lines
      .filter((line) => !isHolder(line) && !/^\s*(?:the )?mit license(?: \(mit\))?\s*$/i.test(line))
      .join('\n')
      .trim(),
  };
}
