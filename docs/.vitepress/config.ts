// The site of the documentation. A dead link ends the build.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitepress';

const page = (text: string, link: string) => ({ text, link });

export default defineConfig({
  title: 'msg',
  description: 'The command line for Anthropic-compatible Messages endpoints',
  cleanUrls: false,
  lastUpdated: false,
  srcExclude: ['schemas/**', 'node_modules/**'],
  // The pages link to them, and editors load them from here.
  buildEnd: ({ srcDir, outDir }) =>
    cpSync(join(srcDir, 'schemas'), join(outDir, 'schemas'), { recursive: true }),
  markdown: {
    // As GitHub: a link into a page leads to the same place there and here (test/docs/links.test.ts).
    anchor: {
      slugify: (heading) =>
        heading
          .toLowerCase()
          .replace(/[^\p{L}\p{N}\s_-]/gu, '')
          .replaceAll(' ', '-'),
    },
    // Two braces in code are code, not an expression of the site's templates.
    config(markdown) {
      const { rules } = markdown.renderer;
      const codeInline = rules.code_inline;
      rules.code_inline = (...line) => codeInline?.(...line).replace('<code', '<code v-pre') ?? '';
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [page('Start', '/'), page('Checks', '/checks'), page('Commands', '/commands')],
    sidebar: [
      {
        text: 'Use it',
        items: [
          page('Start here', '/'),
          page('Claude Code, SDKs, editors', '/clients'),
          page('Sessions, prompts, prices', '/sessions'),
          page('What goes where', '/behaviour'),
          page('Security', '/security'),
          page('Compared with other tools', '/comparison'),
        ],
      },
      {
        text: 'Find out',
        items: [
          page('What another client does', '/tap'),
          page('Which part is refused', '/requests'),
          page('Who really answers', '/identity'),
          page('Which provider is best', '/race'),
          page('Your users say it hangs', '/gateway-admins'),
          page('A server for your tests', '/mock'),
        ],
      },
      {
        text: 'Providers',
        items: [
          page('APIXO', '/providers/apixo'),
          page('LLM API', '/providers/llmapi-pro'),
          page('AISIX', '/providers/aisix'),
          page('Auxot', '/providers/auxot'),
          page('AiHubMix', '/providers/aihubmix'),
          page('Known providers', '/presets'),
        ],
      },
      {
        text: 'Reference',
        items: [
          page('Commands', '/commands'),
          page('Settings', '/settings'),
          page('Environment', '/environment'),
          page('Exit codes', '/exit-codes'),
          page('Formats', '/formats'),
          page('Checks of the doctor', '/checks'),
          page('Scenarios of the mock', '/scenarios'),
          page('Dependencies', '/dependencies'),
          page('Figures', '/RESULTS'),
        ],
      },
    ],
  },
});
