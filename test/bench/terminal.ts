// Runs one program on a terminal: until it shows something, to its end, or while it is typed into.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { IPty } from '@lydell/node-pty';
import { type Command, quantile, type Sample } from './child.ts';

function openTerminal(root: string, { argv: [program = '', ...args], env = {} }: Command): IPty {
  // Native code: not in the bundle, and found from the repository only.
  const { spawn } = createRequire(join(root, 'package.json'))(
    '@lydell/node-pty',
  ) as typeof import('@lydell/node-pty');
  return spawn(program, args, { cols: 80, rows: 24, env: { ...env, TERM: 'xterm-256color' } });
}

/** Milliseconds until `text` is on the screen (the program is then ended); without it, until the program ends. */
export function runOnTerminal(root: string, command: Command, text?: string): Promise<Sample> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const terminal = openTerminal(root, command);
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
      if (endedMs === undefined)
        reject(new Error(`${command.argv.join(' ')} never showed ${text}:\n${screen}`));
      else resolve({ shownMs: endedMs });
    });
  });
}

const keystrokes = 400;
/** Typed before what the program loads late is there: left out, as nobody types in the first tenths of a second. */
const firstKeystrokes = 20;
const letters = 'abcdefghijklmnopqrstuvwxyz';
/** Irregular, and faster than people type: 3 to 21 ms. */
const gapMs = (): number => 3 + Math.random() * 18;
const ctrlU = '\x15';

/**
 * Types once `from` is on the screen, and takes the times from a key to its coming back, in the order of the
 * alphabet. A letter is back when it is written, with `isBackBefore` when that follows it.
 */
export function typeOnTerminal(
  root: string,
  command: Command,
  { from, isBackBefore = '' }: { readonly from: string; readonly isBackBefore?: string },
): Promise<Sample> {
  return new Promise((resolve, reject) => {
    const terminal = openTerminal(root, command);
    const pending: { letter: string; at: number }[] = [];
    const echoMs: number[] = [];
    let screen = '';
    let typed = 0;

    const type = (): void => {
      if (typed === keystrokes) return;
      const letter = letters.charAt(typed % letters.length);
      // The line is begun anew with the alphabet: where it grows long, the prompt is drawn as a whole.
      const key = letter === 'a' ? ctrlU + letter : letter;
      pending.push({ letter, at: performance.now() });
      terminal.write(key);
      typed++;
      setTimeout(type, gapMs());
    };
    terminal.onData((data) => {
      const now = performance.now();
      if (typed === 0) {
        screen += data;
        if (screen.includes(from)) type();
        return;
      }
      // Two keys may come back at once; then only the later one can be told.
      const back = pending.findLastIndex(({ letter }) => data.includes(letter + isBackBefore));
      for (const { at } of pending.splice(0, back + 1)) echoMs.push(now - at);
      if (echoMs.length === keystrokes) terminal.kill();
    });
    terminal.onExit(() => {
      if (echoMs.length < keystrokes)
        return reject(new Error(`${command.argv.join(' ')} ended after ${echoMs.length} keys:\n${screen}`));
      const sorted = echoMs.slice(firstKeystrokes).sort((a, b) => a - b);
      resolve({ p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99), worstMs: sorted.at(-1) ?? 0 });
    });
  });
}
