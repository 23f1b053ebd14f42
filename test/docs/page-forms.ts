// A page of help in two more forms: Markdown for the site, and roff for `man`.
import type { HelpPage, HelpPart } from '../../src/commands/help-layout.ts';

const cell = (text: string): string => prose(text).replaceAll('|', '\\|');

/** Outside of code, what Markdown (and the site's templates) would take for something else. */
export const prose = (text: string): string =>
  text
    .split(/(`[^`]*`)/)
    .map((part, index) =>
      index % 2 === 1 ? part : part.replace(/[<>*_[\]{}]/g, '\\$&').replace(/\\([<>{}])/g, entity),
    )
    .join('');
const entity = (_all: string, sign: string): string => `&#${sign.codePointAt(0)};`;

/** A table; its first column is code. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [
    head,
    head.map(() => '---'),
    ...rows.map(([first = '', ...rest]) => [`\`${first.replaceAll('|', '\\|')}\``, ...rest.map(cell)]),
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

/** The page under a heading of this level, e.g. `##`. */
export function markdownPage(title: string, { usage, parts }: HelpPage, level: string): string {
  const blocks = parts.map((part) => markdownPart(part, `${level}#`));
  const head = usage === undefined ? [] : [`\`\`\`text\n${usage}\n\`\`\``];
  return [`${level} ${title}`, ...head, ...blocks].join('\n\n');
}

function markdownPart(part: HelpPart, level: string): string {
  switch (part.kind) {
    case 'text':
      return prose(part.text);
    case 'verbatim':
      return [prose(part.before), `\`\`\`text\n${part.lines.join('\n')}\n\`\`\``, prose(part.after)]
        .filter((text) => text !== '')
        .join('\n\n');
    case 'examples':
      return `\`\`\`text\n${part.lines.join('\n')}\n\`\`\``;
    case 'list':
      return `${level} ${part.title.replace(/:$/, '')}\n\n${table(
        ['name', 'meaning'],
        part.items.map(({ term, text }) => [term, text]),
      )}`;
  }
}

/** The page as roff, of section 1; `inner` are the pages of the commands below it, by name. */
export function manPage(
  name: string,
  summary: string,
  { usage, parts }: HelpPage,
  inner: readonly (readonly [name: string, page: HelpPage])[],
  seeAlso: readonly string[],
): string {
  const blocks = [
    `.TH ${name.toUpperCase()} 1 "" "msg" "msg"`,
    `.SH NAME\n${roff(name)} \\- ${roff(summary)}`,
    ...(usage === undefined ? [] : [`.SH SYNOPSIS\n.B ${roff(usage)}`]),
    '.SH DESCRIPTION',
    ...parts.map((part) => roffPart(part, 'SH')),
    ...inner.flatMap(([title, page]) => [
      `.SH ${roff(title.toUpperCase())}\n.B ${roff(page.usage ?? title)}`,
      ...page.parts.map((part) => roffPart(part, 'SS')),
    ]),
    `.SH SEE ALSO\n${seeAlso.map((one) => `.BR ${roff(one)} (1)`).join(',\n')}`,
  ];
  return `${blocks.join('\n')}\n`;
}

function roffPart(part: HelpPart, heading: 'SH' | 'SS'): string {
  const titled = (title: string): string =>
    `.${heading} ${roff(heading === 'SH' ? title.toUpperCase() : title)}`;
  switch (part.kind) {
    case 'text':
      return `.PP\n${roff(part.text)}`;
    case 'verbatim':
      return `.PP\n${roff(part.before)}\n${verbatim(part.lines)}\n.PP\n${roff(part.after)}`;
    case 'examples':
      return `${titled('Examples')}\n${verbatim(part.lines)}`;
    case 'list':
      return [
        titled(part.title.replace(/:$/, '')),
        ...part.items.map(({ term, text }) => `.TP\n.B ${roff(term)}\n${roff(text)}`),
      ].join('\n');
  }
}

const verbatim = (lines: readonly string[]): string =>
  `.PP\n.nf\n.RS 4\n${lines.map(roff).join('\n')}\n.RE\n.fi`;

/** A text as one line of roff; a dot or a quote at its beginning is none of its requests. */
const roff = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('`', '')
    .replace(/^(?=[.'])/, '\\&');
