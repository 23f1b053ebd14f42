// The words by which people and other tools call what msg does. Those that can mean one thing only are aliases, and
// work; the others are answered with the command that is probably meant. One table for all groups of commands.
import type { Command } from 'commander';
import { type MsgError, usageError } from '../errors.ts';
import { nearestNames, suggestionText } from '../text/nearest-names.ts';

type Words = { readonly aliases?: readonly string[]; readonly similar?: readonly string[] };

const commandWords: Readonly<Record<string, Words>> = {
  send: { similar: ['ask', 'query', 'complete', 'generate', 'message', 'exec'] },
  chat: { similar: ['talk', 'repl', 'interactive', 'shell'] },
  profiles: { aliases: ['profile'], similar: ['providers', 'provider', 'endpoints', 'endpoint', 'gateways'] },
  doctor: { similar: ['check', 'diagnose', 'diag', 'verify', 'ping', 'health', 'status', 'debug', 'probe'] },
  sessions: { aliases: ['session'], similar: ['history', 'logs', 'log', 'conversations', 'threads'] },
  prompts: {
    aliases: ['prompt'],
    similar: ['templates', 'template', 'roles', 'role', 'patterns', 'snippets', 'macros'],
  },
  models: { aliases: ['model'] },
  tap: { similar: ['proxy', 'record', 'trace', 'sniff', 'capture', 'inspect'] },
  mock: { similar: ['serve', 'server', 'fake', 'stub'] },
  completion: { aliases: ['completions'], similar: ['autocomplete'] },

  list: { aliases: ['ls'], similar: ['all', 'index'] },
  show: { aliases: ['view'], similar: ['get', 'cat', 'info', 'inspect', 'describe', 'read', 'print'] },
  add: { similar: ['new', 'create', 'init', 'make', 'login'] },
  set: { similar: ['update', 'change', 'configure', 'config', 'modify'] },
  remove: { aliases: ['rm', 'delete'], similar: ['del', 'erase', 'destroy', 'drop', 'logout'] },
  rename: { aliases: ['mv'], similar: ['move', 'name'] },
  copy: { aliases: ['cp'], similar: ['clone', 'duplicate', 'fork'] },
  use: { similar: ['switch', 'select', 'default', 'activate', 'choose'] },
  edit: { similar: ['open', 'vi', 'vim'] },
  test: { similar: ['check', 'ping', 'verify', 'probe'] },
  env: { similar: ['export', 'shell', 'source'] },
  run: { similar: ['exec', 'with', 'launch'] },
  path: { similar: ['where', 'dir', 'file', 'location'] },
  presets: { similar: ['providers', 'templates', 'catalog', 'known'] },
  import: { similar: ['discover', 'detect'] },
  search: { similar: ['find', 'grep'] },
  export: { similar: ['save', 'dump', 'download', 'write'] },
  prune: { similar: ['clean', 'cleanup', 'gc', 'purge', 'clear'] },
};

/** What other tools do for an endpoint and its key: that is all in profiles here. */
export const isForProfiles = (word: string): boolean =>
  /^(log-?(in|out)|sign-?(in|out)|auth|accounts?|config(ure)?|init|setup|whoami|(set-?)?(api-?)?keys?|tokens?|credentials?)$/i.test(
    word,
  );

/** Other names under which a command works. */
export const aliasesOf = (name: string): readonly string[] => commandWords[name]?.aliases ?? [];

/** Gives the commands below one their aliases. */
export function addAliases(group: Command): void {
  for (const command of group.commands)
    for (const alias of aliasesOf(command.name()))
      if (!command.aliases().includes(alias)) command.alias(alias);
}

/** Those of `names` that somebody may mean who types `word`: written nearly so, or called so elsewhere. */
export function commandsMeant(word: string, names: readonly string[]): string[] {
  const near = nearestNames(word, names);
  if (near.length > 0) return near;
  return names.filter((name) => commandWords[name]?.similar?.includes(word.toLowerCase()));
}

/** A word behind a group of commands that is none of them, e.g. `msg profiles lst`. */
export function unknownSubcommand(group: Command, word: string): MsgError {
  const path = `msg ${group.name()}`;
  const meant = commandsMeant(
    word,
    group.commands.map((one) => one.name()),
  );
  const page = meant.length === 1 ? `${path} ${meant[0]}` : path;
  return usageError(`There is no "${path} ${word}".${suggestionText(meant)}`, `Next: ${page} --help`);
}
