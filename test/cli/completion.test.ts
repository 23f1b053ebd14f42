import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runMsg } from './run-msg.ts';

const complete = async (...words: string[]): Promise<string[]> => {
  const { code, stdout } = await runMsg(['completion', '--complete', '--', ...words], { env: {} });
  expect(code).toBe(0);
  return stdout
    .split('\n')
    .map((line) => line.split('\t')[0] ?? '')
    .filter(Boolean);
};

describe('what msg offers at TAB', () => {
  it.each([
    [['sen'], ['send']],
    [['send', '--outp'], ['--output-format']],
    [
      ['send', '--auth', 'b'],
      ['bearer', 'both'],
    ],
    [['send', '--profile', 'd'], ['demo']],
    [['send', '-P', 'e'], ['env']],
    [['profiles', 'ren'], ['rename']],
    [['profiles', 'use', 'd'], ['demo']],
    [
      ['profiles', 'presets', 'de'],
      ['deepseek', 'demo'],
    ],
    [['profiles', 'add', ''], []],
    [
      ['profiles', 'set', 'work', 'b'],
      ['base-url=', 'betas='],
    ],
    [['profiles', 'set', 'work', 'aliases'], ['aliases.']],
    [
      ['profiles', 'unset', 'work', 'a'],
      ['auth', 'aliases.'],
    ],
    [
      ['profiles', 'import', ''],
      ['env', 'claude', 'ant'],
    ],
    [['tap', 'd'], ['demo']],
    [['tap', 'demo', '--', 'd'], []],
    [['tap', '--fail', '52'], ['529']],
    [['tap', '--fail', 'overloaded-m'], ['overloaded-midstream']],
    [['doctor', 'work', 'd'], ['demo']],
    [['doctor', 'work', '--compare', 'd'], ['demo']],
    [['send', '-P', 'demo', '-m', ''], ['demo']],
    [
      ['send', '--cache', ''],
      ['5m', '1h', 'off'],
    ],
    [['send', '--system', ''], []],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish', 'powershell'],
    ],
    [
      ['mock', '--scenario', 'overloaded'],
      ['overloaded-529', 'overloaded-midstream'],
    ],
    [['profiles', 'add', 'x', '--preset', 'apix'], ['apixo']],
    [['send', '--effort', 'x'], ['xhigh']],
    [['he'], ['help']],
    [
      ['help', 'e'],
      ['exit-codes', 'environment'],
    ],
    [['help', 'profiles', 'ren'], ['rename']],
    [['doctor', '--explain', 'sse.buffere'], ['sse.buffered']],
    [['doctor', '--only', 'sse.buffere'], ['sse.buffered']],
    // As zsh and fish pass it, and as bash does.
    [['send', '--auth=bea'], ['--auth=bearer']],
    [['send', '--auth', '=', 'bea'], ['bearer']],
    [
      ['send', '--thinking', '='],
      ['adaptive', 'off'],
    ],
  ])('%j', async (words, expected) => expect(await complete(...words)).toEqual(expected));

  it('sessions by name, with what they begin with', async () => {
    const home = mkdtempSync(join(tmpdir(), 'msg-completion-'));
    await runMsg(['send', '-P', 'demo', '--session', 'plans', 'measure first'], { env: {}, home });
    for (const words of [
      ['sessions', 'show'],
      ['sessions', 'export'],
      ['chat', '-r'],
      ['send', '--session'],
    ])
      expect(
        (await runMsg(['completion', '--complete', '--', ...words, 'p'], { env: {}, home })).stdout,
      ).toBe('plans\tmeasure first\n');
    rmSync(home, { recursive: true });
  });

  it('hides what the scripts ask for', async () => {
    expect(await complete('completion', '--')).not.toContain('--complete');
  });

  it('names the shells when none is given', async () => {
    const run = await runMsg(['completion'], { env: {} });
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('bash, zsh, fish, powershell');
  });
});

describe('the scripts, in the real shells (Debian: bash, zsh, fish)', () => {
  let folder: string;
  const run = async (shell: string, script: string): Promise<string> => {
    const env = { PATH: `${folder}:${process.env['PATH']}`, HOME: folder };
    return (await promisify(execFile)(shell, ['-c', script], { env })).stdout;
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'msg-completion-'));
    symlinkSync(resolve(import.meta.dirname, '../../bin/msg.js'), join(folder, 'msg'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('bash', async () => {
    const script =
      'source <(msg completion bash); COMP_WORDS=(msg send --outp); COMP_CWORD=2; _msg; echo "${COMPREPLY[@]}"';
    expect(await run('bash', script)).toBe('--output-format\n');
  });

  it('bash, in the middle of --option=value', async () => {
    const script =
      'source <(msg completion bash); COMP_WORDS=(msg send --auth = bea); COMP_CWORD=4; _msg; echo "${COMPREPLY[@]}"';
    expect(await run('bash', script)).toBe('bearer\n');
  });

  it('fish', async () => {
    expect(await run('fish', 'source (msg completion fish | psub); complete -C "msg send --outp"')).toMatch(
      /^--output-format\t/,
    );
  });

  it('zsh', async () => {
    const script = (words: string, current: number): string =>
      `compdef() { : }; source <(msg completion zsh); words=(${words}); CURRENT=${current}; _describe() { print -l -- "\${(@P)2}" \${@[3,-1]} }; _msg`;
    expect(await run('zsh', script('msg send --outp', 3))).toMatch(/^--output-format:format of the answer/);
    // What goes on behind it gets no space.
    expect(await run('zsh', script('msg profiles set work ba', 5))).toBe('base-url=\n-S\n');
  });

  it('powershell: one candidate a line, split at the tab', async () => {
    expect(await run('bash', 'msg completion powershell')).toContain(
      'Register-ArgumentCompleter -Native -CommandName msg, msg-cli',
    );
  });
});
