// The keychain, for real: a gnome-keyring of its own in a D-Bus session of its own, and no keychain at all.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { binary } from '../built.ts';

const isThere = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;
const hasKeyring = isThere('gnome-keyring-daemon') && isThere('dbus-run-session');
const canary = 'sk-canary-9e8d7c6b5a493827';

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'msg-keychain-'));
});
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

/** Runs lines of shell in which `msg` is our program. */
function shell(lines: string, prefix: readonly string[] = []) {
  const [program = '', ...argv] = [
    ...prefix,
    'sh',
    '-euc',
    `msg() { "${process.execPath}" "${binary}" "$@"; }\n${lines}`,
  ];
  return spawnSync(program, argv, {
    encoding: 'utf8',
    cwd: home,
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      XDG_RUNTIME_DIR: home,
      MSG_CONFIG_DIR: join(home, 'config'),
    },
  });
}

describe('the Secret Service (skipped where gnome-keyring or dbus is not installed)', () => {
  test.skipIf(!hasKeyring && process.env['CI'] !== 'true')(
    'keeps, gives, renames, copies and forgets a key',
    () => {
      const { status, stdout, stderr } = shell(
        `printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null
       printf %s ${canary} | msg profiles add work --preset apixo --key-keychain
       msg profiles show work --reveal | tail -1
       msg profiles copy work second
       msg profiles rename work third
       msg profiles env second --shell json | grep API_KEY
       msg profiles env third --shell json | grep API_KEY
       msg profiles remove third -y
       msg profiles list --json
       msg profiles add third --preset apixo --key-env X
       printf %s other-key-123456789 | msg profiles set second --key-keychain
       msg profiles env second --shell json | grep API_KEY
       msg profiles unset second key
       printf %s x-key-123456789 | msg profiles set second --key-stdin
       echo done`,
        ['dbus-run-session', '--'],
      );
      expect({ status, stderr }).toMatchObject({ status: 0 });
      expect(stdout.match(new RegExp(canary, 'g'))).toHaveLength(3);
      expect(stdout).toContain('"kind": "keychain"');
      expect(stdout).toContain('other-key-123456789');
      expect(stderr).not.toContain(canary);
    },
  );
});

test('where there is no keychain, it is said, with what to use instead; nothing is written', () => {
  const { status, stderr } = shell(
    `printf %s ${canary} | msg profiles add lonely --preset apixo --key-keychain`,
  );
  expect(status).toBe(3);
  expect(stderr).toMatch(/No keychain answered|keychain module is not installed/);
  expect(stderr).toContain('--key-stdin');
  expect(stderr).not.toContain(canary);
  expect(shell('msg profiles list --json').stdout).not.toContain('lonely');
});
