// What every `msg prompts` command has at hand: the files, a place for notes, and questions.
import type { Context } from '../../context.ts';
import type { CommonOptions } from '../../profiles/flags.ts';
import { pathOf } from '../../turn/connection/setting-sources.ts';
import { type Notify, notifier } from '../../turn/notes.ts';
import { type PromptFiles, promptFiles } from '../../turn/prompts/prompt-files.ts';

export type PromptsContext = {
  readonly context: Context;
  readonly files: PromptFiles;
  readonly note: Notify;
  print(text: string): Promise<void>;
  /** Whether somebody is there to be asked. */
  readonly isInteractive: boolean;
};

export function promptsContext(context: Context, options: CommonOptions): PromptsContext {
  const { stdin, stdout, stderr } = context.streams;
  return {
    context,
    files: promptFiles(context.dirs.config, (path) => pathOf(path, context.dirs)),
    note: notifier(context, options),
    async print(text) {
      await stdout.write(text);
    },
    isInteractive: stdin.kind === 'terminal' && stderr.isTTY,
  };
}
