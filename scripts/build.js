// Builds dist/: msg.cjs, all of the command in one file that a person can read; what is loaded late and is large,
// and the public `./mock` with its declarations, in files of their own; the licences of what is bundled.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { entryPoints, options } from './bundle.js';

const root = options.absWorkingDir;
const dist = join(root, 'dist');

const { outputFiles, metafile } = await build({
  ...options,
  entryPoints,
  outdir: dist,
  outExtension: { '.js': '.cjs' },
  metafile: true,
  write: false,
});
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
// For the declarations.
writeFileSync(join(dist, 'package.json'), '{"type":"commonjs"}\n');
for (const { path, text } of outputFiles)
  writeFileSync(path, basename(path) === 'msg.cjs' ? loadable(text) : text);
writeFileSync(join(dist, 'LICENSES.txt'), licences(Object.keys(metafile.inputs)));
// Printed by bin/msg.js without loading anything: it is asked for often, and is the same for everybody.
writeFileSync(join(dist, 'help.txt'), execFileSync(process.execPath, [join(root, 'bin/msg.js'), 'help']));
// Through Node: what stands in node_modules/.bin is no program on Windows.
execFileSync(
  process.execPath,
  [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'scripts/mock-types.json')],
  { stdio: 'inherit' },
);

/**
 * For bin/load.js: in front a hash, by which it keeps the compiled code; wrapped in a function as Node does it, so that
 * nobody has to at every start; in ASCII, so that one byte is one character. esbuild escapes all but regular expressions.
 */
function loadable(text) {
  const ascii = plainWrappers(text).replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const hash = createHash('sha256').update(ascii).digest('hex').slice(0, 16);
  return `/*${hash}*/(function (exports, require, module, __filename, __dirname) {${ascii}\n})`;
}

/**
 * esbuild makes each module a method of an object of its own, for profilers. As functions they start faster: V8 keeps a
 * list of all objects there are by their keys (2 % of `send`).
 */
function plainWrappers(text) {
  return text
    .replace(
      /\b(__esm|__commonJS)\(\{\n {2}"[^"]+"(\(.*\)) \{([\s\S]*?)\n {2}\}\n\}\);/g,
      '$1($2 => {$3\n});',
    )
    .replaceAll(/\[__getOwnPropNames\(\w+\)\[0\]\]/g, '');
}

function licences(inputs) {
  const folders = inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []);
  const texts = [...new Set(folders)].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const file = readdirSync(join(root, folder)).find((one) => /^licen[cs]e/i.test(one));
    const terms = file === undefined ? '' : readFileSync(join(root, folder, file), 'utf8').trim();
    return `${name} ${version} (${license})\n\n${terms}\n`;
  });
  return texts.join(`\n${'-'.repeat(78)}\n\n`);
}
