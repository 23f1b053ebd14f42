// What git would leave out of a directory: its .gitignore files, those above it up to the root of the repository, and the
// excludes of the repository and the user. (Rules: git-scm.com/docs/gitignore; the test asks git itself.)
import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { readRegularFile } from '../../profiles/guarded-file.ts';
import { pathPattern } from './glob.ts';

/** The rules that hold in one directory; those of a nearer file win. */
export type IgnoreRules = {
  /** Whether git leaves out what lies at this absolute path, in a directory that it does not. */
  readonly excludes: (path: string, isDirectory: boolean) => boolean;
  /** The rules in a directory below, with those of its own .gitignore. */
  readonly within: (directory: string) => IgnoreRules;
};

type Rule = { readonly fits: RegExp; readonly excludes: boolean; readonly isForDirectories: boolean };

/** The rules of one file, and the directory they are relative to. */
type RuleFile = { readonly base: string; readonly rules: readonly Rule[] };

/** The rules in a directory. `home`: where the user's own excludes lie. */
export function ignoreRulesIn(directory: string, home: string): IgnoreRules {
  const own = rulesOf([gitignoreIn(directory)]);
  const chain = [directory];
  for (let top = directory; !existsSync(join(top, '.git')); chain.unshift(top)) {
    // Outside of a repository only what lies in the directory counts.
    if (dirname(top) === top) return own;
    top = dirname(top);
  }
  const [root = directory] = chain;
  let rules = rulesOf([
    readRules(root, join(home, '.config', 'git', 'ignore')),
    readRules(root, join(root, '.git', 'info', 'exclude')),
    gitignoreIn(root),
  ]);
  for (const below of chain.slice(1)) {
    // Who names a directory that git ignores wants it all the same.
    if (rules.excludes(below, true)) return own;
    rules = rules.within(below);
  }
  return rules;
}

function rulesOf(files: readonly RuleFile[]): IgnoreRules {
  return {
    excludes: (path, isDirectory) => {
      for (const { base, rules } of files.toReversed()) {
        const inside = relative(base, path).split(sep).join('/');
        const rule = rules.findLast(
          ({ fits, isForDirectories }) => fits.test(inside) && (isDirectory || !isForDirectories),
        );
        if (rule !== undefined) return rule.excludes;
      }
      return false;
    },
    within: (directory) => rulesOf([...files, gitignoreIn(directory)]),
  };
}

const gitignoreIn = (directory: string): RuleFile => readRules(directory, join(directory, '.gitignore'));

/** A file that is not there or cannot be read has no rules: git is of that mind too. */
function readRules(base: string, path: string): RuleFile {
  try {
    return { base, rules: readRegularFile(path).split(/\r?\n/).flatMap(ruleOf) };
  } catch {
    return { base, rules: [] };
  }
}

function ruleOf(line: string): Rule[] {
  const text = line.replace(/(?<!\\) +$/, '');
  if (text === '' || text.startsWith('#')) return [];
  const excludes = !text.startsWith('!');
  const pattern = excludes ? text : text.slice(1);
  const isForDirectories = pattern.endsWith('/');
  const path = pattern.replace(/\/$/, '');
  // With a slash in it a pattern is relative to its file; a name fits in any directory below.
  const fits = pathPattern(path.includes('/') ? path.replace(/^\//, '') : `**/${path}`);
  return path === '' ? [] : [{ fits, excludes, isForDirectories }];
}
