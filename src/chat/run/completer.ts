// The lists behind Tab: models of the endpoint, profiles, sessions, and files of this machine.
import { readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Context } from '../../context.ts';
import type { Complete } from '../../terminal/prompt/line-buffer.ts';
import { unescaped } from '../session/arguments.ts';
import { completions } from '../session/slash-completion.ts';

export type Lists = {
  readonly models: () => Promise<readonly string[]>;
  readonly profiles: () => Promise<readonly string[]>;
  readonly sessions: () => Promise<readonly string[]>;
  readonly dirs: Context['dirs'];
};

export function completer({ models, profiles, sessions, dirs }: Lists): Complete {
  return (text) =>
    completions(text, {
      model: models,
      profile: profiles,
      session: sessions,
      path: (begun) => pathsLike(begun, dirs),
    });
}

/** Files and folders that go on from what was typed; folders end in a slash, blanks are escaped. */
async function pathsLike(begun: string, dirs: Context['dirs']): Promise<string[]> {
  const at = begun.startsWith('@') ? '@' : '';
  const typed = unescaped(begun.slice(at.length));
  const shownFolder = typed.slice(0, typed.lastIndexOf('/') + 1);
  const folder = typed.startsWith('~/')
    ? join(dirs.home, dirname(`${typed.slice(2)}x`))
    : resolve(dirs.working, dirname(`${typed}x`));
  const entries = readdirSync(folder, { withFileTypes: true });
  const isHiddenWanted = typed.slice(shownFolder.length).startsWith('.');
  return entries
    .filter(({ name }) => isHiddenWanted || !name.startsWith('.'))
    .map((entry) => `${shownFolder}${entry.name}${entry.isDirectory() ? '/' : ''}`)
    .map((path) => at + path.replace(/[\s\\]/g, '\\$&'))
    .sort();
}
