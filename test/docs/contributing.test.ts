// CONTRIBUTING.md: its worked examples are followed, in a copy of the tree.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');

type Example = {
  readonly title: string;
  readonly diff: string;
  /** `npx vitest run FILE -t NAME` */
  readonly file: string;
  readonly name: string;
};

const block = (text: string, language: string): string =>
  new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(text)?.[1] ?? '';

const examples: readonly Example[] = page
  .split('\n### ')
  .slice(1)
  .map((part) => {
    const [, file = '', , name = ''] =
      /^npx vitest run (\S+)(?: -t ("?)(.+?)\2)?$/m.exec(block(part, 'sh')) ?? [];
    return { title: part.split('\n')[0] ?? '', diff: block(part, 'diff'), file, name };
  });

let copy: string;
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'msg-contributing-'));
  for (const name of ['src', 'test', 'scripts', 'bin', 'package.json', 'tsconfig.json', 'vitest.config.ts'])
    cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  mkdirSync(join(copy, 'docs'));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const node = (...argv: string[]) =>
  spawnSync(process.execPath, argv, {
    cwd: copy,
    encoding: 'utf8',
    // Of the run of tests we are in.
    env: {
      ...process.env,
      VITEST: undefined,
      VITEST_MODE: undefined,
      NODE_ENV: undefined,
      FORCE_COLOR: undefined,
    },
  });

it('asks for the coverage that is asked for', () => {
  const config = readFileSync(join(root, 'vitest.coverage.config.ts'), 'utf8');
  const [lines, branches, ofRooms] = [/lines: (\d+),/, /branches: (\d+)/, /\{ lines: (\d+) \}/].map(
    (pattern) => pattern.exec(config)?.[1],
  );
  expect(page.replace(/\s+/g, ' ')).toContain(
    `${lines} % of the lines, ${branches} % of the branches, and ${ofRooms} % of the lines in each folder`,
  );
});

describe('the worked examples', () => {
  it('are one for each kind of thing that is added often', () => {
    expect(examples.map(({ title }) => title)).toEqual([
      'A check of the doctor',
      'A preset',
      'A hop',
      'A scenario of the mock',
      'A format of a report',
      'A language',
    ]);
    for (const { title, diff, file } of examples) expect([diff, file], title).not.toContain('');
  });

  it.each(examples.map(({ title, diff }) => [title, diff] as const))('%s can be applied', (_title, diff) => {
    const patch = join(copy, 'example.diff');
    writeFileSync(patch, diff);
    execFileSync('git', ['apply', '--recount', '--unidiff-zero', patch], {
      cwd: copy,
      // Wherever the temporary directory is: it is no part of a repository.
      env: { ...process.env, GIT_CEILING_DIRECTORIES: resolve(copy, '..') },
    });
  });

  it('have no error of types, and build', () => {
    const types = node('node_modules/typescript/bin/tsc', '--noEmit');
    expect(types.stdout + types.stderr).toBe('');
    const build = node('scripts/build.js');
    expect([build.status, build.stderr]).toEqual([0, '']);
  });

  it('are found by the tests they name', () => {
    const report = join(copy, 'report.json');
    const pattern = examples.map(({ name }) => name).filter((name) => name !== '');
    node(
      'node_modules/vitest/vitest.mjs',
      'run',
      ...examples.map(({ file }) => file),
      '-t',
      [...pattern, 'CSV'].join('|'),
      '--reporter=json',
      `--outputFile=${report}`,
    );
    const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
      testResults: {
        name: string;
        message: string;
        assertionResults: { fullName: string; status: string }[];
      }[];
    };
    for (const { title, file, name } of examples) {
      const result = testResults.find((one) => one.name.endsWith(file));
      const run = result?.assertionResults.filter(({ status }) => status !== 'skipped') ?? [];
      expect(run.filter(({ fullName }) => fullName.includes(name)).length, title).toBeGreaterThan(0);
      expect(
        run.map(({ status }) => status),
        `${title} ${result?.message}`,
      ).toEqual(run.map(() => 'passed'));
    }
  });
});
