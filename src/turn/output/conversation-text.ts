// The answer as people read it on a terminal, live: thinking and texts in paragraphs of their own, texts as Markdown.
// For send and chat alike; where the bytes of an answer count, message-text.ts.
import type { Context } from '../../context.ts';
import type { MarkdownRenderer } from '../../markdown/markdown.ts';
import type { WaitClock } from '../../text/release-timer.ts';
import { createSanitizer } from '../../text/sanitize.ts';
import { styledRows, type WrapOptions, wrappedText } from '../../text/wrap.ts';
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
  /** How lines of thinking are broken. */
  readonly wrap: WrapOptions & { readonly clock: WaitClock };
  /** What speaks is named before it. */
  readonly hasLabels: boolean;
  /** Whether tool calls are printed, as JSON; not when somebody answers them. */
  readonly showsToolCalls: boolean;
};

export function renderConversation(
  { answer, aside, status }: Pick<Screen, 'answer' | 'aside' | 'status'>,
  { markdown, sanitize, thinking, wrap, hasLabels, showsToolCalls }: ConversationOptions,
): Renderer {
  let open: 'nothing' | 'thinking' | 'text' = 'nothing';
  let lastCharacter = '\n';
  let hasWritten = false;
  const thoughts = wrappedText(
    wrap,
    (text) => aside(thinking === undefined ? text : styledRows(text, thinking)),
    wrap.clock,
  );
  const endText = (): void => {
    markdown?.end();
    // The Markdown renderer ends its last line itself.
    if (open === 'text' && markdown === undefined && lastCharacter !== '\n') answer('\n');
  };
  markdown?.expect();
  const order = createBlockOrder({
    thinking(text) {
      if (thinking === undefined) return;
      if (open === 'text') {
        endText();
        aside('\n');
      }
      if (open !== 'thinking' && hasLabels) aside('thinking: ');
      open = 'thinking';
      thoughts.push(createSanitizer()(text));
    },
    text(text) {
      // Markdown may hold back what arrived until it can be shown.
      status.arrives();
      const output = sanitize(text);
      if (output === '') return;
      if (open === 'thinking') {
        thoughts.end();
        aside('\n\n');
      }
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
      if (open === 'thinking') {
        thoughts.end();
        aside('\n');
      }
      endText();
      const calls = showsToolCalls ? sanitize(toolCallLines(message)) : '';
      if (calls !== '') answer(calls);
      hasWritten ||= calls !== '';
    },
    hasWritten: () => hasWritten,
    settled: () => markdown?.settled(),
  };
}

/** The renderer is loaded with the first answer, the highlighter with the first code; all answers share them. */
export function markdownOpener(
  { theme, streams, clock }: Pick<Context, 'theme' | 'streams' | 'clock'>,
  write: (text: string) => void,
  { color, keepsWords }: { readonly color: boolean | undefined; readonly keepsWords: () => boolean },
): () => Promise<MarkdownRenderer> {
  let renderer: MarkdownRenderer | undefined;
  return async () => {
    const { highlighterOnDemand, markdownRenderer } = await import('../../markdown/markdown.ts');
    renderer ??= markdownRenderer({
      write,
      theme: theme('stdout', color),
      width: () => streams.stdout.columns(),
      keepsWords,
      clock,
      loadHighlighter: highlighterOnDemand(),
    });
    return renderer;
  };
}
