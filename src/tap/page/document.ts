// The page as one HTML document: style, script and data in it, and a policy that lets it load and run nothing else. Live
// it follows the tap; as a report it holds all exchanges.
import { createHash } from 'node:crypto';
import { escapeMarkup } from '../../text/escape.ts';
import { allExchanges, type RowSource } from '../row-source.ts';
import { text as script } from './client/main.ts?text';
import { detailStyle } from './detail-style.ts';
import type { PageFacts } from './page-facts.ts';
import { pageStyle } from './tap-style.ts';

const style = pageStyle + detailStyle;

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** No text becomes HTML (Trusted Types), and a report asks for nothing. */
const policy = (isLive: boolean): string =>
  [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    `connect-src ${isLive ? "'self'" : "'none'"}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');

/** Data as an element the page reads. With `<` escaped, nothing in it can end the element or begin another. */
const dataElement = (id: string, data: unknown): string =>
  `<script type="application/json" id="${id}">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>\n`;

const headOf = (facts: PageFacts): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy(facts.madeAt === null)}">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${escapeMarkup(`msg tap: ${facts.target}`)}</title>
<style>${style}</style>
</head>
<body>
<noscript>This page needs its script: allow it for this page.</noscript>
${dataElement('facts', facts)}`;

const tail = `<script>${script}</script>
</body>
</html>
`;

/** The page that follows a tap; it asks for its data with the token of its own address. */
export const livePage = (facts: Omit<PageFacts, 'madeAt'>): string =>
  headOf({ ...facts, madeAt: null }) + tail;

/**
 * The page with all exchanges in it, in pieces: together they may be larger than one text can be.
 * @param facts `madeAt` in milliseconds since 1970
 */
export async function* reportPage(
  source: Pick<RowSource, 'rows' | 'exchange'>,
  facts: PageFacts & { readonly madeAt: number },
): AsyncGenerator<string> {
  yield headOf(facts);
  yield dataElement('rows', source.rows());
  for await (const judged of allExchanges(source)) yield dataElement(`exchange-${judged.row.id}`, judged);
  yield tail;
}
