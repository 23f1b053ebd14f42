// The slash commands of the chat: one table entry each. Unknown ones are never sent to the model.
import { nearestNames } from '../profiles/nearest-names.ts';
import { type Session, type Step, say } from './session.ts';
import { conversationCommands } from './slash-conversation.ts';
import { sessionCommands } from './slash-session.ts';
import { settingCommands } from './slash-settings.ts';

/** What Tab offers for the argument. */
export type ArgumentKind = 'model' | 'profile' | 'path' | 'setting' | 'on-off' | 'session' | 'command';

export type SlashCommand = {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** The arguments, as help shows them. */
  readonly usage?: string;
  readonly summary: string;
  readonly completes?: ArgumentKind;
  readonly run: (session: Session, argument: string) => Step;
};

const help: SlashCommand = {
  name: 'help',
  aliases: ['?'],
  usage: '[COMMAND]',
  summary: 'this list, or one command',
  completes: 'command',
  run: (session, argument) => {
    const wanted = argument.replace(/^\//, '');
    const found = wanted === '' ? undefined : findCommand(wanted);
    if (wanted !== '' && found === undefined) return unknown(session, wanted);
    return { session, effects: [{ kind: 'help', command: found?.name ?? null }] };
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

/** Runs a line that begins with one slash. */
export function runSlash(session: Session, line: string): Step {
  const [, name = '', argument = ''] = /^\/(\S*)\s*([\s\S]*)$/.exec(line) ?? [];
  const command = findCommand(name.toLowerCase());
  if (command === undefined) return unknown(session, name);
  // Doing half of what was written would be worse than doing nothing.
  if (argument.trim() !== '' && command.usage === undefined)
    return { session, effects: [say(`/${command.name} takes no argument`, 'warn')] };
  return command.run(session, argument.trim());
}

function unknown(session: Session, name: string): Step {
  const names = slashCommands.flatMap((command) => [command.name, ...(command.aliases ?? [])]);
  const [nearest] = nearestNames(name, names);
  const hint = nearest === undefined ? '/help lists the commands' : `did you mean /${nearest}?`;
  return {
    session,
    effects: [
      say(`/${name} is not a command: ${hint} (a message that begins with a slash: //${name})`, 'warn'),
    ],
  };
}
