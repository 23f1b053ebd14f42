// A failure as text for people: what happened, then what to do. The words come from where it was made.
import { apiFactsOf, type MsgError } from '../errors.ts';
import { withoutSecrets } from '../messages/key-shapes.ts';
import { createSanitizer, oneLine } from '../text/sanitize.ts';
import type { Theme } from '../text/theme.ts';

/** Lines for stderr, ending in a line end. */
export function errorText(error: MsgError, theme: Theme): string {
  const { requestId } = apiFactsOf(error);
  const lines = [`${theme.bad('msg:')} ${oneLine(withoutSecrets(error.message))}`];
  if (error.hint !== undefined) lines.push(...hintLines(oneLine(withoutSecrets(error.hint))));
  if (requestId !== undefined) lines.push(theme.dim(`  request id: ${oneLine(withoutSecrets(requestId))}`));
  return `${lines.join('\n')}\n`;
}

/** The next command stands on a line of its own, where it can be copied as a whole. */
const hintLines = (hint: string): string[] => hint.split(/(?<=[.!?]) (?=Next: )/).map((line) => `  ${line}`);

/** Text for what should not have happened. The stack only when asked for: it means nothing to most people. */
export function bugText(error: unknown, theme: Theme, showsStack: boolean): string {
  const text =
    error instanceof Error ? (showsStack ? (error.stack ?? error.message) : error.message) : String(error);
  const more = showsStack ? '' : '\n  This is a bug in msg. Run it again with --debug for the stack.';
  // A stack has lines of its own; what a server said may stand in it.
  return `${theme.bad('msg:')} ${createSanitizer()(withoutSecrets(text))}${more}\n`;
}
