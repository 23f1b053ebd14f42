// The slash commands of the chat: one table entry each, and the rule that tells a command from a message.
import { nearestNames } from '../../text/nearest-names.ts';
import { type Session, type Step, say } from './chat-session.ts';
import type { SlashCommand } from './slash-command.ts';
import { conversationCommands } from './slash-conversation.ts';
import { sessionCommands } from './slash-session.ts';
import { settingCommands } from './slash-settings.ts';

const help: SlashCommand = {
  name: 'help',
  aliases: ['?'],
  usage: '[COMMAND]',
  summary: 'this list, or one command',
  completes: 'command',
  run: (session, argument) => {
    const name = argument.replace(/^\//, '');
    const command = name === '' ? undefined : findCommand(name);
    if (name !== '' && command === undefined) return unknown(session, name);
    return { session, effects: [{ kind: 'help', command: command?.name ?? null }] };
  },
};

/** Every command, in the order of the help. */
export const slashCommands: readonly SlashCommand[] = [
  help,
  ...conversationCommands,
  ...settingCommands,
  ...sessionCommands,
];

/** The command of a name or alias, without the slash. */
export function findCommand(name: string): SlashCommand | undefined {
  return slashCommands.find((command) => command.name === name || command.aliases?.includes(name));
}

/** A text that is meant as a command: one of ours, or one that was mistyped. */
type SlashLine =
  | { readonly kind: 'command'; readonly command: SlashCommand; readonly argument: string }
  | { readonly kind: 'unknown'; readonly name: string };

/**
 * Tells a command from a message that begins with a slash: a path, a comment, a route, a pattern. Null for a
 * message. A word that is near a command is one mistyped, and so is a word that stands alone: neither is to be
 * paid for by mistake. Several lines are a message, unless the command takes a text.
 */
export function slashLine(text: string): SlashLine | null {
  const line = text.trimEnd();
  const [, name, argument = ''] = /^\/(\S*)\s*([\s\S]*)$/.exec(line) ?? [];
  if (name === undefined) return null;
  const command = findCommand(name.toLowerCase());
  if (line.includes('\n') && command?.takesLines !== true) return null;
  if (command !== undefined) return { kind: 'command', command, argument };
  if (/[/\\]/.test(name)) return null;
  const isWord = /^(?:[a-z][\w-]*)?$/i.test(name);
  const isMistyped = nearestCommand(name) !== undefined || (isWord && argument === '');
  return isMistyped ? { kind: 'unknown', name } : null;
}

/** Does what a command says. */
export function runSlash(session: Session, line: SlashLine): Step {
  if (line.kind === 'unknown') return unknown(session, line.name);
  const { command, argument } = line;
  // Doing half of what was written would be worse than doing nothing.
  if (argument !== '' && command.usage === undefined)
    return { session, effects: [say(`/${command.name} takes no argument`, 'warn')] };
  return command.run(session, argument);
}

function nearestCommand(name: string): string | undefined {
  const names = slashCommands.flatMap((command) => [command.name, ...(command.aliases ?? [])]);
  return nearestNames(name, names)[0];
}

function unknown(session: Session, name: string): Step {
  const nearest = nearestCommand(name);
  const hint = nearest === undefined ? '/help lists the commands' : `did you mean /${nearest}?`;
  return {
    session,
    effects: [say(`/${name} is not a command: ${hint} (a blank before the slash sends it)`, 'warn')],
  };
}
