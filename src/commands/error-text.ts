// A failure as text for people: what happened, then what to do. The words come from where it was made.
import { apiFactsOf, type MsgError } from '../errors.ts';
import { withoutSecrets } from '../messages/key-shapes.ts';
import { commandLines } from '../text/command-lines.ts';
import { createSanitizer, oneLine } from '../text/sanitize.ts';
import type { Theme } from '../text/theme.ts';
import { textWidth } from '../text/width.ts';
import { wrapped, wrapText } from '../text/wrap.ts';

/** Lines for stderr, ending in a line end; `columns` of a terminal, in which words are kept whole. */
export function errorText(error: MsgError, theme: Theme, columns?: number): string {
  const { requestId } = apiFactsOf(error);
  const rows = (text: string, hang: number): string =>
    columns === undefined ? text : wrapText(text, columns, hang);
  const lines = [theme.bad('msg:') + rows(`msg: ${oneLine(withoutSecrets(error.message))}`, 2).slice(4)];
  if (error.hint !== undefined) {
    for (const line of hintLines(oneLine(withoutSecrets(error.hint))))
      lines.push(line.startsWith(next) ? commandRows(line, columns) : rows(line, 0));
  }
  if (requestId !== undefined) lines.push(theme.dim(`  request id: ${oneLine(withoutSecrets(requestId))}`));
  return `${lines.join('\n')}\n`;
}

/** The next command stands on a line of its own, where it can be copied as a whole. */
const next = '  Next: ';

/** Where two commands do not fit on one row, each has its own; one that is longer is broken as a shell takes it. */
function commandRows(line: string, columns = Number.POSITIVE_INFINITY): string {
  if (textWidth(line) <= columns) return line;
  const room = columns - next.length;
  const margin = `\n${' '.repeat(next.length)}`;
  const rows = line
    .slice(next.length)
    .split(/,? or (?=msg )/)
    .map((command) => (isCommand.test(command) ? commandLines(command, room) : wrapped(command, room)));
  return next + rows.map((lines) => lines.join(margin)).join(`, or${margin}`);
}

/** What can be run, without words about it. */
const isCommand = /^(msg|export|unset|chmod) [^(]*$/;

const hintLines = (hint: string): string[] => hint.split(/(?<=[.!?]) (?=Next: )/).map((line) => `  ${line}`);

/** Text for what should not have happened. The stack only when asked for: it means nothing to most people. */
export function bugText(error: unknown, theme: Theme, showsStack: boolean): string {
  const text =
    error instanceof Error ? (showsStack ? (error.stack ?? error.message) : error.message) : String(error);
  const more = showsStack ? '' : '\n  This is a bug in msg. Run it again with --debug for the stack.';
  // A stack has lines of its own; what a server said may stand in it.
  return `${theme.bad('msg:')} ${createSanitizer()(withoutSecrets(text))}${more}\n`;
}
