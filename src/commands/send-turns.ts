// The turns of one `msg send`: the answer to the terminal in the form asked for, and what is told beside it.
import { declareTools } from '../chat/tools.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { Client, Exchange } from '../messages/client.ts';
import { endingProblem } from '../messages/ending.ts';
import { type GenerationOptions, messagesBody } from '../messages/request.ts';
import type { Json, Message, MessageParam } from '../messages/types.ts';
import { renderCode } from '../render/code-text.ts';
import { renderEvents } from '../render/message-events.ts';
import { renderJson } from '../render/message-json.ts';
import { renderText } from '../render/message-text.ts';
import type { Renderer, RendererOutput } from '../render/renderer.ts';
import { createSanitizer } from '../render/sanitize.ts';
import { statsText, usageText } from '../render/stats-text.ts';
import { readToolDefinitions } from './generation.ts';
import type { Note } from './note.ts';
import type { SendOptions } from './send-flags.ts';
import { runTurn } from './turn.ts';

export type Conversation = {
  readonly client: Client;
  readonly generation: GenerationOptions;
  readonly messages: readonly MessageParam[];
  readonly options: SendOptions;
  readonly context: Context;
  readonly note: Note;
};

/** Sends the conversation, runs tools if asked to, and judges how the answer ended. */
export async function converse({
  client,
  generation,
  messages,
  options,
  context,
  note,
}: Conversation): Promise<ExitCode> {
  const { stderr } = context.streams;
  const needsMessage = formOf(options) === 'json' || Boolean(options.extractCode || options.runTools);
  let isReaderGone = false;
  const send = async (conversation: readonly MessageParam[]): Promise<Message> => {
    const turn = await runTurn(
      client,
      messagesBody(
        { ...generation, body: { ...generation.body, messages: conversation as unknown as Json } },
        [],
      ),
      context,
      {
        renderer: (output) => rendererFor(options, output, context),
        showsSpinner:
          !options.quiet &&
          !options.verbose &&
          stderr.isTTY &&
          !context.env['CI'] &&
          context.env['TERM'] !== 'dumb',
        keepsText: needsMessage,
        timeoutMs: options.timeout ? options.timeout * 1000 : undefined,
        note,
      },
    );
    isReaderGone = turn.readerIsGone;
    reportTurn(turn.exchange, generation.model, options, context, note);
    return turn.message;
  };
  const message = options.runTools
    ? await (await import('./tool-runs.ts')).runTools({
        tools: declareTools(options.tools === undefined ? [] : readToolDefinitions(options.tools)),
        send,
        messages,
        maxTurns: options.maxTurns ?? 10,
        printsCalls: formOf(options) === 'text' && !options.extractCode,
        context,
        note,
      })
    : await send(messages);
  if (isReaderGone) return exitCodes.done;
  const problem = endingProblem(message);
  if (problem !== undefined) note(problem);
  return options.strict && problem !== undefined ? exitCodes.unfinished : exitCodes.done;
}

function reportTurn(
  exchange: Exchange,
  model: string,
  options: SendOptions,
  context: Context,
  note: Note,
): void {
  const { stderr } = context.streams;
  const { dim } = context.theme('stderr', options.color);
  if (exchange.lacksStopEvent()) {
    note(
      'The answer is complete, but the stream ended without message_stop: some clients would wait for it.',
    );
  }
  for (const name of exchange.draft().brokenTools())
    note(`The input of the tool call ${name} is not valid JSON; it is shown as it came.`);
  // Asked for, so not silenced by --quiet.
  if (options.stats) void stderr.write(`${dim(statsText(exchange, model))}\n`);
  else if (options.usage) void stderr.write(`${dim(usageText(exchange.draft().message().usage))}\n`);
}

function rendererFor(options: SendOptions, output: RendererOutput, context: Context): Renderer {
  const { stdout } = context.streams;
  const transform = stdout.isTTY && !options.raw ? createSanitizer() : undefined;
  if (options.extractCode) return renderCode(output, transform);
  switch (formOf(options)) {
    case 'json':
      return renderJson(output);
    case 'stream-json':
      return renderEvents(output);
    case 'text':
      return renderText(output, {
        endsLine: stdout.isTTY,
        showsToolCalls: !options.runTools,
        thinking: options.hideThinking ? undefined : context.theme('stderr', options.color).dim,
        ...(transform && { transform }),
      });
  }
}

const formOf = ({ json, outputFormat }: SendOptions): SendOptions['outputFormat'] =>
  json ? 'json' : outputFormat;
