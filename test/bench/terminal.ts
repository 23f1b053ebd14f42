// Runs one program on a terminal until it shows something, or to its end.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Command, Sample } from './child.ts';

/** Milliseconds until `text` is on the screen (the program is then ended); without it, until the program ends. */
export function runOnTerminal(root: string, { argv, env = {} }: Command, text?: string): Promise<Sample> {
  // Native code: not in the bundle, and found from the repository only.
  const { spawn } = createRequire(join(root, 'package.json'))(
    '@lydell/node-pty',
  ) as typeof import('@lydell/node-pty');
  return new Promise((resolve, reject) => {
    const [program = '', ...args] = argv;
    const startedAt = performance.now();
    const terminal = spawn(program, args, { cols: 80, rows: 24, env: { ...env, TERM: 'xterm-256color' } });
    let screen = '';
    let shownMs: number | undefined;
    terminal.onData((data) => {
      screen += data;
      if (shownMs !== undefined || text === undefined || !screen.includes(text)) return;
      shownMs = performance.now() - startedAt;
      terminal.kill();
    });
    terminal.onExit(() => {
      const endedMs = text === undefined ? performance.now() - startedAt : shownMs;
      if (endedMs === undefined) reject(new Error(`${argv.join(' ')} never showed ${text}:\n${screen}`));
      else resolve({ shownMs: endedMs });
    });
  });
}
