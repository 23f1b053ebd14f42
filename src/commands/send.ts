// `msg send`: one prompt, one answer, made for pipes.
import type { Command } from 'commander';
import type { KeptSessionOptions, PromptSession, PromptSessionNeeds } from '../chat/store/prompt-session.ts';
import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import type { ExitCode } from '../exit-codes.ts';
import { sendableBody } from '../messages/sendable.ts';
import type { MessageParam } from '../messages/types.ts';
import {
  type CommonOptions,
  type ConnectionOptions,
  collect,
  commonFlags,
  connectionFlags,
  numberParser,
  verboseRequests,
} from '../profiles/flags.ts';
import { type GenerationFlags, generationFlags } from '../profiles/generation-flags.ts';
import type { Input } from '../terminal/output/streams.ts';
import type { JsonObject } from '../text/json.ts';
import { openConnection } from '../turn/connection/connection.ts';
import { requireBaseUrl, settingsFor } from '../turn/connection/setting-sources.ts';
import { generationOptions } from '../turn/generation.ts';
import { readMessages } from '../turn/input/prompt-input.ts';
import { changeTeller, type Notify, notifier } from '../turn/notes.ts';
import { checkOutput, formOf, type OutputOptions, outputFlags } from '../turn/output/output-flags.ts';
import type { TemplateOptions } from '../turn/prompts/send-prompt.ts';
import { plainly } from '../turn/screen.ts';
import { sendMessages } from '../turn/send-messages.ts';
import type { Declaration } from './command.ts';

const description = `Send one prompt and stream the answer to stdout. Everything else goes to stderr.

Examples:
  # no key, no network
  msg send -P demo "hello"
  # arguments and stdin together
  git diff | msg send "review this" -m MODEL
  # a saved prompt, with values for its variables
  git diff | msg send -T review -v language=English
  # files
  msg send -f plan.pdf -f shot.png "compare"
  # a directory, or a pattern in quotes
  msg send -f 'src/**/*.ts' "explain"
  # an endpoint without a profile
  msg send "hi" --base-url https://host --api-key-env KEY -m MODEL
  # a request made by another program
  make-request | msg send --body -
  # one object with everything
  msg send -o json "hi" | jq .usage
  # the request as a curl command
  msg send --curl "hi"`;

type SendOptions = ConnectionOptions &
  CommonOptions &
  GenerationFlags &
  KeptSessionOptions &
  OutputOptions &
  TemplateOptions & {
    prompt?: string;
    file?: string[];
    editor?: boolean;
    curl?: boolean;
    dryRun?: boolean;
    count?: boolean;
    replay?: string;
    replaySpeed?: number;
    runTools?: boolean;
    maxTurns?: number;
  };

export const declare: Declaration = (command, context, finish) => {
  command.description(description).argument('[prompt...]', 'the prompt; - or nothing reads it from stdin');
  sendFlags(command).action(async (words: string[], options: SendOptions) => {
    const prompt = options.prompt === undefined ? words : [options.prompt, ...words];
    finish(await runSend(prompt.join(' '), options, context));
  });
};

/** Sends one prompt, or does what was asked for instead. Throws MsgError for every failure. */
async function runSend(words: string, flags: SendOptions, base: Context): Promise<ExitCode> {
  const context = flags.plain ? plainly(base) : base;
  const note = notifier(context, flags);
  checkOutput(flags);
  // What few prompts need is loaded when asked for: every other `send` starts that much earlier.
  if (flags.replay !== undefined)
    return (await import('../turn/replay.ts')).replay(flags.replay, { options: flags, context, note });
  const { argument, options, stdin } = await readPromptOption(words, flags, context, note);
  const settings = settingsFor(options, context, note);
  requireBaseUrl(settings);
  const generation = generationOptions(options, settings);
  const shown = { ...options, wrap: settings.wrap?.value };
  const prompt = await readMessages(generation.body?.['messages'], {
    argument,
    template: options.template,
    files: options.file ?? [],
    stdin,
    usesEditor: options.editor === true,
    access: { settings, options, context, note },
  });
  const session = await sessionFor(options, prompt, { settings, generation, context, note });
  const messages = session?.messages ?? prompt;
  const body = (): JsonObject => {
    // Whether a prompt is cached does not change what it counts, and some endpoints refuse to be asked.
    const bodyOptions = options.count ? { ...generation, cache: undefined } : generation;
    const sendable = sendableBody(bodyOptions, messages, session?.changes);
    changeTeller(note)(sendable.changes);
    return sendable.body;
  };
  try {
    if (options.curl)
      return await (await import('../turn/inspect.ts')).printCurl(settings, options, body(), context, note);
    if (options.dryRun)
      return await (await import('../turn/dry-run.ts')).printDryRun(settings, options, body(), context);
    const { client, close } = await openConnection(settings, { options, context, note });
    try {
      if (!options.count)
        return await sendMessages(messages, {
          client,
          settings,
          generation,
          options: shown,
          context,
          note,
          session,
        });
      const { countPrompt } = await import('../turn/inspect.ts');
      const form = { timeout: options.timeout, isJson: formOf(options) !== 'text' };
      return await countPrompt(client, body(), form, context, note);
    } finally {
      await close();
    }
  } finally {
    await session?.close();
  }
}

/** What is typed, or the prompt that -T names with that behind it, and what options take from stdin. */
async function readPromptOption(
  argument: string,
  flags: SendOptions,
  context: Context,
  note: Notify,
): Promise<{ argument: string; options: SendOptions; stdin: Input }> {
  const { options, stdin } = await readStdinOption(argument, flags, context);
  if (options.template !== undefined)
    return (await import('../turn/prompts/send-prompt.ts')).withPrompt(
      { argument, options, stdin },
      context,
      note,
    );
  if (options.value !== undefined)
    throw usageError(
      '--value is for the variables of a prompt, and none is named.',
      'Name one: msg send -T NAME',
    );
  return { argument, options, stdin };
}

/** What options take from stdin. */
async function readStdinOption(
  argument: string,
  options: SendOptions,
  { streams: { stdin } }: Context,
): Promise<{ options: SendOptions; stdin: Input }> {
  const { body, tools, schema, apiKeyFile } = options;
  if (![body, tools, schema].includes('-') && apiKeyFile !== '/dev/stdin') return { options, stdin };
  return (await import('../turn/input/stdin-options.ts')).withStdin(options, argument, stdin);
}

/** The kept session, if one was asked for. */
async function sessionFor(
  options: SendOptions,
  prompt: readonly MessageParam[],
  needs: PromptSessionNeeds,
): Promise<PromptSession | undefined> {
  if (!options.continue && options.session === undefined) {
    if (options.fork)
      throw usageError('--fork does not say which session to copy.', 'Add -c, or --session NAME.');
    return undefined;
  }
  const { openPromptSession } = await import('../chat/store/prompt-session.ts');
  return openPromptSession(options, prompt, needs);
}

/** Declares them all, in the order and the groups `--help` prints. */
function sendFlags(command: Command): Command {
  promptFlags(command);
  generationFlags(command);
  toolRunFlags(command);
  command
    .optionsGroup('Session:')
    .option('-c, --continue', 'continue the session used last')
    .option('--session <name>', 'continue this session; a new name begins a new one')
    .option('--fork', 'with one of these: continue in a copy, and leave the session unchanged');
  outputFlags(command);
  insteadFlags(command);
  connectionFlags(command);
  return commonFlags(command, `${verboseRequests}`);
}

function promptFlags(command: Command): void {
  command
    .optionsGroup('Prompt:')
    .option('-p, --prompt <text>', 'the prompt, as an option')
    .option(
      '-f, --file <path|url|->',
      "attach a text, picture or PDF file, a web page, or the files of a directory or pattern ('src/**/*.ts') except binaries, secrets and what git ignores; repeatable",
      collect,
    )
    .option(
      '-T, --template <name|file>',
      'a saved prompt (msg prompts) or a prompt file; what you type is added after it',
    )
    .option(
      '--value <name=value>',
      'value of a variable in it; after -T also -v name=value; repeatable',
      collect,
    )
    .option('-e, --editor', 'write the prompt in $VISUAL or $EDITOR');
}

function toolRunFlags(command: Command): void {
  command
    .option('--run-tools', 'run the command each tool declares, and send back what it prints')
    .option(
      '--max-turns <n>',
      'how often results or paused answers are sent back at most (default: 10)',
      numberParser('--max-turns', { min: 1 }),
    );
}

function insteadFlags(command: Command): void {
  command
    .optionsGroup('Instead of sending:')
    .addOption(
      command
        .createOption('--curl', 'print the request as a curl command, with the key as a variable')
        .conflicts(['dryRun', 'count', 'replay']),
    )
    .addOption(
      command
        .createOption('--dry-run', 'print the request and where each value comes from')
        .conflicts(['count', 'replay']),
    )
    .addOption(
      command
        .createOption('--count', 'count the tokens of the prompt, and send nothing else')
        .conflicts(['replay']),
    )
    .addOption(
      command
        .createOption('--replay <file>', 'show a recorded answer again, offline')
        .conflicts(['continue', 'session']),
    )
    .option(
      '--replay-speed <n>',
      'pace of the replay; 0 is at once (default: 1)',
      numberParser('--replay-speed', { min: 0, isInteger: false }),
    );
}
