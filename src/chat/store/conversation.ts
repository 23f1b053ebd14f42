// A conversation as a document: Markdown, JSON or HTML. Pure; who said what, in order, nothing hidden but
// thinking, which stays in JSON alone.

import type { ContentBlock, MessageParam, Usage } from '../../messages/types.ts';
import { escapeMarkup } from '../../text/escape.ts';
import type { KeptTurn } from '../session/summary.ts';
import { blocksOf, isSummary, type Turn } from '../session/turns.ts';

type ConversationFacts = {
  readonly title: string;
  /** When it was written out, ISO 8601. */
  readonly exportedAt: string;
};

/** What each form of a document is, in the words of `msg help formats`; the ending of a file names it. */
export const exportFormats = {
  md: 'Markdown, a heading for each turn',
  json: 'everything that is kept of a turn: blocks, model, endpoint, tokens',
  html: 'one page that needs no network',
} as const;
export type ExportFormat = keyof typeof exportFormats;

/** The format that the ending of a file names; undefined for another ending. */
export const formatOfFile = (name: string): ExportFormat | undefined =>
  (Object.keys(exportFormats) as ExportFormat[]).find((format) => name.toLowerCase().endsWith(`.${format}`));

/** How a turn is marked that does not count any more. */
export const leftText: Readonly<Record<NonNullable<KeptTurn['left']>, string>> = {
  compacted: 'summarised since',
  undone: 'taken back',
};

/** The document in one of the formats, ending in a line end. Turns that do not count any more are marked. */
export function conversationText(
  turns: readonly KeptTurn[],
  format: ExportFormat,
  facts: ConversationFacts,
): string {
  return writers[format](turns, facts);
}

/** What the format `json` writes. */
export type ExportedSession = {
  readonly title: string;
  /** ISO 8601. */
  readonly exported_at: string;
  readonly turns: readonly ExportedTurn[];
};

type ExportedTurn = MessageParam & {
  /** Of answers: the model that was asked, and the URL of the endpoint. */
  readonly model?: string;
  readonly endpoint?: string;
  readonly profile?: string;
  /** The model that answered, where it says to be another. */
  readonly served_by?: string;
  readonly usage?: Usage;
  readonly stop_reason?: string | null;
  readonly interrupted?: true;
  /** It does not count any more: summarised since, or taken back. */
  readonly compacted?: true;
  readonly undone?: true;
};

type Writer = (turns: readonly KeptTurn[], facts: ConversationFacts) => string;

const exportedTurn = ({ turn, left }: KeptTurn): ExportedTurn => {
  const { message, madeBy, profile, servedBy, usage, stopReason, wasInterrupted } = turn;
  return {
    ...message,
    ...(madeBy && { model: madeBy.model, endpoint: madeBy.endpoint }),
    ...(profile !== undefined && { profile }),
    ...(servedBy !== undefined && { served_by: servedBy }),
    ...(usage && { usage }),
    ...(stopReason !== undefined && { stop_reason: stopReason }),
    ...(wasInterrupted && { interrupted: true }),
    ...(left && { [left]: true }),
  };
};

const writers: Readonly<Record<ExportFormat, Writer>> = {
  md: (turns, { title, exportedAt }) =>
    [
      `# ${title}\n\nExported ${exportedAt}\n`,
      ...turns.flatMap(({ turn, left }) => {
        const body = turn.message.content.length === 0 ? [] : blocksOf(turn.message).flatMap(markdownOf);
        return body.length === 0 ? [] : [`## ${speakerOf(turn, left)}\n\n${body.join('\n\n')}\n`];
      }),
    ].join('\n'),
  json: (turns, { title, exportedAt }) =>
    `${JSON.stringify({ title, exported_at: exportedAt, turns: turns.map(exportedTurn) } satisfies ExportedSession, null, 2)}\n`,
  html: (turns, { title, exportedAt }) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${htmlStyle}</style>
<h1>${escapeHtml(title)}</h1>
<p>Exported <time>${escapeHtml(exportedAt)}</time></p>
${turns.map(articleOf).join('')}</html>
`,
};

function speakerOf(turn: Turn, left: KeptTurn['left']): string {
  const { message, madeBy, wasInterrupted } = turn;
  const speaker =
    message.role === 'assistant' ? (madeBy?.model ?? 'Assistant') : isSummary(turn) ? 'Summary' : 'You';
  const marks = [...(wasInterrupted ? ['interrupted'] : []), ...(left === undefined ? [] : [leftText[left]])];
  return marks.length === 0 ? speaker : `${speaker} (${marks.join(', ')})`;
}

/** What a reader sees of a block; nothing for thinking. */
function readable(block: ContentBlock): { kind: 'text' | 'code' | 'note'; text: string } | null {
  const field = (name: string): unknown => block[name as keyof ContentBlock];
  switch (block.type) {
    case 'text':
      return { kind: 'text', text: String(field('text') ?? '') };
    case 'tool_use':
      return { kind: 'code', text: `${field('name')} ${JSON.stringify(field('input'), null, 2)}` };
    case 'tool_result': {
      const content = (field('content') ?? '') as string | ContentBlock[];
      const text = blocksOf({ role: 'user', content }).map((part) => readable(part)?.text ?? '');
      return { kind: 'code', text: text.join('\n') };
    }
    case 'thinking':
    case 'redacted_thinking':
      return null;
    default:
      return { kind: 'note', text: `[${block.type}]` };
  }
}

function markdownOf(block: ContentBlock): string[] {
  const part = readable(block);
  if (part === null || part.text === '') return [];
  return [part.kind === 'code' ? fence(part.text) : withClosedFence(part.text)];
}

/** A text that ends within code, as a cut answer may, with the end of the code: the next turn is no part of it. */
function withClosedFence(text: string): string {
  let open: { readonly indent: string; readonly marks: string } | undefined;
  for (const [, indent = '', marks = '', info = ''] of text.matchAll(/^( *)(`{3,}|~{3,})(.*)$/gm)) {
    if (open === undefined) {
      if (marks[0] === '~' || !info.includes('`')) open = { indent, marks };
    } else if (marks.startsWith(open.marks) && info.trim() === '') open = undefined;
  }
  if (open === undefined) return text;
  return `${text}${text.endsWith('\n') ? '' : '\n'}${open.indent}${open.marks}`;
}

function fence(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const marks = '`'.repeat(longest + 1);
  return `${marks}\n${text}\n${marks}`;
}

function articleOf({ turn, left }: KeptTurn): string {
  const parts = blocksOf(turn.message).flatMap((block) => {
    const part = readable(block);
    if (part === null || part.text === '') return [];
    return [part.kind === 'text' ? htmlOfText(part.text) : `<pre>${escapeHtml(part.text)}</pre>\n`];
  });
  if (parts.length === 0) return '';
  return `<article class="${[turn.message.role, ...(left ? [left] : [])].join(' ')}">\n<h2>${escapeHtml(speakerOf(turn, left))}</h2>\n${parts.join('')}</article>\n`;
}

/** Code fences become `pre`, the rest keeps its line breaks: readable without a Markdown engine. */
function htmlOfText(text: string): string {
  return text
    .split(/^(```[^\n]*\n[\s\S]*?(?:^```[ \t]*$|(?![\s\S])))/m)
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const code = /^```[^\n]*\n([\s\S]*?)(?:^```[ \t]*)?$(?![\s\S])/m.exec(part)?.[1];
      return code === undefined
        ? `<div>${escapeHtml(part.trim())}</div>\n`
        : `<pre>${escapeHtml(code.trimEnd())}</pre>\n`;
    })
    .join('');
}

const htmlStyle = `
body { font: 16px/1.55 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b; background: #fff; }
article { margin: 1.5rem 0; } article.user { border-left: 3px solid #888; padding-left: 1rem; }
h2 { font-size: .85rem; color: #666; margin: 0 0 .25rem; } div { white-space: pre-wrap; overflow-wrap: anywhere; }
article.compacted, article.undone { opacity: .7; }
pre { background: #f4f4f4; padding: .75rem; overflow-x: auto; border-radius: 4px; } time { color: #666; }
@media (prefers-color-scheme: dark) { body { color: #ddd; background: #161616; } pre { background: #242424; } h2, time { color: #999; } }
`;

const escapeHtml = (text: string): string => escapeMarkup(text, /[&<>"]/g);
