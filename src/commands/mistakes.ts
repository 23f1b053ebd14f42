// What is said of a command line that commander refuses: what was meant, and where to look. Loaded when there
// is something to say.
import type { Command, CommanderError } from 'commander';
import { type MsgError, usageError } from '../errors.ts';
import { neverAnArgument } from '../profiles/fields.ts';
import { didYouMean, suggestionText } from '../text/nearest-names.ts';
import { shellQuote } from '../text/shell-quote.ts';
import { commandsMeant, isForProfiles } from './command-words.ts';
import { helpTopics } from './help-topics.ts';

/** The options by which other tools take a key. */
const keyOptions =
  /^--?(api-?)?(key|token|secret|password)$|^--?(auth|access|bearer|anthropic-api)-(key|token)$/i;

/** The error for what commander refused in `argv`; `program` is the whole tree. */
export function commandLineError(
  error: Pick<CommanderError, 'code' | 'message'>,
  program: Command,
  argv: readonly string[],
): MsgError {
  const path = commandPath(program, argv);
  const command = path.at(-1) ?? program;
  const page = `${path.map((one) => one.name()).join(' ')} --help`;
  const [, option] = /unknown option '([^'=]*)/.exec(error.message) ?? [];
  if (option !== undefined) return unknownOption(option, command, page);
  // `msg profiles help nosuch`: commander has no words for it.
  const name =
    error.code === 'commander.help'
      ? argv[argv.indexOf('help') + 1]
      : /unknown command '(.*)'/s.exec(error.message)?.[1];
  if (name !== undefined) return unknownCommand(name, path, error.code !== 'commander.help');
  return usageError(sentence(error.message), `Next: ${page}`);
}

/**
 * A word that is no command below the last of `path`.
 * @param isFirst whether it stood where a command stands; it may be a prompt then
 */
export function unknownCommand(name: string, path: readonly Command[], isFirst: boolean): MsgError {
  const command = path.at(-1);
  const what = `Unknown command '${name}'.`;
  if (path.length === 1 && isForProfiles(name))
    return usageError(
      `${what} Endpoints and their keys are kept in profiles.`,
      'Next: msg profiles add, or msg profiles --help',
    );
  const names = command?.commands.map((one) => one.name()) ?? [];
  const others =
    path.length > 1 ? [] : isFirst ? ['help', '--version'] : helpTopics.map((topic) => topic.name);
  // With spaces in it, it is a prompt.
  const meant = /\s/.test(name) ? [] : commandsMeant(name, [...names, ...others]);
  const here = path.map((one) => one.name()).join(' ');
  const [only] = meant;
  if (only !== undefined && meant.length === 1 && names.includes(only))
    return usageError(`${what}${suggestionText(meant)}`, `Next: ${here} ${only} --help`);
  // Other tools of this kind take the prompt as it is.
  const send = isFirst && path.length === 1 && meant.length === 0 ? `msg send ${shellQuote(name)}, or ` : '';
  return usageError(`${what}${suggestionText(meant)}`, `Next: ${send}${here} --help`);
}

/** Only its name is repeated: what follows `=` may be a key. */
function unknownOption(name: string, command: Command, page: string): MsgError {
  const names = command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long }) => long ?? []);
  if (!keyOptions.test(name))
    return usageError(`Unknown option '${name}'.${didYouMean(name, names)}`, `Next: ${page}`);
  const ways = names.filter((one) => /key-(env|file|stdin|command|keychain)$/.test(one));
  return usageError(
    `There is no ${name}. ${neverAnArgument}`,
    ways.length > 0
      ? `Use ${ways.join(', ').replace(/, ([^,]*)$/, ' or $1')}. Next: ${page}`
      : 'Keep it with an endpoint: msg profiles add, or name its variable: msg send --api-key-env NAME',
  );
}

/** From the root down to the command that was meant: `msg`, `profiles`, `env`. */
export function commandPath(command: Command, argv: readonly string[]): Command[] {
  const at = argv.findIndex((argument) => !argument.startsWith('-'));
  const found = findCommand(command, argv[at]);
  return [command, ...(found === undefined ? [] : commandPath(found, argv.slice(at + 1)))];
}

/** The subcommand with this name or alias. */
export const findCommand = (command: Command, word: string | undefined): Command | undefined =>
  command.commands.find((one) => one.name() === word || one.aliases().includes(word ?? ''));

/** Commander's words in the form of all other errors: a capital letter, a full stop, no "error:". */
function sentence(message: string): string {
  const text = message.replace(/^error: /, '').replace(/\.$/, '');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
