// The layout of `--help` on terminals of any width: nothing is cut in the middle of a word, and a command
// that is broken stays a command one can copy.
import { filled } from '../text/wrap.ts';

/** Below this, a description gets a line of its own under its term. */
const narrowestColumn = 30;

/** One row of a list: the term, and its description beside it or, where that gets too narrow, below it. */
export function helpItem(term: string, termWidth: number, description: string, width: number): string {
  if (description === '') return `  ${term}`;
  const beside = width - termWidth - 4;
  if (beside >= narrowestColumn) {
    const lines = wrapWords(description, beside);
    return `  ${term.padEnd(termWidth)}  ${lines.join(`\n${' '.repeat(termWidth + 4)}`)}`;
  }
  return [`  ${term}`, ...wrapWords(description, width - 6).map((line) => `      ${line}`)].join('\n');
}

/**
 * Prose is wrapped. Indented lines stay as they are, but behind `Examples:` they are commands, and remarks on
 * the command below. Those have lines of their own: zsh takes a # behind a command for a word of it.
 */
export function helpText(text: string, width: number): string {
  let isExample = false;
  const lines = text.split('\n').flatMap((line) => {
    if (!line.startsWith('  ')) {
      isExample = line === 'Examples:';
      return wrapWords(line, width);
    }
    return isExample ? exampleLines(line.trim(), width) : [line];
  });
  return lines.join('\n');
}

function exampleLines(example: string, width: number): string[] {
  if (example.length + 2 <= width) return [`  ${example}`];
  if (example.startsWith('# ')) return wrapWords(example.slice(2), width - 4).map((line) => `  # ${line}`);
  // An option and its value stay together.
  const words = example.match(/(?:-\S+ (?!-))?(?:"[^"]*"|'[^']*'|\S)+/g) ?? [];
  const lines = filled(words, width - 6);
  const last = lines.length - 1;
  return lines.map((line, index) => `  ${index === 0 ? '' : '  '}${line}${index === last ? '' : ' \\'}`);
}

const wrapWords = (text: string, width: number): string[] => filled(text.split(/\s+/), width);
