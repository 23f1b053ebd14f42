// msg profiles test: one real token from each profile, at most four at a time, and what that proves.
import type { Context } from '../../context.ts';
import { type ClientChoice, clientChoices } from '../../doctor/request/clients/client-names.ts';
import { configError, isMsgError, MsgError } from '../../errors.ts';
import { type ExitCode, exitCodeOf } from '../../exit-codes.ts';
import type { Client } from '../../messages/client.ts';
import { turnErrorOf } from '../../messages/result.ts';
import {
  type CommonOptions,
  commonFlags,
  type NetworkOptions,
  networkFlags,
  verboseRequests,
} from '../../profiles/flags.ts';
import { failureFacts, probeFree, probeOneToken, worstOf } from '../../profiles/profile-test.ts';
import { type TestRow, testsText, troublesText } from '../../profiles/profile-tests-text.ts';
import { eachOf } from '../../turn/lanes.ts';
import { limitTime } from '../../turn/time-limit.ts';
import type { Declaration } from '../command.ts';
import {
  hostText,
  nameInUse,
  type ProfilesContext,
  profileSettings,
  profilesContext,
} from './profile-command.ts';

type TestOptions = CommonOptions &
  NetworkOptions & { all?: boolean; free?: boolean; json?: boolean; client?: ClientChoice };

const atOnce = 4;
/** One token that takes longer than this is no answer people wait for. */
const patienceMs = 60_000;

export const declareTest: Declaration = (profiles, context, finish) => {
  const test = profiles
    .command('test [names...]')
    .summary('request one token from each profile')
    .description(
      `Send each profile (default: the one in use) a real, streamed request for one
token, at most four at a time. The exit code is that of the worst failure. To
see whether a stream is held back, use msg doctor.`,
    )
    .option('-a, --all', 'every profile')
    .option('--free', 'spend no token: use count_tokens, or a request that must be refused')
    .addOption(
      profiles
        .createOption(
          '--client <name>',
          'send the request of a known client (or of all) instead, and print what is refused',
        )
        .choices(clientChoices)
        .conflicts('free'),
    )
    .option('--json', 'as JSON');
  networkFlags(test, `the whole exchange (default: ${patienceMs / 1000})`);
  commonFlags(test, verboseRequests).action(async (names: string[], options: TestOptions) =>
    finish(await runTest(profilesContext(context, options), names, options)),
  );
};

type Outcome = TestRow & { readonly error?: unknown };

export async function runTest(
  command: ProfilesContext,
  words: readonly string[],
  options: TestOptions,
): Promise<ExitCode> {
  const names = options.all ? command.store.read().names : words;
  if (options.client !== undefined) {
    const { runClientTable } = await import('../../doctor/run/client-table.ts');
    const targets = names.length > 0 ? [...new Set(names)] : [nameInUse(command)];
    return runClientTable(targets, options, command.context);
  }
  const abort = new AbortController();
  const stopListening = command.context.interrupts.on((signal) =>
    abort.abort(new MsgError('interrupted', 'Interrupted.', { details: { signal } })),
  );
  const unique = names.length > 0 ? [...new Set(names)] : [nameInUse(command)];
  const rows: Outcome[] = unique.map((name) => ({ name, host: hostOfProfile(command, name), isDone: false }));
  const screen = liveTable(command, rows, options.json === true);
  await screen.draw();
  try {
    await eachOf(rows, atOnce, async (row, index) => {
      rows[index] = await testOne(command, row.name, options, abort.signal);
      await screen.draw();
    });
  } finally {
    stopListening();
  }
  if (options.json) await command.print(`${JSON.stringify(rows.map(jsonOf), undefined, 2)}\n`);
  else {
    await screen.end();
    await command.print(troublesText(rows, command.theme, command.width));
  }
  const failed = rows.filter((row) => row.error !== undefined).map((row) => row.error);
  return failed.length === 0 ? 0 : exitCodeOf(worstOf(failed));
}

/** What the table shows while a row waits; an entry that cannot be read says so when its turn comes. */
function hostOfProfile(command: ProfilesContext, name: string): string | undefined {
  try {
    return hostText(profileSettings(command, name));
  } catch (error) {
    if (isMsgError(error)) return undefined;
    throw error;
  }
}

/** Redraws in place on a terminal that can show all rows; elsewhere prints once, at the end. */
function liveTable(
  command: ProfilesContext,
  rows: readonly TestRow[],
  isSilent: boolean,
): { draw(): Promise<void>; end(): Promise<void> } {
  const { stdout } = command.context.streams;
  const isLive = stdout.isTTY && !isSilent && rows.length <= 15 && command.context.env['TERM'] !== 'dumb';
  let drawnLines = 0;
  const draw = async (): Promise<void> => {
    const text = testsText(rows, command.theme, command.width);
    if (drawnLines > 0) await stdout.unguarded(`\u001b[${drawnLines}A\u001b[J`);
    drawnLines = text.split('\n').length - 1;
    await command.print(text);
  };
  return {
    draw: async () => (isLive ? draw() : undefined),
    end: async () => (isLive || isSilent ? undefined : draw()),
  };
}

async function testOne(
  command: ProfilesContext,
  name: string,
  options: TestOptions,
  signal: AbortSignal,
): Promise<Outcome> {
  let host: string | undefined;
  let model: string | undefined;
  try {
    const settings = profileSettings(command, name, options);
    model = settings.model?.value;
    host = hostText(settings);
    const connection = await command.open(settings);
    try {
      const limit = timeLimit(options, command.context, signal);
      // Once only: a test that waits out a rate limit tells nothing sooner.
      const client: Client = { ...connection.client, retry: { maxRetries: 0 } };
      try {
        const probed = options.free
          ? await probeFree(client, model, limit.signal)
          : await probeOneToken(client, requireModel(name, model), limit.signal);
        return { name, host, model, isDone: true, ...probed };
      } finally {
        limit.end();
      }
    } finally {
      await connection.close();
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    return { name, host, model, isDone: true, error, ...failureFacts(error) };
  }
}

function requireModel(name: string, model: string | undefined): string {
  if (model !== undefined) return model;
  throw configError(
    'The profile has no model to test.',
    name === 'env' ? 'Next: export ANTHROPIC_MODEL=...' : `Next: msg profiles set ${name} model=MODEL`,
  );
}

/** Aborts after a while, or when the outer signal does. */
function timeLimit(
  { timeout }: TestOptions,
  context: Context,
  outer: AbortSignal,
): { readonly signal: AbortSignal; end(): void } {
  const late = new AbortController();
  // As everywhere, 0 sets no limit.
  const end =
    timeout === 0 ? () => {} : limitTime(timeout === undefined ? patienceMs : timeout * 1000, late, context);
  return { signal: AbortSignal.any([outer, late.signal]), end };
}

function jsonOf(row: Outcome): object {
  return {
    name: row.name,
    host: row.host ?? null,
    model_id: row.model ?? null,
    ok: row.error === undefined,
    ...row.verdicts,
    first_byte_ms: row.firstByteMs ?? null,
    request_id: row.requestId ?? null,
    ...(row.error === undefined ? {} : { error: turnErrorOf(row.error) }),
  };
}
