// `msg tap`: a recording proxy between any client and any endpoint, that says what went wrong.
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { configError, usageError } from '../errors.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { originOf } from '../messages/endpoint.ts';
import {
  type CommonOptions,
  type ConnectionOptions,
  commonFlags,
  numberParser,
  routeFlags,
} from '../profiles/flags.ts';
import { withVariablesSet } from '../profiles/program-variables.ts';
import type { ExchangeRow } from '../tap/exchange.ts';
import { type Session, startSession } from '../tap/session.ts';
import { clientVariables, openTapTarget, type TapTarget } from '../tap/target.ts';
import { exchangeLine, summaryText, welcomeText } from '../tap/text.ts';
import { runChild } from '../terminal/run-child.ts';
import { proxyChoice } from '../turn/connection/network.ts';
import { aimedAt } from '../turn/connection/positional-target.ts';
import { notifier } from '../turn/notes.ts';

type TapOptions = CommonOptions &
  Pick<ConnectionOptions, 'profile' | 'proxy' | 'cacert' | 'clientCert' | 'clientKey' | 'insecure'> & {
    port: number;
  };

const description = `See what another client really does with an endpoint, and what goes wrong.
Listens on this machine, passes every byte on unchanged, and tells each exchange
on a line of stderr, with its cause where it failed.
With a URL, clients bring their own keys. With a profile, its key is lent to
clients that present a token made at start.

Examples:
  # a program with its environment set, a summary at the end
  msg tap work -- claude
  # without a key
  msg tap -P demo -- node examples/ask.mjs
  # the lines that point any client at it
  msg tap https://api.anthropic.com`;

const defaultPort = 4020;

export function declare(command: Command, context: Context, finish: (code: ExitCode) => void): void {
  command
    .description(description)
    .usage('[options] [PROFILE | URL] [-- COMMAND...]')
    .argument('[target]', 'profile or URL (default: the current profile)')
    .argument('[command...]', 'behind --: a program to run, pointed at the tap')
    .optionsGroup('Tap:')
    .option('-P, --profile <name>', 'profile to use: a name from `msg profiles`, demo, or env (ANTHROPIC_*)')
    .option(
      '--port <n>',
      `port to listen on; 0 takes any free one (default: ${defaultPort}; with a command 0)`,
      numberParser('--port', { min: 0, max: 65_535 }),
    );
  routeFlags(command);
  commonFlags(command).action(
    async (_target: string | undefined, _words: string[], options: TapOptions, { args }: Command) => {
      const program = commandBehindDashes(command, args);
      const [target, ...others] = args.slice(0, args.length - program.length);
      if (others.length > 0)
        throw usageError(
          `msg tap takes one profile or URL; ${JSON.stringify(others[0])} is one too many.`,
          'A program to run stands behind --: msg tap work -- claude',
        );
      finish(await runTap(context, target, program, options));
    },
  );
}

/** The words behind `--`, which commander does not tell from those before. */
function commandBehindDashes(command: Command, words: readonly string[]): readonly string[] {
  let root = command;
  while (root.parent) root = root.parent;
  const { rawArgs } = root as unknown as { readonly rawArgs: readonly string[] };
  const at = rawArgs.indexOf('--');
  return at === -1 ? [] : words.slice(words.length - (rawArgs.length - at - 1));
}

async function runTap(
  context: Context,
  argument: string | undefined,
  program: readonly string[],
  options: TapOptions,
): Promise<ExitCode> {
  const { stderr } = context.streams;
  const theme = context.theme('stderr', options.color);
  const note = notifier(context, options);
  const hasProgram = program.length > 0;
  // The terminal is the program's own until it ends.
  const isHeldBack = hasProgram && stderr.isTTY;
  const aimed = aimedAt(argument, options, context);
  const target = await openTapTarget({ ...options, ...aimed }, { options, context, note });
  const rows: ExchangeRow[] = [];
  try {
    const session = await listen(target, context, {
      port: options.port ?? (hasProgram ? 0 : defaultPort),
      onJudged(row) {
        rows.push(row);
        if (row.status === 401) void target.refreshKey().catch(() => {});
        if (!isHeldBack && !options.quiet) void stderr.write(exchangeLine(row, theme));
      },
    });
    let code: ExitCode;
    try {
      code = hasProgram
        ? await runChild(program, programEnvironment(target, session, program, context), context)
        : await untilInterrupted(target, session, context, options);
    } finally {
      await session.close();
    }
    if (!options.quiet) {
      if (isHeldBack) for (const row of rows.slice(-mostLines)) await stderr.write(exchangeLine(row, theme));
      await stderr.write(`${!hasProgram && stderr.isTTY ? '\n' : ''}${summaryText(rows, theme)}`);
    }
    return code;
  } finally {
    await target.close();
  }
}

/** More than this is read in the recordings, not on a screen. */
const mostLines = 200;

function programEnvironment(
  target: TapTarget,
  { url }: Session,
  [name = '']: readonly string[],
  { env }: Context,
): Record<string, string | undefined> {
  const isClaude = /(^|[/\\])claude(\.(cmd|exe|ps1))?$/i.test(name);
  return withVariablesSet(env, clientVariables(target, url, isClaude ? 'claude' : 'other'));
}

async function untilInterrupted(
  target: TapTarget,
  { url }: Session,
  context: Context,
  { quiet, color }: TapOptions,
): Promise<ExitCode> {
  const stopped = new Promise<void>((resolve) => {
    const stopListening = context.interrupts.on(() => {
      stopListening();
      resolve();
    });
  });
  if (!quiet)
    await context.streams.stderr.write(
      welcomeText(
        {
          url,
          title: target.title,
          pageUrl: undefined,
          claude: clientVariables(target, url, 'claude'),
          others: clientVariables(target, url, 'other'),
          isKeyLent: target.token !== undefined,
        },
        context.theme('stderr', color),
      ),
    );
  await stopped;
  return exitCodes.done;
}

async function listen(
  target: TapTarget,
  context: Context,
  { port, onJudged }: { readonly port: number; readonly onJudged: (row: ExchangeRow) => void },
): Promise<Session> {
  try {
    return await startSession({
      ...target,
      host: '127.0.0.1',
      port,
      clock: context.clock,
      doctorCommand: target.endpoint().doctorCommand,
      proxy: proxyFacts(target, context),
      onPageConnection: undefined,
      onJudged,
    });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw configError(
      code === 'EADDRINUSE' ? `Port ${port} is taken.` : `Cannot listen on 127.0.0.1:${port}: ${message}.`,
      'Choose another: msg tap --port 0 takes any free port.',
      {},
      cause,
    );
  }
}

function proxyFacts(
  { endpoint, settings }: TapTarget,
  context: Context,
): { url: string; source: string } | null {
  const choice = proxyChoice(originOf(endpoint().baseUrl), settings, context);
  return choice === undefined ? null : { url: choice.url, source: choice.source };
}
