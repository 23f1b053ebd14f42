// `msg send`: one prompt, one answer, made for pipes.
import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { GenerationOptions } from '../messages/request.ts';
import { sendableBody } from '../messages/sendable.ts';
import type { MessageParam } from '../messages/types.ts';
import type { Input } from '../terminal/output/streams.ts';
import type { Json, JsonObject } from '../text/json.ts';
import { openConnection } from '../turn/connection/connection.ts';
import { requireBaseUrl, settingsFor } from '../turn/connection/setting-sources.ts';
import { generationOptions } from '../turn/generation.ts';
import { readPrompt } from '../turn/input/prompt-input.ts';
import type { WayToPages } from '../turn/input/web-page.ts';
import { changeTeller, type Notify, notifier } from '../turn/notes.ts';
import { checkOutput, formOf } from '../turn/output/output-flags.ts';
import { sendMessages } from '../turn/send-messages.ts';
import type { CommandModule } from './command.ts';
import { type SendOptions, sendFlags } from './send-flags.ts';
import type { openSendSession, SendSession } from './send-session.ts';

const description = `Send one prompt and stream the answer to stdout. Everything else goes to stderr.

Examples:
  # no key, no network
  msg send -P demo "hello"
  # arguments and stdin together
  git diff | msg send "review this" -m MODEL
  # files
  msg send -f plan.pdf -f shot.png "compare"
  # an endpoint without a profile
  msg send "hi" --base-url https://host --api-key-env KEY -m MODEL
  # a request another program made
  make-request | msg send --body -
  # one object with everything
  msg send -o json "hi" | jq .usage
  # the request as a curl command
  msg send --curl "hi"`;

export const declare: CommandModule['declare'] = (command, context, finish) => {
  command.description(description).argument('[prompt...]', 'the prompt; - or nothing reads it from stdin');
  sendFlags(command).action(async (prompt: string[], options: SendOptions) => {
    const said = options.prompt === undefined ? prompt : [options.prompt, ...prompt];
    finish(await runSend(said.join(' '), options, context));
  });
};

/** Sends one prompt. Gives the exit code; throws MsgError for every failure. */
async function runSend(argument: string, said: SendOptions, context: Context): Promise<ExitCode> {
  const { options, stdin } = await readStdinOption(argument, said, context);
  const note = notifier(context, options);
  checkOutput(options);
  if (options.replay !== undefined) return replay(options.replay, options, context, note);
  const settings = settingsFor(options, context, note);
  requireBaseUrl(settings);
  const generation = generationOptions(options, settings);
  const prompt = await readConversation(argument, options, generation.body?.['messages'], stdin, {
    settings,
    options,
    context,
    note,
  });
  const session = await sessionFor(options, prompt, { settings, generation, context, note });
  const messages = session?.messages ?? prompt;
  try {
    // Loaded when asked for: every other `send` starts that much earlier.
    const build = (): JsonObject => {
      const { body, changes } = sendableBody(generation, messages, session?.changes);
      changeTeller(note)(changes);
      return body;
    };
    if (options.curl) {
      return await (await import('../turn/inspect.ts')).printCurl(settings, options, build(), context, note);
    }
    if (options.dryRun)
      return await (await import('./dry-run.ts')).printDryRun(settings, options, build(), context);
    const connection = await openConnection(settings, { options, context, note });
    try {
      if (options.count) {
        const { countPrompt } = await import('../turn/inspect.ts');
        const form = { timeout: options.timeout, isJson: formOf(options) !== 'text' };
        return await countPrompt(connection.client, build(), form, context, note);
      }
      const sending = { generation, options, context, note, keeper: session };
      if (options.record === undefined)
        return await sendMessages(messages, { client: connection.client, ...sending });
      const { recordTo } = await import('../turn/recordings.ts');
      const { client, settle } = recordTo(options.record, connection.client);
      const code = await sendMessages(messages, { client, ...sending });
      settle();
      return code;
    } finally {
      await connection.close();
    }
  } finally {
    await session?.close();
  }
}

/** What options take from stdin; most prompts need none of that code. */
async function readStdinOption(
  argument: string,
  options: SendOptions,
  { streams: { stdin } }: Context,
): Promise<{ options: SendOptions; stdin: Input }> {
  const { body, tools, schema, apiKeyFile } = options;
  if (![body, tools, schema].includes('-') && apiKeyFile !== '/dev/stdin') return { options, stdin };
  return (await import('./stdin-options.ts')).withStdin(options, argument, stdin);
}

/** The kept session, if one was asked for; most prompts need none of that code. */
async function sessionFor(
  options: SendOptions,
  ...rest: [readonly MessageParam[], Parameters<typeof openSendSession>[2]]
): Promise<SendSession | undefined> {
  if (!options.continue && options.session === undefined) return undefined;
  const { openSendSession } = await import('./send-session.ts');
  return openSendSession(options, ...rest);
}

/** Shows every turn of a recording. It needs no request, and no tool is run again. */
async function replay(path: string, options: SendOptions, context: Context, note: Notify): Promise<ExitCode> {
  const { openReplay } = await import('../turn/recordings.ts');
  const { client, hasMore } = openReplay(path, options.replaySpeed ?? 1, context);
  // Nothing is sent, so no body is made; only answers count.
  const generation: GenerationOptions = {
    model: 'recording',
    maxTokens: 0,
    stream: true,
    adjust: () => ({}),
  };
  let isReaderGone = false;
  context.streams.stdout.onClose(() => {
    isReaderGone = true;
  });
  const sending = { client, generation, options: { ...options, runTools: false }, context, note };
  let code = await sendMessages([], sending);
  while (hasMore() && !isReaderGone) code = await sendMessages([], sending);
  return code;
}

/** The messages to send: those of `--body`, then the prompt. */
async function readConversation(
  argument: string,
  options: SendOptions,
  given: Json | undefined,
  stdin: Input,
  way: WayToPages,
): Promise<MessageParam[]> {
  const before = Array.isArray(given) ? (given as unknown as MessageParam[]) : [];
  const said = options.editor ? await edited(argument, way.context) : argument;
  const content = await readPrompt({
    argument: said,
    files: options.file ?? [],
    stdin,
    isOptional: before.length > 0,
    way,
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
