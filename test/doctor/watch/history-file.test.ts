import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { historyPath, openHistory } from '../../../src/doctor/watch/history-file.ts';
import { type Round, readRound, roundLine } from '../../../src/doctor/watch/round.ts';

const target = 'https://h/v1/messages';
const round = (at: number, more: Partial<Round> = {}): Round => ({
  at,
  target,
  verdict: 'healthy',
  cause: null,
  sentence: '52 checks made, no warnings',
  latencyMs: 31.5,
  ...more,
});

describe('the history of a watch', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'history-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('gives back what was added, of this target only, and is private', () => {
    const path = join(folder, 'watch', 'work.jsonl');
    const history = openHistory(path, target);
    expect(history.rounds).toEqual([]);
    const broken = round(2000, { verdict: 'broken', cause: 'net.dns', sentence: 'no name', latencyMs: null });
    history.add(round(1000));
    history.add(round(1500, { target: 'https://other/v1/messages' }));
    history.add(broken);
    expect(openHistory(path, target).rounds).toEqual([round(1000), broken]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'watch')).mode & 0o777).toBe(0o700);
  });

  it('is not lost by a line that was cut, nor by what a later version adds', () => {
    const path = join(folder, 'x.jsonl');
    writeFileSync(
      path,
      `${roundLine(round(1000)).replace('}', ',"more":{"a":1}}')}\n${roundLine(round(2000)).slice(0, 40)}\n`,
    );
    expect(openHistory(path, target).rounds).toEqual([round(1000)]);
  });

  it.each([0, 3, 30])('goes on behind a last line that a crash cut, %i bytes from its start', (length) => {
    const path = join(folder, 'x.jsonl');
    writeFileSync(path, `${roundLine(round(1000))}\n${roundLine(round(2000)).slice(0, length)}`);
    const history = openHistory(path, target);
    history.add(round(3000));
    history.add(round(4000));
    expect(openHistory(path, target).rounds).toEqual([round(1000), round(3000), round(4000)]);
  });

  it.each([3, 30])('goes on where the first line of all was cut after %i bytes', (length) => {
    const path = join(folder, 'x.jsonl');
    writeFileSync(path, roundLine(round(1000)).slice(0, length));
    openHistory(path, target).add(round(2000));
    expect(openHistory(path, target).rounds).toEqual([round(2000)]);
  });

  it('is bounded', () => {
    const path = join(folder, 'x.jsonl');
    writeFileSync(
      path,
      Array.from({ length: 12_000 }, (_, at) => `${roundLine(round(at * 1000))}\n`).join(''),
    );
    openHistory(path, target).add(round(12_000_000));
    const kept = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect([kept.length, readRound(kept.at(-1) ?? '')?.at]).toEqual([10_000, 12_000_000]);
  });

  it('leaves a file alone that is something else', () => {
    const path = join(folder, 'notes.txt');
    appendFileSync(path, 'my notes\n');
    expect(() => openHistory(path, target)).toThrow(/is no history of msg doctor --watch/);
    expect(() => openHistory(folder, target)).toThrow(/is a directory/);
    expect(readFileSync(path, 'utf8')).toBe('my notes\n');
  });

  it.each([
    ['work', 'work.jsonl'],
    ['https://host.example:8443/a/b', 'host.example_8443_a_b.jsonl'],
    ['../../etc/passwd', '.._.._etc_passwd.jsonl'],
  ])('of %s lies in %s', (name, file) => {
    expect(historyPath('/state', name)).toBe(join('/state', 'watch', file));
  });
});
