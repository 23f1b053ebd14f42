// What is known of the values that options and arguments take, for tab completion: names of profiles, sessions, prompts,
// models ... What has choices of its own (`--auth`) needs no row here.
import type { Context } from '../context.ts';
import { cacheTimes } from '../messages/request.ts';
import { scenarios } from '../mock/scenarios.ts';
import { fieldNames } from '../profiles/fields.ts';
import { importSources } from '../profiles/import-sources.ts';
import { presets } from '../profiles/presets.ts';
import { oneLine } from '../text/sanitize.ts';
import { pathOf } from '../turn/connection/setting-sources.ts';
import type { PromptFiles } from '../turn/prompts/prompt-files.ts';
import { completionScripts } from './completion-scripts.ts';

/** One thing to offer, with a word about it. */
export type Candidate = { readonly value: string; readonly about?: string };

type Source = (context: Context, words: readonly string[]) => Candidate[] | Promise<Candidate[]>;

export const plain = (values: readonly string[]): Candidate[] => values.map((value) => ({ value }));

const presetIds = () => presets.map(({ id, title }) => ({ value: id, about: title }));
const scenarioNames = () => scenarios.map(({ name, summary }) => ({ value: name, about: summary }));

/** By the long name of the option. */
export const optionValues: Readonly<Record<string, Source>> = {
  '--profile': profileNames,
  '--compare': profileNames,
  '--model': modelNames,
  '--session': sessionNames,
  '--resume': sessionNames,
  '--template': promptNames,
  '--value': promptVariables,
  '--preset': presetIds,
  '--scenario': scenarioNames,
  '--fail': async () => [...plain((await import('../tap/faults.ts')).shortFaultNames), ...scenarioNames()],
  '--cache': () => plain([...cacheTimes, 'off']),
  '--thinking': () => plain(['adaptive', 'off']),
  '--explain': async () => plain((await import('../doctor/run/explain.ts')).explainedIds()),
  '--only': checkIds,
  '--skip': checkIds,
  '--tool-choice': () => plain(['auto', 'any', 'none']),
};

/** By the command at the top and the name of the argument: `msg profiles use <name>`. */
export const argumentValues: Readonly<Record<string, Source>> = {
  'completion shell': () => plain(Object.keys(completionScripts)),
  'doctor targets': profileNames,
  'tap target': profileNames,
  'profiles name': profileNames,
  'profiles names': profileNames,
  'profiles from': profileNames,
  'profiles preset': presetIds,
  'profiles source': () => plain(importSources),
  'profiles fields': () => plain(fieldNames.map(wordOfField)),
  'profiles assignments': () =>
    plain(fieldNames.map(wordOfField).map((name) => name.replace(/[^.]$/, '$&='))),
  'prompts prompt': promptNames,
  'sessions session': sessionNames,
};

/** `header.NAME` as far as it is the same for everybody. */
const wordOfField = (name: string): string => name.replace(/\.[A-Z]+$/, '.');

async function checkIds(): Promise<Candidate[]> {
  const { checks } = await import('../doctor/engine/registry.ts');
  return checks.map(({ id, title }) => ({ value: id, about: title }));
}

/** By name where they have one, the last used first. */
async function sessionNames({ dirs }: Context): Promise<Candidate[]> {
  const { sessionFiles } = await import('../chat/store/session-files.ts');
  return sessionFiles(dirs.state)
    .list()
    .map(({ id, name, header: { preview = '' } }) => ({ value: name ?? id, about: oneLine(preview) }));
}

async function keptPrompts({ dirs }: Context): Promise<PromptFiles> {
  const { promptFiles } = await import('../turn/prompts/prompt-files.ts');
  return promptFiles(dirs.config, (path) => pathOf(path, dirs));
}

async function promptNames(context: Context): Promise<Candidate[]> {
  return plain((await keptPrompts(context)).names());
}

/** The variables of the prompt that is named before; those with a value of their own say so. */
async function promptVariables(context: Context, words: readonly string[]): Promise<Candidate[]> {
  const which = wordBehind(words, '-T', '--template');
  if (which === undefined) return [];
  const { variables } = await (await keptPrompts(context)).read(which);
  return variables.map(({ name, preset }) => ({
    value: `${name}=`,
    ...(preset === undefined ? {} : { about: `otherwise ${preset}` }),
  }));
}

function profileNames(context: Context): Candidate[] {
  const config = context.store(context.dirs.config, () => {}).read();
  return [
    ...plain(config.names),
    { value: 'demo', about: 'built in' },
    { value: 'env', about: 'ANTHROPIC_*' },
  ];
}

/**
 * The models that are known without asking anybody, of the profile that is named before, or of all: the model of a
 * profile, its short names, and what its preset lists.
 */
function modelNames(context: Context, words: readonly string[]): Candidate[] {
  const config = context.store(context.dirs.config, () => {}).read();
  const named = wordBehind(words, '-P', '--profile');
  const ids = (named === undefined ? config.names : [named]).flatMap((name) => {
    const { aliases = {}, model, preset = name } = config.profile(name) ?? {};
    const listed = presets.find(({ id }) => id === preset)?.models.map(({ id }) => id) ?? [];
    return [...Object.keys(aliases), ...(model === undefined ? [] : [model]), ...listed];
  });
  return plain([...new Set(ids)]);
}

/** What stands behind an option, in a word of its own. */
function wordBehind(words: readonly string[], ...names: readonly string[]): string | undefined {
  const at = words.findIndex((word) => names.includes(word));
  return at < 0 ? undefined : words[at + 1];
}
