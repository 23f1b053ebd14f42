// The child-process runner: stdin in, stdout out, limits, and no shell.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { runCommand } from '../../src/terminal/run-command.ts';

const node = (script: string): string[] => [process.execPath, '-e', script];
const options = { input: '{"a":1}', timeoutMs: 600_000 };

test('the input reaches stdin and stdout comes back', async () => {
  const outcome = await runCommand(node('process.stdin.pipe(process.stdout)'), options);
  expect(outcome).toMatchObject({ kind: 'exited', exitCode: 0, output: '{"a":1}', wasCut: false });
});

test('a failing command gives its code and stderr', async () => {
  const outcome = await runCommand(node('console.error("no such city"); process.exitCode = 3'), options);
  expect(outcome).toMatchObject({ kind: 'exited', exitCode: 3, errorOutput: 'no such city\n' });
});

test('a command that ignores its input is no failure, however long the input', async () => {
  const outcome = await runCommand(node('process.exit(0)'), { ...options, input: 'x'.repeat(5_000_000) });
  expect(outcome).toMatchObject({ kind: 'exited', exitCode: 0 });
});

test('arguments are never read by a shell', async () => {
  const outcome = await runCommand(
    [...node('console.log(process.argv[1])'), '$(echo no); `echo no` | cat'],
    options,
  );
  expect(outcome).toMatchObject({ output: '$(echo no); `echo no` | cat\n' });
});

test('a missing program is named', async () => {
  const outcome = await runCommand(['no-such-program-here'], options);
  expect(outcome).toEqual({ kind: 'not-started', reason: 'no-such-program-here: command not found' });
});

describe('the time limit', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'msg-command-'));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
    rmSync(folder, { recursive: true });
  });
  /** The number in a file, once it is whole. */
  const numberIn = async (name: string): Promise<number> => {
    const path = join(folder, name);
    await expect.poll(() => existsSync(path) && readFileSync(path, 'utf8')).toMatch(/^\d+\n$/);
    return Number(readFileSync(path, 'utf8'));
  };

  test('ends the command and what it started, and keeps what it printed', async () => {
    const running = runCommand(
      ['sh', '-c', 'echo out; sleep 600 & echo $! > "$0/pid"; wait', folder],
      options,
    );
    const grandchild = await numberIn('pid');
    vi.advanceTimersByTime(options.timeoutMs);
    expect(await running).toEqual({ kind: 'timed-out', afterMs: options.timeoutMs, output: 'out\n' });
    await expect.poll(() => isAlive(grandchild)).toBe(false);
  });

  test('holds for what left the process group and keeps the pipes open', async () => {
    // The shell ends at once; its child, in a session of its own, hears no signal meant for the group.
    const child = `require('fs').writeFileSync(process.argv[1], process.pid + '\\n'); setInterval(() => {}, 1e6)`;
    const running = runCommand(
      [
        ...node(
          `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}, process.argv[1]], { detached: true, stdio: 'inherit' }).unref()`,
        ),
        join(folder, 'pid'),
      ],
      options,
    );
    const escaped = await numberIn('pid');
    vi.advanceTimersByTime(options.timeoutMs + 1_000);
    expect(await running).toMatchObject({ kind: 'timed-out' });
    process.kill(escaped, 'SIGKILL');
  });
});

test('an abort ends the command and throws its reason', async () => {
  const controller = new AbortController();
  const running = runCommand(node('setInterval(() => {}, 1e6)'), { ...options, signal: controller.signal });
  controller.abort(new Error('cancelled'));
  await expect(running).rejects.toThrow('cancelled');
});

test('output beyond the limit is cut and said to be', async () => {
  const outcome = await runCommand(node('process.stdout.write("x".repeat(3e6))'), options);
  if (outcome.kind !== 'exited') throw new Error(outcome.kind);
  expect(outcome.output.length).toBe(1_000_000);
  expect(outcome.wasCut).toBe(true);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch {
    return false;
  }
}

function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}
