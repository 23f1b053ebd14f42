// How the arguments of slash commands are written: as in a shell, quoted or with backslashes.

/** Arguments separated by blanks; quotes and backslashes keep blanks inside. */
export function words(argument: string): string[] {
  return [...argument.matchAll(/"([^"]*)"|'([^']*)'|((?:\\.|\S)+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? unescaped(plain ?? ''),
  );
}

/** The one argument of a command: its blanks need no quotes, but may have them. */
export function oneWord(argument: string): string {
  const [, double, single] = /^(?:"([^"]*)"|'([^']*)')$/.exec(argument) ?? [];
  return double ?? single ?? unescaped(argument);
}

/** Without the backslashes of a shell; those between the folders of a Windows path stay. */
export const unescaped = (text: string): string => text.replace(/\\(\W)/g, '$1');
