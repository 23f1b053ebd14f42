// What the chat writes: answers to stdout, everything else to stderr.

import type { Context } from '../../context.ts';
import type { MarkdownRenderer } from '../../markdown/markdown.ts';
import { withoutSecrets } from '../../messages/key-shapes.ts';
import type { Output } from '../../terminal/output/streams.ts';
import { createTail, noTail } from '../../terminal/output/tail.ts';
import { createSanitizer } from '../../text/sanitize.ts';
import { inSigns, type Theme } from '../../text/theme.ts';
import { createStatus, type Status, type Telling } from '../../turn/status.ts';
import type { Tone } from '../session/session.ts';

/** How this terminal is written to. */
export type Look = {
  /** No glyphs, no spinner, no styling, spoken labels. */
  readonly isPlain: boolean;
  readonly telling: Telling;
  /** stdout is a terminal that can be drawn on: Markdown, and what is typed while it comes. */
  readonly canDraw: boolean;
};

export type Screen = {
  readonly theme: Theme;
  /** What stands before a question. */
  readonly promptText: string;
  /** False where no spinner can be: waiting is then told in lines. */
  readonly showsStatus: boolean;
  /** Says something about the chat. What servers and models wrote in it is made harmless. */
  say(text: string, tone?: Tone): void;
  /** Writes a text that was rendered before, styles and all. */
  show(text: string): void;
  /** An empty line, between a turn and the next prompt. */
  gap(): void;
  /** Starts showing an answer. */
  answer(view: { readonly isRaw: boolean; readonly showsThinking: boolean }): Promise<AnswerView>;
  readonly status: Status;
  /** Something else is about to write to the terminal, and to leave the cursor anywhere. */
  giveWay(): void;
  /** Resolves when everything written has been taken: call it between batches. */
  drained(): Promise<void>;
};

export type AnswerView = {
  readonly showsThinking: boolean;
  thinking(text: string): void;
  text(text: string): void;
  /** Ends the lines that are still open. */
  end(): void;
  hasWritten(): boolean;
};

export function createScreen(context: Context, look: Look, color: boolean | undefined): Screen {
  const { stdout, stderr } = context.streams;
  const theme = context.theme('stderr', color);
  const tail = look.canDraw ? createTail(stdout, context.theme('stdout', color)) : noTail;
  let behind: Promise<void> | undefined;
  let isAtLineStart = true;
  const write = (output: Output, text: string): void => {
    if (output.isTTY && text !== '') isAtLineStart = text.endsWith('\n');
    const drawsTail = output.isTTY && tail !== noTail;
    behind = (drawsTail ? output.unguarded(tail.around(text)) : output.write(text)) ?? behind;
  };
  const openMarkdown = markdownOpener(context, (text) => write(stdout, text), color);
  const tones: Readonly<Record<Tone, (text: string) => string>> = {
    plain: (text) => text,
    note: theme.dim,
    warn: theme.warn,
    bad: theme.bad,
  };

  const line = (text: string): void => write(stderr, `${isAtLineStart ? '' : '\n'}${text}\n`);

  return {
    theme,
    promptText: look.isPlain ? 'you: ' : `${theme.glyphs.current} `,
    showsStatus: look.telling === 'spinner',
    say: (text, tone = 'note') =>
      write(stderr, `${styledLines(inSigns(createSanitizer()(withoutSecrets(text)), theme), tones[tone])}\n`),
    show: (text) => write(stderr, `${text}\n`),
    gap: () => write(stderr, '\n'),
    async answer({ isRaw, showsThinking }) {
      const sanitize = stdout.isTTY ? createSanitizer() : (text: string) => text;
      const isPlainText = isRaw || !look.canDraw;
      const sink = isPlainText
        ? { push: (text: string) => write(stdout, text), end: () => {} }
        : await openMarkdown();
      let open: 'nothing' | 'thinking' | 'text' = 'nothing';
      let lastCharacter = '\n';
      let hasWritten = false;
      const endText = (): void => {
        sink.end();
        // The Markdown renderer ends its last line itself.
        if (open === 'text' && isPlainText && lastCharacter !== '\n') write(stdout, '\n');
      };
      return {
        showsThinking,
        thinking(text) {
          if (!showsThinking || text === '') return;
          if (open === 'text') {
            endText();
            write(stderr, '\n');
          }
          if (open !== 'thinking' && look.isPlain) write(stderr, 'thinking: ');
          open = 'thinking';
          write(stderr, styledLines(createSanitizer()(text), theme.dim));
        },
        text(text) {
          const shown = sanitize(text);
          if (shown === '') return;
          if (open === 'thinking') write(stderr, '\n\n');
          if (open !== 'text' && look.isPlain) write(stdout, 'assistant: ');
          open = 'text';
          hasWritten = true;
          lastCharacter = shown.at(-1) ?? '\n';
          sink.push(shown);
        },
        end() {
          if (open === 'thinking') write(stderr, '\n');
          endText();
        },
        hasWritten: () => hasWritten,
      };
    },
    status: createStatus({ ...context, theme, tail, telling: look.telling, line }),
    giveWay: tail.lose,
    async drained() {
      const waiting = behind;
      behind = undefined;
      await waiting;
    },
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
    const [{ markdownRenderer }, { highlighterOnDemand }] = await Promise.all([
      import('../../markdown/markdown.ts'),
      import('../../markdown/highlight.ts'),
    ]);
    renderer ??= markdownRenderer({
      write,
      theme: context.theme('stdout', color),
      width: () => context.streams.stdout.columns(),
      loadHighlighter: highlighterOnDemand(),
    });
    return renderer;
  };
}
