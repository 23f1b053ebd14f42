// Words of a command to copy, quoted for a POSIX shell.

/** One shell word. Nothing inside single quotes means anything, except the quote itself. */
export const shellQuote = (text: string): string =>
  /^[A-Za-z0-9_./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
