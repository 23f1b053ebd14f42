import { defineConfig } from 'vitest/config';
import { bundleForSources } from './test/bundle-for-sources.ts';

/** They end what hangs; nothing that works comes near them, however busy the machine is. */
export const limits = {
  testTimeout: 600_000,
  hookTimeout: 600_000,
  expect: { poll: { timeout: 120_000 } },
};

export default defineConfig({
  test: {
    // Here, not in a project: it is for all of them, once.
    globalSetup: 'test/temporary-files.ts',
    projects: [
      { test: { ...limits, name: 'source', include: ['test/!(cli|real)/**/*.test.ts', 'test/*.test.ts'] } },
      {
        plugins: [bundleForSources],
        test: { ...limits, name: 'built', include: ['test/{cli,http,mock,real}/*.test.ts'] },
      },
    ],
  },
});
