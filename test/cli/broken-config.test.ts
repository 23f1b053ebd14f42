// A config.json that cannot be read stops only what needs a profile of it, and is never lost.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runMsg, testKey } from './run-msg.ts';

let home: string;
let path: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'msg-broken-config-'));
  path = join(home, 'config', 'config.json');
  mkdirSync(join(home, 'config'), { mode: 0o700 });
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const broken = '{"current": "work", "profiles": {"work": {"model": "m",}}}';
const write = (text: string): void => writeFileSync(path, text, { mode: 0o600 });
const flags = ['--base-url', '{url}', '--api-key-env', 'KEY', '-m', 'mock-1'];

describe('what needs no profile goes on, with one line about the file', () => {
  it.each<[string, string, string]>([
    ['no JSON', broken, 'config.json is not valid JSON, line 1, column 56'],
    ['a list', '[]', 'config.json must hold one JSON object'],
    ['malformed profiles', '{"profiles": []}', '"profiles" in '],
    ['a current profile that is gone', '{"current": "gone", "profiles": {"work": {}}}', 'no profile "gone"'],
    ['a malformed current profile', '{"current": "work", "profiles": {"work": 1}}', '"profiles.work" in '],
  ])('%s, everything given by flags', async (_name, text, said) => {
    write(text);
    const run = await runMsg(['send', 'hi', ...flags], { home, env: { KEY: testKey } });
    expect(run).toMatchObject({ code: 0 });
    expect(run.requests).toHaveLength(1);
    expect(run.stderr.split('\n')).toHaveLength(2);
    expect(run.stderr).toContain(said);
    expect(run.stderr).toMatch(/Going on without profiles\. Next: msg profiles (edit|use NAME)/);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it.each<[string, string[], Record<string, string>]>([
    ['MSG_*', [], { MSG_BASE_URL: '{url}', MSG_API_KEY: testKey, MSG_MODEL: 'm' }],
    ['the demo', ['-P', 'demo'], {}],
    [
      'ANTHROPIC_*, asked for by name',
      ['-P', 'env'],
      { ANTHROPIC_BASE_URL: '{url}', ANTHROPIC_API_KEY: testKey, ANTHROPIC_MODEL: 'm' },
    ],
  ])('%s', async (_name, argv, env) => {
    write(broken);
    const run = await runMsg(['send', 'hi', ...argv], { home, env });
    expect(run).toMatchObject({ code: 0, stderr: expect.stringContaining('Going on without profiles.') });
  });

  it('the other commands likewise', async () => {
    write(broken);
    const env = { KEY: testKey };
    const models = await runMsg(['models', ...flags], { home, env });
    expect(models).toMatchObject({ code: 0, stderr: expect.stringContaining('Going on') });
    const doctor = await runMsg(['doctor', '{url}', '--api-key-env', 'KEY', '--free'], { home, env });
    expect(doctor.stderr).toContain('Going on');
    expect(doctor.requests.length).toBeGreaterThan(0);
  });
});

describe('what needs a profile stops, and says why', () => {
  it.each<[string, string[], Record<string, string>]>([
    ['a profile by name', ['-P', 'work', ...flags], { KEY: testKey }],
    ['the current profile', [], {}],
    ['only a model', ['-m', 'mock-1'], {}],
    [
      'ANTHROPIC_*, which the current profile would hide',
      [],
      { ANTHROPIC_BASE_URL: '{url}', ANTHROPIC_API_KEY: testKey, ANTHROPIC_MODEL: 'm' },
    ],
  ])('%s', async (_name, argv, env) => {
    write(broken);
    const run = await runMsg(['send', 'hi', ...argv], { home, env });
    expect(run).toMatchObject({ code: 3, requests: [] });
    expect(run.stderr).toContain('is not valid JSON');
    expect(run.stderr).toContain('Next: msg profiles edit');
    expect(readFileSync(path, 'utf8')).toBe(broken);
  });
});
