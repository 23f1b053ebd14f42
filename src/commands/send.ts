// `msg send`: one prompt, one answer, made for pipes.
import type { Command } from 'commander';
import { declareTools } from '../chat/tools.ts';
import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { Client, Exchange } from '../messages/client.ts';
import { type GenerationOptions, messagesBody } from '../messages/request.ts';
import { isBlock, type Json, type Message, type MessageParam } from '../messages/types.ts';
import { renderCode } from '../render/code-text.ts';
import { renderEvents } from '../render/message-events.ts';
import { renderJson } from '../render/message-json.ts';
import { renderText } from '../render/message-text.ts';
import type { Renderer, RendererOutput } from '../render/renderer.ts';
import { createSanitizer } from '../render/sanitize.ts';
import { statsText, usageText } from '../render/stats-text.ts';
import type { CommandModule } from './command.ts';
import { openConnection } from './connection.ts';
import {
  type CommonOptions,
  type ConnectionOptions,
  commonFlags,
  connectionFlags,
  numberParser,
} from './flags.ts';
import {
  type GenerationFlags,
  generationFlags,
  generationOptions,
  readToolDefinitions,
} from './generation.ts';
import { countPrompt, printCurl, printDryRun } from './inspect.ts';
import { noteTo } from './note.ts';
import { readPrompt } from './prompt-input.ts';
import { recordTo, replayClient } from './recordings.ts';
import { requireBaseUrl, settingsFor } from './settings.ts';
import { runTools } from './tool-runs.ts';
import { runTurn } from './turn.ts';

const outputFormats = ['text', 'json', 'stream-json'] as const;

export type SendOptions = ConnectionOptions &
  CommonOptions &
  GenerationFlags & {
    prompt?: string;
    file?: string[];
    editor?: boolean;
    outputFormat: (typeof outputFormats)[number];
    json?: boolean;
    raw?: boolean;
    extractCode?: boolean;
    usage?: boolean;
    stats?: boolean;
    strict?: boolean;
    curl?: boolean;
    dryRun?: boolean;
    count?: boolean;
    record?: string;
    replay?: string;
    replaySpeed?: number;
    runTools?: boolean;
    maxTurns?: number;
  };

const description = `Send one prompt and stream the answer to stdout. Everything else goes to stderr.

Examples:
  msg send -P demo "hello"                     no key, no network
  git diff | msg send "review this" -m MODEL   arguments and stdin together
  msg send -f plan.pdf -f shot.png "compare"   files
  msg send "hi" --base-url https://host --api-key-env KEY -m MODEL
  msg send -o json "hi" | jq .usage
  msg send --curl "hi"                         the request as a curl command`;

export const declare: CommandModule['declare'] = (command, context, finish) => {
  command.description(description).argument('[prompt...]', 'the prompt; - or nothing reads it from stdin');
  promptFlags(command);
  generationFlags(command)
    .option('--run-tools', 'run the commands declared beside the tools, and send their results back')
    .option(
      '--max-turns <n>',
      'how often results are sent back (default: 10)',
      numberParser('--max-turns', { min: 1 }),
    );
  connectionFlags(command);
  outputFlags(commonFlags(command));
  command
    .optionsGroup('Instead of sending:')
    .option('--curl', 'print the request as a curl command, with the key as a variable')
    .option('--dry-run', 'print the request and where each value comes from')
    .option('--count', 'print the input tokens (count_tokens) and send nothing else')
    .option('--replay <file>', 'show a recorded answer again, offline')
    .option(
      '--replay-speed <n>',
      'pace of the replay; 0 is at once (default: 1)',
      numberParser('--replay-speed', { min: 0, isInteger: false }),
    )
    .action(async (prompt: string[], options: SendOptions) => {
      finish(
        await runSend(
          [...(options.prompt === undefined ? [] : [options.prompt]), ...prompt].join(' '),
          options,
          context,
        ),
      );
    });
};

function promptFlags(command: Command): void {
  command
    .optionsGroup('Prompt:')
    .option('-p, --prompt <text>', 'the prompt, for those used to -p')
    .option(
      '-f, --file <path|url|->',
      'attach text, a picture or a PDF; repeatable',
      (value: string, previous: string[] = []) => [...previous, value],
    )
    .option('-e, --editor', 'write the prompt in $VISUAL or $EDITOR');
}

function outputFlags(command: Command): void {
  command
    .addOption(
      command
        .createOption('-o, --output-format <format>', 'form of the answer')
        .choices(outputFormats)
        .default('text'),
    )
    .option('--json', 'the same as -o json')
    .option('--raw', 'control characters of the model reach the terminal as they are')
    .option('--extract-code', 'print only the first code block')
    .option('-u, --usage', 'tokens, on stderr')
    .option('--stats', 'timings, speed, tokens and request id, as one line on stderr')
    .option('--strict', 'exit 12 when the answer did not end normally')
    .option('--record <file>', 'keep the bytes of the answer with their arrival times');
}

/** Sends one prompt. Gives the exit code; throws MsgError for every failure. */
export async function runSend(argument: string, options: SendOptions, context: Context): Promise<ExitCode> {
  const note = noteTo(context, options);
  if (options.replay !== undefined) {
    const client = replayClient(options.replay, options.replaySpeed ?? 1, context);
    return converse({ client, generation: replayed, messages: [], options, context, note });
  }
  const settings = settingsFor(options, context, note);
  requireBaseUrl(settings);
  const generation = generationOptions(options, settings);
  const messages = await readConversation(argument, options, generation.body?.['messages'], context, note);
  const body = messagesBody(generation, messages);
  if (options.curl) return printCurl(settings, options, body, context);
  if (options.dryRun) return printDryRun(settings, body, context);
  const connection = await openConnection(settings, { options, context, note });
  try {
    if (options.count) return await countPrompt(connection.client, body, context);
    const client =
      options.record === undefined ? connection.client : recordTo(options.record, connection.client);
    return await converse({ client, generation, messages, options, context, note });
  } finally {
    await connection.close();
  }
}

/** A recording needs no request; only the endpoint's answer counts. */
const replayed: GenerationOptions = { model: 'recording', maxTokens: 0, stream: true };

type Conversation = {
  readonly client: Client;
  readonly generation: GenerationOptions;
  readonly messages: readonly MessageParam[];
  readonly options: SendOptions;
  readonly context: Context;
  readonly note: (text: string) => void;
};

/** Sends the conversation, runs tools if asked to, and judges how the answer ended. */
async function converse({
  client,
  generation,
  messages,
  options,
  context,
  note,
}: Conversation): Promise<ExitCode> {
  const { stderr } = context.streams;
  const isPlainText = options.outputFormat === 'text' && !options.json && !options.extractCode;
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
        keepsText: !isPlainText || options.runTools === true,
        timeoutMs: options.timeout === undefined ? undefined : options.timeout * 1000,
        note,
      },
    );
    isReaderGone = turn.readerIsGone;
    reportTurn(turn.exchange, generation.model, options, context, note);
    return turn.message;
  };
  const message = options.runTools
    ? await runTools({
        tools: declareTools(options.tools === undefined ? [] : readToolDefinitions(options.tools)),
        send,
        messages,
        maxTurns: options.maxTurns ?? 10,
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
  note: (text: string) => void,
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

/** Ends that are no failure of the exchange, but not what was hoped for either. */
function endingProblem({ stop_reason: reason, content, ...message }: Message): string | undefined {
  switch (reason) {
    case 'end_turn':
    case 'stop_sequence':
    case 'tool_use':
      return content.some((block) => !isBlock(block, 'thinking')) ? undefined : 'The answer is empty.';
    case 'max_tokens':
      return `The answer is cut: it reached the limit of tokens. Allow more with --max-tokens.`;
    case 'refusal':
      return `The model declined to answer${refusalDetail(message['stop_details'])}.`;
    case 'pause_turn':
      return 'The turn is paused: a server tool is still at work.';
    case 'model_context_window_exceeded':
      return 'The answer is cut: the context window is full.';
    case null:
      return 'The endpoint gave no stop reason, so the answer may be cut.';
    default:
      return `The answer ended for the reason ${JSON.stringify(reason)}.`;
  }
}

const refusalDetail = (details: unknown): string => {
  const category = (details as { category?: unknown } | null | undefined)?.category;
  return typeof category === 'string' ? ` (${category})` : '';
};

/** The messages to send: those of `--body`, then the prompt. */
async function readConversation(
  argument: string,
  options: SendOptions,
  given: Json | undefined,
  context: Context,
  note: (text: string) => void,
): Promise<MessageParam[]> {
  const before = Array.isArray(given) ? (given as unknown as MessageParam[]) : [];
  const said = options.editor ? await edited(argument, context) : argument;
  const content = await readPrompt({
    argument: said,
    files: options.file ?? [],
    stdin: context.streams.stdin,
    note,
  });
  if (content === undefined && before.length === 0) {
    throw usageError('The prompt is empty.', 'Example: msg send "hello", or: echo hello | msg send');
  }
  return content === undefined ? before : [...before, { role: 'user', content }];
}

async function edited(text: string, { env }: Context): Promise<string> {
  const { editText } = await import('../terminal/editor.ts');
  return editText(text, env);
}

function rendererFor(options: SendOptions, output: RendererOutput, context: Context): Renderer {
  if (options.extractCode) return renderCode(output);
  switch (options.json ? 'json' : options.outputFormat) {
    case 'json':
      return renderJson(output);
    case 'stream-json':
      return renderEvents(output);
    case 'text': {
      const { stdout } = context.streams;
      return renderText(output, {
        endsLine: stdout.isTTY,
        showsToolCalls: !options.runTools,
        thinking: options.hideThinking ? undefined : context.theme('stderr', options.color).dim,
        ...(stdout.isTTY && !options.raw ? { transform: createSanitizer() } : {}),
      });
    }
  }
}
