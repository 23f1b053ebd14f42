// `msg completion SHELL`: a few lines for the shell, which ask msg itself at every TAB. What fits where is
// read off the command tree, so it is never out of date.
import type { Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Declaration } from './command.ts';
import { completionScripts, type Shell } from './completion-scripts.ts';
import { argumentValues, type Candidate, optionValues, plain } from './completion-values.ts';
import { helpTopics } from './help-topics.ts';
import { longForms } from './long-forms.ts';
import { findCommand } from './mistakes.ts';

const description = `Tab completion for commands, options and their values: profiles, models, sessions,
prompts.

Examples:
  # in ~/.bashrc
  source <(msg completion bash)
  # the other shells, once
  msg completion zsh > "\${fpath[1]}/_msg"
  msg completion fish > ~/.config/fish/completions/msg.fish
  ln -s msg.fish ~/.config/fish/completions/msg-cli.fish
  msg completion powershell >> $PROFILE`;

export const declare: Declaration = (command, context, finish) => {
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
  // Behind it stands the command line of another program.
  if (typed.slice(0, -1).includes('--')) return [];
  // bash makes three words of --option=value.
  const last = typed.at(-1) ?? '';
  const current = last === '=' ? '' : last;
  const words = [...before(typed), last];
  let command = root;
  let awaiting: Option | undefined;
  let position = 0;
  for (const word of words.slice(0, -1).filter((one) => one !== '=')) {
    const option = word.startsWith('-') ? findOption(command, word) : undefined;
    const inner = findCommand(command, word);
    if (awaiting !== undefined) awaiting = undefined;
    else if (option !== undefined)
      awaiting = (option.required || option.optional) && !word.includes('=') ? option : undefined;
    else if (inner !== undefined) command = inner;
    else if (!word.startsWith('-')) position += 1;
  }
  const [, name = '', begun] = /^(--[^=]+=)(.*)$/s.exec(current) ?? [];
  if (begun !== undefined && awaiting === undefined) awaiting = findOption(command, name);
  const found = await offers(command, { awaiting, position, current }, words, context);
  return [...found, ...helpWords(words)]
    .map(({ value, ...rest }) => ({ value: name + value, ...rest }))
    .filter(({ value }) => value.startsWith(current));
}

type Place = {
  /** The option whose value is typed. */
  readonly awaiting: Option | undefined;
  /** How many words that are no options stand before. */
  readonly position: number;
  readonly current: string;
};

async function offers(
  command: Command,
  { awaiting, position, current }: Place,
  words: readonly string[],
  context: Context,
): Promise<Candidate[]> {
  if (awaiting?.argChoices !== undefined) return plain(awaiting.argChoices);
  if (awaiting !== undefined) return (await optionValues[awaiting.long ?? '']?.(context, words)) ?? [];
  if (current.startsWith('-'))
    return command.options
      .filter(({ hidden }) => !hidden)
      .map((option) => ({ value: option.long ?? option.flags, about: option.description }));
  if (command.commands.length > 0)
    return command.commands.map((one) => ({ value: one.name(), about: one.summary() || one.description() }));
  return (await argumentValues[argumentAt(command, position)]?.(context, words)) ?? [];
}

/** The words before the last, each short form whose meaning depends on what is about to be typed written out. */
function before(typed: readonly string[]): readonly string[] {
  const next = typed.at(-2) === '--cache' ? 'off' : 'value=';
  return longForms([...typed.slice(0, -1), next]).slice(0, -1);
}

/** The argument of a command at a place, as the rows of `argumentValues` call it. */
function argumentAt(command: Command, position: number): string {
  const { registeredArguments: all, parent } = command;
  const last = all.at(-1);
  const argument = all[position] ?? (last?.variadic === true ? last : undefined);
  return `${(parent?.parent ? parent : command).name()} ${argument?.name() ?? ''}`;
}

/** `help` stands where a command does; behind it, so do the topics. */
function helpWords([first, ...rest]: readonly string[]): Candidate[] {
  if (rest.length === 0) return [{ value: 'help', about: 'the page of a command or a topic' }];
  if (first !== 'help' || rest.length > 1) return [];
  return helpTopics.map(({ name, summary }) => ({ value: name, about: summary }));
}

const findOption = (command: Command, word: string): Option | undefined =>
  command.options.find(({ long, short }) => long === word.split('=', 1)[0] || short === word);
