// msg profiles set, unset: fields and key of one profile, the key bound to where it belongs.
import { usageError } from '../../errors.ts';
import { applyAssignments, fieldNames, removeFields } from '../../profiles/fields.ts';
import { type CommonOptions, commonFlags } from '../../profiles/flags.ts';
import { forgetKey } from '../../profiles/kept-keys.ts';
import { refuseKeyAsModel } from '../../profiles/key-lint.ts';
import { doubtAboutPath, withFilledBaseUrl } from '../../profiles/presets.ts';
import { type Profile, requireProfile } from '../../profiles/profile.ts';
import {
  type Binding,
  changeProfile,
  originOfProfile,
  type ProfileChange,
} from '../../profiles/profile-changes.ts';
import { modelsOfAliases } from '../../profiles/profile-kinds.ts';
import type { Declaration } from '../command.ts';
import { type KeyOptions, keyFlags, keyFromOptions, pathIn } from './key-input.ts';
import { type ProfilesContext, profilesContext } from './profile-command.ts';

type SetOptions = CommonOptions & KeyOptions & { keepKey?: boolean };

export const declareChange: Declaration = (profiles, context, finish) => {
  const set = profiles
    .command('set <name> [assignments...]')
    .usage('[options] NAME [field=value...]')
    .summary('change fields, or the key')
    .description(
      `Change fields of a profile: ${fieldNames.join(', ')}.
A key belongs to the host it was entered for. If you change the host, msg asks
for it again.

Examples:
  # set values
  msg profiles set work model=claude-opus-4-6 max-tokens=2000
  # add a header
  msg profiles set work header.x-team=search
  # change the key
  msg profiles set work --key-stdin < key.txt`,
    )
    .option('--keep-key', 'keep the key although the host changes');
  keyFlags(set);
  commonFlags(set).action(async (name: string, words: string[], options: SetOptions) =>
    finish(await runSet(profilesContext(context, options), name, words, options)),
  );

  const unset = profiles
    .command('unset <name> <fields...>')
    .summary('remove fields')
    .description('Remove fields of a profile. `key` removes the key, and what msg has stored of it.')
    .option('--keep-key', 'keep the key although the host changes');
  commonFlags(unset).action(async (name: string, words: string[], options: SetOptions) =>
    finish(await runUnset(profilesContext(context, options), name, words, options)),
  );
};

async function runSet(
  command: ProfilesContext,
  name: string,
  words: readonly string[],
  options: SetOptions,
): Promise<0> {
  const isCommand = options.keyCommand === true;
  const [assignments, rest] = isCommand ? [[], words] : [words, []];
  const { preset } = requireProfile(command.store, name);
  const choice = await keyFromOptions(options, rest, preset, command);
  if (assignments.length === 0 && choice === undefined && !options.keepKey) {
    throw usageError('Nothing to set.', `Example: msg profiles set ${name} model=MODEL`);
  }
  const transform = (profile: Profile): Profile =>
    withFilledBaseUrl(withoutCircles(name, applyAssignments(profile, assignments, pathIn(command))));
  return change(command, name, { transform, choice, keepsKey: options.keepKey === true });
}

/** Short names that lead back to themselves would stop every command of the profile. */
function withoutCircles(name: string, profile: Profile): Profile {
  if (profile.aliases !== undefined) modelsOfAliases(profile.aliases, name);
  return profile;
}

async function runUnset(
  command: ProfilesContext,
  name: string,
  words: readonly string[],
  options: SetOptions,
): Promise<0> {
  const { key } = requireProfile(command.store, name);
  const transform = (profile: Profile): Profile => removeFields(profile, words);
  const code = await change(command, name, { transform, keepsKey: options.keepKey === true });
  if (words.includes('key')) await forgetKey(name, key, command);
  return code;
}

type Change = Pick<ProfileChange, 'transform' | 'choice'> & { readonly keepsKey: boolean };

async function change(
  command: ProfilesContext,
  name: string,
  { transform, choice, keepsKey }: Change,
): Promise<0> {
  const before = requireProfile(command.store, name);
  const after = transform(before);
  refuseKeyAsModel(after);
  const binding = choice === undefined ? await bindingOf(command, name, before, after, keepsKey) : {};
  await changeProfile(command, name, { transform, choice, binding });
  command.note(`Profile ${name} is changed.`);
  const doubt = before.baseUrl === after.baseUrl ? undefined : doubtAboutPath(after);
  if (doubt !== undefined) command.note(doubt);
  return 0;
}

/** Which origin the key of a changed profile belongs to: asked for when the profile points elsewhere now. */
async function bindingOf(
  command: ProfilesContext,
  name: string,
  before: Profile,
  after: Profile,
  keepsKey: boolean,
): Promise<Binding> {
  const origin = originOfProfile(after);
  const home = before.keyOrigin ?? originOfProfile(before);
  if (after.key === undefined || home === undefined || home === origin) return {};
  if (keepsKey) return { keyOrigin: origin };
  if (!command.isInteractive) {
    throw usageError(
      `The key of ${name} was entered for ${home}; the profile would now point to ${origin ?? 'nowhere'}.`,
      'If the key belongs there too: --keep-key. Otherwise give the new one: --key-stdin, --key-env NAME',
    );
  }
  const asker = await command.context.asker();
  const question = `The key was entered for ${home}. Does it belong to ${origin ?? 'the new place'} too?`;
  if (await asker.confirm(question, false)) return { keyOrigin: origin };
  command.note(`The key stays bound to ${home} and is not sent. Next: msg profiles set ${name} --key-stdin`);
  return { keyOrigin: home };
}
