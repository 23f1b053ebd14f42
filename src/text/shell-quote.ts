// Words of a command to copy, quoted for a POSIX shell; and words that somebody wrote as for one.

/** A text in single quotes. Nothing inside them means anything, except the quote itself. */
export const singleQuoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** One shell word: quoted only where it has to be. */
export const shellQuote = (text: string): string =>
  /^[A-Za-z0-9_./:=@%+,-]+$/.test(text) ? text : singleQuoted(text);

/** Without the backslashes of a shell; those between the folders of a Windows path stay. */
export const unescaped = (text: string): string => text.replace(/\\(\W)/g, '$1');
