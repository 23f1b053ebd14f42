// Words of a command line whose meaning depends on the word behind them: commander knows no such options.

/**
 * A command line with such words written out: `--cache` alone, when what follows is no time but the prompt; `-v` with
 * the value of a variable, where there is a prompt by name (`-T`) that has some. It is --verbose otherwise.
 */
export function longForms(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--');
  const hasTemplate = argv.some((word) => /^(-T|--template)/.test(word));
  return argv.map((word, index) => {
    if (end >= 0 && index > end) return word;
    const next = argv[index + 1];
    // What looks like a time is a mistake to be told, not a prompt.
    if (word === '--cache' && next !== undefined && !/^(off|\d+\w?)$/.test(next)) return '--cache=5m';
    if (!hasTemplate) return word;
    // -v name=value, and -vname=value as getopt allows it.
    if (word === '-v') return isValue(next ?? '') ? '--value' : word;
    return word.startsWith('-v') && isValue(word.slice(2)) ? `--value=${word.slice(2)}` : word;
  });
}

const isValue = (word: string): boolean => /^[A-Za-z_][\w.-]*=/.test(word);
