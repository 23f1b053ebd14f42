// How the answers of `msg send` are shown: in the form asked for, and on a terminal as Markdown; and what is told
// beside them while nothing comes.
import type { Context } from '../context.ts';
import type { CommonOptions } from '../profiles/flags.ts';
import type { GenerationFlags } from '../profiles/generation-flags.ts';
import { createSanitizer } from '../text/sanitize.ts';
import { renderCode } from './output/code-text.ts';
import { renderEvents } from './output/message-events.ts';
import { renderJson } from './output/message-json.ts';
import { renderText } from './output/message-text.ts';
import { formOf, type OutputOptions } from './output/output-flags.ts';
import type { Renderer } from './output/renderer.ts';
import { openScreen, type Screen } from './screen.ts';

export type ViewOptions = OutputOptions &
  CommonOptions &
  Pick<GenerationFlags, 'hideThinking'> & { readonly runTools?: boolean };

export type SendView = {
  readonly screen: Screen;
  /** Starts showing an answer. */
  readonly answer: () => Promise<Renderer>;
};

export async function openSendView(options: ViewOptions, context: Context): Promise<SendView> {
  const { quiet, verbose, raw, plain, color } = options;
  const { streams, env } = context;
  // Waiting is told to somebody who watches: not in logs, pipes, and beside the lines of -v.
  const isWatched = !quiet && !verbose && streams.stderr.isTTY && !env['CI'];
  const canMoveCursor = env['TERM'] !== 'dumb' && !plain;
  const isOnTerminal = streams.stdout.isTTY && !raw;
  const screen = await openScreen(context, {
    telling: !isWatched ? 'nothing' : canMoveCursor ? 'spinner' : 'lines',
    canDraw: isWatched && canMoveCursor && isOnTerminal,
    isRaw: raw === true,
    color,
  });
  const isText = formOf(options) === 'text' && !options.extractCode;
  return {
    screen,
    answer:
      isText && isOnTerminal && canMoveCursor
        ? await markdownAnswers(options, screen, context)
        : async () => rendererFor(options, screen, context, isOnTerminal),
  };
}

/** What shows Markdown is loaded where a terminal shows it: a pipe needs none of it. */
async function markdownAnswers(
  { hideThinking, runTools, color, wrap }: ViewOptions,
  screen: Screen,
  context: Context,
): Promise<SendView['answer']> {
  const { markdownOpener, renderConversation } = await import('./output/conversation-text.ts');
  const keepsWords = (): boolean => wrap !== 'off';
  const openMarkdown = markdownOpener(context, screen.answer, { color, keepsWords });
  const {
    streams: { stderr },
    clock,
  } = context;
  return async () =>
    renderConversation(screen, {
      markdown: await openMarkdown(),
      sanitize: createSanitizer(),
      thinking: hideThinking ? undefined : context.theme('stderr', color).dim,
      wrap: { columns: stderr.columns, keepsWords: () => stderr.isTTY && keepsWords(), clock },
      hasLabels: false,
      showsToolCalls: !runTools,
    });
}

function rendererFor(
  options: ViewOptions,
  screen: Screen,
  context: Context,
  isOnTerminal: boolean,
): Renderer {
  const text = {
    endsLine: !options.raw,
    ...(isOnTerminal ? { transform: createSanitizer() } : {}),
  };
  if (options.extractCode) return renderCode(screen, text);
  switch (formOf(options)) {
    case 'json':
      return renderJson(screen);
    case 'stream-json':
      return renderEvents(screen);
    case 'text':
      return renderText(screen, {
        ...text,
        showsToolCalls: !options.runTools,
        thinking: options.hideThinking ? undefined : context.theme('stderr', options.color).dim,
      });
  }
}
