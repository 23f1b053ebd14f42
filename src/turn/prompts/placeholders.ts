// The `{{name}}` of a prompt: which there are, and the text with values in their place. Pure.

/** What a prompt wants to be given: by name, with what stands there otherwise. */
export type Variable = {
  readonly name: string;
  /** Undefined: there has to be a value. */
  readonly preset: string | undefined;
};

/** What is piped in stands for this name. */
export const stdinName = 'stdin';

/** A backslash before it makes it text. What is no name, as in other languages of templates, is text too. */
const placeholder = /\\?\{\{\s*([A-Za-z_][\w.-]*)\s*(?:=([\s\S]*?))?\}\}/g;
/** The same for braces in which no name stands. */
const escapedBraces = /\\(\{\{)/g;

export const isVariableName = (name: string): boolean => /^[A-Za-z_][\w.-]*$/.test(name);

/** Each variable once, in the order of the texts. One that has a preset anywhere needs no value. */
export function variablesOf(...texts: readonly string[]): readonly Variable[] {
  const variables = new Map<string, string | undefined>();
  for (const text of texts)
    for (const [whole, name = '', preset] of text.matchAll(placeholder)) {
      if (whole.startsWith('\\')) continue;
      variables.set(name, variables.get(name) ?? preset?.trim());
    }
  return [...variables].map(([name, preset]) => ({ name, preset }));
}

/** The text with values in the place of variables, which has to have one of each. A value stands there as it is. */
export function filledText(text: string, values: ReadonlyMap<string, string>): string {
  let filled = '';
  let end = 0;
  for (const match of text.matchAll(placeholder)) {
    const [whole, name = ''] = match;
    filled += unescaped(text.slice(end, match.index));
    filled += whole.startsWith('\\') ? whole.slice(1) : (values.get(name) ?? '');
    end = match.index + whole.length;
  }
  return filled + unescaped(text.slice(end));
}

const unescaped = (text: string): string => text.replace(escapedBraces, '$1');
