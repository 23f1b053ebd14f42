// A prompt with values in it: those that were given, what is piped in, and what is asked for.
import { usageError } from '../../errors.ts';
import type { PromptLayer } from '../../profiles/settings.ts';
import { didYouMean } from '../../text/nearest-names.ts';
import { filledText, isVariableName, stdinName } from './placeholders.ts';
import type { Prompt } from './prompt-files.ts';

export type PromptValues = ReadonlyMap<string, string>;

/** What there is to a value that was not given. */
export type ValueSource = {
  /** Asks for one; absent where nobody is there to be asked. */
  readonly ask?: ((name: string) => Promise<string>) | undefined;
  /** The command that would give them, without the values: `msg send -T review`. */
  readonly command: string;
  /** How a value is written behind it: `-v `. */
  readonly flag: string;
};

export type FilledPrompt = {
  readonly text: string;
  readonly layer: PromptLayer;
};

/**
 * The values of a list of `name=value` words.
 * @throws MsgError `usage` for a word without `=`, and for a variable the prompt does not have
 */
export function valuesOfWords(words: readonly string[], prompt: Prompt, flag: string): PromptValues {
  const names = prompt.variables.map(({ name }) => name);
  return new Map(
    words.map((word): [string, string] => {
      const [, name = '', value] = /^([^=]+)=([\s\S]*)$/.exec(word) ?? [];
      if (value === undefined || !isVariableName(name))
        throw usageError(
          `${flag} takes name=value, not ${JSON.stringify(word)}.`,
          `Example: ${flag} language=English`,
        );
      if (names.includes(name)) return [name, value];
      throw usageError(
        names.length === 0
          ? `The prompt ${prompt.name} has no variables; "${name}" is none.`
          : `The prompt ${prompt.name} has no variable "${name}".${didYouMean(name, names)}`,
        names.length === 0 ? `Next: msg prompts show ${prompt.name}` : `It has: ${names.join(', ')}`,
      );
    }),
  );
}

/**
 * Puts values into text and system prompt: those given, then what the prompt has itself, then what is asked for.
 * @throws MsgError `usage` that names what is missing, where nobody can be asked
 */
export async function fillPrompt(
  prompt: Prompt,
  given: PromptValues,
  source: ValueSource,
): Promise<FilledPrompt> {
  const values = new Map(given);
  const missing: string[] = [];
  for (const { name, preset } of prompt.variables) {
    if (values.has(name)) continue;
    if (preset !== undefined) values.set(name, preset);
    else if (source.ask === undefined) missing.push(name);
    else values.set(name, await source.ask(name));
  }
  if (missing.length > 0) throw missingValues(prompt, missing, source);
  const { system, ...settings } = prompt.settings;
  return {
    text: filledText(prompt.text, values),
    layer: {
      name: prompt.name,
      values: { ...settings, ...(system === undefined ? {} : { system: filledText(system, values) }) },
    },
  };
}

function missingValues({ name }: Prompt, missing: readonly string[], { command, flag }: ValueSource): Error {
  const named = missing.filter((one) => one !== stdinName);
  const words = [command, ...named.map((one) => `${flag}${one}=...`)].join(' ');
  const isPiped = named.length < missing.length;
  const wants = [
    ...(named.length === 0 ? [] : [`${named.length === 1 ? 'a value' : 'values'} for ${named.join(', ')}`]),
    ...(isPiped ? ['text on stdin'] : []),
  ];
  return usageError(
    `The prompt ${name} needs ${wants.join(' and ')}.`,
    `Example: ${isPiped ? 'cat FILE | ' : ''}${words}`,
  );
}
