// No golden that nobody reads: what stands in test/golden is what the tests compare with, and nothing else.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hostile, samples } from './doctor/sample-reports.ts';
import { transcripts } from './markdown/markdown-screen.ts';

const filesIn = (folder: string, extension: RegExp): string[] =>
  readdirSync(join(import.meta.dirname, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => extension.test(file));

/** What `${name}` stands for in the path of a golden, by its folder. */
const names: Readonly<Record<string, readonly string[]>> = {
  markdown: transcripts.map(([name]) => name),
  report: Object.keys({ ...samples, hostile }),
};
const columns = ['120', '80', '40'];

/** The paths that one path in a test, with its placeholders, stands for. */
function pathsOf(template: string): string[] {
  const folder = template.split('/')[0] ?? '';
  return (names[folder] ?? ['']).flatMap((name) =>
    columns.map((width) => template.replace('${name}', name).replace('${columns}', width)),
  );
}

it('every golden is read by a test', () => {
  const templates = filesIn('.', /\.test\.ts$/).flatMap((file) =>
    [...readFileSync(join(import.meta.dirname, file), 'utf8').matchAll(/\.\.\/golden\/([^`'\n]+\.txt)/g)].map(
      ([, template = '']) => template,
    ),
  );
  const goldens = new Set(templates.flatMap(pathsOf));
  expect([...goldens].filter((golden) => golden.includes('${'))).toEqual([]);
  expect(filesIn('golden', /./).filter((file) => file.includes('.') && !goldens.has(file))).toEqual([]);
});

it('every meaning of a stream has its stream', () => {
  const streams = filesIn('fixtures/streams', /\.sse$/);
  const meanings = filesIn('fixtures/streams', /\.json$/);
  expect(meanings.map((file) => file.replace(/json$/, 'sse')).sort()).toEqual(streams.sort());
});
