// `msg send`: one prompt, one answer, made for pipes.
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { configError } from '../errors.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { messagesBody } from '../messages/request.ts';
import { renderEvents } from '../render/message-events.ts';
import { renderJson } from '../render/message-json.ts';
import { renderText } from '../render/message-text.ts';
import type { Renderer, RendererOutput } from '../render/renderer.ts';
import { createSanitizer } from '../render/sanitize.ts';
import { openConnection, settingsFor } from './connection.ts';
import {
  type CommonOptions,
  type ConnectionOptions,
  commonFlags,
  connectionFlags,
  numberParser,
} from './flags.ts';
import { readPrompt } from './prompt-input.ts';
import { runTurn } from './turn.ts';

const outputFormats = ['text', 'json', 'stream-json'] as const;

type SendOptions = ConnectionOptions &
  CommonOptions & {
    system?: string;
    maxTokens?: number;
    stream: boolean;
    outputFormat: (typeof outputFormats)[number];
  };

const description = `Send one prompt and stream the answer to stdout. Everything else goes to stderr.

Examples:
  msg send -P demo "hello"                     no key, no network
  git diff | msg send "review this" -m MODEL   arguments and stdin together
  msg send "hi" --base-url https://host --api-key-env KEY -m MODEL
  msg send -o json "hi" | jq .usage`;

export function declare(command: Command, context: Context, finish: (code: ExitCode) => void): void {
  command
    .description(description)
    .argument('[prompt...]', 'the prompt; `-` or nothing reads it from stdin')
    .optionsGroup('Generation:')
    .option('-s, --system <text>', 'system prompt')
    .option(
      '--max-tokens <n>',
      'limit of the answer (default: 4096)',
      numberParser('--max-tokens', { min: 0 }),
    )
    .option('--no-stream', 'ask for the answer in one piece');
  connectionFlags(command);
  commonFlags(command)
    .addOption(
      command
        .createOption('-o, --output-format <format>', 'form of the answer')
        .choices(outputFormats)
        .default('text'),
    )
    .action(async (prompt: string[], options: SendOptions) =>
      finish(await runSend(prompt.join(' '), options, context)),
    );
}

/** Sends one prompt. Gives the exit code; throws MsgError for every failure. */
export async function runSend(argument: string, options: SendOptions, context: Context): Promise<ExitCode> {
  const { streams } = context;
  const theme = context.theme('stderr', options.color === false ? false : undefined);
  const note = (text: string): void => {
    if (!options.quiet) void streams.stderr.write(`${theme.dim(`msg: ${text}`)}\n`);
  };
  const settings = settingsFor(options, context, note);
  const model = settings.model?.value;
  if (settings.baseUrl !== undefined && model === undefined) {
    throw configError(
      'No model was chosen, and there is no default.',
      'Choose one: -m MODEL. msg models lists what the endpoint offers.',
    );
  }
  const connection = await openConnection(settings, context, note);
  try {
    const prompt = await readPrompt(argument, streams.stdin, note);
    const body = messagesBody(
      {
        model: model ?? '',
        maxTokens: options.maxTokens ?? settings.maxTokens?.value ?? 4096,
        stream: options.stream,
        system: options.system ?? settings.system?.value,
      },
      [{ role: 'user', content: prompt }],
    );
    const turn = await runTurn(connection.client, body, context, {
      renderer: (output) => rendererFor(options, output, context),
      showsSpinner:
        !options.quiet && streams.stderr.isTTY && !context.env['CI'] && context.env['TERM'] !== 'dumb',
      keepsText: options.outputFormat === 'json',
      note,
    });
    if (turn.exchange.lacksStopEvent()) {
      note(
        'The answer is complete, but the stream ended without message_stop: some clients would wait for it.',
      );
    }
    return exitCodes.done;
  } finally {
    await connection.close();
  }
}

function rendererFor(options: SendOptions, output: RendererOutput, { streams }: Context): Renderer {
  switch (options.outputFormat) {
    case 'json':
      return renderJson(output);
    case 'stream-json':
      return renderEvents(output);
    case 'text':
      return renderText(output, {
        endsLine: streams.stdout.isTTY,
        ...(streams.stdout.isTTY ? { transform: createSanitizer() } : {}),
      });
  }
}
