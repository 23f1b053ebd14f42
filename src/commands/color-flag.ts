// --color and --no-color as they stand on the command line: help and errors are told before it is understood.

/** Undefined: it is left to the terminal and the environment. */
export const colorOf = (argv: readonly string[]): boolean | undefined =>
  argv.includes('--no-color') ? false : argv.includes('--color') ? true : undefined;
