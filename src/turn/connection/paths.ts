// Paths as people write them, in options, in the chat and in the fields of profiles.
import { isAbsolute, join, resolve } from 'node:path';
import type { Context } from '../../context.ts';

/** Paths are written as in a shell: relative to where msg was started, `~/` for home; URLs stay URLs. */
export function pathOf(path: string, dirs: Context['dirs']): string {
  if (/^https?:\/\//i.test(path)) return path;
  const expanded = /^~[/\\]/.test(path) ? join(dirs.home, path.slice(2)) : path;
  return isAbsolute(expanded) ? expanded : resolve(dirs.working, expanded);
}
