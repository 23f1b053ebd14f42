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
    const path = commandPath(program, argv).join(' ');
    // `msg help nosuch`: commander has no words for it.
    const message =
      error.code === 'commander.help' ? `unknown command '${argv[argv.indexOf('help') + 1]}'` : error.message;
    // Other tools of this kind take the prompt as it is.
    const isPrompt = error.code === 'commander.unknownCommand' && path === 'msg' && !/Did you/.test(message);
    const { shellQuote } = await import('./render/curl-text.ts');
    const send = isPrompt ? `msg send ${shellQuote(wanted ?? '')}, or ` : '';
    throw usageError(sentence(message), `Next: ${send}${path} --help`);
  }
  return code;
}

const helpWidth = ({ stdout }: Context['streams']): number => Math.min(stdout.columns(), 100);

const exitCodesText = (width: number): string =>
  `\nExit codes:\n${exitCodeMeanings.map(([code, meaning]) => helpItem(String(code), 3, meaning, width)).join('\n')}`;

/** The names down to the command that was meant: `msg`, `profiles`, `env`. */
function commandPath(command: Command, argv: readonly string[]): string[] {
  const at = argv.findIndex((argument) => !argument.startsWith('-'));
  const found = command.commands.find(
    (one) => one.name() === argv[at] || one.aliases().includes(argv[at] ?? ''),
  );
  return [command.name(), ...(found === undefined ? [] : commandPath(found, argv.slice(at + 1)))];
}

/** Commander's words in the form of all other errors: a capital letter, a full stop, no "error:". */
function sentence(message: string): string {
  const [first = '', suggestion] = message.replace(/^error: /, '').split(/\s*\n\s*|\s*(?=\(Did)/);
  const text = `${first.charAt(0).toUpperCase()}${first.slice(1).replace(/\.$/, '')}.`;
  return suggestion === undefined ? text : `${text} ${suggestion.replace(/^\((.*)\)$/, '$1')}`;
}

/** The settings every level of the tree needs: no exit, no own printing of errors, width of the terminal. */
function prepare(command: Command, { streams }: Context): Command {
  const width = (): number => helpWidth(streams);
  return command
    .exitOverride()
    .showSuggestionAfterError()
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
