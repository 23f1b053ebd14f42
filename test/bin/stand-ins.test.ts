// What the bundle puts in the place of modules of undici, commander and chalk (scripts/slim-packages.js). None of it
// is their public face: here it shows when a new version has moved a module, or asks more of it than the stand-in has.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { options } from '../../scripts/bundle.js';
import { standIns } from '../../scripts/slim-packages.js';

type Import = { readonly path: string; readonly original?: string };
let inputs: Record<string, { readonly imports: readonly Import[] }>;
beforeAll(async () => {
  const bundled = await build({
    ...options,
    entryPoints: ['src/main.ts'],
    outfile: 'nowhere.cjs',
    write: false,
    metafile: true,
  });
  inputs = bundled.metafile.inputs;
});

/** What the modules of a package that are bundled take from a module: names, or '()' where it is called itself. */
function takenFrom(name: string, module: string): string[] {
  const end = module.startsWith('node:') ? `${module} for ${name}` : `node_modules/${name}/${module}`;
  const taken = new Set<string>();
  for (const [file, { imports }] of Object.entries(inputs)) {
    const specifier = imports.find(({ path }) => path.endsWith(end))?.original;
    if (specifier === undefined || isReplaced(file)) continue;
    const source = readFileSync(join(options.absWorkingDir ?? '', file), 'utf8');
    for (const use of usesOf(source, specifier)) taken.add(use);
  }
  return [...taken].sort();
}

const isReplaced = (file: string): boolean =>
  Object.entries(standIns).some(([name, modules]) =>
    Object.keys(modules).some((module) => file.endsWith(`node_modules/${name}/${module}`)),
  );

/** `const { a } = require('x')`, `require('x').a`, `const x = require('x')` or `import x from 'x'` and then `x.a`, `x()`. */
function usesOf(source: string, specifier: string): string[] {
  const [line = '', before = '', after = ''] =
    new RegExp(`^(.*?)(?:=|from) (?:require\\()?'${specifier}'\\)?(.*)$`, 'm').exec(source) ?? [];
  const direct = /^\.(\w+)/.exec(after)?.[1];
  if (direct !== undefined) return [direct];
  const local = /^(?:const|import) (\w+) $/.exec(before)?.[1];
  if (local === undefined) return namesIn(before);
  const rest = source.replace(line, '');
  const destructured = new RegExp(`\\{[^}]*\\} = ${local};`).exec(rest)?.[0];
  if (destructured !== undefined) return namesIn(destructured);
  return [...rest.matchAll(new RegExp(`(?<![\\w.])${local}(?:\\.(\\w+)|\\()`, 'g'))].map(
    ([, name]) => name ?? '()',
  );
}

/** Of `{ a, b: c }`: a and b. */
const namesIn = (pattern: string): string[] =>
  [...pattern.matchAll(/[{,]\s*(\w+)/g)].map(([, name = '']) => name);

describe('what takes the place of', () => {
  it.each([
    // `connectH2(...)` only where a server may choose HTTP/2, which undici's `allowH2` forbids.
    ['undici', 'lib/dispatcher/client-h2.js', ['()']],
    // Only for bodies that are no text.
    ['undici', 'lib/web/fetch/body.js', ['extractBody']],
    ['undici', 'lib/llhttp/constants.js', ['ERROR', 'TYPE']],
    ['undici', 'node:assert', ['()']],
    ['undici', 'node:http', ['IncomingMessage', 'maxHeaderSize']],
    // `spawn` for a sub-command that is a program.
    ['commander', 'node:child_process', ['spawn']],
    ['chalk', 'source/vendor/supports-color/index.js', ['stderr', 'stdout']],
  ])('%s: %s is asked for what it has', (name, module, taken) => {
    expect(takenFrom(name, module)).toEqual(taken);
  });

  it('is named above, all of it', () => {
    expect(Object.values(standIns).flatMap(Object.keys)).toHaveLength(7);
  });
});
