// The command as it is installed. Who imports this wants dist/ to be what the sources say.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

export const binary = join(root, 'bin/msg.js');

const builtAt = statSync(join(root, 'dist/msg.cjs'), { throwIfNoEntry: false })?.mtimeMs;
if (builtAt === undefined)
  throw new Error('There is no dist/, and these tests run what is built: `npm run build` before them');
for (const folder of ['src', 'scripts']) {
  for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
    if (/\.[jt]s$/.test(name) && statSync(join(root, folder, name)).mtimeMs > builtAt)
      throw new Error(
        `dist/ is older than ${join(folder, name)}, and these tests run what is built: \`npm run build\` before them`,
      );
  }
}
