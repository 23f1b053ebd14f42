// The package as npm installs it: what it holds is enough, wherever it lies, and the optional part may be missing.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { binary } from '../built.ts';
import { openTerminal } from '../pty/terminal.ts';
import { runBin } from './run-bin.ts';

const root = dirname(dirname(binary));
let prefix: string;
let msg: string;

/** Runs a program in the folder of somebody who depends on the package. */
const inProject = (program: string, ...argv: string[]): string =>
  execFileSync(program, argv, { cwd: prefix, encoding: 'utf8' });
const file = (name: string, text: string): string => {
  writeFileSync(join(prefix, name), text);
  return name;
};

beforeAll(() => {
  prefix = mkdtempSync(join(tmpdir(), 'msg pack ü 包-'));
  const modules = join(prefix, 'node_modules');
  mkdirSync(join(modules, 'msg-cli'), { recursive: true });
  mkdirSync(join(modules, '@types'));
  const packed = execFileSync(
    'npm',
    ['pack', '--ignore-scripts', '--json', '--loglevel=error', '--pack-destination', prefix],
    { cwd: root, encoding: 'utf8' },
  );
  const name = /"filename":\s*"([^"]+\.tgz)"/.exec(packed)?.[1] ?? '';
  inProject('tar', '-xzf', name, '-C', join(modules, 'msg-cli'), '--strip-components=1');
  // What TypeScript asks for, and nothing else: all packages msg needs are in its bundle.
  for (const one of ['@types/node', 'undici-types'])
    symlinkSync(join(root, 'node_modules', one), join(modules, one));
  msg = join(prefix, 'msg');
  symlinkSync(join(modules, 'msg-cli/bin/msg.js'), msg);
});
afterAll(() => rmSync(prefix, { recursive: true, force: true }));

it('runs through its link', async () => {
  expect(await runBin(['send', '-P', 'demo', 'hello'], { script: msg })).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('# Hello'),
    stderr: '',
  });
});

it('colours code', async () => {
  const state = { MSG_STATE_DIR: join(prefix, 'state'), MSG_CONFIG_DIR: join(prefix, 'config') };
  const argv = ['send', '-P', 'demo', 'show me code', '--session', 'code'];
  expect(await runBin(argv, { script: msg, env: state })).toMatchObject({ code: 0 });
  const terminal = openTerminal([process.execPath, msg, 'sessions', 'show', 'code'], { env: state });
  expect(await terminal.ended).toMatchObject({ exitCode: 0 });
  expect(terminal.output()).toContain('\x1b[35mconst\x1b[39m words');
  terminal.close();
});

it('keeps profiles', async () => {
  const argv = ['profiles', 'add', 'work', '--preset', 'apixo', '--key-stdin'];
  expect(await runBin(argv, { script: msg, stdin: 'sk-test-0123456789abcdef' })).toMatchObject({ code: 0 });
});

it('says that there is no keychain where its module could not be installed', async () => {
  const argv = ['profiles', 'add', 'work', '--preset', 'apixo', '--key-keychain'];
  expect(await runBin(argv, { script: msg, stdin: 'sk-test-0123456789abcdef' })).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('The keychain module is not installed here.'),
  });
});

it('parses HTTP on a CPU without SIMD', async () => {
  const old = file(
    'old-cpu.cjs',
    `const { Module } = WebAssembly;
    let isFirst = true;
    WebAssembly.Module = function (bytes) {
      if (!isFirst) return new Module(bytes);
      isFirst = false;
      throw new WebAssembly.CompileError('SIMD unsupported');
    };`,
  );
  const run = await runBin(['models', '-P', 'demo'], { script: msg, node: ['-r', join(prefix, old)] });
  expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining('mock-1'), stderr: '' });
});

it('holds the licence of every package it is made of', () => {
  const licences = readFileSync(join(prefix, 'node_modules/msg-cli/dist/LICENSES.txt'), 'utf8');
  const parts = licences.split(`\n${'-'.repeat(78)}\n\n`);
  const names = parts.map((part) => part.split(' ')[0]);
  for (const name of ['commander', 'undici', '@shikijs/langs', 'conf', 'ajv', 'proper-lockfile', 'ora'])
    expect(names).toContain(name);
  for (const part of parts) expect(part).toMatch(/^\S+ \d+\.\d+\.\d+ \([\w.-]+\)\n\n[\s\S]{500}/);
});

const use = `startMock({ replies: [streamReply('hi')] }).then(async (mock) => {
  console.log(mock.url, scenarios.length > 0);
  await mock.close();
});`;

it.each([
  ['import', 'use.mjs', `import { scenarios, startMock, streamReply } from 'msg-cli/mock';\n${use}`],
  ['require', 'use.cjs', `const { scenarios, startMock, streamReply } = require('msg-cli/mock');\n${use}`],
])('gives the mock to %s', (_way, name, text) => {
  expect(inProject(process.execPath, file(name, text))).toMatch(/^http:\/\/127\.0\.0\.1:\d+ true\n$/);
});

it('gives its types to TypeScript, in either kind of module', () => {
  const typed = `import { type Mock, type MockOptions, startMock, streamReply } from 'msg-cli/mock';
    export const options: MockOptions = { replies: [streamReply('hi')] };
    export const mock: Promise<Mock> = startMock(options);
    // @ts-expect-error there is no such option
    startMock({ nonsense: 1 });`;
  const files = ['use.mts', 'use.cts'].map((name) => file(name, typed));
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--types', 'node'];
  expect(inProject(join(root, 'node_modules/.bin/tsc'), ...options, ...files)).toBe('');
});
