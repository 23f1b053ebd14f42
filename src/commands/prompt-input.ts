// The prompt of `send`: from arguments, from stdin, or both.
import { usageError } from '../errors.ts';
import type { Input } from '../terminal/streams.ts';

/** An inherited pipe that nobody writes to must not hang the command. */
const idlePipeMs = 3000;

/**
 * Arguments alone, stdin alone (also for the argument `-`), or the arguments, a blank line and stdin in a
 * code fence, so that its text cannot be taken for instructions.
 * @throws MsgError `usage` when nothing was given
 */
export async function readPrompt(
  argument: string,
  stdin: Input,
  note: (text: string) => void,
): Promise<string> {
  const isStdinWanted = argument === '' || argument === '-';
  if (stdin.kind === 'terminal' || stdin.kind === 'none') {
    if (!isStdinWanted) return argument;
    throw usageError('The prompt is empty.', 'Example: msg send "hello", or: echo hello | msg send');
  }
  const bytes = await stdin.readAll(
    isStdinWanted || stdin.kind === 'file' ? {} : { firstByteTimeoutMs: idlePipeMs },
  );
  if (bytes === undefined) note('stdin is an open pipe that stayed empty for 3 s; going on without it.');
  const text = new TextDecoder().decode(bytes ?? new Uint8Array());
  if (!isStdinWanted) return text.trim() === '' ? argument : `${argument}\n\n${fenced(text)}`;
  if (text.trim() === '') throw usageError('The prompt on stdin is empty.', 'Example: echo hello | msg send');
  return text;
}

/** A code fence longer than any run of backticks inside. */
export function fenced(text: string, label = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${label}\n${text}${text.endsWith('\n') ? '' : '\n'}${fence}`;
}
