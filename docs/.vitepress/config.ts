// The site of the documentation. A dead link ends the build.
import { defineConfig } from 'vitepress';

const page = (text: string, link: string) => ({ text, link });

export default defineConfig({
  title: 'msg',
  description: 'The command line for Anthropic-compatible Messages endpoints',
  cleanUrls: false,
  lastUpdated: false,
  srcExclude: ['schemas/**', 'node_modules/**'],
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    sidebar: [
      {
        text: 'Reference',
        items: [
          page('Commands', '/commands'),
          page('Settings', '/settings'),
          page('Environment', '/environment'),
          page('Exit codes', '/exit-codes'),
          page('Formats', '/formats'),
          page('Known providers', '/presets'),
          page('Checks of the doctor', '/checks'),
          page('Ways of the mock to fail', '/scenarios'),
        ],
      },
    ],
  },
});
