// Text into HTML: escaping, and nothing else. Every text of a report passes through here.
import { plain, plainBlock } from './wrap.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? '');

/** One line of text of any origin, safe between tags and in a quoted attribute. */
export const html = (text: string): string => escaped(plain(text));

/** Several lines, for `<pre>`. */
export const htmlBlock = (text: string): string => plainBlock(text).map(escaped).join('\n');

/** `class` and content are ours; content is HTML already. */
export const tag = (name: string, className: string, content: string): string =>
  `<${name}${className === '' ? '' : ` class="${className}"`}>${content}</${name}>`;
