// `msg sessions` on a terminal: one is chosen from the list, and the chat goes on with it.
import type { Context } from '../../context.ts';
import { type ExitCode, exitCodes } from '../../exit-codes.ts';
import type { CommonOptions } from '../../profiles/flags.ts';
import { sessionFiles } from '../store/session-files.ts';
import { runChat } from './loop.ts';
import { pickSession } from './resume.ts';

/** Gives the exit code of the chat; 0 when nothing was chosen. @throws MsgError when the chat cannot begin */
export async function goOnWithChosen(options: CommonOptions, context: Context): Promise<ExitCode> {
  const prompt = await context.prompt({
    theme: context.theme('stderr', options.color),
    history: () => [],
    onCleared: () => {},
    isCommand: () => false,
    isPlain: false,
    complete: async (text) => [[], text],
  });
  // As a signal it comes where lines are plain.
  const stopListening = context.interrupts.on(() => void prompt.interrupt());
  const entry = await pickSession(sessionFiles(context.dirs.state), { prompt, context }).finally(() => {
    stopListening();
    prompt.close();
  });
  return entry === null ? exitCodes.done : runChat('', { ...options, resume: entry.id }, context);
}
