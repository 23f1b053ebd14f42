// The command tree. The one door to commander (commands import its types). Only the command that was
// asked for is loaded; the others are a name and a line of help.
import { Command, CommanderError } from 'commander';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodeMeanings, exitCodes } from '../exit-codes.ts';
import type { CommandModule } from './command.ts';
import { helpItem, helpText } from './help-layout.ts';

type Entry = { readonly name: string; readonly summary: string; readonly load: () => Promise<CommandModule> };

const commands: readonly Entry[] = [
  {
    name: 'send',
    summary: 'send one prompt and stream the answer; made for pipes',
    load: () => import('./send.ts'),
  },
  {
    name: 'profiles',
    summary: 'named providers: add, list, switch, test, hand to other programs',
    load: () => import('./profiles.ts'),
  },
  {
    name: 'chat',
    summary: 'talk, turn by turn, in a session that is kept',
    load: () => import('./chat.ts'),
  },
  {
    name: 'doctor',
    summary: 'find what is wrong with an endpoint, and what fixes it',
    load: () => import('./doctor.ts'),
  },
  {
    name: 'sessions',
    summary: 'conversations that were kept: list, read, search, export, clear up',
    load: () => import('./sessions.ts'),
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
    summary: 'serve the protocol on this machine; fail in every known way',
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
  # a prompt from arguments and stdin
  git diff | msg send "review this"
  # any endpoint, without a profile
  msg send "hi" --base-url https://host --api-key-env KEY -m MODEL`;

/** Runs the command in `argv`. Throws MsgError `usage` for everything commander refuses. */
export async function runProgram(argv: readonly string[], context: Context): Promise<ExitCode> {
  let code: ExitCode = exitCodes.done;
  const finish = (result: ExitCode): void => {
    code = result;
  };
  const program = prepare(new Command('msg'), context)
    .description(overview)
    .version(context.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', () => exitCodesText(helpWidth(context.streams)));
  const wanted = argv.find((argument) => !argument.startsWith('-'));
  const wantedName = wanted === 'help' ? argv[argv.indexOf('help') + 1] : wanted;
  for (const { name, summary, load } of commands) {
    const command = prepare(program.command(name), context).summary(summary).description(summary);
    // Completion reads the whole tree.
    if (name === wantedName || wantedName === 'completion') (await load()).declare(command, context, finish);
  }
  try {
    if (argv.length === 0) program.help();
    if (wanted === 'help') await printHelp(program, argv);
    else await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return exitCodes.done;
    const { commandLineError } = await import('./mistakes.ts');
    throw commandLineError(error, program, argv);
  }
  return code;
}

const helpWidth = ({ stdout }: Context['streams']): number => Math.min(stdout.columns(), 100);

const exitCodesText = (width: number): string =>
  `\nExit codes:\n${exitCodeMeanings.map(([code, meaning]) => helpItem(String(code), 3, meaning, width)).join('\n')}`;

/** `msg help profiles add`: the page of the command, however deep it lies. Throws `usage` for what is none. */
async function printHelp(program: Command, words: readonly string[]): Promise<void> {
  const { commandPath, unknownCommand } = await import('./mistakes.ts');
  const names = words.filter((word) => word !== 'help' && !word.startsWith('-'));
  const path = commandPath(program, names);
  const command = path.at(-1) ?? program;
  const rest = names[path.length - 1];
  // What follows a command without subcommands are its arguments.
  if (rest !== undefined && command.commands.length > 0) throw unknownCommand(rest, path, false);
  command.outputHelp();
}

/** The settings every level of the tree needs: no exit, no own printing of errors, width of the terminal. */
function prepare(command: Command, { streams }: Context): Command {
  const width = (): number => helpWidth(streams);
  return command
    .exitOverride()
    .showSuggestionAfterError(false)
    .configureOutput({
      writeOut: (text) => void streams.stdout.write(text),
      writeErr: () => {},
      getOutHelpWidth: width,
      getOutHasColors: () => false,
    })
    .configureHelp({
      commandDescription: (command) => helpText(command.description(), width()),
      formatItem: (term, termWidth, description) => helpItem(term, termWidth, description, width()),
    });
}
