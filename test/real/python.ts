// Programs from Python's package index that tests run: in `.venv` of the project, which `.ci/run` makes.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

export const python = join(import.meta.dirname, '../../.venv/bin/python');

/** Whether all these modules can be imported there. */
export const hasModules = (...names: readonly string[]): boolean =>
  spawnSync(python, [
    '-c',
    `import importlib.util as u, sys; sys.exit(any(u.find_spec(n) is None for n in sys.argv[1:]))`,
    ...names,
  ]).status === 0;
