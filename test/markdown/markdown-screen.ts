// What the Markdown tests share: a theme that writes names, a sink, and the highlighter made ready.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Highlighter } from '../../src/markdown/code.ts';
import { createHighlighter } from '../../src/markdown/highlight.ts';
import { markdownRenderer } from '../../src/markdown/markdown.ts';
import { plainTheme, type Style, type Theme } from '../../src/text/theme.ts';

const folder = join(import.meta.dirname, '../fixtures/markdown');

/** Name and text of every transcript. */
export const transcripts: readonly (readonly [name: string, text: string])[] = readdirSync(folder)
  .sort()
  .map((file) => [file.replace(/\.md$/, ''), readFileSync(join(folder, file), 'utf8')]);

const styles: readonly Style[] = [
  ...(['good', 'bad', 'warn', 'info', 'dim', 'strong', 'emphasis'] as const),
  ...(['strike', 'title', 'heading', 'link', 'code', 'quote', 'accent'] as const),
];

/** Writes `<strong>…</strong>` where colours would be. */
export const namedTheme: Theme = {
  ...plainTheme,
  ...(Object.fromEntries(
    styles.map((style) => [style, (text: string) => `<${style}>${text}</${style}>`]),
  ) as Record<Style, (text: string) => string>),
  colorLevel: 3,
};

/** Colours of sixteen, as a terminal gets them. */
export const colourTheme: Theme = {
  ...namedTheme,
  ...(Object.fromEntries(
    styles.map((style, index) => [style, (text: string) => `\x1b[${31 + (index % 7)}m${text}\x1b[39m`]),
  ) as Record<Style, (text: string) => string>),
  hasLinks: true,
};

const fenced = /^[ >]*(?:-\s+)?(?:`{3,}|~{3,})([a-z+]+)/gm;
let ready: Promise<Highlighter> | undefined;

/** A highlighter that knows every language of the transcripts: nothing is left to load. */
export function readyHighlighter(): Promise<Highlighter> {
  const load = async (): Promise<Highlighter> => {
    const highlighter = createHighlighter();
    const languages = transcripts.flatMap(([, text]) =>
      [...text.matchAll(fenced)].map((match) => match[1] ?? ''),
    );
    for (const language of new Set(languages)) await highlighter.load(language);
    return highlighter;
  };
  ready ??= load();
  return ready;
}

export type Look = {
  readonly theme?: Theme;
  readonly width?: number;
  readonly highlighter?: Highlighter;
  /** Lines break between words; otherwise they do not break. */
  readonly keepsWords?: boolean;
};

/** No time goes by: a word waits for its end. */
export const stillClock = { now: () => 0, sleep: () => new Promise<void>(() => {}) };

/** Renders pieces one after the other and gives everything written. */
export function render(
  pieces: Iterable<string>,
  { theme = namedTheme, width = 80, highlighter, keepsWords = false }: Look = {},
): string {
  let written = '';
  const renderer = markdownRenderer({
    write: (text) => {
      written += text;
    },
    theme,
    width: () => width,
    keepsWords: () => keepsWords,
    clock: stillClock,
    ...(highlighter && { loadHighlighter: () => highlighter }),
  });
  for (const piece of pieces) renderer.push(piece);
  renderer.end();
  return written;
}
