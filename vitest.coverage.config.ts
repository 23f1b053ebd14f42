// `npm run coverage`: what the tests reach of the sources in process. No bundle, no processes of their own.
import { readdirSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { viteTextModules } from './scripts/text-modules.js';
import { everywhere } from './vitest.config.ts';

const rooms = readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory());

export default defineConfig({
  plugins: [viteTextModules],
  test: {
    ...everywhere,
    globalSetup: 'test/temporary-files.ts',
    setupFiles: 'test/own-fetch.ts',
    include: ['test/!(bin|pty|real)/**/*.test.ts'],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      // It runs in a browser: test/real/tap-page.test.ts.
      exclude: ['src/tap/page/client/**'],
      reporter: ['text', 'json-summary'],
      reportOnFailure: true,
      reportsDirectory: 'node_modules/.coverage',
      // All of it, and no room far below the others.
      thresholds: {
        lines: 92,
        branches: 87,
        ...Object.fromEntries(rooms.map(({ name }) => [`src/${name}/**`, { lines: 85 }])),
      },
    },
  },
});
