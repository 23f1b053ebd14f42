// Node warns on stderr of what it will take away (DEP...) and of what is new: users see neither, on any version.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Mock, startMock } from '../../src/mock/index.ts';
import { type Home, newHome, runBin } from './run-bin.ts';

const key = 'sk-test-0123456789abcdef';
let mock: Mock;
let home: Home;
beforeAll(async () => {
  mock = await startMock({ key });
  home = newHome();
  writeFileSync(join(home.path, 'some.json'), '{}');
});
afterAll(async () => {
  await mock.close();
  home.close();
});

it.each<[string, string[], { stdin?: string; env?: Record<string, string> }?]>([
  ['a streamed answer', ['send', 'hi']],
  ['an answer at once', ['send', 'hi', '-o', 'json', '--no-stream']],
  ['a file', ['send', 'hi', '-f', 'some.json'], { stdin: 'more' }],
  ['the demo', ['send', '-P', 'demo', 'hi']],
  ['a proxy', ['send', 'hi', '--proxy', 'http://127.0.0.1:1', '--max-retries', '0']],
  ['a proxy over TLS, by its address', ['send', 'hi', '-x', 'https://127.0.0.1:1', '--max-retries', '0']],
  ['a SOCKS proxy', ['send', 'hi', '-x', 'socks5://127.0.0.1:1', '--max-retries', '0']],
  ['TLS to an address', ['send', 'hi', '--base-url', 'https://127.0.0.1:1', '--max-retries', '0']],
  ['a chat', ['chat'], { stdin: 'hi\n/model\n/compact\n/export out.md\n' }],
  ['the doctor', ['doctor']],
  ['the doctor on TLS', ['doctor', 'https://127.0.0.1:1']],
  ['the doctor, as a page', ['doctor', '--free', '--format', 'html']],
  ['models', ['models']],
  ['a profile', ['profiles', 'add', 'work', '--preset', 'apixo', '--key-stdin'], { stdin: key }],
  ['profiles', ['profiles', 'list']],
  ['sessions', ['sessions']],
  ['the scenarios of the mock', ['mock', '--list']],
  ['completion', ['completion', 'bash']],
])('%s warns of nothing', async (_what, argv, { stdin = '', env = {} } = {}) => {
  const run = await runBin(argv, {
    cwd: home.path,
    stdin,
    env: { MSG_BASE_URL: mock.url, MSG_API_KEY: key, MSG_MODEL: 'm', ...env },
  });
  expect(run.stderr).not.toMatch(/\(node:\d+\)|\bDEP\d+|Warning: /);
  // It came as far as there was something to warn of: no usage error, no bug.
  expect(run.code, run.stderr).not.toBe(1);
  expect(run.code, run.stderr).not.toBe(2);
});
