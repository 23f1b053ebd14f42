// msg profiles list, presets, path: looking without touching.
import { isMsgError, usageError } from '../../errors.ts';
import { type CommonOptions, commonFlags } from '../../profiles/flags.ts';
import { findPreset, presets } from '../../profiles/presets.ts';
import { profileJson } from '../../profiles/profile-json.ts';
import { type ProfileRow, presetsText, presetText, profilesText } from '../../profiles/profiles-text.ts';
import { describeReference } from '../../profiles/setting-kinds.ts';
import { modelText, type Settings } from '../../profiles/settings.ts';
import { jsonText } from '../../text/json.ts';
import type { Declaration } from '../command.ts';
import { unknownSubcommand } from '../command-words.ts';
import {
  choiceHere,
  hostText,
  noteProblem,
  type ProfilesContext,
  profileSettings,
  profilesContext,
} from './profile-command.ts';

type ListOptions = CommonOptions & { json?: boolean };

export const declareList: Declaration = (profiles, context, finish) => {
  // The default command gets whatever is no subcommand: the place to say what was meant.
  const list = profiles
    .command('list [word...]', { isDefault: true })
    .usage('[options]')
    .summary('list all profiles; the one in use is marked')
    .description('All profiles, with the one in use marked. Keys are never shown, only where they come from.')
    .option('--json', 'as JSON');
  commonFlags(list).action(async (words: string[], options: ListOptions) => {
    const [word] = words;
    if (word !== undefined) throw unknownSubcommand(profiles, word);
    finish(await runList(profilesContext(context, options), options));
  });

  const catalogue = profiles
    .command('presets [preset...]')
    .usage('[options] [show ID]')
    .summary('list the providers that msg knows')
    .description('The providers that msg knows. `presets show ID` prints what is known about one.')
    .option('--json', 'as JSON');
  commonFlags(catalogue).action(async (words: string[], options: ListOptions) =>
    finish(await runPresets(profilesContext(context, options), words, options)),
  );

  const path = profiles
    .command('path')
    .summary('print where config.json is')
    .description('Prints where config.json is.');
  commonFlags(path).action(async (options: CommonOptions) => {
    const command = profilesContext(context, options);
    await command.print(`${command.store.configPath}\n`);
    finish(0);
  });
};

async function runList(command: ProfilesContext, { json }: ListOptions): Promise<0> {
  const { context, store } = command;
  const view = store.read();
  const { name: inUse, problem } = choiceHere(command);
  noteProblem(command, problem);
  const hasEnv = ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_BASE_URL'].some((name) =>
    context.env[name]?.trim(),
  );
  const names = [...view.names, ...(hasEnv || inUse === 'env' ? ['env'] : [])];
  if (inUse === 'demo' && !names.includes('demo')) names.push('demo');
  const entries = names.map((name) => ({ name, settings: settingsOrProblem(command, name) }));
  if (json) {
    const list = entries.map(({ name, settings }) =>
      typeof settings === 'string'
        ? { name, problem: settings }
        : profileJson(name, name === inUse, settings),
    );
    await command.print(`${JSON.stringify(list, undefined, 2)}\n`);
    return 0;
  }
  if (entries.length === 0) {
    command.note('No profiles yet. Next: msg profiles add NAME, or msg profiles import');
    return 0;
  }
  const rows = entries.map(({ name, settings }): ProfileRow => {
    const isCurrent = name === inUse;
    if (typeof settings === 'string') return { name, isCurrent, problem: settings };
    return {
      name,
      isCurrent,
      preset: settings.preset?.id,
      host: hostText(settings),
      model: modelText(settings),
      auth: settings.auth?.value,
      key: keyText(settings),
    };
  });
  await command.print(profilesText(rows, command.theme, command.width));
  return 0;
}

function keyText({ auth, key, withheld }: Settings): string {
  if (auth?.value === 'none') return 'none needed';
  if (key !== undefined) return describeReference(key.value);
  return withheld === undefined ? 'none yet' : `withheld: for ${withheld.origin ?? 'another host'}`;
}

/** A malformed entry is shown as such in the list; it must not hide the others. */
function settingsOrProblem(command: ProfilesContext, name: string): Settings | string {
  try {
    return profileSettings(command, name);
  } catch (error) {
    if (isMsgError(error, 'config')) return error.message;
    throw error;
  }
}

async function runPresets(
  command: ProfilesContext,
  words: readonly string[],
  { json }: ListOptions,
): Promise<0> {
  const [first, second] = words;
  // `presets ID` is what people type; `presets show ID` is what the help says.
  const id = first === 'show' ? second : first;
  if (first === 'show' && second === undefined) {
    throw usageError('msg profiles presets show needs an ID.', 'Next: msg profiles presets');
  }
  if (id !== undefined) {
    const preset = findPreset(id);
    await command.print(json ? jsonText(preset) : presetText(preset, command.theme, command.width));
    return 0;
  }
  await command.print(json ? jsonText(presets) : presetsText(presets, command.theme, command.width));
  return 0;
}
