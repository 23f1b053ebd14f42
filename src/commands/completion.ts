// `msg completion SHELL`: a few lines for the shell, which ask msg itself at every TAB. What fits where is
// read off the command tree, so it is never out of date.
import type { Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { cacheTimes } from '../messages/request.ts';
import { scenarios } from '../mock/scenarios.ts';
import { findPreset, presets } from '../profiles/presets.ts';
import { pathOf } from '../turn/connection/setting-sources.ts';
import type { PromptFiles } from '../turn/prompts/prompt-files.ts';
import type { CommandModule } from './command.ts';
import { completionScripts, type Shell } from './completion-scripts.ts';
import { helpTopics } from './help-topics.ts';
import { longForms } from './long-forms.ts';
import { findCommand } from './mistakes.ts';

/** One thing to offer, with a word about it. */
type Candidate = { readonly value: string; readonly about?: string };

const description = `Tab completion for commands, options, profiles and models.

Examples:
  # in ~/.bashrc
  source <(msg completion bash)
  # the other shells, once
  msg completion zsh > "\${fpath[1]}/_msg"
  msg completion fish > ~/.config/fish/completions/msg.fish
  ln -s msg.fish ~/.config/fish/completions/msg-cli.fish
  msg completion powershell >> $PROFILE`;

export const declare: CommandModule['declare'] = (command, context, finish) => {
  const shells = Object.keys(completionScripts) as Shell[];
  command
    .description(description)
    .argument('[shell]', shells.join(', '))
    .argument('[words...]')
    .addOption(command.createOption('--complete', 'what the scripts ask for').hideHelp())
    .action(async (shell: string | undefined, rest: string[], options: { complete?: boolean }) => {
      const { stdout } = context.streams;
      if (options.complete) {
        const words = shell === undefined ? [] : [shell, ...rest];
        const found = await candidates(command.parent ?? command, words, context);
        await stdout.write(
          found.map(({ value, about }) => `${value}${about === undefined ? '' : `\t${about}`}\n`).join(''),
        );
      } else {
        const script = completionScripts[shell as Shell];
        if (script === undefined)
          throw usageError(`Which shell? ${shells.join(', ')}.`, 'Example: msg completion bash');
        await stdout.write(script);
      }
      finish(exitCodes.done);
    });
};

/** What may stand for the last of the words, given those before it. Nothing: the shell offers files. */
async function candidates(root: Command, typed: readonly string[], context: Context): Promise<Candidate[]> {
  // bash makes three words of --option=value.
  const last = typed.at(-1) ?? '';
  // A value is about to be typed: what `-v` means depends on what stands before it.
  const words = [...longForms([...typed.slice(0, -1), 'value=']).slice(0, -1), last];
  const current = last === '=' ? '' : last;
  let command = root;
  let awaiting: Option | undefined;
  for (const word of words.slice(0, -1).filter((one) => one !== '=')) {
    const option = word.startsWith('-') ? findOption(command, word) : undefined;
    if (awaiting !== undefined) awaiting = undefined;
    else if (option !== undefined)
      awaiting = (option.required || option.optional) && !word.includes('=') ? option : undefined;
    else command = findCommand(command, word) ?? command;
  }
  const [, name = '', begun] = /^(--[^=]+=)(.*)$/s.exec(current) ?? [];
  if (begun !== undefined && awaiting === undefined) awaiting = findOption(command, name);
  const found = await offers(command, awaiting, current, words, context);
  return [...found, ...helpWords(words)]
    .map(({ value, ...rest }) => ({ value: name + value, ...rest }))
    .filter(({ value }) => value.startsWith(current));
}

async function offers(
  command: Command,
  awaiting: Option | undefined,
  current: string,
  words: readonly string[],
  context: Context,
): Promise<Candidate[]> {
  if (awaiting !== undefined) {
    if (awaiting.argChoices !== undefined) return plain(awaiting.argChoices);
    return valuesOf[awaiting.long ?? '']?.(context, words) ?? [];
  }
  if (current.startsWith('-'))
    return command.options
      .filter(({ hidden }) => !hidden)
      .map((option) => ({ value: option.long ?? option.flags, about: option.description }));
  if (command.commands.length > 0)
    return command.commands.map((one) => ({ value: one.name(), about: one.summary() || one.description() }));
  if (command.name() === 'completion') return plain(Object.keys(completionScripts));
  if (command.parent?.name() === 'prompts' && /^(show|edit|remove)$/.test(command.name()))
    return promptNames(context);
  return takesProfile(command) ? profileNames(context) : [];
}

/** `help` stands where a command does; behind it, so do the topics. */
function helpWords([first, ...rest]: readonly string[]): Candidate[] {
  if (rest.length === 0) return [{ value: 'help', about: 'the page of a command or a topic' }];
  if (first !== 'help' || rest.length > 1) return [];
  return helpTopics.map(({ name, summary }) => ({ value: name, about: summary }));
}

const plain = (values: readonly string[]): Candidate[] => values.map((value) => ({ value }));

/** What is known of the values an option takes, besides its choices. */
const valuesOf: Readonly<
  Record<string, (context: Context, words: readonly string[]) => Candidate[] | Promise<Candidate[]>>
> = {
  '--profile': profileNames,
  '--model': modelNames,
  '--template': promptNames,
  '--value': promptVariables,
  '--preset': () => presets.map(({ id, title }) => ({ value: id, about: title })),
  '--scenario': () => scenarios.map(({ name, summary }) => ({ value: name, about: summary })),
  '--cache': () => plain([...cacheTimes, 'off']),
  '--thinking': () => plain(['adaptive', 'off']),
  '--explain': async () => plain((await import('../doctor/run/explain.ts')).explainedIds()),
  '--only': checkIds,
  '--skip': checkIds,
  '--tool-choice': () => plain(['auto', 'any', 'none']),
};

const findOption = (command: Command, word: string): Option | undefined =>
  command.options.find(({ long, short }) => long === word.split('=', 1)[0] || short === word);

/** Arguments that are profiles are called so: `msg profiles use <name>`. */
const takesProfile = (command: Command): boolean =>
  command.name() === 'doctor' ||
  (command.parent?.name() === 'profiles' &&
    /^(names?|from)$/.test(command.registeredArguments[0]?.name() ?? ''));

async function checkIds(): Promise<Candidate[]> {
  const { checks } = await import('../doctor/engine/registry.ts');
  return checks.map(({ id, title }) => ({ value: id, about: title }));
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
  const at = words.findIndex((word) => word === '-T' || word === '--template');
  const which = words[at + 1];
  if (at < 0 || which === undefined) return [];
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

/** The models that are known without asking anybody: those of the profiles, also by short names, and of their presets. */
function modelNames(context: Context): Candidate[] {
  const config = context.store(context.dirs.config, () => {}).read();
  const ids = config.names.flatMap((name) => {
    const profile = config.profile(name);
    const listed = profile?.preset === undefined ? [] : findPreset(profile.preset).models.map(({ id }) => id);
    const aliases = Object.keys(profile?.aliases ?? {});
    return [...aliases, ...(profile?.model === undefined ? [] : [profile.model]), ...listed];
  });
  return plain([...new Set(ids)]);
}
