// Getting a key from whoever has it: options, a pipe, a hidden line; looking at it; keeping it.
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { configError, usageError } from '../../errors.ts';
import { isKeyShaped } from '../../messages/key-shapes.ts';
import { Secret } from '../../messages/secret.ts';
import type { KeyChoice } from '../../profiles/kept-keys.ts';
import { lintKey } from '../../profiles/key-lint.ts';
import type { KeyReference } from '../../profiles/setting-kinds.ts';
import { pathOf } from '../../turn/connection/setting-sources.ts';
import type { ProfilesContext } from './profile-command.ts';

export type KeyOptions = {
  keyEnv?: string;
  keyCommand?: string[] | true;
  keyFile?: string;
  keyKeychain?: boolean;
  keyStdin?: boolean;
  trimKey?: boolean;
};

export function keyFlags(command: Command): Command {
  return command
    .optionsGroup('Key (never an argument):')
    .option('--key-stdin', 'read it from stdin (hidden on a terminal) and keep it in credentials.json')
    .option('--key-keychain', "the same, kept in the operating system's keychain")
    .option('--key-env <name>', 'take it from this variable at every use')
    .option('--key-file <path>', 'take it from this file at every use')
    .option('--key-command [argv...]', 'run this, without a shell; words with dashes go behind --')
    .option('--trim-key', 'take away what was pasted along with the key');
}

/**
 * The key the options name, or undefined when they name none. `rest` holds the words behind `--`, which
 * belong to --key-command. Throws `usage` when more than one is named.
 */
export async function keyFromOptions(
  options: KeyOptions,
  rest: readonly string[],
  presetId: string | undefined,
  command: ProfilesContext,
): Promise<KeyChoice | undefined> {
  const places = [
    options.keyEnv,
    options.keyCommand,
    options.keyFile,
    options.keyKeychain || options.keyStdin || undefined,
  ].filter((one) => one !== undefined);
  if (places.length > 1) throw usageError('Name one place for the key, not several.');
  if (options.keyEnv !== undefined) return { reference: envReference(options.keyEnv, presetId, command) };
  if (options.keyFile !== undefined) return { reference: fileReference(options.keyFile, command) };
  if (options.keyCommand !== undefined) {
    return { reference: commandReference(options.keyCommand === true ? rest : options.keyCommand) };
  }
  if (rest.length > 0) throw usageError(`"${rest[0]}" does not belong here.`, 'Next: msg profiles --help');
  if (!options.keyKeychain && !options.keyStdin) return undefined;
  const value = await enteredKey(presetId, options.trimKey === true, command);
  return { reference: { kind: options.keyKeychain ? 'keychain' : 'stored' }, value };
}

export function envReference(
  name: string,
  presetId: string | undefined,
  command: ProfilesContext,
): KeyReference {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    // The text may be the key itself, so it is not repeated.
    throw usageError('--key-env takes the name of a variable, not a key.', 'Example: --key-env WORK_API_KEY');
  }
  const value = command.context.env[name]?.trim();
  if (!value)
    command.note(`The variable ${name} is not set in this shell; set it before the profile is used.`);
  else for (const text of complaints(value, presetId)) command.note(`${name}: ${text}`);
  return { kind: 'env', name };
}

export function fileReference(path: string, { context, note }: ProfilesContext): KeyReference {
  const full = pathOf(path, context.dirs);
  if (isKeyShaped(path) && !existsSync(full))
    throw usageError(
      '--key-file takes the path of a file, not a key.',
      'Example: --key-file ~/.config/work.key',
    );
  if (!existsSync(full)) note(`There is no file ${full} yet.`);
  return { kind: 'file', path: full };
}

export function commandReference(argv: readonly string[]): KeyReference {
  const [program, ...rest] = argv;
  if (program === undefined) {
    throw usageError('--key-command needs a command.', 'Example: --key-command pass show work/api-key');
  }
  if (isKeyShaped(program) || /^bearer$/i.test(program))
    throw usageError('--key-command takes a command that prints the key, not the key.');
  if (rest.length === 0 && /\s/.test(program) && !existsSync(program)) {
    throw usageError(
      'The key command is one word with spaces in it, and is run without a shell.',
      `Give the words one by one: --key-command ${program}`,
    );
  }
  return { kind: 'command', argv };
}

/** Reads a key from the pipe or from a hidden line, and insists on a clean one. */
export async function enteredKey(
  presetId: string | undefined,
  mayTrim: boolean,
  command: ProfilesContext,
): Promise<string> {
  const { stdin } = command.context.streams;
  if (!command.isInteractive) {
    if (stdin.kind === 'terminal' || stdin.kind === 'none') {
      throw usageError(
        'There is no key on stdin.',
        'Pipe it in: pass show work | msg profiles ... --key-stdin',
      );
    }
    const bytes = (await stdin.readAll()) ?? new Uint8Array();
    // The line end is echo's, not the key's. A byte order mark stays, to be named.
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).replace(/\r?\n$/, '');
    return acceptKey(text, presetId, mayTrim, command);
  }
  const asker = await command.context.asker();
  for (;;) {
    const text = await asker.hidden('Key');
    const { faults, trimmed } = lintKey(text, presetId);
    if (faults.length === 0 || mayTrim) return acceptKey(text, presetId, mayTrim, command);
    for (const { message } of faults) asker.say(`  ${message}\n`);
    const canTrim = faults.every((fault) => fault.isTrimmable);
    if (canTrim && (await asker.confirm('Use it without that?', true))) {
      return acceptKey(trimmed, presetId, true, command);
    }
    asker.say('  Then once more.\n');
  }
}

/** The key as it may be kept. Throws `config` naming what is wrong with it; hints are notes. */
function acceptKey(
  text: string,
  presetId: string | undefined,
  mayTrim: boolean,
  command: ProfilesContext,
): string {
  const { faults, hints, trimmed } = lintKey(text, presetId);
  const isHopeless = faults.some((fault) => !fault.isTrimmable);
  if (isHopeless || (faults.length > 0 && !mayTrim)) {
    throw configError(
      `This is not a usable key. ${faults.map((fault) => fault.message).join(' ')}`,
      isHopeless ? 'Copy it again from the page of the provider.' : 'To take that away: --trim-key',
    );
  }
  for (const hint of hints) command.note(hint);
  const key = faults.length > 0 ? trimmed : text;
  // From here on, everything printed is searched for it.
  new Secret(key);
  return key;
}

function complaints(key: string, presetId: string | undefined): string[] {
  const { faults, hints } = lintKey(key, presetId);
  return [...faults.map((fault) => fault.message), ...hints];
}
