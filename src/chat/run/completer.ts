// What Tab offers in a line of the chat: commands, models of the endpoint, profiles, sessions, files of this machine.
import { readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { wrappings } from '../../profiles/setting-kinds.ts';
import type { Complete } from '../../terminal/prompt/line-buffer.ts';
import { unescaped } from '../../text/shell-quote.ts';
import { findCommand, slashCommands } from '../session/slash.ts';
import type { ArgumentKind } from '../session/slash-command.ts';
import { settingKeys } from '../session/slash-settings.ts';

type Lists = {
  readonly models: () => Promise<readonly string[]>;
  readonly profiles: () => Promise<readonly string[]>;
  readonly sessions: () => Promise<readonly string[]>;
  readonly dirs: Context['dirs'];
};

export function completer({ models, profiles, sessions, dirs }: Lists): Complete {
  return (text) =>
    completions(text, {
      model: models,
      profile: profiles,
      session: sessions,
      prompt: async (begun) => (await import('./prompt-names.ts')).promptsLike(begun, dirs),
      path: (begun) => pathsLike(begun, dirs),
    });
}

/** Files and folders that go on from what was typed; folders end in a slash, blanks are escaped. */
async function pathsLike(begun: string, dirs: Context['dirs']): Promise<string[]> {
  const at = begun.startsWith('@') ? '@' : '';
  const path = unescaped(begun.slice(at.length));
  const folderPart = path.slice(0, path.lastIndexOf('/') + 1);
  const folder = path.startsWith('~/')
    ? join(dirs.home, dirname(`${path.slice(2)}x`))
    : resolve(dirs.working, dirname(`${path}x`));
  const entries = readdirSync(folder, { withFileTypes: true });
  const includesHidden = path.slice(folderPart.length).startsWith('.');
  return entries
    .filter(({ name }) => includesHidden || !name.startsWith('.'))
    .map((entry) => `${folderPart}${entry.name}${entry.isDirectory() ? '/' : ''}`)
    .map((entry) => at + entry.replace(/[\s\\]/g, '\\$&'))
    .sort();
}

/** Where the candidates of each kind come from; called only when that kind is completed. */
export type Candidates = {
  readonly [K in Exclude<ArgumentKind, 'command' | 'setting' | 'on-off' | 'wrap'>]: (
    begun: string,
  ) => Promise<readonly string[]>;
};

/** The candidates for the text before the cursor, and the part of it they replace. */
export async function completions(text: string, candidates: Candidates): Promise<[string[], string]> {
  const [, name, blank, argument = ''] = /^\/(\S*)(\s+)?([\s\S]*)$/.exec(text) ?? [];
  if (name === undefined || text.startsWith('//')) return mentionsLike(text, candidates);
  if (blank === undefined && !name.includes('/'))
    return [commandsLike(name).map((command) => `/${command}${blankAfter(command)}`), text];
  const kind = findCommand(name)?.completes;
  if (kind === undefined) return mentionsLike(text, candidates);
  const begun = kind === 'path' ? lastWord(argument) : argument;
  const all = await candidatesOf(kind, begun, candidates);
  return [all.filter((candidate) => candidate.startsWith(begun)), begun];
}

/** Files for the word behind the last `@`, as a message mentions them. */
async function mentionsLike(text: string, { path }: Candidates): Promise<[string[], string]> {
  const [begun] = /(?<=^|[\s([{"'])@(?:\\.|[^\s\\"'])*$/.exec(text) ?? [];
  if (begun === undefined) return [[], text];
  const all = await path(begun);
  return [all.filter((candidate) => candidate.startsWith(begun)), begun];
}

/** The commands that begin so; where none does, those with an alias that does, under that one. */
function commandsLike(begun: string): string[] {
  const fits = (name: string): boolean => name.startsWith(begun);
  const names = slashCommands.map(({ name }) => name).filter(fits);
  return names.length > 0 ? names : slashCommands.flatMap(({ aliases = [] }) => aliases.filter(fits));
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
    case 'wrap':
      return wrappings;
    default:
      return from[kind](begun);
  }
}

/** The word being typed; a backslash keeps a blank inside it. */
const lastWord = (argument: string): string => /(?:\\.|[^\s\\])*$/.exec(argument)?.[0] ?? '';
