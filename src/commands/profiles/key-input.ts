// Getting a key from whoever has it: options, a pipe, a hidden line; looking at it; keeping it.
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { configError, usageError } from '../../errors.ts';
import { isSecretHeader } from '../../http/wire.ts';
import { isKeyShaped } from '../../messages/key-shapes.ts';
import { Secret } from '../../messages/secret.ts';
import { lintKey } from '../../profiles/key-lint.ts';
import type { Profile } from '../../profiles/profile.ts';
import type { KeyReference } from '../../profiles/setting-kinds.ts';
import { pathOf } from '../../turn/connection/paths.ts';
import type { Desk } from './profile-command.ts';

export type KeyOptions = {
  keyEnv?: string;
  keyCommand?: string[] | true;
  keyFile?: string;
  keyKeychain?: boolean;
  keyStdin?: boolean;
  trimKey?: boolean;
};

/** A reference, and the key itself where msg is to keep it. */
export type KeyChoice = { readonly reference: KeyReference; readonly value?: string };

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
  desk: Desk,
): Promise<KeyChoice | undefined> {
  const named = [
    options.keyEnv,
    options.keyCommand,
    options.keyFile,
    options.keyKeychain || options.keyStdin || undefined,
  ].filter((one) => one !== undefined);
  if (named.length > 1) throw usageError('Name one place for the key, not several.');
  if (options.keyEnv !== undefined) return { reference: envReference(options.keyEnv, presetId, desk) };
  if (options.keyFile !== undefined) return { reference: fileReference(options.keyFile, desk) };
  if (options.keyCommand !== undefined) {
    return { reference: commandReference(options.keyCommand === true ? rest : options.keyCommand) };
  }
  if (rest.length > 0) throw usageError(`"${rest[0]}" does not belong here.`, 'Next: msg profiles --help');
  if (!options.keyKeychain && !options.keyStdin) return undefined;
  const value = await enteredKey(presetId, options.trimKey === true, desk);
  return { reference: { kind: options.keyKeychain ? 'keychain' : 'stored' }, value };
}

export function envReference(name: string, presetId: string | undefined, desk: Desk): KeyReference {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    // The text may be the key itself, so it is not repeated.
    throw usageError('--key-env takes the name of a variable, not a key.', 'Example: --key-env WORK_API_KEY');
  }
  const value = desk.context.env[name]?.trim();
  if (!value) desk.note(`The variable ${name} is not set in this shell; set it before the profile is used.`);
  else for (const text of complaints(value, presetId)) desk.note(`${name}: ${text}`);
  return { kind: 'env', name };
}

export function fileReference(path: string, { context, note }: Desk): KeyReference {
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
  desk: Desk,
): Promise<string> {
  const { stdin } = desk.context.streams;
  if (!desk.isInteractive) {
    if (stdin.kind === 'terminal' || stdin.kind === 'none') {
      throw usageError(
        'There is no key on stdin.',
        'Pipe it in: pass show work | msg profiles ... --key-stdin',
      );
    }
    const bytes = (await stdin.readAll()) ?? new Uint8Array();
    // The line end is echo's, not the key's. A byte order mark stays, to be named.
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).replace(/\r?\n$/, '');
    return acceptKey(text, presetId, mayTrim, desk);
  }
  const asker = await desk.context.asker();
  for (;;) {
    const text = await asker.hidden('Key');
    const { faults, trimmed } = lintKey(text, presetId);
    if (faults.length === 0 || mayTrim) return acceptKey(text, presetId, mayTrim, desk);
    for (const { message } of faults) asker.say(`  ${message}\n`);
    const canTrim = faults.every((fault) => fault.isTrimmable);
    if (canTrim && (await asker.confirm('Use it without that?', true))) {
      return acceptKey(trimmed, presetId, true, desk);
    }
    asker.say('  Then once more.\n');
  }
}

/** The key as it may be kept. Throws `config` naming what is wrong with it; hints are notes. */
function acceptKey(text: string, presetId: string | undefined, mayTrim: boolean, desk: Desk): string {
  const { faults, hints, trimmed } = lintKey(text, presetId);
  const isHopeless = faults.some((fault) => !fault.isTrimmable);
  if (isHopeless || (faults.length > 0 && !mayTrim)) {
    throw configError(
      `This is not a usable key. ${faults.map((fault) => fault.message).join(' ')}`,
      isHopeless ? 'Copy it again from the page of the provider.' : 'To take that away: --trim-key',
    );
  }
  for (const hint of hints) desk.note(hint);
  const key = faults.length > 0 ? trimmed : text;
  // From here on, everything printed is searched for it.
  new Secret(key);
  return key;
}

function complaints(key: string, presetId: string | undefined): string[] {
  const { faults, hints } = lintKey(key, presetId);
  return [...faults.map((fault) => fault.message), ...hints];
}

/** Puts an entered key where its reference says. */
export async function keepKey(name: string, { reference, value }: KeyChoice, { store }: Desk): Promise<void> {
  if (value === undefined) return;
  if (reference.kind === 'stored') return store.writeStoredKey(name, value);
  const { writeKeychain } = await import('../../profiles/keychain.ts');
  await writeKeychain(store.directory, name, value);
}

/** Takes away what msg keeps for a reference; a variable, a file or a command is somebody else's. */
export async function forgetKey(
  name: string,
  reference: KeyReference | undefined,
  { store, note }: Desk,
): Promise<void> {
  if (reference === undefined || reference.kind === 'stored') await store.writeStoredKey(name, undefined);
  if (reference?.kind !== 'keychain') return;
  const { deleteKeychain } = await import('../../profiles/keychain.ts');
  try {
    await deleteKeychain(store.directory, name);
  } catch (error) {
    note(`The key stays in the keychain: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Copies what msg keeps from one name to another. */
export async function copyKey(
  from: string,
  to: string,
  reference: KeyReference | undefined,
  { store }: Desk,
): Promise<void> {
  if (reference?.kind === 'stored') await store.writeStoredKey(to, store.readStoredKey(from));
  if (reference?.kind !== 'keychain') return;
  const { readKeychain, writeKeychain } = await import('../../profiles/keychain.ts');
  const key = await readKeychain(store.directory, from);
  if (key !== undefined) await writeKeychain(store.directory, to, key);
}

/** config.json is made to be shared; a header that is a credential does not belong there unnoticed. */
export function warnOfSecretHeaders({ headers }: Profile, { note }: Desk): void {
  for (const name of Object.keys(headers ?? {}).filter(isSecretHeader)) {
    note(`The header ${name} stands in config.json in clear; keep that file to yourself.`);
  }
}
