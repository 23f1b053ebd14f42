// A prompt and its answer, on a terminal or a pipe: every turn of it in the form asked for, tools run between them,
// and what is told beside it.
import type { Context } from '../context.ts';
import { isMsgError, MsgError } from '../errors.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { Client, MessageExchange } from '../messages/client.ts';
import { type GenerationOptions, wishesOf } from '../messages/request.ts';
import { endingProblem } from '../messages/result.ts';
import { type Change, sendableBody } from '../messages/sendable.ts';
import type { Message, MessageParam } from '../messages/types.ts';
import type { NetworkOptions } from '../profiles/flags.ts';
import type { GenerationFlags } from '../profiles/generation-flags.ts';
import type { Money, PricedSettings } from '../profiles/prices.ts';
import { oneLine } from '../text/sanitize.ts';
import { styledRows, wrapText } from '../text/wrap.ts';
import { readToolDefinitions } from './generation.ts';
import { changeTeller, type Notify, retryNote } from './notes.ts';
import { formOf } from './output/output-flags.ts';
import type { Renderer } from './output/renderer.ts';
import { withRetryHint } from './retry-hint.ts';
import { openSendView, type ViewOptions } from './send-view.ts';
import { limitTime, untilInterrupted } from './time-limit.ts';
import type { ToolRunEnd } from './tool-runs.ts';
import { declareTools } from './tools.ts';
import { runTurn } from './turn.ts';

export type SendingOptions = ViewOptions &
  Pick<NetworkOptions, 'timeout'> &
  Pick<GenerationFlags, 'tools'> & { maxTurns?: number };

/** Where a conversation is kept while it takes place (chat/store/prompt-session.ts). */
export type SessionLog = {
  /** What was changed in the conversation so far, to be told with the first request. */
  readonly changes: readonly Change[];
  /** Keeps what is about to be sent and was not kept yet: the prompt, then the results of tools. */
  addRequest(conversation: readonly MessageParam[]): Promise<void>;
  /** Keeps an answer, also one that broke off. */
  addAnswer(message: Message, wasInterrupted: boolean): void;
};

export type Sending = {
  readonly client: Client;
  /** What the client was opened with, as far as it decides about prices. */
  readonly settings: PricedSettings;
  readonly generation: GenerationOptions;
  readonly options: SendingOptions;
  readonly context: Context;
  readonly note: Notify;
  readonly session?: SessionLog | undefined;
};

/** Why a turn ends whose reader went away, as `| head -1` does: no failure, but nothing more is run or sent. */
const nobodyReads = new Error('nobody reads the answer');

/**
 * Sends a conversation, runs tools if asked to, and judges how the answer ended.
 * @throws MsgError for every failure; what arrived is printed (and recorded) by then
 */
export async function sendMessages(messages: readonly MessageParam[], sending: Sending): Promise<ExitCode> {
  const { record } = sending.options;
  if (record === undefined) return converse(messages, sending);
  const { recordTo } = await import('./recorder.ts');
  const { client, settle } = recordTo(record, sending.client);
  const code = await converse(messages, { ...sending, client });
  settle();
  return code;
}

async function converse(messages: readonly MessageParam[], sending: Sending): Promise<ExitCode> {
  const { generation, options, context, note, session } = sending;
  const { stdout } = context.streams;
  // The other forms print what arrives and keep nothing, however long it gets.
  const keepsText = Boolean(options.extractCode || options.runTools || session);
  const { screen, answer } = await openSendView(options, context);
  const besideScreen: Notify = (text) => screen.status.beside(() => note(text));
  const tellChanges = changeTeller(note);
  let isReaderGone = false;
  let leave = (): void => {};
  stdout.onClose(() => {
    isReaderGone = true;
    leave();
  });
  let hasText = false;

  const send = async (conversation: readonly MessageParam[]): Promise<Message> => {
    if (isReaderGone) throw nobodyReads;
    await session?.addRequest(conversation);
    const { body, changes } = sendableBody(generation, conversation, session?.changes);
    tellChanges(changes);
    const renderer = answer();
    const turn = await untilInterrupted(context, async (abort) => {
      leave = () => abort.abort(nobodyReads);
      const stopTimer = options.timeout ? limitTime(options.timeout * 1000, abort, context) : () => {};
      try {
        return await runTurn(sending.client, body, {
          renderer: {
            ...renderer,
            end: (end) => {
              if (!isReaderGone) renderer.end(end);
            },
          },
          screen,
          label: 'waiting for the answer',
          keepsText,
          wishes: wishesOf(generation),
          signal: abort.signal,
          note: besideScreen,
          onRetry(retry) {
            retryNote(besideScreen)(retry);
            screen.status.countDown(context.clock.now() + retry.delayMs);
          },
          explain: (error) => explained(error, renderer, sending.client),
          ...(formOf(options) !== 'text' && { costOf: (exchange) => priceOf(exchange, sending) }),
        });
      } finally {
        stopTimer();
      }
    });
    session?.addAnswer(turn.message, turn.error !== undefined);
    hasText = turn.exchange.draft().hasText();
    if (isReaderGone) throw nobodyReads;
    await reportTurn(turn.exchange, sending);
    if (turn.error !== undefined) throw asShown(turn.error, renderer);
    return turn.message;
  };

  try {
    const end = options.runTools
      ? await runToolTurns(messages, send, sending)
      : { message: await send(messages) };
    const problem = end.problem ?? endingProblem(end.message, hasText);
    if (problem !== undefined) note(problem);
    return options.strict && problem !== undefined ? exitCodes.unfinished : exitCodes.done;
  } catch (error) {
    if (error === nobodyReads) return exitCodes.done;
    throw error;
  }
}

async function runToolTurns(
  messages: readonly MessageParam[],
  send: (conversation: readonly MessageParam[]) => Promise<Message>,
  { options, context, note }: Sending,
): Promise<ToolRunEnd> {
  const { runTools } = await import('./tool-runs.ts');
  return runTools({
    tools: declareTools(options.tools === undefined ? [] : readToolDefinitions(options.tools)),
    send,
    messages,
    maxTurns: options.maxTurns ?? 10,
    printsCalls: formOf(options) === 'text' && !options.extractCode,
    context,
    note,
  });
}

/** A failure of the limit with the way on; a server's own words need no other. */
function explained(error: unknown, { hasWritten }: Renderer, { retry: { maxRetries } }: Client): unknown {
  return isMsgError(error, 'limit') ? withRetryHint(error, { hasShown: hasWritten(), maxRetries }) : error;
}

/** An interrupt is told differently where something stands above it. */
const asShown = (error: unknown, { hasWritten }: Renderer): unknown =>
  isMsgError(error, 'interrupted') && hasWritten()
    ? new MsgError('interrupted', 'Interrupted. The answer above is incomplete.', { details: error.details })
    : error;

/** What is told of a turn that is over. */
async function reportTurn(
  exchange: MessageExchange,
  { settings, generation, options, context, note }: Sending,
): Promise<void> {
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
  const { statsText, usageLine } = await import('./output/stats-text.ts');
  const cost = await priceOf(exchange, { settings });
  const line = options.stats
    ? statsText(exchange, generation.model, cost, options.verbose === true)
    : usageLine(exchange.draft().message().usage, cost);
  // Asked for, so not silenced by --quiet.
  const { stderr } = context.streams;
  const rows = stderr.isTTY ? wrapText(oneLine(line), stderr.columns(), 2) : oneLine(line);
  void stderr.write(`${styledRows(rows, context.theme('stderr', options.color).dim)}\n`);
}

async function priceOf(
  exchange: MessageExchange,
  { settings }: Pick<Sending, 'settings'>,
): Promise<Money | undefined> {
  const { costOf, pricingOf } = await import('../profiles/prices.ts');
  return costOf(exchange, pricingOf(settings));
}
