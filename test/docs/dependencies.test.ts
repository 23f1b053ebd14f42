// docs/dependencies.md: a line for each package, and true figures.
import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { entryPoints, options } from '../../scripts/bundle.js';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(resolve(root, path), 'utf8');

type Manifest = Record<
  'dependencies' | 'devDependencies' | 'optionalDependencies',
  Record<string, string> | undefined
>;
const manifest = JSON.parse(read('package.json')) as Manifest;
const site = JSON.parse(read('docs/package.json')) as Manifest;

/** The rows of each table, by the heading it stands under. */
const tables = new Map(
  read('docs/dependencies.md')
    .split('\n## ')
    .slice(1)
    .map((part) => {
      const [heading = '', ...lines] = part.split('\n');
      const rows = lines.filter((line) => line.startsWith('| ')).slice(2);
      return [
        heading,
        rows.map((row) =>
          row
            .split('|')
            .slice(1, -1)
            .map((cell) => cell.trim()),
        ),
      ] as const;
    }),
);
const names = (...headings: string[]): string[] =>
  headings.flatMap((heading) => (tables.get(heading) ?? []).map(([name = '']) => name)).sort();

it('names what is installed with msg', () => {
  expect(names('At run time')).toEqual(
    Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }).sort(),
  );
});

it('names what is needed to build it and to work on it', () => {
  expect(names('Bundled, and needed only to build', 'For those who work on it')).toEqual(
    Object.keys(manifest.devDependencies ?? {}).sort(),
  );
});

it('names what the site needs', () => {
  expect(names('The site')).toEqual(Object.keys(site.devDependencies ?? {}).sort());
});

const { metafile } = await build({
  ...options,
  entryPoints,
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  metafile: true,
  write: false,
});
const packageOf = (input: string): string | undefined =>
  /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1];
const rows = [
  ...(tables.get('At run time') ?? []),
  ...(tables.get('Bundled, and needed only to build') ?? []),
].filter(([name]) => name !== '@napi-rs/keyring');

it('says in which file each package is, and how large it is there', () => {
  /** Bytes of each package, as `file package`. */
  const sizes = new Map<string, number>();
  for (const [output, { inputs }] of Object.entries(metafile.outputs))
    for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
      const name = packageOf(input);
      const key = `${basename(output)} ${name}`;
      if (name !== undefined) sizes.set(key, (sizes.get(key) ?? 0) + bytesInOutput);
    }
  const direct = new Set(
    Object.keys({ ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies }),
  );
  // ajv is bundled because conf brings it; the line of the page is about the tests.
  const bundled = [...sizes.keys()].filter(
    (key) => direct.has(key.split(' ')[1] ?? '') && key !== 'conf.cjs ajv',
  );
  const fileOf = (cell = ''): string => cell.replaceAll('`', '');
  expect(rows.map(([name, , file]) => `${fileOf(file)} ${name}`).sort()).toEqual(bundled.sort());
  for (const [name, , file, kilobytes] of rows) {
    const actual = (sizes.get(`${fileOf(file)} ${name}`) ?? 0) / 1000;
    expect(Math.abs(Number(kilobytes) - actual), `${name}: ${actual} kB`).toBeLessThanOrEqual(
      0.5 + actual / 10,
    );
  }
});

it('says what every command loads at its start', () => {
  const atStart = new Set<string>();
  const visit = (input: string): void => {
    if (atStart.has(input)) return;
    atStart.add(input);
    for (const { path, kind } of metafile.inputs[input]?.imports ?? [])
      if (kind !== 'dynamic-import') visit(path);
  };
  for (const input of ['src/main.ts', 'src/commands/program.ts']) visit(input);
  const packages = new Set([...atStart].flatMap((input) => packageOf(input) ?? []));
  expect(rows.flatMap(([name, , , , when]) => (when === 'at start' ? [name] : [])).sort()).toEqual(
    [...packages].sort(),
  );
});
