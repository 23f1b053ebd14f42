// The pictures of README and the site: each is there, light and dark, with words that say what is on it, and shows what msg
// shows today. The doctor's and the tap's need nginx and Chromium: `npm run screens -- --check` compares them, too.
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { pictures } from '../../scripts/screens/pictures.js';
import { binary } from '../built.ts';

const root = resolve(import.meta.dirname, '../..');
const kept = join(root, 'docs/pictures');

type Picture = { readonly alt: string; readonly files: readonly string[] };

/** What stands in a page as <picture>: the dark one first, as the browser chooses. */
const picturesIn = (page: string): Picture[] =>
  [
    ...readFileSync(join(root, page), 'utf8').matchAll(
      /<picture>\n {2}<source media="\(prefers-color-scheme: dark\)" srcset="([^"]+)">\n {2}<img alt="([^"]+)" src="([^"]+)">\n<\/picture>/g,
    ),
  ].map(([, dark = '', alt = '', light = '']) => ({
    alt,
    files: [light, dark].map((file) => resolve(root, dirname(page), file)),
  }));

const all: readonly Picture[] = Object.entries(pictures).map(([name, { alt }]) => ({
  alt,
  files: ['light', 'dark'].map((theme) => join(kept, `${name}-${theme}.${name === 'tap' ? 'png' : 'svg'}`)),
}));
const byAlt = (one: Picture, other: Picture): number => one.alt.localeCompare(other.alt);

describe.each(['README.md', 'docs/index.md'])('%s', (page) => {
  it('shows each picture, light and dark, and says what is on it', () => {
    expect(picturesIn(page).sort(byAlt)).toEqual([...all].sort(byAlt));
  });
});

it.each(all.flatMap(({ files }) => files))('%s is small', (file) => {
  expect(statSync(file).size).toBeLessThanOrEqual(file.endsWith('.png') ? 120_000 : 40_000);
});

it('a picture of a terminal is text, and as wide as a column of a page', () => {
  for (const file of all.flatMap(({ files }) => files).filter((name) => name.endsWith('.svg'))) {
    const svg = readFileSync(file, 'utf8');
    expect(Number(/ width="([\d.]+)"/.exec(svg)?.[1])).toBeLessThanOrEqual(830);
    expect(svg).toContain('monospace');
    expect(svg).toMatch(/>msg<\/text>/);
    expect(svg).not.toContain('<image');
  }
});

describe.skipIf(process.platform === 'win32')('npm run screens -- --check', () => {
  const folder = mkdtempSync(join(tmpdir(), 'msg-pictures-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const check = (...argv: string[]) =>
    promisify(execFile)(process.execPath, [
      join(root, 'scripts/screens.js'),
      '--check',
      '--msg',
      binary,
      ...argv,
    ]);

  it('finds what msg shows today in the pictures of send and chat', async () => {
    expect((await check('send', 'chat')).stdout).toBe('send, chat: as msg shows it\n');
  });

  it('fails where one shows something else, and tells which lines', async () => {
    cpSync(kept, folder, { recursive: true });
    const file = join(folder, 'send-light.svg');
    writeFileSync(file, readFileSync(file, 'utf8').replace('>payments<', '>invoices<'));
    rmSync(join(folder, 'send-dark.svg'));
    const { code, stderr } = await check('--out', folder, 'send').then(
      () => ({ code: 0, stderr: '' }),
      (failed) => failed,
    );
    expect(code).toBe(1);
    expect(stderr).toContain('send-dark.svg is missing.');
    expect(stderr).toMatch(
      /send-light\.svg no longer is what msg shows:\n[\s\S]*\n- .*waited for invoices inside/,
    );
    expect(stderr).toMatch(/\n\+ .*waited for payments inside/);
  });
});
