// `msg tap`: a recording proxy between any client and any endpoint, that says what went wrong.
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { configError, usageError } from '../errors.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { originOf } from '../messages/endpoint.ts';
import {
  type CommonOptions,
  type ConnectionOptions,
  collect,
  commonFlags,
  numberParser,
  routeFlags,
} from '../profiles/flags.ts';
import { withVariablesSet } from '../profiles/program-variables.ts';
import type { ExchangeRow } from '../tap/exchange.ts';
import { openFaults } from '../tap/faults.ts';
import { harPieces } from '../tap/har.ts';
import { type Recorder, recordedEntries, recordInto } from '../tap/record.ts';
import { allExchanges, type RowSource } from '../tap/row-source.ts';
import { recordedRows, type Session, type SessionOptions, startSession } from '../tap/session.ts';
import { clientVariables, openTapTarget, type TapTarget } from '../tap/target.ts';
import { exchangeLine, summaryText, welcomeText } from '../tap/text.ts';
import { runChild } from '../terminal/run-child.ts';
import { errnoText } from '../text/errno.ts';
import { proxyChoice } from '../turn/connection/network.ts';
import { aimedAt } from '../turn/connection/positional-target.ts';
import { pathOf } from '../turn/connection/setting-sources.ts';
import { notifier } from '../turn/notes.ts';

type TapOptions = CommonOptions &
  Pick<ConnectionOptions, 'profile' | 'proxy' | 'cacert' | 'clientCert' | 'clientKey' | 'insecure'> & {
    port?: number;
    record?: string;
    har?: string;
    report?: string;
    page: boolean;
    open?: string;
    fail?: string[];
    slow?: string;
    buffer?: string;
  };

const description = `See what another client really does with an endpoint, and what goes wrong.
Listens on this machine, passes every byte on unchanged, and tells each exchange
on a line of stderr, with its cause where it failed; the page whose address it
prints shows them live, each with its times, its bodies and the fix.
With a URL, clients bring their own keys. With a profile, its key is lent to
clients that present a token made at start.

Examples:
  # a program with its environment set, a summary at the end
  msg tap work -- claude
  # without a key
  msg tap -P demo -- node examples/ask.mjs
  # the lines that point any client at it
  msg tap https://api.anthropic.com
  # every exchange kept, and looked at later
  msg tap work --record DIR -- claude -p hello
  msg tap --open DIR --report page.html
  # how a client takes an overload: its second request meets one
  msg tap -P demo --fail 529@2 -- node examples/ask.mjs`;

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
  command
    .option('--record <dir>', 'keep each exchange in a file, as send --record does, with its request')
    .option('--har <file>', 'write all exchanges as an HTTP archive at the end')
    .option(
      '--report <file>',
      'write the page with all exchanges in it at the end: one file that needs nothing else',
    )
    .option('--no-page', 'serve no page')
    .option('--open <dir>', 'look at recordings instead, offline')
    .optionsGroup('Faults:')
    .option(
      '--fail <scenario[@n]>',
      'the N-th Messages request (default: the first) meets a scenario of msg mock, or 401, 429, 500, 504, 529, cut, reset, silence, buffered; N is a number, 2-4 or all; repeatable',
      collect,
    )
    .option('--slow <ms[@n]>', 'each piece of the answer comes so much later than the one before')
    .option('--buffer <bytes[@n]>', 'answers are let out in blocks, as by a proxy that buffers');
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
      finish(
        options.open === undefined
          ? await runTap(context, target, program, options)
          : await showRecordings(context, options.open, options),
      );
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
  const faults = await openFaults(options, context.clock).catch(async (error: unknown) => {
    await target.close();
    throw error;
  });
  try {
    const session = await listen(target, context, {
      port: options.port ?? (hasProgram ? 0 : defaultPort),
      faults,
      page: options.page ? { target: target.title, version: context.version } : undefined,
      onJudged(row) {
        rows.push(row);
        if (row.status === 401) void target.refreshKey().catch(() => {});
        if (!isHeldBack && !options.quiet) void stderr.write(exchangeLine(row, theme));
      },
    });
    let code: ExitCode;
    let recorder: Recorder | undefined;
    try {
      recorder =
        options.record === undefined
          ? undefined
          : recordInto(pathOf(options.record, context.dirs), session.journal);
      if (hasProgram && session.pageUrl !== undefined && !options.quiet)
        await stderr.write(`Page: ${theme.link(session.pageUrl)}\n`);
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
    await writeFiles(session.rows, target.title, options, context);
    await recorder?.settled();
    return code;
  } finally {
    await faults.close();
    await target.close();
  }
}

/** Old recordings as lines and a summary; nothing touches the network. */
async function showRecordings(context: Context, path: string, options: TapOptions): Promise<ExitCode> {
  const { stdout } = context.streams;
  const theme = context.theme('stdout', options.color);
  const entries = recordedEntries(pathOf(path, context.dirs));
  const source = await recordedRows(entries, {
    url: 'http://127.0.0.1:PORT',
    doctorCommand: 'msg doctor',
    proxy: null,
  });
  for (const row of source.rows()) await stdout.write(exchangeLine(row, theme));
  await stdout.write(summaryText(source.rows(), theme));
  await writeFiles(source, `recordings in ${path}`, options, context);
  return exitCodes.done;
}

/** What was asked for of all exchanges: an archive, the page. */
async function writeFiles(
  source: RowSource,
  target: string,
  { har, report }: TapOptions,
  context: Context,
): Promise<void> {
  const { version, clock } = context;
  if (har !== undefined) await writeFile(har, '--har', harPieces(allExchanges(source), version), context);
  if (report === undefined) return;
  const { reportPage } = await import('../tap/page/document.ts');
  await writeFile(
    report,
    '--report',
    reportPage(source, { target, version, madeAt: clock.wallTime() }),
    context,
  );
}

/** It holds prompts: only its owner can read it. */
async function writeFile(
  name: string,
  flag: string,
  pieces: AsyncIterable<string>,
  { dirs }: Context,
): Promise<void> {
  const path = pathOf(name, dirs);
  try {
    const file = openSync(path, 'w', 0o600);
    try {
      for await (const piece of pieces) writeSync(file, piece);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw configError(`Cannot write ${path} (${flag}): ${errnoText(cause)}.`, undefined, { path }, cause);
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
  { url, pageUrl }: Session,
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
          pageUrl,
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
  options: Pick<SessionOptions, 'port' | 'faults' | 'page' | 'onJudged'>,
): Promise<Session> {
  try {
    return await startSession({
      ...target,
      host: '127.0.0.1',
      clock: context.clock,
      doctorCommand: target.endpoint().doctorCommand,
      proxy: proxyFacts(target, context),
      ...options,
    });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw configError(
      code === 'EADDRINUSE'
        ? `Port ${options.port} is taken.`
        : `Cannot listen on 127.0.0.1:${options.port}: ${message}.`,
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
