// Texts of the chat: one-line facts about calls, results and context. Pure; colours come later.

import type { ToolResultBlock, ToolUseBlock } from '../../messages/types.ts';
import { oneLine } from '../../text/sanitize.ts';
import { shellQuote, singleQuoted } from '../../text/shell-quote.ts';
import { cutToColumns } from '../../text/width.ts';
import { wrapText } from '../../text/wrap.ts';
import type { ToolCommand } from '../../turn/tools.ts';
import type { SlashCommand } from '../session/slash-command.ts';
import { blocksOf } from '../session/turns.ts';

/** A tool call as a person would write it: name and input on one line. */
export function toolCallText({ name, input }: ToolUseBlock): string {
  return cutToColumns(oneLine(`${name} ${JSON.stringify(input ?? {})}`), 160, '…');
}

/** More of an input is counted, not shown: a file in it would push the question off the screen. */
const shownInput = 600;

/** What runs for a call, as a shell would be told: the words of the command, and the input it gets on stdin. */
export function toolCommandText({ name, input }: ToolUseBlock, { argv }: ToolCommand): string {
  const json = oneLine(JSON.stringify(input ?? {}));
  const rest = json.length - shownInput;
  const shown =
    rest > 0 ? `'${json.slice(0, shownInput)}…' (${count(rest)} characters more)` : singleQuoted(json);
  const words = argv.map((word) => oneLine(shellQuote(word))).join(' ');
  return `${oneLine(name)}: ${words}${json === '{}' ? '' : ` <<< ${shown}`}`;
}

/** A tool's result, folded to its first line and its size. */
export function toolResultText(result: ToolResultBlock): string {
  const text = blocksOf({ role: 'user', content: result.content ?? '' })
    .map((block) => (block.type === 'text' && 'text' in block ? String(block.text) : `[${block.type}]`))
    .join('\n')
    .trimEnd();
  const lines = text === '' ? 0 : text.split('\n').length;
  const first = cutToColumns(oneLine(text.split('\n')[0] ?? ''), 100, '…');
  const size = lines > 1 ? ` (${lines} lines)` : '';
  return `  ${result.is_error ? 'failed: ' : ''}${first === '' ? 'no output' : first}${size}`;
}

/** Commands with what they do: in columns where these fit, else each as a short sentence. */
export function helpText(commands: readonly SlashCommand[], width: number): string {
  const rows = commands.map(({ name, usage, summary, aliases = [] }) => ({
    call: `/${name}${usage === undefined ? '' : ` ${usage}`}`,
    summary,
    also: aliases.length === 0 ? '' : ` (${aliases.map((alias) => `/${alias}`).join(' ')})`,
  }));
  const callWidth = Math.max(...rows.map(({ call }) => call.length));
  const isTabular = callWidth + 2 + Math.max(...rows.map(({ summary }) => summary.length)) <= width;
  return rows
    .map(({ call, summary, also }) => {
      if (!isTabular) return wrapText(`${call}: ${summary}${also}`, width, 2);
      const line = `${call.padEnd(callWidth)}  ${summary}`;
      return line.length + also.length > width ? line : line + also;
    })
    .join('\n');
}

/** The keys, after the list of commands. */
export const keyHelp = [
  '',
  'Enter sends · \\ Enter, Alt+Enter, Ctrl-J: new line',
  'Up, Down: history · Ctrl-R: search it · Tab completes',
  '@path in a message attaches a file or a directory',
  'Ctrl-G: your editor · Ctrl-C cancels · Ctrl-D leaves',
  'While an answer comes, Enter queues what you type:',
  'Up takes it back, Ctrl-C keeps it as a draft',
  'Paths, comments and pasted lines are messages, with a slash too;',
  'a blank before the slash makes anything a message',
].join('\n');

/** How full the context is, e.g. `12,000 of 200,000 tokens (6 %)`. */
export function contextText(tokens: number | null, windowTokens: number | null): string {
  if (tokens === null) return 'nothing was counted yet';
  if (windowTokens === null) return `${count(tokens)} tokens; the size of the model's context is not known`;
  return `${count(tokens)} of ${count(windowTokens)} tokens (${Math.round((tokens / windowTokens) * 100)} %)`;
}

export const count = (value: number): string => value.toLocaleString('en-US');
