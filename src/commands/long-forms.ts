// Words of a command line whose meaning depends on the word behind them: commander knows no such options.

/**
 * A command line with such words written out: `--cache` alone, when what follows is no time but the prompt.
 */
export function longForms(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--');
  return argv.map((word, index) => {
    if (end >= 0 && index > end) return word;
    const next = argv[index + 1];
    // What looks like a time is a mistake to be told, not a prompt.
    return word === '--cache' && next !== undefined && !/^(off|\d+\w?)$/.test(next) ? '--cache=5m' : word;
  });
}
