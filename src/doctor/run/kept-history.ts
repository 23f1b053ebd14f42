// The history of a watch: where it is for a target, how rounds get there, and what it says without a request.
import type { Context } from '../../context.ts';
import { configError, isMsgError, usageError } from '../../errors.ts';
import { type ExitCode, exitCodes } from '../../exit-codes.ts';
import { endpointUrl } from '../../messages/endpoint.ts';
import { localTime } from '../../text/counted.ts';
import { oneLine } from '../../text/sanitize.ts';
import { aimedAt } from '../../turn/connection/positional-target.ts';
import { pathOf, requireBaseUrl, settingsFor } from '../../turn/connection/setting-sources.ts';
import { notifier } from '../../turn/notes.ts';
import { scrub } from '../engine/wire-lines.ts';
import { type History, historyPath, openHistory } from '../watch/history-file.ts';
import { changesIn, summaryOf } from '../watch/news.ts';
import { type Round, roundLine } from '../watch/round.ts';
import { withoutHosts } from './bundle.ts';
import { refuseUnwritable, writeTo } from './delivery.ts';
import { type DoctorCommandOptions, formatFor } from './options.ts';

type KeptHistory = {
  /** The profile or the address. */
  readonly name: string;
  readonly history: History;
  /** Keeps a round, and draws the page anew where one is asked for. */
  keep(round: Round): Promise<void>;
};

/**
 * The history of the target, as far as it was kept.
 * @throws MsgError `config` for a target that is not configured, or a file that is none of msg
 */
export function openKeptHistory(
  argument: string | undefined,
  options: DoctorCommandOptions,
  context: Context,
): KeptHistory {
  refuseUnwritable('--report', options.report);
  const settings = settingsFor({ ...options, ...aimedAt(argument, options, context) }, context, () => {});
  const address = requireBaseUrl(settings);
  const name = scrub(argument ?? settings.profile?.value ?? address);
  const named = typeof options.history === 'string' ? pathOf(options.history, context.dirs) : undefined;
  const target = scrub(settings.messagesUrl?.value ?? messagesUrlOf(address));
  const history = openHistory(named ?? historyPath(context.dirs.state, name), target);
  const rounds = [...history.rounds];
  let isKept = true;
  return {
    name,
    history,
    async keep(round) {
      rounds.push(round);
      try {
        if (isKept) history.add(round);
      } catch (error) {
        if (named !== undefined || !isMsgError(error)) throw error;
        // Nobody asked for this file: the watch goes on without.
        isKept = false;
        notifier(context, options)(error.message);
      }
      await drawHistory(name, rounds, options, context);
    },
  };
}

/** An address that is no URL is judged by the doctor, not here. */
const messagesUrlOf = (baseUrl: string): string =>
  URL.canParse(baseUrl) ? endpointUrl(baseUrl, 'messages') : baseUrl;

/** Writes the page of `--report`, if one is asked for. */
async function drawHistory(
  name: string,
  rounds: readonly Round[],
  options: DoctorCommandOptions,
  context: Context,
): Promise<void> {
  if (options.report === undefined) return;
  const { watchHtml } = await import('../report/watch-html.ts');
  const page = shown({ name, rounds }, options);
  writeTo('--report', options.report, watchHtml(page.name, page.rounds, context.clock.wallTime()));
}

type Kept = { readonly name: string; readonly rounds: readonly Round[] };

/** What was kept as it may be shown. */
const shown = (kept: Kept, { redactHost }: DoctorCommandOptions): Kept => {
  const { target = '' } = kept.rounds.at(-1) ?? {};
  return redactHost && URL.canParse(target) ? withoutHosts(kept, [new URL(target).hostname]) : kept;
};

/** `--history` without `--watch`: every change that was kept, the sum, and the page of `--report`. No request. */
export async function runHistory(
  argument: string | undefined,
  options: DoctorCommandOptions,
  context: Context,
): Promise<ExitCode> {
  const format = formatFor(options);
  if (format !== 'text' && format !== 'json')
    throw usageError(`A history is text or json, not ${format}.`, 'Next: --report FILE.html draws it');
  const { name, history } = openKeptHistory(argument, options, context);
  const { rounds } = shown({ name, rounds: history.rounds }, options);
  const [first] = rounds;
  if (first === undefined)
    throw configError(
      `There is no history of ${name} in ${history.path}.`,
      `Next: msg doctor ${name} --watch`,
    );
  const { stdout } = context.streams;
  if (format === 'json') await stdout.write(rounds.map((round) => `${roundLine(round)}\n`).join(''));
  else {
    const now = context.clock.wallTime();
    for (const { round, words } of changesIn(rounds))
      await stdout.write(`${localTime(round.at, now)} ${oneLine(words)}\n`);
    await stdout.write(`since ${localTime(first.at, now)}: ${summaryOf(rounds)}\n`);
  }
  await drawHistory(name, history.rounds, options, context);
  return exitCodes.done;
}
