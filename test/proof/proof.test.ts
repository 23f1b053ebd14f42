// The proof itself runs, in small, and its results have a section for each part; what they say is the affair of `npm run proof`.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import '../built.ts';
import { exchangeIn, framingNames } from './exchange.ts';
import { parts } from './parts.ts';
import { resultsOf, sectionOf, sectionsIn } from './results.ts';

const root = resolve(import.meta.dirname, '../..');
const resultsFile = resolve(root, 'docs/RESULTS.md');
const run = promisify(execFile);

describe('docs/RESULTS.md', () => {
  const results = readFileSync(resultsFile, 'utf8');

  it('has a section for each part, with its day where it was run, and is what the parts make of it', () => {
    const sections = sectionsIn(results);
    expect([...sections.keys()]).toEqual(parts.map(({ title }) => title));
    for (const [title, section] of sections) {
      expect(section, title).toMatch(
        /^\*\*.+\*\*\n\n\d{4}-\d\d-\d\d \d\d:\d\d UTC · msg .* · load [\d.]+ to [\d.]+ · took |^Not run yet: /m,
      );
    }
    expect(resultsOf(parts, sections)).toBe(results);
  });

  it('keeps what was not run again', () => {
    const [first, second] = parts;
    if (first === undefined || second === undefined) throw new Error('too few parts');
    const circumstances = {
      date: new Date(0),
      version: '9.9.9',
      commit: undefined,
      loads: [0, 1] as const,
      durationMs: 1_000,
    };
    const section = sectionOf(first, { result: 'all new', wrong: 0, details: 'more' }, circumstances);
    const before = sectionsIn(results);
    const after = sectionsIn(resultsOf(parts, new Map([...before, [first.title, section]])));
    expect(after.get(first.title)).toBe(section);
    expect(after.get(second.title)).toBe(before.get(second.title));
  });
});

describe('the judge of the cuts', () => {
  it.each(framingNames)('knows what of %s has arrived at any byte', (framing) => {
    const { wire, arrivedAt } = exchangeIn(framing, 1_100);
    const arrivals = Array.from({ length: wire.length + 1 }, (_, offset) => arrivedAt(offset));
    expect(arrivals[0]).toEqual({ text: '', extent: 'nothing' });
    expect(arrivals.at(-1)).toMatchObject({
      text: expect.stringMatching(/^Der Zug /) as string,
      extent: 'whole',
    });
    const order = ['nothing', 'part', 'reason', 'whole'];
    for (const [offset, { text, extent }] of arrivals.entries()) {
      const before = arrivals[offset - 1];
      if (before === undefined) continue;
      expect(text.startsWith(before.text), `byte ${offset}`).toBe(true);
      expect(order.indexOf(extent), `byte ${offset}`).toBeGreaterThanOrEqual(order.indexOf(before.extent));
    }
    expect(new Set(arrivals.map(({ extent }) => extent))).toEqual(new Set(order));
  });
});

it('runs its parts in small, judges them, and leaves the results alone', async () => {
  const before = readFileSync(resultsFile, 'utf8');
  const names = ['cuts', 'matrix', 'processes', 'peers'];
  const { stdout } = await run(process.execPath, [resolve(root, 'scripts/proof.js'), '--small', ...names], {
    cwd: root,
  });
  const sections = [...sectionsIn(stdout).values()];
  expect(sections.map((section) => /\*\*(.*)\*\*/.exec(section)?.[1])).toEqual([
    expect.stringMatching(/^\d+ cuts, 0 wrong verdicts$/),
    expect.stringMatching(/^\d+ endpoints, \d+ of them well, 0 wrong verdicts$/),
    '12 processes, 0 wrong',
    expect.stringMatching(/^msg: 5 answers, 0 wrong; /),
  ]);
  expect(readFileSync(resultsFile, 'utf8')).toBe(before);
});

it('names its parts when it is asked for another', async () => {
  await expect(run(process.execPath, [resolve(root, 'scripts/proof.js'), 'nothing'])).rejects.toMatchObject({
    code: 1,
    stderr: `no part nothing; there are: ${parts.map(({ name }) => name).join(', ')}\n`,
  });
});
