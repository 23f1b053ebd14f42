// How the answers of `msg send` are shown: in the form asked for, and on a terminal as Markdown; and what is told
// beside them while nothing comes.
import type { Context } from '../context.ts';
import type { CommonOptions } from '../profiles/flags.ts';
import type { GenerationFlags } from '../profiles/generation-flags.ts';
import { createSanitizer } from '../text/sanitize.ts';
import { renderCode } from './output/code-text.ts';
import { lateRenderer } from './output/late-renderer.ts';
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
  readonly answer: () => Renderer;
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
        ? markdownAnswers(options, screen, context)
        : () => rendererFor(options, screen, context, isOnTerminal),
  };
}

/**
 * What shows Markdown is loaded where a terminal shows it, and once the request is on its way: a pipe needs none of it,
 * and nobody waits for it.
 */
function markdownAnswers(
  { hideThinking, runTools, color, wrap }: ViewOptions,
  screen: Screen,
  context: Context,
): SendView['answer'] {
  const { streams, clock } = context;
  const keepsWords = (): boolean => wrap !== 'off';
  const load = async () => {
    await clock.sleep(0);
    const { markdownOpener, renderConversation } = await import('./output/conversation-text.ts');
    return {
      openMarkdown: markdownOpener(context, screen.answer, { color, keepsWords }),
      renderConversation,
    };
  };
  let loading: ReturnType<typeof load> | undefined;
  const open = async (): Promise<Renderer> => {
    loading ??= load();
    const { openMarkdown, renderConversation } = await loading;
    return renderConversation(screen, {
      markdown: await openMarkdown(),
      sanitize: createSanitizer(),
      thinking: hideThinking ? undefined : context.theme('stderr', color).dim,
      wrap: {
        columns: streams.stderr.columns,
        keepsWords: () => streams.stderr.isTTY && keepsWords(),
        clock,
      },
      hasLabels: false,
      showsToolCalls: !runTools,
    });
  };
  return () => lateRenderer(open());
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
