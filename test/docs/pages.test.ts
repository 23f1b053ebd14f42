// What the pages of docs/ tell to type, typed: the `sh` blocks of a page are one session of a real shell against the built
// binary. Hosts of providers are mocks here; blocks that install something are `console`, and are not run.
import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { startMock } from '../../src/mock/server.ts';
import { presets } from '../../src/profiles/presets.ts';

/** Shaped like a real one: the doctor knows a placeholder when it sees one. */
const key = 'sk-llmapi-4f7c2a9be1d0473c8a55';
const root = resolve(import.meta.dirname, '../..');
const docs = join(root, 'docs');
const pages = readdirSync(docs, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.md') && !/node_modules|\.vitepress/.test(name));
const textOf = (page: string): string => readFileSync(join(docs, page), 'utf8');
const blocksOf = (page: string, language: string): string[] =>
  [...textOf(page).matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, block = '']) => block,
  );

/**
 * The shell that a page is typed into: a profile that was added goes to the mock. `# fails` behind a command says that its
 * exit code is not 0, which is what the page is about.
 */
const prelude = `exec </dev/null
set -o pipefail
msg() {
  command msg "$@" || return
  if [ "$1 $2" = "profiles add" ]; then command msg profiles set "$3" base-url="$MOCK" --keep-key >/dev/null; fi
}
`;
const scriptOf = (blocks: readonly string[]): string =>
  prelude +
  blocks
    .join('')
    .split('\n')
    .map((line) => (line.endsWith('# fails') ? `{ ! ${line.replace(/ *# fails$/, '')}; } || exit 90` : line))
    .join('\n');

/** An empty home with `msg` in its PATH, and a mock in the place of every provider. */
async function typeIn(page: string): Promise<void> {
  // The messages of Auxot lie where its web page has none.
  const basePath = page.endsWith('auxot.md') ? { basePath: '/api/anthropic' } : {};
  const mock = await startMock({ key, ...basePath });
  const home = mkdtempSync(join(tmpdir(), 'msg-page-'));
  try {
    mkdirSync(join(home, 'bin'));
    symlinkSync(join(root, 'bin/msg.js'), join(home, 'bin/msg'));
    symlinkSync(join(root, 'examples'), join(home, 'examples'));
    writeFileSync(join(home, 'plan.txt'), 'First measure, then cut.\n');
    await promisify(execFile)('git', ['init', '-q'], { cwd: home });
    const env = {
      PATH: `${join(home, 'bin')}:${process.env['PATH']}`,
      HOME: home,
      LANG: 'C.UTF-8',
      MOCK: mock.url,
      ...Object.fromEntries(
        [...presets.flatMap(({ keyEnv }) => keyEnv), 'PROVIDER_KEY'].map((name) => [name, key]),
      ),
    };
    await promisify(execFile)('bash', ['-e', '-c', scriptOf(blocksOf(page, 'sh'))], { cwd: home, env });
  } finally {
    await mock.close();
    rmSync(home, { recursive: true, force: true });
  }
}

// They wait for the demo more than they compute.
it.concurrent.each(pages.filter((page) => blocksOf(page, 'sh').length > 0))(
  'the commands of %s run',
  (page) => typeIn(page),
);

it('nothing is a block of a shell that is not run', () => {
  for (const page of pages)
    for (const language of ['bash', 'shell', 'zsh'])
      expect([page, blocksOf(page, language)]).toEqual([page, []]);
});

it('what is not run installs, or belongs to another program', () => {
  for (const page of pages)
    for (const block of blocksOf(page, 'console'))
      expect(block).toMatch(/^(npm|npx|git|sudo|systemctl|nginx|caddy|export|claude)\b/);
});
