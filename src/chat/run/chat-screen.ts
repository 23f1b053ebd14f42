// What the chat writes: answers to stdout, everything else to stderr.
import type { Context } from '../../context.ts';
import type { MarkdownRenderer } from '../../markdown/markdown.ts';
import type { Retry } from '../../messages/client.ts';
import { withoutSecrets } from '../../messages/key-shapes.ts';
import { createSanitizer } from '../../text/sanitize.ts';
import { inSigns, type Theme } from '../../text/theme.ts';
import { createBlockOrder } from '../../turn/output/block-order.ts';
import type { Renderer } from '../../turn/output/renderer.ts';
import { openScreen, type Screen as TurnScreen } from '../../turn/screen.ts';
import type { Telling } from '../../turn/status.ts';
import type { Tone } from '../session/chat-session.ts';

/** How this terminal is written to. */
type ScreenOptions = {
  /** No glyphs, no spinner, no styling, spoken labels. */
  readonly isPlain: boolean;
  readonly telling: Telling;
  /** stdout is a terminal that can be drawn on: Markdown, and what is typed while it comes. */
  readonly canDraw: boolean;
};

export type Screen = Pick<TurnScreen, 'status' | 'giveWay' | 'drained'> & {
  readonly theme: Theme;
  /** What stands before a question. */
  readonly promptText: string;
  /** Says something about the chat. What servers and models wrote in it is made harmless. */
  say(text: string, tone?: Tone): void;
  /** Writes a text that was rendered before, styles and all. */
  show(text: string): void;
  /** An empty line, between a turn and the next prompt. */
  gap(): void;
  /** Tells that a request goes out again, and when: as a countdown, or in a line. */
  tellRetry(retry: Retry): void;
  /** Starts showing an answer. */
  answer(view: { readonly isRaw: boolean; readonly showsThinking: boolean }): Promise<Renderer>;
};

export async function openChatScreen(
  context: Context,
  options: ScreenOptions,
  color: boolean | undefined,
): Promise<Screen> {
  const theme = context.theme('stderr', color);
  const screen = await openScreen(context, { ...options, color });
  const { status, line, giveWay, drained } = screen;
  const openMarkdown = markdownOpener(context, screen.answer, color);
  const tones: Readonly<Record<Tone, (text: string) => string>> = {
    plain: (text) => text,
    note: theme.dim,
    warn: theme.warn,
    bad: theme.bad,
  };
  const say: Screen['say'] = (text, tone = 'note') =>
    line(styledLines(inSigns(createSanitizer()(withoutSecrets(text)), theme), tones[tone]));
  return {
    status,
    giveWay,
    drained,
    theme,
    promptText: options.isPlain ? 'you: ' : `${theme.glyphs.current} `,
    say,
    show: line,
    gap: () => line(''),
    tellRetry({ error, delayMs }) {
      const reason = error.message
        .replace(/\.$/, '')
        .replace(/\s*\([^()]*\)$/, '')
        .replace(/\.$/, '');
      status.countDown(context.clock.now() + delayMs, reason);
      if (options.telling !== 'spinner') say(`${reason}: again in ${Math.ceil(delayMs / 1000)} s`, 'warn');
    },
    async answer({ isRaw, showsThinking }) {
      const isPlainText = isRaw || !options.canDraw;
      const markdown = isPlainText ? undefined : await openMarkdown();
      return answerRenderer(screen, {
        markdown,
        sanitize: context.streams.stdout.isTTY ? createSanitizer() : (text) => text,
        thinking: showsThinking ? theme.dim : undefined,
        hasLabels: options.isPlain,
      });
    },
  };
}

type AnswerOptions = {
  /** Undefined: the text stays as it is. */
  readonly markdown: MarkdownRenderer | undefined;
  readonly sanitize: (text: string) => string;
  /** Styles thinking; undefined hides it. */
  readonly thinking: ((line: string) => string) | undefined;
  /** What speaks is named before it. */
  readonly hasLabels: boolean;
};

/** An answer as a conversation shows it: thinking and texts in paragraphs of their own, texts as Markdown. */
function answerRenderer(
  { answer, aside, status }: TurnScreen,
  { markdown, sanitize, thinking, hasLabels }: AnswerOptions,
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
    end() {
      order.end();
      if (open === 'thinking') aside('\n');
      endText();
    },
    hasWritten: () => hasWritten,
  };
}

/** A style that spans a line end would colour the rest of the screen in some terminals. */
const styledLines = (text: string, style: (line: string) => string): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? '' : style(line)))
    .join('\n');

/** The renderer is loaded with the first answer, the highlighter with the first code; all answers share them. */
function markdownOpener(
  context: Context,
  write: (text: string) => void,
  color: boolean | undefined,
): () => Promise<MarkdownRenderer> {
  let renderer: MarkdownRenderer | undefined;
  return async () => {
    const { highlighterOnDemand, markdownRenderer } = await import('../../markdown/markdown.ts');
    renderer ??= markdownRenderer({
      write,
      theme: context.theme('stdout', color),
      width: () => context.streams.stdout.columns(),
      loadHighlighter: highlighterOnDemand(),
    });
    return renderer;
  };
}
