// What Tab offers in a line of the chat. Pure but for the lists it is given.
import { type ArgumentKind, findCommand, slashCommands } from './slash.ts';
import { settingKeys } from './slash-settings.ts';

/** Where the candidates of each kind come from; called only when that kind is completed. */
export type Candidates = {
  readonly [K in Exclude<ArgumentKind, 'command' | 'setting' | 'on-off'>]: (
    begun: string,
  ) => Promise<readonly string[]>;
};

/** The candidates for the text before the cursor, and the part of it they replace. */
export async function completions(text: string, candidates: Candidates): Promise<[string[], string]> {
  const [, name, blank, argument = ''] = /^\/(\S*)(\s+)?([\s\S]*)$/.exec(text) ?? [];
  if (name === undefined || text.startsWith('//')) return [[], text];
  if (blank === undefined) {
    const names = slashCommands.map((command) => `/${command.name}${command.usage === undefined ? '' : ' '}`);
    return [names.filter((candidate) => candidate.startsWith(text)), text];
  }
  const kind = findCommand(name)?.completes;
  if (kind === undefined) return [[], text];
  const begun = kind === 'path' ? lastWord(argument) : argument;
  const all = await candidatesOf(kind, begun, candidates);
  return [all.filter((candidate) => candidate.startsWith(begun)), begun];
}

async function candidatesOf(kind: ArgumentKind, begun: string, from: Candidates): Promise<readonly string[]> {
  switch (kind) {
    case 'command':
      return slashCommands.map((command) => command.name);
    case 'setting':
      return settingKeys.map((key) => `${key} `);
    case 'on-off':
      return ['on', 'off'];
    default:
      return from[kind](begun);
  }
}

/** The word being typed; a backslash keeps a blank inside it. */
const lastWord = (argument: string): string => /(?:\\.|[^\s\\])*$/.exec(argument)?.[0] ?? '';
