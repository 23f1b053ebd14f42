// msg profiles list, presets, path: looking without touching.
import { isMsgError, usageError } from '../../errors.ts';
import { type CommonOptions, commonFlags } from '../../profiles/flags.ts';
import { findPreset, presets } from '../../profiles/presets.ts';
import { type ProfileRow, presetsText, presetText, profilesText } from '../../profiles/profiles-text.ts';
import { describeReference } from '../../profiles/setting-kinds.ts';
import type { Settings } from '../../profiles/settings.ts';
import { jsonText } from '../../text/json-text.ts';
import { didYouMean } from '../../text/nearest-names.ts';
import {
  choiceHere,
  type Declaration,
  type Desk,
  hostText,
  noteProblem,
  openDesk,
  profileSettings,
} from './profile-command.ts';
import { profileJson } from './show-profile.ts';

type ListOptions = CommonOptions & { json?: boolean };

export const declareList: Declaration = (profiles, context, finish) => {
  // The default command gets whatever is no subcommand: the place to say what was meant.
  const list = profiles
    .command('list [word...]', { isDefault: true })
    .alias('ls')
    .usage('[options]')
    .summary('all profiles, with the one in use marked')
    .description('All profiles, with the one in use marked. Keys are never shown, only where they are kept.')
    .option('--json', 'as JSON');
  commonFlags(list).action(async (words: string[], options: ListOptions) => {
    const [word] = words;
    if (word !== undefined)
      throw unknownSubcommand(
        word,
        profiles.commands.map((one) => one.name()),
      );
    finish(await runList(openDesk(context, options), options));
  });

  const catalogue = profiles
    .command('presets [words...]')
    .usage('[options] [show ID]')
    .summary('the providers msg knows')
    .description('The providers msg knows. `presets show ID` tells everything their documents say.')
    .option('--json', 'as JSON');
  commonFlags(catalogue).action(async (words: string[], options: ListOptions) =>
    finish(await runPresets(openDesk(context, options), words, options)),
  );

  const path = profiles
    .command('path')
    .summary('where config.json lies')
    .description('Prints where config.json lies.');
  commonFlags(path).action(async (options: CommonOptions) => {
    const desk = openDesk(context, options);
    await desk.print(`${desk.store.configPath}\n`);
    finish(0);
  });
};

function unknownSubcommand(word: string, names: readonly string[]): Error {
  return usageError(
    `There is no "msg profiles ${word}".${didYouMean(word, names)}`,
    'Next: msg profiles --help',
  );
}

async function runList(desk: Desk, { json }: ListOptions): Promise<0> {
  const { context, store } = desk;
  const view = store.read();
  const { name: inUse, problem } = choiceHere(desk);
  noteProblem(desk, problem);
  const hasEnv = ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_BASE_URL'].some((name) =>
    context.env[name]?.trim(),
  );
  const names = [...view.names, ...(hasEnv || inUse === 'env' ? ['env'] : [])];
  if (inUse === 'demo' && !names.includes('demo')) names.push('demo');
  const entries = names.map((name) => ({ name, found: settingsOrProblem(desk, name) }));
  if (json) {
    const list = entries.map(({ name, found }) =>
      typeof found === 'string' ? { name, problem: found } : profileJson(name, name === inUse, found),
    );
    await desk.print(`${JSON.stringify(list, undefined, 2)}\n`);
    return 0;
  }
  if (entries.length === 0) {
    desk.note('No profiles yet. Next: msg profiles add NAME, or msg profiles import');
    return 0;
  }
  const rows = entries.map(({ name, found }): ProfileRow => {
    const isCurrent = name === inUse;
    if (typeof found === 'string') return { name, isCurrent, problem: found };
    return {
      name,
      isCurrent,
      preset: found.preset?.id,
      host: hostText(found),
      model: found.model?.value,
      auth: found.auth?.value,
      key: keyText(found),
    };
  });
  await desk.print(profilesText(rows, desk.theme, desk.width));
  return 0;
}

function keyText({ auth, key, withheld }: Settings): string {
  if (auth?.value === 'none') return 'none needed';
  if (key !== undefined) return describeReference(key.value);
  return withheld === undefined ? 'none yet' : `withheld: for ${withheld.origin ?? 'another host'}`;
}

/** A malformed entry is shown as such in the list; it must not hide the others. */
function settingsOrProblem(desk: Desk, name: string): Settings | string {
  try {
    return profileSettings(desk, name);
  } catch (error) {
    if (isMsgError(error, 'config')) return error.message;
    throw error;
  }
}

async function runPresets(desk: Desk, words: readonly string[], { json }: ListOptions): Promise<0> {
  const [first, second] = words;
  // `presets ID` is what people type; `presets show ID` is what the help says.
  const id = first === 'show' ? second : first;
  if (first === 'show' && second === undefined) {
    throw usageError('msg profiles presets show needs an ID.', 'Next: msg profiles presets');
  }
  if (id !== undefined) {
    const preset = findPreset(id);
    await desk.print(json ? jsonText(preset) : presetText(preset, desk.theme));
    return 0;
  }
  await desk.print(json ? jsonText(presets) : presetsText(presets, desk.theme, desk.width));
  return 0;
}
