// `--race`: the same request to several targets in turns, what each came to, and who is best at what.
import type { Context } from '../../context.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { exitCodes } from '../../exit-codes.ts';
import type { Settings } from '../../profiles/settings.ts';
import { counted } from '../../text/counted.ts';
import { aimedAt } from '../../turn/connection/positional-target.ts';
import { settingsFor } from '../../turn/connection/setting-sources.ts';
import { untilInterrupted } from '../../turn/time-limit.ts';
import { scrub } from '../engine/wire-lines.ts';
import { standardStream } from '../probes/paid.ts';
import type { Race } from '../race/race.ts';
import { notesOf, raceRule, rankingsOf, standingOf, sumOf } from '../race/standings.ts';
import { writeRace } from '../report/race-formats.ts';
import { withoutHosts } from './bundle.ts';
import { deliver, refuseUnwritable, writeTo } from './delivery.ts';
import { type DoctorCommandOptions, textOptions } from './options.ts';
import { openProgress } from './progress.ts';
import { type Course, courseOf, type Runner, withRunners } from './race-course.ts';
import { raceFormatFor, refuseOneAddress, refuseShared } from './race-options.ts';
import { agreeToSpending } from './spending.ts';

const defaultRounds = 5;
/** What the prompt of a race comes to, rounded up. */
const inputTokens = 40;

/** Races what the arguments name (profiles or addresses; none: the current profile), and prints the table. */
export async function runRace(
  targets: readonly string[],
  options: DoctorCommandOptions,
  context: Context,
): Promise<ExitCode> {
  const format = raceFormatFor(options);
  refuseShared(targets, options);
  refuseUnwritable('--output', options.output);
  refuseUnwritable('--report', options.report);
  const names = namesOf(targets, options, context);
  const rounds = options.race === true || options.race === undefined ? defaultRounds : options.race;
  const { concurrency = 1 } = options;
  await agreeToSpending({ words: costWords(names.length, rounds), isAlwaysTold: true }, options, context);
  const startedAt = context.clock.now();
  return untilInterrupted(context, ({ signal }) =>
    withRunners(names, { options, context, signal }, async (runners) => {
      const progress = openProgress(context, options);
      const course = courseOf(runners, { rounds, concurrency, onStart: progress.update }, context);
      try {
        await course.run();
      } catch (error) {
        if (!signal.aborted) throw error;
      } finally {
        await progress.pause();
      }
      const facts = {
        rounds,
        concurrency,
        isComplete: !signal.aborted,
        madeAt: new Date(context.clock.wallTime()).toISOString(),
        elapsedMs: Math.round(context.clock.now() - startedAt),
      };
      const race = shownRace(raceOf(runners, course, facts), runners, options);
      await deliver(await writeRace(format, race, textOptions(options, context)), options, context);
      if (options.report !== undefined)
        writeTo('--report', options.report, await writeRace('html', race, textOptions(options, context)));
      signal.throwIfAborted();
      return exitCodeOf(race, options);
    }),
  );
}

const costWords = (targets: number, rounds: number): string => {
  const requests = targets * rounds;
  return `--race makes ${counted(requests, 'paid request')} (${counted(rounds, 'round')}, ${counted(targets, 'target')}): at most about ${requests * inputTokens} input and ${requests * standardStream.maxTokens} output tokens.`;
};

type Name = Parameters<typeof withRunners>[0][number];

/**
 * What the targets are called. Their settings are read first: a slip in a name must not cost a token.
 * @throws MsgError `config` for a profile that is not there
 */
function namesOf(targets: readonly string[], options: DoctorCommandOptions, context: Context): Name[] {
  const all: readonly (string | undefined)[] = targets.length === 0 ? [undefined] : targets;
  const settings = all.map((argument) =>
    settingsFor({ ...options, ...aimedAt(argument, options, context) }, context, () => {}),
  );
  refuseOneAddress(settings);
  const names = all.map((argument, index) => scrub(argument ?? nameOf(settings[index])));
  return all.map((argument, index) => {
    const name = names[index] ?? '';
    const before = names.slice(0, index).filter((other) => other === name).length;
    // The same target twice shows how large the noise is.
    return {
      argument,
      address: addressOf(settings[index]) ?? '',
      name: before === 0 ? name : `${name} (${before + 1})`,
    };
  });
}

const nameOf = (settings: Settings | undefined): string =>
  settings?.profile?.value ?? addressOf(settings) ?? 'the current profile';

const addressOf = (settings: Settings | undefined): string | undefined =>
  (settings?.messagesUrl ?? settings?.baseUrl)?.value;

type Facts = Pick<Race, 'rounds' | 'concurrency' | 'isComplete' | 'madeAt' | 'elapsedMs'>;

/** What a course came to, however far it got. */
function raceOf(runners: readonly Runner[], { runs, started, out }: Course, facts: Facts): Race {
  const targets = runners.map(({ racer: _racer, ...entrant }) =>
    standingOf({ ...entrant, out: out.get(entrant.name) ?? null }, runs),
  );
  const spent = runners.flatMap(({ racer }) => racer?.doctor.ledger.total() ?? []);
  const sum = (field: 'requests' | 'inputTokens' | 'outputTokens'): number =>
    spent.reduce((total, one) => total + one[field], 0);
  return {
    schemaVersion: 1,
    ...facts,
    prompt: standardStream.prompt,
    maxTokens: standardStream.maxTokens,
    targets,
    rankings: rankingsOf(targets, runs),
    rule: raceRule,
    notes: notesOf(targets, facts),
    spend: {
      // What was interrupted was asked all the same, and may be billed.
      requests: sum('requests') + started - runs.length,
      paidRequests: started,
      inputTokens: sum('inputTokens'),
      outputTokens: sum('outputTokens'),
      cost: started > runs.length ? null : sumOf(runs.map(({ cost }) => cost)),
    },
    runs,
  };
}

const shownRace = (race: Race, runners: readonly Runner[], { redactHost }: DoctorCommandOptions): Race =>
  redactHost
    ? withoutHosts(
        race,
        runners.flatMap(({ baseUrl }) => (URL.canParse(baseUrl) ? new URL(baseUrl).hostname : [])),
      )
    : race;

/** A target that is out is broken, one that brought no answer undetermined; with --strict a lost answer is enough. */
function exitCodeOf({ targets }: Race, { strict }: DoctorCommandOptions): ExitCode {
  if (targets.some(({ out }) => out !== null && !out.isRetryable)) return exitCodes.broken;
  if (targets.some(({ out, runs, failed }) => out !== null || runs === failed)) return exitCodes.undetermined;
  return strict && targets.some(({ failed }) => failed > 0) ? exitCodes.broken : exitCodes.done;
}
