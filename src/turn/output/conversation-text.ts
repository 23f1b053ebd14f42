// The answer as people read it on a terminal, live: thinking and texts in paragraphs of their own, texts as Markdown.
// For send and chat alike; where the bytes of an answer count, message-text.ts.
import type { Context } from '../../context.ts';
import type { MarkdownRenderer } from '../../markdown/markdown.ts';
import { createSanitizer } from '../../text/sanitize.ts';
import type { Screen } from '../screen.ts';
import { createBlockOrder } from './block-order.ts';
import { toolCallLines } from './message-text.ts';
import type { Renderer } from './renderer.ts';

export type ConversationOptions = {
  /** Undefined: the text stays as it is. */
  readonly markdown: MarkdownRenderer | undefined;
  readonly sanitize: (text: string) => string;
  /** Styles thinking; undefined hides it. */
  readonly thinking: ((line: string) => string) | undefined;
  /** What speaks is named before it. */
  readonly hasLabels: boolean;
  /** Whether tool calls are printed, as JSON; not when somebody answers them. */
  readonly showsToolCalls: boolean;
};

export function renderConversation(
  { answer, aside, status }: Pick<Screen, 'answer' | 'aside' | 'status'>,
  { markdown, sanitize, thinking, hasLabels, showsToolCalls }: ConversationOptions,
): Renderer {
  let open: 'nothing' | 'thinking' | 'text' = 'nothing';
  let lastCharacter = '\n';
  let hasWritten = false;
  const endText = (): void => {
    markdown?.end();
    // The Markdown renderer ends its last line itself.
    if (open === 'text' && markdown === undefined && lastCharacter !== '\n') answer('\n');
  };
  const order = createBlockOrder({
    thinking(text) {
      if (thinking === undefined) return;
      if (open === 'text') {
        endText();
        aside('\n');
      }
      if (open !== 'thinking' && hasLabels) aside('thinking: ');
      open = 'thinking';
      aside(styledLines(createSanitizer()(text), thinking));
    },
    text(text) {
      // Markdown may hold back what arrived until it can be shown.
      status.arrives();
      const output = sanitize(text);
      if (output === '') return;
      if (open === 'thinking') aside('\n\n');
      if (open !== 'text' && hasLabels) answer('assistant: ');
      open = 'text';
      hasWritten = true;
      lastCharacter = output.at(-1) ?? '\n';
      if (markdown === undefined) answer(output);
      else markdown.push(output);
    },
  });
  return {
    push: order.push,
    end({ message }) {
      order.end();
      if (open === 'thinking') aside('\n');
      endText();
      const calls = showsToolCalls ? sanitize(toolCallLines(message)) : '';
      if (calls !== '') answer(calls);
      hasWritten ||= calls !== '';
    },
    hasWritten: () => hasWritten,
  };
}

/** A style that spans a line end would colour the rest of the screen in some terminals. */
export const styledLines = (text: string, style: (line: string) => string): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? '' : style(line)))
    .join('\n');

/** The renderer is loaded with the first answer, the highlighter with the first code; all answers share them. */
export function markdownOpener(
  { theme, streams }: Pick<Context, 'theme' | 'streams'>,
  write: (text: string) => void,
  color: boolean | undefined,
): () => Promise<MarkdownRenderer> {
  let renderer: MarkdownRenderer | undefined;
  return async () => {
    const { highlighterOnDemand, markdownRenderer } = await import('../../markdown/markdown.ts');
    renderer ??= markdownRenderer({
      write,
      theme: theme('stdout', color),
      width: () => streams.stdout.columns(),
      loadHighlighter: highlighterOnDemand(),
    });
    return renderer;
  };
}
