// The command tree. The one door to commander (commands import its types). Only the command that was
// asked for is loaded; the others are a name and a line of help.
import { Command, CommanderError } from 'commander';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { colorOf } from './color-flag.ts';
import type { CommandModule } from './command.ts';
import { addAliases, aliasesOf } from './command-words.ts';
import { pageText } from './help-layout.ts';
import { pageOf } from './help-page.ts';
import { helpTopics } from './help-topics.ts';
import { longForms } from './long-forms.ts';

type Entry = { readonly name: string; readonly summary: string; readonly load: () => Promise<CommandModule> };

const commands: readonly Entry[] = [
  {
    name: 'send',
    summary: 'send one prompt and stream the answer; made for pipes',
    load: () => import('./send.ts'),
  },
  {
    name: 'profiles',
    summary: 'named providers: add, list, switch, test, use in other programs',
    load: () => import('./profiles.ts'),
  },
  {
    name: 'chat',
    summary: 'hold a conversation, which is saved as a session',
    load: () => import('./chat.ts'),
  },
  {
    name: 'doctor',
    summary: 'find what is wrong with an endpoint, and how to fix it',
    load: () => import('./doctor.ts'),
  },
  {
    name: 'sessions',
    summary: 'saved conversations: list, read, search, export, delete',
    load: () => import('./sessions.ts'),
  },
  {
    name: 'prompts',
    summary: 'saved prompts with variables',
    load: () => import('./prompts.ts'),
  },
  {
    name: 'models',
    summary: 'list the models an endpoint offers',
    load: () => import('./models.ts'),
  },
  {
    name: 'tap',
    summary: 'see what another client does with an endpoint, and what goes wrong',
    load: () => import('./tap.ts'),
  },
  {
    name: 'mock',
    summary: 'a Messages server on this machine that fails in every known way',
    load: () => import('./mock.ts'),
  },
  {
    name: 'completion',
    summary: 'tab completion for bash, zsh, fish and PowerShell',
    load: () => import('./completion.ts'),
  },
];

const overview = `The command line for Anthropic-compatible Messages endpoints.

Examples:
  # see it work: no key, no network
  msg send -P demo "hello"
  # keep an endpoint and its key; then: msg send "hello"
  msg profiles add`;

/** Runs the command in `typed`. Throws MsgError `usage` for everything commander refuses. */
export async function runProgram(typed: readonly string[], context: Context): Promise<ExitCode> {
  const argv = longForms(typed);
  let code: ExitCode = exitCodes.done;
  const finish = (result: ExitCode): void => {
    code = result;
  };
  const wanted = argv.find((argument) => !argument.startsWith('-'));
  if (argv.length === 0 && context.streams.stdout.isTTY && !context.env['CI'])
    return (await import('./overview.ts')).printOverview(context);
  const wantedName = wanted === 'help' ? argv[argv.indexOf('help') + 1] : wanted;
  // Completion reads the whole tree.
  const isWanted = ({ name }: Entry): boolean =>
    name === wantedName || aliasesOf(name).includes(wantedName ?? '') || wantedName === 'completion';
  const program = await commandTree(context, { finish, isWanted, color: colorOf(argv) });
  try {
    if (argv.length === 0) program.help();
    if (wanted === 'help') await printHelp(program, argv, context);
    else await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return exitCodes.done;
    const { commandLineError } = await import('./mistakes.ts');
    throw commandLineError(error, program, argv);
  }
  return code;
}

type TreeOptions = {
  readonly finish?: (code: ExitCode) => void;
  /** The commands that are loaded, with their options and subcommands; all if left out. */
  readonly isWanted?: (entry: Entry) => boolean;
  readonly color?: boolean | undefined;
};

/** The command tree, for those who run it and for those who describe it. */
export async function commandTree(
  context: Context,
  { finish = () => {}, isWanted = () => true, color }: TreeOptions = {},
): Promise<Command> {
  const program = prepare(new Command('msg'), context, color)
    .usage('[--help | --version] COMMAND [options]')
    .description(overview)
    .version(context.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help');
  for (const entry of commands) {
    const { name, summary, load } = entry;
    const command = prepare(program.command(name), context, color).summary(summary).description(summary);
    if (isWanted(entry)) (await load()).declare(command, context, finish);
  }
  addAliases(program);
  return program;
}

/**
 * `msg help profiles add`: the page of the command, however deep it lies, or of a topic. Throws `usage` for what is
 * neither.
 */
async function printHelp(program: Command, words: readonly string[], context: Context): Promise<void> {
  const { commandPath, unknownCommand } = await import('./mistakes.ts');
  const names = words.filter((word) => word !== 'help' && !word.startsWith('-'));
  const topic = helpTopics.find(({ name }) => name === names[0]);
  if (topic !== undefined) {
    const { stdout } = context.streams;
    await stdout.write(
      pageText(await topic.page(), stdout.columns(), context.theme('stdout', colorOf(words))),
    );
    return;
  }
  const path = commandPath(program, names);
  const command = path.at(-1) ?? program;
  const rest = names[path.length - 1];
  // What follows a command without subcommands are its arguments.
  if (rest !== undefined && command.commands.length > 0) throw unknownCommand(rest, path, false);
  command.outputHelp();
}

/** The settings every level of the tree needs: no exit, no own printing of errors, our own pages. */
function prepare(command: Command, context: Context, color: boolean | undefined): Command {
  const { stdout } = context.streams;
  return command
    .exitOverride()
    .showSuggestionAfterError(false)
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: () => {},
      // Ours are put on where they belong.
      getOutHasColors: () => true,
    })
    .configureHelp({
      formatHelp: (one, helper) =>
        pageText(pageOf(one, helper), stdout.columns(), context.theme('stdout', color)),
    });
}
