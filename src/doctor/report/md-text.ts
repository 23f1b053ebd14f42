// Texts of any origin as Markdown that shows them and obeys nothing in them.
import { plain } from './parts.ts';

/** No character may begin markup, a mention or a link, also inside a table cell. */
export const escaped = (text: string): string =>
  plain(text)
    .replace(/[\\`*_[\]|<>~&@#]/g, '\\$&')
    .replace(/:(?=\/\/)/g, '\\:')
    .replace(/^[-+]|^\d+(?=[.)])/, '\\$&');

const longestRun = (text: string): number =>
  Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));

/** A code span that no backtick inside can end; a pipe would still end a table cell. */
export function code(text: string): string {
  const line = plain(text).replaceAll('|', '¦');
  const fence = '`'.repeat(longestRun(line) + 1);
  return line.startsWith('`') || line.endsWith('`') ? `${fence} ${line} ${fence}` : `${fence}${line}${fence}`;
}

/** Lines in a fence that none of them can end. */
export function block(lines: readonly string[], language = ''): string[] {
  const fence = '`'.repeat(Math.max(3, ...lines.map((line) => longestRun(line) + 1)));
  return [`${fence}${language}`, ...lines, fence, ''];
}
