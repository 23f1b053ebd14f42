// `--fix`: which settings of a profile the findings prove wrong; shows what would change, asks, changes it.
import type { Context } from '../../context.ts';
import { closestModels } from '../../messages/closest-models.ts';
import { applyAssignments } from '../../profiles/fields.ts';
import { lintKey } from '../../profiles/key-lint.ts';
import { notifier } from '../../turn/notes.ts';
import { bestCandidate, isExactOnly } from '../engine/better-base.ts';
import type { Diagnosis } from '../engine/diagnose.ts';
import { listedModels, otherSchemeOf } from '../engine/exchange-facts.ts';
import type { Run } from '../engine/runner.ts';
import { bothForms } from '../engine/url-facts.ts';
import type { Target } from './open-target.ts';
import type { DoctorCommandOptions } from './options.ts';

/** Everything is said on stderr: stdout is the report's. */
export async function offerRepairs(
  diagnosis: Diagnosis,
  target: Target,
  options: DoctorCommandOptions,
  context: Context,
): Promise<void> {
  const { stderr, stdin } = context.streams;
  const note = notifier(context, { ...options, quiet: false });
  const isStored = target.settings?.key?.value.kind === 'stored';
  // A key in a file, a variable or a manager is theirs to correct.
  const repairs = repairsOf(diagnosis.run).filter(({ field }) => field !== 'key' || isStored);
  const profile = target.settings?.profile?.value;
  const store = context.store(context.dirs.config, note);
  if (repairs.length === 0) return note('Nothing to fix in the profile.');
  if (profile === undefined || store.read().profile(profile) === undefined) {
    return note(
      `There is no profile to fix: ${profile === undefined ? 'the target is not one' : `${profile} is not kept in config.json`}.`,
    );
  }
  await stderr.write(repairDiff(profile, repairs));
  if (!options.yes) {
    if (stdin.kind !== 'terminal' || !stderr.isTTY)
      return note('Nothing was changed. To change it: --fix --yes');
    const asker = await context.asker();
    if (!(await asker.confirm('Change the profile?', true))) return note('Nothing was changed.');
  }
  const words = repairs
    .filter(({ field }) => field !== 'key')
    .map(({ field, to }: Repair) => `${field}=${to}`);
  await store.update((draft) => {
    const before = draft.profile(profile) ?? {};
    const { messagesUrl, ...withoutExact } = before;
    // An exact messages URL would outrank the corrected base.
    const base = repairs.some(({ field }) => field === 'base-url') ? withoutExact : before;
    draft.put(
      profile,
      applyAssignments(base, words, (path) => path),
    );
  });
  if (repairs.some(({ field }) => field === 'key')) {
    const key = store.readStoredKey(profile);
    if (key !== undefined) await store.writeStoredKey(profile, lintKey(key).trimmed);
  }
  note(`Profile ${profile} changed. Next: msg doctor ${profile}`);
}

type Repair = {
  /** Field of `msg profiles set`; `key` means: store it again, trimmed. */
  readonly field: 'base-url' | 'messages-url' | 'auth' | 'model' | 'key';
  readonly from: string;
  readonly to: string;
  /** The check that proves it. */
  readonly because: string;
};

/** What can be repaired without asking anybody. A base URL on another host is not: the key is bound to its own. */
function repairsOf({ results, observe }: Run): Repair[] {
  const failed = new Set(
    results.filter(({ status }) => status === 'fail' || status === 'warn').map(({ id }) => id),
  );
  const setup = observe('setup');
  if (setup === undefined) return [];
  const repairs: Repair[] = [];
  const wrongUrl = results.find(({ id, status }) => id.startsWith('url.') && status === 'fail');
  const best = bestCandidate(observe);
  if (
    wrongUrl !== undefined &&
    best !== undefined &&
    new URL(best.messagesUrl).origin === new URL(setup.url.messagesUrl).origin
  ) {
    repairs.push({
      ...(isExactOnly(best)
        ? { field: 'messages-url', to: best.messagesUrl }
        : { field: 'base-url', to: bothForms(best.baseUrl).sdk }),
      from: setup.url.input,
      because: wrongUrl.id,
    });
  }
  const other = observe('otherScheme');
  if (failed.has('auth.scheme') && other !== undefined) {
    repairs.push({
      field: 'auth',
      from: setup.auth,
      to: otherSchemeOf(setup.auth, other),
      because: 'auth.scheme',
    });
  }
  const listed = listedModels(observe);
  const [near] = closestModels(setup.model ?? '', listed);
  if (failed.has('model.not_found') && near !== undefined && !listed.includes(setup.model ?? '')) {
    repairs.push({ field: 'model', from: setup.model ?? '', to: near, because: 'model.not_found' });
  }
  const isStored = setup.keySource?.startsWith('profile ') === true;
  const defects = setup.key?.defects ?? [];
  if (
    isStored &&
    failed.has('key.whitespace') &&
    defects.length > 0 &&
    defects.every(({ kind }) => kind !== 'non-ascii')
  ) {
    repairs.push({
      field: 'key',
      from: `${setup.key?.shown} with ${defects.length} stray characters`,
      to: 'the same key without them',
      because: 'key.whitespace',
    });
  }
  // What a flag or a variable says on this run, the profile is not to blame for.
  return repairs.filter(({ field }) => setup.overrides[field] === undefined);
}

/** The repairs as a diff, one pair of lines each. */
function repairDiff(profile: string, repairs: readonly Repair[]): string {
  const lines = repairs.flatMap(({ field, from, to, because }) => [
    `- ${field}=${from}`,
    `+ ${field}=${to}    (${because})`,
  ]);
  return `profile ${profile}\n${lines.join('\n')}\n`;
}
