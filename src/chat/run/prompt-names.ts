// What Tab offers behind `/t`: kept prompts, then the variables of the one that is named.
import type { Context } from '../../context.ts';
import { pathOf } from '../../turn/connection/setting-sources.ts';
import { promptFiles } from '../../turn/prompts/prompt-files.ts';

/** Whole arguments that go on from what was typed. */
export async function promptsLike(begun: string, dirs: Context['dirs']): Promise<readonly string[]> {
  const files = promptFiles(dirs.config, (path) => pathOf(path, dirs));
  const [, before, which = ''] = /^((\S+)\s(?:[\s\S]*\s)?)\S*$/.exec(begun) ?? [];
  if (before === undefined) return files.names().map((name) => `${name} `);
  const { variables } = await files.read(which);
  return variables.map(({ name }) => `${before}${name}=`);
}
