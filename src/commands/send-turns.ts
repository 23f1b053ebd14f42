// The turns of one `msg send`: the answer to the terminal in the form asked for, and what is told beside it.

import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { Client, Exchange } from '../messages/client.ts';
import { endingProblem } from '../messages/ending.ts';
import type { ReceivedEvent } from '../messages/events.ts';
import type { GenerationOptions } from '../messages/request.ts';
import { sendableBody } from '../messages/sendable.ts';
import { isBlock, type Message, type MessageParam } from '../messages/types.ts';
import { createSanitizer, oneLine } from '../text/sanitize.ts';
import { readToolDefinitions } from '../turn/generation.ts';
import { changeTeller, type Note } from '../turn/note.ts';
import { renderCode } from '../turn/output/code-text.ts';
import { renderEvents } from '../turn/output/message-events.ts';
import { renderJson } from '../turn/output/message-json.ts';
import { renderText } from '../turn/output/message-text.ts';
import type { Renderer, RendererOutput } from '../turn/output/renderer.ts';
import type { ToolRunEnd } from '../turn/tool-runs.ts';
import { declareTools } from '../turn/tools.ts';
import { runTurn } from '../turn/turn.ts';
import { formOf, type SendOptions } from './send-flags.ts';
import type { SendSession } from './send-session.ts';

export type Conversation = {
  readonly client: Client;
  readonly generation: GenerationOptions;
  readonly messages: readonly MessageParam[];
  readonly options: SendOptions;
  readonly context: Context;
  readonly note: Note;
  /** Keeps what is said, with `-c` and `--session`. */
  readonly session?: SendSession | undefined;
};

/** Sends the conversation, runs tools if asked to, and judges how the answer ended. */
export async function converse({
  client,
  generation,
  messages,
  options,
  context,
  note,
  session,
}: Conversation): Promise<ExitCode> {
  const isPlainText = formOf(options) === 'text' && !options.extractCode;
  // The other forms print what arrives and keep nothing, however long it gets.
  const needsText = Boolean(options.extractCode || options.runTools || session);
  let isReaderGone = false;
  const tellChanges = changeTeller(note);
  let hasText = false;
  const send = async (conversation: readonly MessageParam[]): Promise<Message> => {
    await session?.asked(conversation);
    const { body, changes } = sendableBody(generation, conversation, session?.changes);
    tellChanges(changes);
    const turn = await runTurn(client, body, context, {
      renderer: (output) => rendererFor(options, output, context),
      spinsUntil: hasSpinner(options, context) ? writes(options) : undefined,
      keepsText: needsText,
      isRaw: options.raw === true,
      timeoutMs: options.timeout ? options.timeout * 1000 : undefined,
      note,
    });
    session?.answered(turn.message, turn.error !== undefined);
    isReaderGone = turn.readerIsGone;
    hasText = turn.exchange.draft().hasText();
    if (isReaderGone) return turn.message;
    await reportTurn(turn.exchange, { client, generation, options, context, note });
    if (turn.error !== undefined) throw turn.error;
    return turn.message;
  };
  const end: ToolRunEnd = options.runTools
    ? await (await import('../turn/tool-runs.ts')).runTools({
        tools: declareTools(options.tools === undefined ? [] : readToolDefinitions(options.tools)),
        send,
        messages,
        maxTurns: options.maxTurns ?? 10,
        printsCalls: isPlainText,
        context,
        note,
      })
    : { message: await send(messages) };
  const problem = end.problem ?? endingProblem(end.message, hasText);
  if (isReaderGone) return exitCodes.done;
  if (problem !== undefined) note(problem);
  return options.strict && problem !== undefined ? exitCodes.unfinished : exitCodes.done;
}

async function reportTurn(
  exchange: Exchange,
  { client, generation, options, context, note }: Omit<Conversation, 'messages'>,
): Promise<void> {
  const { stderr } = context.streams;
  const { dim } = context.theme('stderr', options.color);
  if (exchange.lacksStopEvent()) {
    note(
      'The answer is complete, but the stream ended without message_stop: some clients would wait for it.',
    );
  }
  for (const name of exchange.draft().brokenTools())
    note(`The input of the tool call ${name} is not valid JSON; it is shown as it came.`);
  const { count, latest } = exchange.ignored();
  if (options.verbose && count > 0)
    note(`Left out ${count === 1 ? 'one event' : `${count} events`} the protocol does not know: ${latest}`);
  if (exchange.response() === undefined) return;
  if (!options.stats && !options.usage) return;
  const { statsText, usageText } = await import('../turn/output/stats-text.ts');
  const { costOf } = await import('../profiles/prices.ts');
  const line = options.stats
    ? statsText(exchange, generation.model, costOf(exchange, client.endpoint))
    : usageText(exchange.draft().message().usage);
  // Asked for, so not silenced by --quiet.
  void stderr.write(`${dim(oneLine(line))}\n`);
}

function rendererFor(options: SendOptions, output: RendererOutput, context: Context): Renderer {
  const { stdout } = context.streams;
  const text = {
    endsLine: !options.raw,
    ...(stdout.isTTY && !options.raw ? { transform: createSanitizer() } : {}),
  };
  if (options.extractCode) return renderCode(output, text);
  switch (formOf(options)) {
    case 'json':
      return renderJson(output);
    case 'stream-json':
      return renderEvents(output);
    case 'text':
      return renderText(output, {
        ...text,
        showsToolCalls: !options.runTools,
        thinking: options.hideThinking ? undefined : context.theme('stderr', options.color).dim,
      });
  }
}

/** A spinner is for somebody who watches: not for logs, pipes and terminals that cannot take it back. */
const hasSpinner = ({ quiet, verbose }: SendOptions, { streams, env }: Context): boolean =>
  !quiet && !verbose && streams.stderr.isTTY && !env['CI'] && env['TERM'] !== 'dumb';

/** Whether an event makes a renderer write at once. */
function writes(options: SendOptions): (received: ReceivedEvent) => boolean {
  if (options.extractCode || formOf(options) === 'json') return () => false;
  if (formOf(options) === 'stream-json') return () => true;
  return ({ event }) => {
    switch (event.type) {
      case 'content_block_start':
        return isBlock(event.content_block, 'text') && event.content_block.text !== '';
      case 'content_block_delta':
        return (
          event.delta.type === 'text_delta' ||
          (event.delta.type === 'thinking_delta' && !options.hideThinking)
        );
      // Text that had to wait for another block is shown when that one ends.
      default:
        return event.type === 'content_block_stop';
    }
  };
}
