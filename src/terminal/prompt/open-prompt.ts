// Which prompt this process gets: the line editor, lines of a dumb terminal, or lines of a file or pipe.
import { createLinePrompt } from './line-prompt.ts';
import { createPrompt, type PromptOptions } from './prompt.ts';
import type { Prompt } from './prompt-types.ts';

/** The standard streams of a process, or what a test has in their place. */
export type StandardStreams = {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
};

/** What the prompt of a chat needs; the streams and the editor are those of the process. */
export type ChatPromptOptions = Omit<PromptOptions, 'input' | 'output' | 'editor'>;

export type OpenPrompt = Prompt & {
  /** `editor`: keys are read one by one. `terminal`: a person, but plain lines. `lines`: a script. */
  readonly kind: 'editor' | 'terminal' | 'lines';
  /** Ctrl-C came as a signal: a waiting `ask` of a `terminal` ends with `interrupt`. False when none does. */
  readonly interrupt: () => boolean;
};

/** Opens the prompt on stdin. What it shows goes to stdout when that is a terminal, else to stderr. */
export function openPrompt(
  options: ChatPromptOptions,
  { stdin, stdout, stderr }: StandardStreams,
  env: Readonly<Record<string, string | undefined>>,
): OpenPrompt {
  const output = stdout.isTTY ? stdout : stderr;
  if (!stdin.isTTY) return { ...createLinePrompt(stdin, undefined), kind: 'lines' };
  if (env['TERM'] === 'dumb' || !output.isTTY)
    return { ...createLinePrompt(stdin, output), kind: 'terminal' };
  const prompt = createPrompt({
    input: stdin,
    output,
    ...options,
    // Loaded with the first Ctrl-G: a prompt should be there at once.
    editor: async (text) => (await import('../editor.ts')).editText(text, env),
  });
  // Here Ctrl-C is a key.
  return { ...prompt, kind: 'editor', interrupt: () => false };
}
