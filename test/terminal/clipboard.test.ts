// The clipboard: stand-ins for the native tools, OSC 52, and the file.
import { chmodSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ClipboardOptions, copyText } from '../../src/terminal/output/clipboard.ts';

let folder: string;
let path: string | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'msg-clipboard-'));
  path = process.env['PATH'];
});
afterEach(() => {
  process.env['PATH'] = path;
});

/** A stand-in that keeps its arguments and its input; `exitCode` other than 0 is a tool that fails. */
function tool(name: string, exitCode = 0): void {
  const script = join(folder, name);
  writeFileSync(
    script,
    `#!/bin/sh\necho "$@" > ${folder}/${name}.args\ncat > ${folder}/${name}.in\nexit ${exitCode}\n`,
  );
  chmodSync(script, 0o755);
  process.env['PATH'] = `${folder}:${path}`;
}
const given = (file: string): string => readFileSync(join(folder, file), 'utf8');
const options = (env: ClipboardOptions['env'], over: Partial<ClipboardOptions> = {}): ClipboardOptions => ({
  env,
  platform: 'linux',
  fallbackPath: join(folder, 'state', 'copied.md'),
  ...over,
});

test.each([
  ['pbcopy', 'darwin', {}, ''],
  ['wl-copy', 'linux', { WAYLAND_DISPLAY: 'wayland-0' }, ''],
  ['xclip', 'linux', { DISPLAY: ':0' }, '-selection clipboard'],
  ['xsel', 'linux', { DISPLAY: ':0' }, '--clipboard --input'],
])('%s takes the text', async (name, platform, env, args) => {
  tool(name);
  expect(await copyText('héllo', options(env, { platform }))).toEqual({ kind: 'copied', tool: name });
  expect(given(`${name}.in`)).toBe('héllo');
  expect(given(`${name}.args`).trim()).toBe(args);
});

test('clip.exe gets UTF-16 with its mark', async () => {
  tool('clip.exe');
  await copyText('你', options({ WSL_DISTRO_NAME: 'Debian' }));
  expect(readFileSync(join(folder, 'clip.exe.in')).toString('utf16le')).toBe('\ufeff你');
});

test('a tool that fails leaves it to the next', async () => {
  tool('xclip', 1);
  tool('xsel');
  expect(await copyText('a', options({ DISPLAY: ':0' }))).toEqual({ kind: 'copied', tool: 'xsel' });
});

test('over SSH the terminal gets OSC 52, not the tools of the other machine', async () => {
  tool('xclip');
  let written = '';
  const result = await copyText(
    'héllo',
    options(
      { DISPLAY: ':0', SSH_CONNECTION: '1 2 3 4' },
      {
        writeToTerminal: (text) => {
          written += text;
        },
      },
    ),
  );
  expect(result).toEqual({ kind: 'sent-to-terminal' });
  expect(written).toBe(`\x1b]52;c;${Buffer.from('héllo').toString('base64')}\x07`);
});

test.each([
  ['without a clipboard', {}, 'short'],
  ['over SSH with more than a terminal takes', { SSH_TTY: '/dev/pts/1' }, 'x'.repeat(80_000)],
])('%s the text is written to a private file', async (_, env, text) => {
  const result = await copyText(text, options(env, { writeToTerminal: () => {} }));
  if (result.kind !== 'saved') throw new Error(result.kind);
  expect(readFileSync(result.path, 'utf8')).toBe(text);
  expect(statSync(result.path).mode & 0o777).toBe(0o600);
});
