// What Tab offers in a line of the chat. Pure but for the lists it is given.
import { findCommand, slashCommands } from './slash.ts';
import type { ArgumentKind } from './slash-command.ts';
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
  if (blank === undefined) return [commandsLike(name).map((found) => `/${found}${blankAfter(found)}`), text];
  const kind = findCommand(name)?.completes;
  if (kind === undefined) return [[], text];
  const begun = kind === 'path' ? lastWord(argument) : argument;
  const all = await candidatesOf(kind, begun, candidates);
  return [all.filter((candidate) => candidate.startsWith(begun)), begun];
}

/** The commands that begin so; where none does, those with an alias that does, under that one. */
function commandsLike(begun: string): string[] {
  const fits = (name: string): boolean => name.startsWith(begun);
  const found = slashCommands.map(({ name }) => name).filter(fits);
  return found.length > 0 ? found : slashCommands.flatMap(({ aliases = [] }) => aliases.filter(fits));
}

/** Arguments may follow. */
const blankAfter = (name: string): string => (findCommand(name)?.usage === undefined ? '' : ' ');

async function candidatesOf(kind: ArgumentKind, begun: string, from: Candidates): Promise<readonly string[]> {
  switch (kind) {
    case 'command':
      return commandsLike(begun);
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
