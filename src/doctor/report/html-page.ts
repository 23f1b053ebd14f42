// The page around what a report in HTML says: self-contained, without script or network, light and dark; and its boxes.
import { html, tag } from './html-parts.ts';
import { reportStyle } from './page-style.ts';

/** A box with a heading; nothing where there is nothing in it. `content` is HTML already. */
export const card = (heading: string, content: string, className = ''): string =>
  content === '' ? '' : tag('section', `card ${className}`.trim(), tag('h2', '', html(heading)) + content);

/** Figures in a row, each under its name; values are HTML already. */
export const factList = (facts: readonly (readonly [name: string, value: string])[]): string =>
  tag(
    'dl',
    'facts',
    facts.map(([name, value]) => tag('div', '', tag('dt', '', html(name)) + tag('dd', '', value))).join(''),
  );

/** One page; its policy forbids scripts and every request. `header` and `cards` are HTML already. */
export const htmlPage = ({
  title,
  header,
  cards,
  footer,
}: {
  readonly title: string;
  readonly header: string;
  readonly cards: readonly string[];
  readonly footer: string;
}): string =>
  [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">`,
    '<meta name="referrer" content="no-referrer">',
    '<link rel="icon" href="data:,">',
    `<title>${html(title)}</title>`,
    `<style>${reportStyle}</style>`,
    '</head>',
    '<body>',
    header,
    '<main>',
    ...cards,
    '</main>',
    tag('footer', '', html(footer)),
    '</body>',
    '</html>',
    '',
  ].join('\n');
