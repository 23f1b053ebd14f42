// Text into HTML: escaping, and nothing else. Every text of a report passes through here.
import { escapeMarkup } from '../../text/escape.ts';
import { plain, plainBlock } from './parts.ts';

/** One line of text of any origin, safe between tags and in a quoted attribute. */
export const html = (text: string): string => escapeMarkup(plain(text));

/** Several lines, for `<pre>`. */
export const htmlBlock = (text: string): string =>
  plainBlock(text)
    .map((line) => escapeMarkup(line))
    .join('\n');

/** `class` and content are ours; content is HTML already. */
export const tag = (name: string, className: string, content: string): string =>
  `<${name}${className === '' ? '' : ` class="${className}"`}>${content}</${name}>`;
