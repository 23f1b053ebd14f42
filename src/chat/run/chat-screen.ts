// What the chat writes: answers to stdout, everything else to stderr.
import type { Context } from '../../context.ts';
import type { Retry } from '../../messages/client.ts';
import { withoutSecrets } from '../../messages/key-shapes.ts';
import { createSanitizer } from '../../text/sanitize.ts';
import { inSigns, type Theme } from '../../text/theme.ts';
import { styledRows, wrapText } from '../../text/wrap.ts';
import { markdownOpener, renderConversation } from '../../turn/output/conversation-text.ts';
import type { Renderer } from '../../turn/output/renderer.ts';
import { openScreen, type Screen as TurnScreen } from '../../turn/screen.ts';
import type { Telling } from '../../turn/status.ts';
import type { Session, Tone } from '../session/chat-session.ts';

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
  /** Shows a text as answers are shown, all at once. */
  retell(text: string, view: Pick<Session['view'], 'isRaw' | 'keepsWords'>): Promise<void>;
  /** Starts showing an answer. */
  answer(view: Pick<Session['view'], 'isRaw' | 'showsThinking' | 'keepsWords'>): Promise<Renderer>;
};

export async function openChatScreen(
  context: Context,
  options: ScreenOptions,
  color: boolean | undefined,
): Promise<Screen> {
  const theme = context.theme('stderr', color);
  const screen = await openScreen(context, { ...options, color });
  const { status, line, giveWay, drained } = screen;
  const { stdout, stderr } = context.streams;
  let keepsWords = true;
  const openMarkdown = markdownOpener(context, screen.answer, { color, keepsWords: () => keepsWords });
  const tones: Readonly<Record<Tone, (text: string) => string>> = {
    plain: (text) => text,
    note: theme.dim,
    warn: theme.warn,
    bad: theme.bad,
  };
  const rows = (text: string): string => (stderr.isTTY ? wrapText(text, stderr.columns()) : text);
  const say: Screen['say'] = (text, tone = 'note') =>
    line(styledRows(rows(inSigns(createSanitizer()(withoutSecrets(text)), theme)), tones[tone]));
  return {
    status,
    giveWay,
    drained,
    theme,
    promptText: options.isPlain ? 'you: ' : `${theme.strong(theme.accent(theme.glyphs.current))} `,
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
    async retell(text, { isRaw, keepsWords: isWrapped }) {
      keepsWords = isWrapped;
      const markdown = isRaw || !options.canDraw ? undefined : await openMarkdown();
      const shown = createSanitizer()(text);
      if (markdown === undefined)
        screen.answer(`${options.isPlain ? 'assistant: ' : ''}${shown}${shown.endsWith('\n') ? '' : '\n'}`);
      else {
        for (const line of shown.split(/(?<=\n)/)) {
          markdown.push(line);
          await markdown.settled();
        }
        markdown.end();
      }
      await drained();
    },
    async answer({ isRaw, showsThinking, keepsWords: isWrapped }) {
      keepsWords = isWrapped;
      const isPlainText = isRaw || !options.canDraw;
      const markdown = isPlainText ? undefined : await openMarkdown();
      return renderConversation(screen, {
        markdown,
        sanitize: stdout.isTTY ? createSanitizer() : (text) => text,
        thinking: showsThinking ? theme.dim : undefined,
        wrap: {
          columns: stderr.columns,
          keepsWords: () => stderr.isTTY && options.canDraw && keepsWords,
          clock: context.clock,
        },
        hasLabels: options.isPlain,
        showsToolCalls: false,
      });
    },
  };
}
