// What a chat does between network and screen, measured in this process: rendering and resuming.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sessionFiles, sessionPath } from '../../src/chat/store/session-files.ts';
import { lineOf } from '../../src/chat/store/transcript.ts';
import { markdownRenderer } from '../../src/markdown/markdown.ts';
import { createTheme } from '../../src/terminal/output/terminal-theme.ts';
import type { Sample } from './child.ts';
import type { Stage } from './stage.ts';

const deltaLength = 4_096;
const theme = createTheme({ env: { COLORTERM: 'truecolor' }, isTTY: true, platform: 'linux' });
let answer: string | undefined;

const renderer = markdownRenderer({
  write: () => {},
  theme,
  width: () => 100,
  keepsWords: () => true,
  clock: { now: () => 0, sleep: () => new Promise<void>(() => {}) },
});

/**
 * A megabyte of answers like those of the transcripts, rendered to a sink that drops it; code stays plain.
 * One renderer serves all runs, as it does all answers of a chat.
 */
export async function renderMegabyte({ root }: Pick<Stage, 'root'>): Promise<Sample> {
  answer ??= megabyte(join(root, 'test/fixtures/markdown'));
  const started = performance.now();
  for (let at = 0; at < answer.length; at += deltaLength) renderer.push(answer.slice(at, at + deltaLength));
  renderer.end();
  return { renderMs: ((performance.now() - started) * 1_000_000) / Buffer.byteLength(answer) };
}

/** The two that end in the middle of code would swallow what follows them. */
const unclosed = /^(?:fences|stops-midway)\.md$/;

function megabyte(folder: string): string {
  const files = readdirSync(folder).filter((file) => !unclosed.test(file));
  const once = files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
  return once.repeat(Math.ceil(1_000_000 / once.length));
}

const turns = 5_000;

/** Reads a session of 5,000 turns as `--resume` does. */
export async function resumeLongSession(): Promise<Sample> {
  const state = mkdtempSync(join(tmpdir(), 'msg-bench-session-'));
  try {
    const files = sessionFiles(state);
    mkdirSync(files.directory);
    const id = '20260101-000000-0000';
    const created = '2026-01-01T00:00:00.000Z';
    const lines = Array.from({ length: turns }, (_, index) =>
      lineOf({
        type: 'turn',
        at: created,
        message: {
          role: index % 2 === 0 ? 'user' : 'assistant',
          content: [{ type: 'text', text: 'word '.repeat(200) }],
        },
      }),
    );
    writeFileSync(
      sessionPath(files.directory, id),
      lineOf({ type: 'session', version: 1, id, created }) + lines.join(''),
    );
    const started = performance.now();
    const read = files.read(files.latest()).turns.length;
    if (read !== turns) throw new Error(`${read} turns were read`);
    return { resumeMs: performance.now() - started };
  } finally {
    rmSync(state, { recursive: true });
  }
}
