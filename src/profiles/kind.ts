// What a kind of settings is: how values of it are read, checked and shown. Which kinds there are is setting-kinds.ts.
import { usageError } from '../errors.ts';
import { refuseKeyAsModel } from './key-lint.ts';
import type { Schema } from './schema.ts';

/** Makes a path that was written on a command line one that holds wherever msg is started. */
export type AbsolutePath = (path: string) => string;

/** How values of one kind are read and written. What is absent is the text itself. */
export type Kind<V = unknown> = {
  /** What config.json may hold, and the same in words, to follow "must be". */
  readonly schema: Schema;
  readonly shape: string;
  /** From `field=text` of `msg profiles set`; absent where that is no way to set it. Throws `usage`. */
  fromField?(text: string, field: string, absolute: AbsolutePath): V;
  /** The same for `field.part=text`: a value with this part alone. Throws `usage`. */
  fromPart?(part: string, text: string, field: string): V;
  /** The property in which the value keeps the part of this name. */
  partName?(part: string): string;
  /** From the text of a variable. Throws `config`. */
  fromVariable?(text: string, variable: string): V;
  /** From the texts of an option that may be given several times. Throws `usage`. */
  fromOption?(texts: readonly string[]): V;
  /** What stands behind the option in a command that is to do the same again; a word in place of a secret. */
  optionTexts?(value: V): string[];
  /** On a screen, secrets covered. */
  show?(value: V): string;
};

/**
 * The name of a model. `source` is what it was given by.
 * @throws MsgError `usage` for none, and for a key, which is not repeated
 */
export function modelName(text: string, source: string): string {
  const model = text.trim();
  if (model === '')
    throw usageError(`${source} is empty.`, 'Name a model, or leave it out for the one of the profile.');
  refuseKeyAsModel({ model });
  return model;
}
