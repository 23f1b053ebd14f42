// `--fix`: which settings of a profile the findings prove wrong, and what they should be. Pure.

import { closestModels } from '../../messages/closest-models.ts';
import { bestCandidate, isExactOnly } from './better-base.ts';
import { listedModels } from './exchanges.ts';
import type { Run } from './runner.ts';
import { bothForms } from './url-facts.ts';

export type Repair = {
  /** Field of `msg profiles set`; `key` means: store it again, trimmed. */
  readonly field: 'base-url' | 'messages-url' | 'auth' | 'model' | 'key';
  readonly from: string;
  readonly to: string;
  /** The check that proves it. */
  readonly because: string;
};

/** What can be repaired without asking anybody. A base URL on another host is not: the key is bound to its own. */
export function repairsOf({ results, look }: Run): Repair[] {
  const failed = new Set(
    results.filter(({ status }) => status === 'fail' || status === 'warn').map(({ id }) => id),
  );
  const setup = look('setup');
  if (setup === undefined) return [];
  const repairs: Repair[] = [];
  const wrongUrl = results.find(({ id, status }) => id.startsWith('url.') && status === 'fail');
  const best = bestCandidate(look);
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
  if (failed.has('auth.scheme')) {
    repairs.push({
      field: 'auth',
      from: setup.auth,
      to: setup.auth === 'bearer' ? 'x-api-key' : 'bearer',
      because: 'auth.scheme',
    });
  }
  const listed = listedModels(look);
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
export function repairDiff(profile: string, repairs: readonly Repair[]): string {
  const lines = repairs.flatMap(({ field, from, to, because }) => [
    `- ${field}=${from}`,
    `+ ${field}=${to}    (${because})`,
  ]);
  return `profile ${profile}\n${lines.join('\n')}\n`;
}
