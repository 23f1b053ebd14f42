// `msg tap` from its options to its exit code: the target, the proxy, the program that runs, and what is told and written
// at the end. Also recordings, looked at offline.
import type { Context } from '../context.ts';
import { configError } from '../errors.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { originOf } from '../messages/endpoint.ts';
import { withoutSecrets } from '../messages/key-shapes.ts';
import type { CommonOptions, ConnectionOptions } from '../profiles/flags.ts';
import { withVariablesSet } from '../profiles/program-variables.ts';
import { openBrowser } from '../terminal/open-browser.ts';
import { runChild } from '../terminal/run-child.ts';
import { shellQuote } from '../text/shell-quote.ts';
import { proxyChoice } from '../turn/connection/network.ts';
import { aimedAt } from '../turn/connection/positional-target.ts';
import { pathOf } from '../turn/connection/setting-sources.ts';
import { notifier } from '../turn/notes.ts';
import type { ExchangeRow } from './exchange.ts';
import { openFaults } from './faults.ts';
import { requirePlaces, writeFiles } from './files.ts';
import { type Recorder, recordInto } from './record.ts';
import { recordedEntries } from './recordings.ts';
import { recordedRows, type Session, type SessionOptions, servePage, startSession } from './session.ts';
import { clientVariables, openTapTarget, type TapTarget } from './target.ts';
import { exchangeLine, exchangeLines, summaryText, variablesText, welcomeText } from './text.ts';

export type TapOptions = CommonOptions &
  Pick<ConnectionOptions, 'profile' | 'proxy' | 'cacert' | 'clientCert' | 'clientKey' | 'insecure'> & {
    port?: number;
    record?: string;
    har?: string;
    report?: string;
    page: boolean;
    /** A path, or the page in the browser. */
    open?: string | true;
    fail?: string[];
    slow?: string;
    buffer?: string;
  };

/** Without a program; with one, whichever is free. */
export const defaultPort = 4020;

/**
 * Runs a tap until its program ends, or until Ctrl-C.
 * @throws MsgError for a target that cannot be opened, a port that is taken, a program that is not there
 */
export async function runTap(
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
  requirePlaces(options, context);
  const aimed = aimedAt(argument, options, context);
  const target = await openTapTarget({ ...options, ...aimed }, { options, context, note });
  const rows: ExchangeRow[] = [];
  let held: string[] = [];
  const faults = await openFaults(options, context.clock).catch(async (error: unknown) => {
    await target.close();
    throw error;
  });
  try {
    const session = await listen(target, context, {
      port: options.port ?? (hasProgram ? 0 : defaultPort),
      faults,
      plainCommand: plainCommand(argument, options, program),
      page: options.page ? { target: target.title, version: context.version } : undefined,
      onJudged(row, entry) {
        rows.push(row);
        const lines = options.verbose ? exchangeLines(row, entry, theme) : exchangeLine(row, theme);
        if (row.status === 401 && row.ending === 'complete') void target.refreshKey().catch(() => {});
        if (isHeldBack) held = [...held.slice(1 - mostLines), lines];
        else if (!options.quiet) void stderr.write(lines);
      },
    });
    let code: ExitCode;
    let recorder: Recorder | undefined;
    try {
      recorder =
        options.record === undefined
          ? undefined
          : recordInto(pathOf(options.record, context.dirs), session.journal, () => context.clock.sleep(0));
      if (hasProgram && session.pageUrl !== undefined && !options.quiet)
        await stderr.write(`Page: ${theme.link(session.pageUrl)}\n`);
      if (options.open !== undefined) await showPage(session.pageUrl, context, note);
      code = hasProgram
        ? await runChild(program, programEnvironment(target, session, program, context), context)
        : await untilInterrupted(target, session, context, options);
    } finally {
      await session.close(hasProgram ? 'client-gone' : 'stopped');
    }
    if (!options.quiet) {
      for (const lines of held) await stderr.write(lines);
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
export async function showRecordings(context: Context, path: string, options: TapOptions): Promise<ExitCode> {
  const { stdout } = context.streams;
  const theme = context.theme('stdout', options.color);
  const entries = recordedEntries(path);
  const source = await recordedRows(entries, {
    url: 'http://127.0.0.1:PORT',
    doctorCommand: 'msg doctor',
    plainCommand: 'msg tap',
    proxy: null,
  });
  for (const row of source.rows()) await stdout.write(exchangeLine(row, theme));
  await stdout.write(summaryText(source.rows(), theme));
  const title = `recordings in ${path}`;
  await writeFiles(source, title, options, context);
  // For who looks at a terminal; a pipe has all there is.
  if (!stdout.isTTY || !options.page || options.report !== undefined) return exitCodes.done;
  const served = await servePage(
    source,
    { target: title, version: context.version },
    { clock: context.clock, port: options.port ?? 0 },
  );
  try {
    await stdout.write(`Page: ${theme.link(served.url)}  (Ctrl-C ends it)\n`);
    await untilInterrupt(context);
  } finally {
    await served.close();
  }
  return exitCodes.done;
}

/** Opens the page; where that cannot be, its address has been told. */
async function showPage(
  url: string | undefined,
  { platform }: Context,
  note: (text: string) => void,
): Promise<void> {
  if (url === undefined) return note('There is no page to open (--no-page).');
  if (!(await openBrowser(url, platform)))
    note('No browser could be opened; the address of the page is printed.');
}

const untilInterrupt = ({ interrupts }: Context): Promise<void> =>
  new Promise((resolve) => {
    const stopListening = interrupts.on(() => {
      stopListening();
      resolve();
    });
  });

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
  const stopped = untilInterrupt(context);
  const others = clientVariables(target, url, 'other');
  // Without these nobody could use it: they are no note.
  const text = quiet
    ? variablesText(others, context.platform)
    : welcomeText(
        {
          url,
          title: target.title,
          pageUrl,
          claude: clientVariables(target, url, 'claude'),
          others,
          isKeyLent: target.token !== undefined,
        },
        context.theme('stderr', color),
      );
  await context.streams.stderr.write(text);
  await stopped;
  return exitCodes.done;
}

async function listen(
  target: TapTarget,
  context: Context,
  options: Pick<SessionOptions, 'port' | 'faults' | 'plainCommand' | 'page' | 'onJudged'>,
): Promise<Session> {
  try {
    return await startSession({
      ...target,
      host: '127.0.0.1',
      clock: context.clock,
      watchStalls: context.watchStalls,
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

/** The same tap, with nothing put in. A program may have been given a key. */
function plainCommand(
  argument: string | undefined,
  { profile }: TapOptions,
  program: readonly string[],
): string {
  const words = [
    ...(profile === undefined ? [] : ['-P', profile]),
    ...(argument === undefined ? [] : [argument]),
    ...(program.length === 0 ? [] : ['--', ...program]),
  ];
  return withoutSecrets(['msg tap', ...words.map(shellQuote)].join(' '));
}

function proxyFacts(
  { endpoint, settings }: TapTarget,
  context: Context,
): { url: string; source: string } | null {
  const choice = proxyChoice(originOf(endpoint().baseUrl), settings, context);
  return choice === undefined ? null : { url: choice.url, source: choice.source };
}
