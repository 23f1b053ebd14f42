// Which prompt this process gets: the line editor, lines of a dumb terminal, or lines of a file or pipe.
import { noticeOf } from './focus.ts';
import { createLinePrompt } from './line-prompt.ts';
import { chooseByNumber } from './numbered-list.ts';
import { createPrompt, type PromptOptions } from './prompt.ts';
import type { Prompt } from './prompt-types.ts';
import { columnsOf } from './terminal-modes.ts';

/** The standard streams of a process, or what a test has in their place. */
export type StandardStreams = {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
};

/** What the prompt of a chat needs; the streams and the editor are those of the process. */
export type ChatPromptOptions = Omit<PromptOptions, 'input' | 'output' | 'editor' | 'notice'> & {
  /** Attention is called for by `notify`; then the terminal tells whether its window is in front. */
  readonly notifies?: boolean;
  /** For screen readers: lists are read from top to bottom, and not redrawn. */
  readonly isPlain: boolean;
};

export type OpenPrompt = Prompt & {
  /** `editor`: keys are read one by one. `terminal`: a person, but plain lines. `lines`: a script. */
  readonly kind: 'editor' | 'terminal' | 'lines';
  /** `pick` draws its list, and takes the keys while the choices are still being asked for. */
  readonly isDrawn: boolean;
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
  const byNumber =
    (ask: Prompt['ask'], asksAgain: boolean): Prompt['pick'] =>
    (list) =>
      chooseByNumber(list, {
        ask,
        asksAgain,
        write: (text) => void output.write(text),
        columns: () => columnsOf(output),
        theme: options.theme,
      });
  if (!stdin.isTTY || env['TERM'] === 'dumb' || !output.isTTY) {
    const kind = stdin.isTTY ? 'terminal' : 'lines';
    const prompt = createLinePrompt(stdin, stdin.isTTY ? output : undefined);
    return { ...prompt, kind, isDrawn: false, pick: byNumber(prompt.ask, kind === 'terminal') };
  }
  const prompt = createPrompt({
    input: stdin,
    output,
    ...options,
    notice: options.notifies ? noticeOf(env, 'msg: the answer is there') : undefined,
    // Loaded with the first Ctrl-G: a prompt should be there at once.
    editor: async (text) => (await import('../editor.ts')).editText(text, env),
  });
  // Here Ctrl-C is a key.
  const pick = options.isPlain ? byNumber(prompt.ask, true) : prompt.pick;
  return { ...prompt, pick, isDrawn: !options.isPlain, kind: 'editor', interrupt: () => false };
}
