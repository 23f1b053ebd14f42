// Which prompt this process gets: the line editor, lines of a dumb terminal, or lines of a file or pipe.
import { createLinePrompt } from './line-prompt.ts';
import { createPrompt, type PromptOptions } from './prompt.ts';
import type { Prompt } from './prompt-types.ts';

export type PromptNeeds = Omit<PromptOptions, 'input' | 'output' | 'editor'> & {
  readonly env: Readonly<Record<string, string | undefined>>;
};

export type OpenPrompt = Prompt & {
  /** `editor`: keys are read one by one. `terminal`: a person, but plain lines. `lines`: a script. */
  readonly kind: 'editor' | 'terminal' | 'lines';
  /** Ctrl-C came as a signal: a waiting `ask` of a `terminal` ends with `interrupt`. False when none does. */
  readonly interrupt: () => boolean;
};

/** Opens the prompt on stdin. What it shows goes to stdout when that is a terminal, else to stderr. */
export function openPrompt({ env, ...needs }: PromptNeeds): OpenPrompt {
  const output = process.stdout.isTTY ? process.stdout : process.stderr;
  if (!process.stdin.isTTY) return { ...createLinePrompt(process.stdin, undefined), kind: 'lines' };
  if (env['TERM'] === 'dumb' || !output.isTTY)
    return { ...createLinePrompt(process.stdin, output), kind: 'terminal' };
  const prompt = createPrompt({
    input: process.stdin,
    output,
    ...needs,
    // Loaded with the first Ctrl-G: a prompt should be there at once.
    editor: async (text) => (await import('../editor.ts')).editText(text, env),
  });
  // Here Ctrl-C is a key.
  return { ...prompt, kind: 'editor', interrupt: () => false };
}
