// Getting a key from whoever has it: options, a pipe, a hidden line.
import type { Command } from 'commander';
import { usageError } from '../../errors.ts';
import type { KeyChoice } from '../../profiles/kept-keys.ts';
import { acceptKey, commandReference, envReference, fileReference } from '../../profiles/key-entry.ts';
import { lintKey } from '../../profiles/key-lint.ts';
import type { AbsolutePath } from '../../profiles/kind.ts';
import type { Asker } from '../../terminal/prompt/ask.ts';
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
    .option('--key-stdin', 'read the key from stdin (hidden on a terminal) and store it in credentials.json')
    .option('--key-keychain', 'read it the same way, and store it in the keychain of the system')
    .option('--key-env <name>', 'read it from this variable whenever it is needed')
    .option('--key-file <path>', 'read it from this file whenever it is needed')
    .option(
      '--key-command [argv...]',
      'run this command for it, without a shell; put words with dashes after --',
    )
    .option('--trim-key', 'remove what was pasted along with the key');
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
  if (options.keyEnv !== undefined)
    return { reference: envReference(options.keyEnv, presetId, envOf(command)) };
  if (options.keyFile !== undefined)
    return { reference: fileReference(options.keyFile, pathIn(command), command.note) };
  if (options.keyCommand !== undefined) {
    return { reference: commandReference(options.keyCommand === true ? rest : options.keyCommand) };
  }
  if (rest.length > 0) throw usageError(`"${rest[0]}" does not belong here.`, 'Next: msg profiles --help');
  if (!options.keyKeychain && !options.keyStdin) return undefined;
  const value = await readKey(presetId, options.trimKey === true, command);
  return { reference: { kind: options.keyKeychain ? 'keychain' : 'stored' }, value };
}

/** What a reference to a variable is looked at with. */
export const envOf = ({ context, note }: ProfilesContext) => ({ env: context.env, note });

/** Paths on the command line and in answers. */
export const pathIn =
  ({ context }: ProfilesContext): AbsolutePath =>
  (path) =>
    pathOf(path, context.dirs);

/** Reads a key from the pipe or from a hidden line (of `knownAsker`, if there is one), and insists on a clean one. */
export async function readKey(
  presetId: string | undefined,
  mayTrim: boolean,
  command: ProfilesContext,
  knownAsker?: Asker,
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
    return acceptKey(text, presetId, mayTrim, command.note);
  }
  const asker = knownAsker ?? (await command.context.asker());
  for (;;) {
    const text = await asker.hidden('Key');
    const { faults, trimmed } = lintKey(text, presetId);
    if (faults.length === 0 || mayTrim) return acceptKey(text, presetId, mayTrim, command.note);
    for (const { message } of faults) asker.say(`  ${message}\n`);
    const canTrim = faults.every((fault) => fault.isTrimmable);
    if (canTrim && (await asker.confirm('Use it without that?', true))) {
      return acceptKey(trimmed, presetId, true, command.note);
    }
    asker.say('  Then once more.\n');
  }
}
