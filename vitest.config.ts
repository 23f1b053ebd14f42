import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { viteTextModules } from './scripts/text-modules.js';
import { bundleForSources } from './test/bundle-for-sources.ts';

export const everywhere = {
  // They end what hangs; nothing that works comes near them, however busy the machine is.
  testTimeout: 600_000,
  hookTimeout: 600_000,
  expect: { poll: { timeout: 120_000 } },
  // Tests wait more than they compute. Each file in a process of its own: keys that one has met are hidden everywhere.
  maxWorkers: availableParallelism() + 1,
};

/** Streams through real proxies, judged by the clock: first and one after the other, so that nothing of ours holds them. */
const clocked = ['doctor-causes', 'doctor-streams', 'snippets', 'streaming'].map(
  (name) => `test/real/${name}.test.ts`,
);

export default defineConfig({
  test: {
    // Here, not in a project: it is for all of them, once.
    globalSetup: 'test/temporary-files.ts',
    // A worker on a busy machine takes its time to end.
    teardownTimeout: 120_000,
    projects: [
      {
        plugins: [viteTextModules],
        test: {
          ...everywhere,
          name: 'source',
          include: ['test/!(cli|real)/**/*.test.ts', 'test/*.test.ts'],
          sequence: { groupOrder: 1 },
        },
      },
      {
        plugins: [bundleForSources, viteTextModules],
        test: {
          ...everywhere,
          name: 'built',
          include: ['test/{cli,http,mock,real}/*.test.ts'],
          exclude: clocked,
          sequence: { groupOrder: 1 },
        },
      },
      {
        plugins: [bundleForSources, viteTextModules],
        test: {
          ...everywhere,
          name: 'clocked',
          include: clocked,
          maxWorkers: 1,
          sequence: { groupOrder: 0 },
        },
      },
    ],
  },
});
