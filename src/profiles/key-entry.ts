// What somebody enters as a key, or as the place of one: looked at before it is kept, and never repeated.
import { existsSync } from 'node:fs';
import { configError, usageError } from '../errors.ts';
import { isKeyShaped } from '../messages/key-shapes.ts';
import { Secret } from '../messages/secret.ts';
import { lintKey } from './key-lint.ts';
import type { AbsolutePath } from './kind.ts';
import type { KeyReference } from './setting-kinds.ts';

type Note = (text: string) => void;

/** @throws MsgError `usage` for what is no name of a variable */
export function envReference(
  name: string,
  presetId: string | undefined,
  { env, note }: { readonly env: Readonly<Record<string, string | undefined>>; readonly note: Note },
): KeyReference {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    // The text may be the key itself, so it is not repeated.
    throw usageError('--key-env takes the name of a variable, not a key.', 'Example: --key-env WORK_API_KEY');
  }
  const value = env[name]?.trim();
  if (!value) note(`The variable ${name} is not set in this shell; set it before the profile is used.`);
  else {
    const { faults, hints } = lintKey(value, presetId);
    for (const text of [...faults.map(({ message }) => message), ...hints]) note(`${name}: ${text}`);
  }
  return { kind: 'env', name };
}

/** @throws MsgError `usage` for a key in the place of a path */
export function fileReference(path: string, absolute: AbsolutePath, note: Note): KeyReference {
  const full = absolute(path);
  if (isKeyShaped(path) && !existsSync(full))
    throw usageError(
      '--key-file takes the path of a file, not a key.',
      'Example: --key-file ~/.config/work.key',
    );
  if (!existsSync(full)) note(`There is no file ${full} yet.`);
  return { kind: 'file', path: full };
}

/** @throws MsgError `usage` for no command, a key in its place, and a line that only a shell would take apart */
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

/** The key as it may be kept. Throws `config` naming what is wrong with it; hints are notes. */
export function acceptKey(text: string, presetId: string | undefined, mayTrim: boolean, note: Note): string {
  const { faults, hints, trimmed } = lintKey(text, presetId);
  const isHopeless = faults.some((fault) => !fault.isTrimmable);
  if (isHopeless || (faults.length > 0 && !mayTrim)) {
    throw configError(
      `This is not a usable key. ${faults.map((fault) => fault.message).join(' ')}`,
      isHopeless ? 'Copy it again from the page of the provider.' : 'To take that away: --trim-key',
    );
  }
  for (const hint of hints) note(hint);
  const key = faults.length > 0 ? trimmed : text;
  // From here on, everything printed is searched for it.
  new Secret(key);
  return key;
}
