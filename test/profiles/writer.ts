// A process that writes profiles one after another: `DIRECTORY PREFIX COUNT`. Prints each name once it is safe.
import { writeSync } from 'node:fs';
import { createStore } from '../../src/profiles/store.ts';
import { processes } from '../../src/terminal/processes.ts';

const [directory = '', prefix = '', count = '0'] = process.argv.slice(2);
const store = createStore({ directory, userId: process.getuid?.(), processes, note: () => {} });

async function main(): Promise<void> {
  for (let index = 0; index < Number(count); index += 1) {
    const name = `${prefix}${index}`;
    await store.update((draft) => draft.put(name, { baseUrl: `https://${name}.example` }));
    await store.writeStoredKey(name, `key-${name}`);
    writeSync(1, `${name}\n`);
  }
}
main().catch((error: unknown) => {
  writeSync(2, `${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 3;
});
