// A race as it happens: the targets opened, each asked in its turn, those that are broken left behind.
import type { Context } from '../../context.ts';
import { isMsgError } from '../../errors.ts';
import { costOfUsage, type PricedSettings, pricingOf } from '../../profiles/prices.ts';
import { eachOf } from '../../turn/lanes.ts';
import { scrub } from '../engine/wire-lines.ts';
import { askEndpoint } from '../probes/ask-endpoint.ts';
import { endpointOf } from '../probes/conditions.ts';
import { keylessQuestion } from '../probes/questions.ts';
import type { RaceRun, RaceTarget, Trouble } from '../race/race.ts';
import { type Pricing, type Racer, raceOnce } from '../race/race-run.ts';
import { schedule } from '../race/schedule.ts';
import type { Entrant } from '../race/standings.ts';
import { type Target, withTarget } from './open-target.ts';
import type { DoctorCall } from './options.ts';
import { missingFrom } from './sendable-target.ts';

/** A target under its name; `racer` is null where it cannot be asked at all. */
export type Runner = Entrant & { readonly racer: Racer | null };

/** What is to be opened, what it is called, and where it is. */
type Name = { readonly argument: string | undefined; readonly name: string; readonly address: string };

/** Opens every target, gives them to `work`, and closes them whatever happens. What cannot be opened is out. */
export async function withRunners<T>(
  names: readonly Name[],
  call: Omit<DoctorCall, 'argument'>,
  work: (runners: readonly Runner[]) => Promise<T>,
  open: readonly Runner[] = [],
): Promise<T> {
  const [next, ...others] = names;
  if (next === undefined) return work(open);
  const goOn = (runner: Runner): Promise<T> => withRunners(others, call, work, [...open, runner]);
  let isOpen = false;
  try {
    return await withTarget({ ...call, argument: next.argument }, (target) => {
      isOpen = true;
      return goOn(runnerOf(next.name, target));
    });
  } catch (error) {
    if (isOpen || !isMsgError(error, 'config')) throw error;
    const out = { ...ofYou(error.message), next: error.hint ?? `Next: msg doctor ${next.name}` };
    return goOn({ name: next.name, baseUrl: next.address, modelAsked: null, out, racer: null });
  }
}

function runnerOf(name: string, { doctor, settings }: Target): Runner {
  const { setup, model } = doctor;
  const missing = missingFrom(doctor, false);
  const entrant = { name, baseUrl: setup.url.input, modelAsked: model };
  return missing === undefined
    ? { ...entrant, out: null, racer: { name, doctor, pricing: priced(settings ?? {}) } }
    : {
        ...entrant,
        out: { ...ofYou(missing.message), next: missing.hint ?? `Next: ${setup.command}` },
        racer: null,
      };
}

const ofYou = (means: string): Trouble => ({
  check: null,
  means: scrub(means),
  owner: 'you',
  isRetryable: false,
});

const priced =
  (settings: PricedSettings): Pricing =>
  (model, usage) =>
    costOfUsage(pricingOf(settings), model ?? undefined, usage);

/** A race under way: what came of it so far, whenever it ends. */
export type Course = {
  readonly runs: readonly RaceRun[];
  /** How many requests were made for them, those that were interrupted included. */
  readonly started: number;
  /** Why targets were asked no more, by their names. */
  readonly out: ReadonlyMap<string, NonNullable<RaceTarget['out']>>;
  /** To its end, or until the signal's reason is thrown. */
  run(): Promise<void>;
};

type CourseOptions = {
  readonly rounds: number;
  readonly concurrency: number;
  /** Told before each request. */
  readonly onStart: (done: number, total: number, label: string) => void;
};

/** A target that failed so often without one answer is asked no more, whatever the cause. */
const mostVain = 3;

export function courseOf(
  runners: readonly Runner[],
  { rounds, concurrency, onStart }: CourseOptions,
  { random }: Pick<Context, 'random'>,
): Course {
  const racers = runners.flatMap(({ racer }) => racer ?? []);
  const runs: RaceRun[] = [];
  const out = new Map(runners.flatMap(({ name, out: why }) => (why === null ? [] : [[name, why] as const])));
  const total = racers.length * rounds;
  let [passed, started] = [0, 0];
  const leave = ({ name, doctor: { setup } }: Racer, trouble: Trouble): void => {
    const { check, means, owner, isRetryable } = trouble;
    out.set(name, {
      check,
      means,
      owner,
      isRetryable,
      next: `Next: ${[setup.command, ...setup.flags].join(' ')}`,
    });
  };
  return {
    runs,
    get started() {
      return started;
    },
    out,
    async run() {
      // A connection of its own would make the first round of each another race.
      await eachOf(racers, concurrency, async (racer) => {
        onStart(0, total, `connecting to ${racer.name}`);
        const { doctor } = racer;
        const { outcome, reading } = await askEndpoint(doctor, keylessQuestion(endpointOf(doctor)));
        if (outcome === 'failed') leave(racer, reading);
      });
      await eachOf(schedule(racers, rounds, random), concurrency, async ({ round, target: racer }) => {
        if (!out.has(racer.name)) {
          onStart(passed, total, `round ${round} of ${rounds}, ${racer.name}`);
          started += 1;
          const run = await raceOnce(racer, round);
          runs.push(run);
          const own = runs.filter(({ target }) => target === racer.name);
          const isVain = own.every(({ trouble }) => trouble !== null);
          if (run.trouble !== null && isVain && (!run.trouble.isRetryable || own.length >= mostVain))
            leave(racer, run.trouble);
        }
        passed += 1;
      });
    },
  };
}
