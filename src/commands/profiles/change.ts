// msg profiles set, unset: fields and key of one profile, the key bound to where it belongs.
import { configError, usageError } from '../../errors.ts';
import { originOf } from '../../messages/endpoint.ts';
import { applyAssignments, fields, removeFields } from '../../profiles/fields.ts';
import { type CommonOptions, commonFlags } from '../../profiles/flags.ts';
import { refuseKeyAsModel } from '../../profiles/key-lint.ts';
import { doubtAboutPath, fixedBaseUrl, presets, withFilledBaseUrl } from '../../profiles/presets.ts';
import type { Profile } from '../../profiles/profile.ts';
import { pathOf } from '../../turn/connection/paths.ts';
import {
  forgetKey,
  type KeyChoice,
  type KeyOptions,
  keepKey,
  keyFlags,
  keyFromOptions,
  warnOfSecretHeaders,
} from './key-input.ts';
import { type Declaration, type Desk, openDesk, requireProfile } from './profile-command.ts';

type SetOptions = CommonOptions & KeyOptions & { keepKey?: boolean };

export const declareChange: Declaration = (profiles, context, finish) => {
  const set = profiles
    .command('set <name> [words...]')
    .usage('[options] NAME [field=value...]')
    .summary('change fields, or the key')
    .description(
      `Change fields of a profile: ${fields.map(({ name }) => name).join(', ')}, header.NAME.
A key belongs to the host it was entered for; changing the host asks again.

Examples:
  # other values
  msg profiles set work model=claude-opus-4-6 max-tokens=2000
  # one more header
  msg profiles set work header.x-team=search
  # another key
  msg profiles set work --key-stdin < key.txt`,
    )
    .option('--keep-key', 'the key belongs to the new host too');
  keyFlags(set);
  commonFlags(set).action(async (name: string, words: string[], options: SetOptions) =>
    finish(await runSet(openDesk(context, options), name, words, options)),
  );

  const unset = profiles
    .command('unset <name> <fields...>')
    .summary('remove fields')
    .description('Remove fields of a profile; `key` removes the key and what msg keeps of it.')
    .option('--keep-key', 'the key belongs to the new host too');
  commonFlags(unset).action(async (name: string, given: string[], options: SetOptions) =>
    finish(await runUnset(openDesk(context, options), name, given, options)),
  );
};

async function runSet(desk: Desk, name: string, words: readonly string[], options: SetOptions): Promise<0> {
  const isCommand = options.keyCommand === true;
  const [assignments, rest] = isCommand ? [[], words] : [words, []];
  const { preset } = requireProfile(desk.store, name);
  const choice = await keyFromOptions(options, rest, preset, desk);
  if (assignments.length === 0 && choice === undefined && !options.keepKey) {
    throw usageError('Nothing to set.', `Example: msg profiles set ${name} model=MODEL`);
  }
  const transform = (profile: Profile): Profile =>
    withFilledBaseUrl(applyAssignments(profile, assignments, (path) => pathOf(path, desk.context.dirs)));
  return change(desk, name, { transform, choice, keepsKey: options.keepKey === true });
}

async function runUnset(desk: Desk, name: string, given: readonly string[], options: SetOptions): Promise<0> {
  const { key } = requireProfile(desk.store, name);
  const transform = (profile: Profile): Profile => removeFields(profile, given);
  const code = await change(desk, name, { transform, keepsKey: options.keepKey === true });
  if (given.includes('key')) await forgetKey(name, key, desk);
  return code;
}

type Change = {
  readonly transform: (profile: Profile) => Profile;
  readonly choice?: KeyChoice | undefined;
  readonly keepsKey: boolean;
};

/** Writes a changed profile, its key bound to where it belongs. */
async function change(desk: Desk, name: string, { transform, choice, keepsKey }: Change): Promise<0> {
  const before = requireProfile(desk.store, name);
  const after = transform(before);
  refuseKeyAsModel(after);
  const binding =
    choice === undefined
      ? await bindingOf(desk, name, before, after, keepsKey)
      : { key: choice.reference, keyOrigin: originOfProfile(after) };
  if (choice !== undefined) await keepKey(name, choice, desk);
  await desk.store.update((config) => {
    const latest = config.profile(name);
    if (latest === undefined) throw configError(`The profile ${name} was removed meanwhile.`);
    // Transformed once more: another process may have changed other fields since.
    config.put(name, withBinding(transform(latest), binding));
  });
  if (choice !== undefined && before.key !== undefined && before.key.kind !== choice.reference.kind) {
    await forgetKey(name, before.key, desk);
  }
  if (before.headers !== after.headers) warnOfSecretHeaders(after, desk);
  desk.note(`Profile ${name} is changed.`);
  const doubt = before.baseUrl === after.baseUrl ? undefined : doubtAboutPath(after);
  if (doubt !== undefined) desk.note(doubt);
  return 0;
}

type Binding = { readonly key?: Profile['key']; readonly keyOrigin?: string | undefined };

const withBinding = (profile: Profile, { key, keyOrigin }: Binding): Profile => ({
  ...profile,
  ...(key === undefined ? {} : { key }),
  ...(keyOrigin === undefined ? {} : { keyOrigin }),
});

/** Which origin the key of a changed profile belongs to: asked for when the profile points elsewhere now. */
async function bindingOf(
  desk: Desk,
  name: string,
  before: Profile,
  after: Profile,
  keepsKey: boolean,
): Promise<Binding> {
  const origin = originOfProfile(after);
  const home = before.keyOrigin ?? originOfProfile(before);
  if (after.key === undefined || home === undefined || home === origin) return {};
  if (keepsKey) return { keyOrigin: origin };
  if (!desk.isInteractive) {
    throw usageError(
      `The key of ${name} was entered for ${home}; the profile would now point to ${origin ?? 'nowhere'}.`,
      'If the key belongs there too: --keep-key. Otherwise give the new one: --key-stdin, --key-env NAME',
    );
  }
  const asker = await desk.context.asker();
  const question = `The key was entered for ${home}. Does it belong to ${origin ?? 'the new place'} too?`;
  if (await asker.confirm(question, false)) return { keyOrigin: origin };
  desk.note(`The key stays bound to ${home} and is not sent. Next: msg profiles set ${name} --key-stdin`);
  return { keyOrigin: home };
}

function originOfProfile({ messagesUrl, baseUrl, preset }: Profile): string | undefined {
  // An unknown preset (written by hand, or by a newer msg) has no address, and must not stop the repair.
  const known = presets.find((one) => one.id === preset);
  const url = messagesUrl ?? baseUrl ?? fixedBaseUrl(known);
  return url === undefined ? undefined : originOf(url);
}
