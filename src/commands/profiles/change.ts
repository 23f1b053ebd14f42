// msg profiles set, unset, remove, rename, copy, use: one change each, and the stored key kept in step.
import { configError, usageError } from '../../errors.ts';
import { originOf } from '../../messages/endpoint.ts';
import { applyAssignments, removeFields } from '../../profiles/fields.ts';
import { nearestNames } from '../../profiles/nearest-names.ts';
import { findPreset } from '../../profiles/presets.ts';
import type { Profile } from '../../profiles/profile.ts';
import { type CommonOptions, commonFlags } from '../flags.ts';
import { checkNewName, type Declaration, type Desk, nameInUse, openDesk, requireProfile } from './desk.ts';
import {
  copyKey,
  forgetKey,
  type KeyChoice,
  type KeyOptions,
  keepKey,
  keyFlags,
  keyFromOptions,
} from './key-input.ts';

type SetOptions = CommonOptions & KeyOptions & { keepKey?: boolean };
type RemoveOptions = CommonOptions & { yes?: boolean };

export const declareChange: Declaration = (profiles, context, finish) => {
  const set = profiles
    .command('set <name> [words...]')
    .usage('[options] NAME [field=value...]')
    .summary('change fields, or the key')
    .description(
      `Change fields of a profile: preset, base-url, messages-url, auth, model, system, max-tokens, version,
betas, proxy, cacert, client-cert, client-key, header.NAME. A key belongs to the host it was entered for:
changing the host asks again.

Examples:
  msg profiles set work model=claude-opus-4-6 max-tokens=2000
  msg profiles set work header.x-team=search
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
  commonFlags(unset).action(async (name: string, fields: string[], options: SetOptions) =>
    finish(await runUnset(openDesk(context, options), name, fields, options)),
  );

  const remove = profiles
    .command('remove <names...>')
    .alias('rm')
    .summary('remove profiles and their stored keys')
    .description('Remove profiles and the keys msg keeps for them. Asks first.')
    .option('-y, --yes', 'do not ask');
  commonFlags(remove).action(async (names: string[], options: RemoveOptions) =>
    finish(await runRemove(openDesk(context, options), names, options)),
  );

  const rename = profiles
    .command('rename <from> <to>')
    .summary('give a profile another name')
    .description('Give a profile another name; its stored key follows.');
  commonFlags(rename).action(async (from: string, to: string, options: CommonOptions) =>
    finish(await runRename(openDesk(context, options), from, to)),
  );

  const copy = profiles
    .command('copy <from> <to>')
    .summary('make a second profile like the first')
    .description('Make a second profile like the first, stored key included.');
  commonFlags(copy).action(async (from: string, to: string, options: CommonOptions) =>
    finish(await runCopy(openDesk(context, options), from, to)),
  );

  const use = profiles
    .command('use <name>')
    .summary('choose the profile for every shell; `-` goes back')
    .description(
      'Choose the profile that counts when nothing else names one. `-` goes back to the one before.\n' +
        'For one call: msg send -P NAME. For one shell: MSG_PROFILE=NAME. For a project: .msg.json.',
    );
  commonFlags(use).action(async (name: string, options: CommonOptions) =>
    finish(await runUse(openDesk(context, options), name)),
  );
};

async function runSet(desk: Desk, name: string, words: readonly string[], options: SetOptions): Promise<0> {
  const isCommand = options.keyCommand === true;
  const assignments = isCommand ? words.filter((word) => /^[a-z-]+(\.[\w-]+)?=/.test(word)) : words;
  const rest = isCommand ? words.filter((word) => !assignments.includes(word)) : [];
  const { preset } = requireProfile(desk.store, name);
  const choice = await keyFromOptions(options, rest, preset, desk);
  if (assignments.length === 0 && choice === undefined && !options.keepKey) {
    throw usageError('Nothing to set.', `Example: msg profiles set ${name} model=MODEL`);
  }
  const transform = (profile: Profile): Profile => applyAssignments(profile, assignments);
  return change(desk, name, { transform, choice, keepsKey: options.keepKey === true });
}

async function runUnset(
  desk: Desk,
  name: string,
  fields: readonly string[],
  options: SetOptions,
): Promise<0> {
  const { key } = requireProfile(desk.store, name);
  const transform = (profile: Profile): Profile => removeFields(profile, fields);
  const code = await change(desk, name, { transform, keepsKey: options.keepKey === true });
  if (fields.includes('key')) await forgetKey(name, key, desk);
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
  if (choice !== undefined && before.key?.kind === 'stored' && choice.reference.kind !== 'stored') {
    await desk.store.writeStoredKey(name, undefined);
  }
  desk.note(`Profile ${name} is changed.`);
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
  const url = messagesUrl ?? baseUrl ?? (preset === undefined ? undefined : findPreset(preset).baseUrl);
  return url === undefined || url.includes('{') ? undefined : originOf(url);
}

async function runRemove(desk: Desk, names: readonly string[], options: RemoveOptions): Promise<0> {
  const found = names.map((name) => ({ name, key: referenceOf(desk, name) }));
  if (!options.yes) {
    const list = names.join(', ');
    if (!desk.isInteractive) throw usageError(`To remove ${list} without a question: --yes`);
    const asker = await desk.context.asker();
    if (!(await asker.confirm(`Remove ${list} and the stored keys?`, false))) {
      desk.note('Nothing was removed.');
      return 0;
    }
  }
  await desk.store.update((config) => {
    for (const { name } of found) config.remove(name);
  });
  for (const { name, key } of found) await forgetKey(name, key, desk);
  desk.note(`Removed: ${names.join(', ')}.`);
  return 0;
}

/** A malformed entry can be removed too; its key is then found in credentials.json only. */
function referenceOf({ store }: Desk, name: string): Profile['key'] {
  const view = store.read();
  if (!view.names.includes(name)) requireProfile(store, name);
  try {
    return view.profile(name)?.key;
  } catch {
    return undefined;
  }
}

async function runRename(desk: Desk, from: string, to: string): Promise<0> {
  const { key } = requireProfile(desk.store, from);
  checkNewName(to, desk.store.read().names, from);
  await copyKey(from, to, key, desk);
  await desk.store.update((config) => {
    checkNewName(to, config.names, from);
    config.rename(from, to);
  });
  // Where case does not count, the old name and the new one are the same drawer.
  if (from.toLowerCase() !== to.toLowerCase() || key?.kind === 'stored') await forgetKey(from, key, desk);
  desk.note(`Profile ${from} is called ${to} now.`);
  return 0;
}

async function runCopy(desk: Desk, from: string, to: string): Promise<0> {
  const { key } = requireProfile(desk.store, from);
  checkNewName(to, desk.store.read().names);
  await copyKey(from, to, key, desk);
  await desk.store.update((config) => {
    checkNewName(to, config.names);
    config.copy(from, to);
  });
  desk.note(`Profile ${to} is a copy of ${from}.`);
  return 0;
}

async function runUse(desk: Desk, name: string): Promise<0> {
  const view = desk.store.read();
  const wanted = name === '-' ? view.previous : name;
  if (wanted === undefined) {
    throw usageError('There is no profile to go back to.', 'Next: msg profiles use NAME');
  }
  if (!view.names.includes(wanted) && wanted !== 'demo' && wanted !== 'env') {
    const near = nearestNames(wanted, view.names);
    throw configError(
      `There is no profile "${wanted}".${near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : ''}`,
      'Next: msg profiles list',
    );
  }
  await desk.store.update((config) => config.use(wanted));
  const before = view.current;
  desk.note(`${wanted} is in use${before === undefined || before === wanted ? '' : ` (before: ${before})`}.`);
  const winner = nameInUse(desk);
  if (winner !== undefined && winner !== wanted) {
    const where =
      desk.context.env['MSG_PROFILE']?.trim() === winner ? 'MSG_PROFILE' : 'the project file .msg.json';
    desk.note(`Here ${winner} still counts: ${where} says so.`);
  }
  return 0;
}
