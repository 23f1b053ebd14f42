// `--fix`: shows what would change in the profile, asks, changes it.
import type { Context } from '../context.ts';
import { type Repair, repairDiff, repairsOf } from '../doctor/engine/fix.ts';
import type { Diagnosis } from '../doctor/engine/run-doctor.ts';
import { environmentFor } from '../messages/endpoint.ts';
import { applyAssignments } from '../profiles/fields.ts';
import { lintKey } from '../profiles/key-lint.ts';
import { noteTo } from '../turn/note.ts';
import type { DoctorCommandOptions } from './doctor.ts';
import type { Target } from './doctor-target.ts';

/** Everything is said on stderr: stdout is the report's. */
export async function offerRepairs(
  diagnosis: Diagnosis,
  target: Target,
  options: DoctorCommandOptions,
  context: Context,
): Promise<void> {
  const { stderr, stdin } = context.streams;
  const note = noteTo(context, { ...options, quiet: false });
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
  if (repairs.some(({ field }) => field === 'key') && target.doctor.endpoint !== null) {
    const key = environmentFor({ ...target.doctor.endpoint, auth: 'x-api-key' })['ANTHROPIC_API_KEY'] ?? '';
    await store.writeStoredKey(profile, lintKey(key).trimmed);
  }
  note(`Profile ${profile} changed. Next: msg doctor ${profile}`);
}
