// The command tree. The one door to commander (commands import its types). Only the command that was
// asked for is loaded; the others are a name and a line of help.
import { Command, CommanderError } from 'commander';
import type { CommandModule } from './commands/command.ts';
import type { Context } from './context.ts';
import { usageError } from './errors.ts';
import { type ExitCode, exitCodeMeanings, exitCodes } from './exit-codes.ts';
import { helpItem, helpText } from './render/help-layout.ts';

type Entry = { readonly name: string; readonly summary: string; readonly load: () => Promise<CommandModule> };

const commands: readonly Entry[] = [
  {
    name: 'send',
    summary: 'send one prompt and stream the answer; made for pipes',
    load: () => import('./commands/send.ts'),
  },
  {
    name: 'profiles',
    summary: 'named providers: add, list, switch, test, hand to other programs',
    load: () => import('./commands/profiles.ts'),
  },
  {
    name: 'chat',
    summary: 'talk, turn by turn, in a session that is kept',
    load: () => import('./commands/chat.ts'),
  },
  {
    name: 'doctor',
    summary: 'find what is wrong with an endpoint, and what fixes it',
    load: () => import('./commands/doctor.ts'),
  },
  {
    name: 'sessions',
    summary: 'conversations that were kept: list, read, search, export, clear up',
    load: () => import('./commands/sessions.ts'),
  },
  {
    name: 'models',
    summary: 'list the models an endpoint offers',
    load: () => import('./commands/models.ts'),
  },
  {
    name: 'mock',
    summary: 'serve the protocol on this machine; fail in every known way',
    load: () => import('./commands/mock.ts'),
  },
  {
    name: 'completion',
    summary: 'tab completion for bash, zsh, fish and PowerShell',
    load: () => import('./commands/completion.ts'),
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
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return exitCodes.done;
    const path = commandPath(program, argv);
    // `msg help nosuch`: commander has no words for it.
    const message =
      error.code === 'commander.help' ? `unknown command '${argv[argv.indexOf('help') + 1]}'` : error.message;
    const near = await suggestion(message, path.at(-1) ?? program);
    // Other tools of this kind take the prompt as it is.
    const isPrompt = error.code === 'commander.unknownCommand' && path.length === 1 && near === '';
    const { shellQuote } = await import('./render/curl-text.ts');
    const send = isPrompt ? `msg send ${shellQuote(wanted ?? '')}, or ` : '';
    const names = path.map((one) => one.name()).join(' ');
    throw usageError(`${sentence(message)}${near}`, `Next: ${send}${names} --help`);
  }
  return code;
}

const helpWidth = ({ stdout }: Context['streams']): number => Math.min(stdout.columns(), 100);

const exitCodesText = (width: number): string =>
  `\nExit codes:\n${exitCodeMeanings.map(([code, meaning]) => helpItem(String(code), 3, meaning, width)).join('\n')}`;

/** ` Did you mean --model?`, for an option or a command that does not exist. */
async function suggestion(message: string, command: Command): Promise<string> {
  const [, kind, wanted = ''] = /unknown (option|command) '(.*)'/s.exec(message) ?? [];
  // With spaces in it, it is a prompt.
  if (kind === undefined || /\s/.test(wanted)) return '';
  const names =
    kind === 'command'
      ? command.commands.map((one) => one.name())
      : command
          .createHelp()
          .visibleOptions(command)
          .flatMap(({ long }) => long ?? []);
  const { didYouMean } = await import('./profiles/nearest-names.ts');
  return didYouMean(wanted.replace(/=.*/, ''), names);
}

/** From the root down to the command that was meant: `msg`, `profiles`, `env`. */
function commandPath(command: Command, argv: readonly string[]): Command[] {
  const at = argv.findIndex((argument) => !argument.startsWith('-'));
  const found = command.commands.find(
    (one) => one.name() === argv[at] || one.aliases().includes(argv[at] ?? ''),
  );
  return [command, ...(found === undefined ? [] : commandPath(found, argv.slice(at + 1)))];
}

/** Commander's words in the form of all other errors: a capital letter, a full stop, no "error:". */
function sentence(message: string): string {
  const text = message.replace(/^error: /, '').replace(/\.$/, '');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
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
