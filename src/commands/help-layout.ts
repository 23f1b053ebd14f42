// A page of help as data (help-page.ts reads it off a command, help-topics.ts holds others), and its layout on terminals
// of any width: nothing is cut in the middle of a word, what goes on hangs under its beginning, and a command that is
// broken stays a command one can copy.
import { commandLines } from '../text/command-lines.ts';
import type { Theme } from '../text/theme.ts';
import { textWidth } from '../text/width.ts';
import { filled } from '../text/wrap.ts';

/** One row of a list: an option, a command, an exit code; and what is said of it. */
export type HelpItem = { readonly term: string; readonly text: string };

export type HelpPart =
  /** One paragraph. */
  | { readonly kind: 'text'; readonly text: string }
  /** Lines as they have to be written, and what is said before and behind them. */
  | {
      readonly kind: 'verbatim';
      readonly before: string;
      readonly lines: readonly string[];
      readonly after: string;
    }
  /** Commands to copy; lines that begin with # are remarks on the next one. */
  | { readonly kind: 'examples'; readonly title: string; readonly lines: readonly string[] }
  | { readonly kind: 'list'; readonly title: string; readonly items: readonly HelpItem[] };

export type HelpPage = {
  /** How the command is typed, e.g. `msg profiles set [options] NAME [field=value...]`; a topic has none. */
  readonly usage?: string;
  readonly parts: readonly HelpPart[];
};

/** Below this, a description gets a line of its own under its term. */
const narrowestColumn = 24;
/** Beyond this, lines are hard to read. */
const widestLine = 100;

type Look = Pick<Theme, 'strong' | 'dim'>;

/** The page as text, ended, on so many columns. */
export function pageText({ usage, parts }: HelpPage, columns: number, look: Look): string {
  const width = Math.min(columns, widestLine);
  const terms = parts.flatMap((part) => (part.kind === 'list' ? part.items.map(({ term }) => term) : []));
  const termWidth = Math.max(0, ...terms.map(textWidth));
  const blocks = [
    ...(usage === undefined ? [] : [usageLines(usage, width, look)]),
    ...parts.map((part) => partLines(part, termWidth, width, look)),
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function partLines(part: HelpPart, termWidth: number, width: number, look: Look): string[] {
  switch (part.kind) {
    case 'text':
      return wrapWords(part.text, width);
    case 'verbatim':
      return [
        ...(part.before === '' ? [] : wrapWords(part.before, width)),
        ...part.lines,
        ...(part.after === '' ? [] : wrapWords(part.after, width)),
      ];
    case 'examples':
      return [
        ...titleLines(part.title, width, look),
        ...part.lines.flatMap((line) => exampleLines(line, width, look)),
      ];
    case 'list':
      return [
        ...titleLines(part.title, width, look),
        ...part.items.flatMap((item) => itemLines(item, termWidth, width)),
      ];
  }
}

const titleLines = (title: string, width: number, { strong }: Look): string[] =>
  wrapWords(title, width).map((line) => strong(line));

function usageLines(usage: string, width: number, look: Look): string[] {
  const [first = '', ...rest] = wrapWords(usage, width - 'Usage: '.length);
  return [`${look.strong('Usage:')} ${first}`, ...rest.map((line) => `       ${line}`)];
}

/** One row of a list: the term, and its description beside it or, where that gets too narrow, below it. */
function itemLines({ term, text }: HelpItem, termWidth: number, width: number): string[] {
  if (text === '') return [`  ${term}`];
  const beside = width - termWidth - 4;
  if (beside < narrowestColumn) {
    const [first = '', ...rest] = wrapWords(term, width - 2);
    return [
      `  ${first}`,
      ...rest.map((line) => `    ${line}`),
      ...wrapWords(text, width - 6).map((line) => `      ${line}`),
    ];
  }
  const [first = '', ...rest] = wrapWords(text, beside);
  return [`  ${term.padEnd(termWidth)}  ${first}`, ...rest.map((line) => ' '.repeat(termWidth + 4) + line)];
}

/** A remark has a line of its own: zsh takes a # behind a command for a word of it. */
function exampleLines(example: string, width: number, { dim }: Look): string[] {
  if (example.startsWith('# '))
    return wrapWords(example.slice(2), width - 4).map((line) => dim(`  # ${line}`));
  return commandLines(example, width - 2).map((line) => `  ${line}`);
}

const wrapWords = (text: string, width: number): string[] => filled(text.split(/\s+/), width);
