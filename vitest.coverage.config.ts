// `npm run coverage`: what the tests reach of the sources in process. No bundle, no processes of their own.
import { defineConfig } from 'vitest/config';
import { everywhere } from './vitest.config.ts';

export default defineConfig({
  test: {
    ...everywhere,
    globalSetup: 'test/temporary-files.ts',
    setupFiles: 'test/own-fetch.ts',
    include: ['test/!(bin|pty|real)/**/*.test.ts'],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text', 'json-summary'],
      reportOnFailure: true,
      reportsDirectory: 'node_modules/.coverage',
    },
  },
});
