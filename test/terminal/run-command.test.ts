// The child-process runner: stdin in, stdout out, limits, and no shell.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runCommand } from '../../src/terminal/run-command.ts';

const node = (script: string): string[] => [process.execPath, '-e', script];
const options = { input: '{"a":1}', timeoutMs: 10_000 };

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

test('the time limit ends the command and what it started', async () => {
  const outcome = await runCommand(['sh', '-c', 'sleep 600 & echo $!; wait'], {
    ...options,
    timeoutMs: 2_000,
  });
  if (outcome.kind !== 'timed-out') throw new Error(outcome.kind);
  const grandchild = Number(outcome.output);
  expect(grandchild).toBeGreaterThan(0);
  await expect.poll(() => isAlive(grandchild)).toBe(false);
});

test('the time limit holds for what left the process group and keeps the pipes open', async () => {
  // The shell ends at once; its child, in a session of its own, hears no signal meant for the group.
  const child = `process.stdout.write(String(process.pid)); setInterval(() => {}, 1e6)`;
  const outcome = await runCommand(
    node(
      `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { detached: true, stdio: 'inherit' }).unref()`,
    ),
    { ...options, timeoutMs: 1_000 },
  );
  if (outcome.kind !== 'timed-out') throw new Error(outcome.kind);
  process.kill(Number(outcome.output), 'SIGKILL');
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
