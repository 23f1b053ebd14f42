// The line with its safety net: the only place where an error becomes text and an exit code.
import type { Context } from './context.ts';
import { isMsgError } from './errors.ts';
import { type ExitCode, exitCodeOf, exitCodes } from './exit-codes.ts';

export { systemContext } from './context.ts';

import { colorOf } from './commands/color-flag.ts';
import { bugText, errorText } from './commands/error-text.ts';
import { concealLater } from './messages/secret.ts';
import { keysAtHand } from './profiles/keys-at-hand.ts';

/**
 * Runs one command.
 * @param argv what follows `msg` on the command line
 */
export async function main(argv: readonly string[], context: Context): Promise<ExitCode> {
  try {
    const { runProgram } = await import('./commands/program.ts');
    concealLater(() => keysAtHand(context.env, context.dirs.config));
    const code = await runProgram(argv, context);
    // Half an answer on a full disk is no success. Who was interrupted does not wait for a stalled reader.
    if (code < exitCodes.interrupted) await context.streams.stdout.settled();
    return code;
  } catch (error) {
    const showsStack = argv.includes('--debug');
    const theme = context.theme('stderr', colorOf(argv));
    const { stderr } = context.streams;
    const columns = stderr.isTTY ? stderr.columns() : undefined;
    await stderr.write(
      isMsgError(error) ? errorText(error, theme, columns) : bugText(error, theme, showsStack),
    );
    if (isMsgError(error) && showsStack) await stderr.write(bugText(error.cause ?? error, theme, true));
    return exitCodeOf(error);
  }
}
