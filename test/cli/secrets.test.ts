// Secrets that are no key of a profile: in the query of a URL, in a header, in the place of a variable's name.
import { expect, it } from 'vitest';
import { jsonReply, startMock } from '../../src/mock/index.ts';
import { runMsg } from './run-msg.ts';

const canary = 'sk-canary-0a1b2c3d4e5f';

it.each([
  ['the query of the base URL', ['--base-url', `{url}/?api_key=${canary}`]],
  ['a header', ['-H', `x-team-token: Bearer ${canary}`]],
])('one in %s is printed nowhere, even when the server repeats it', async (_where, argv) => {
  const error = { type: 'authentication_error', message: `Invalid key ${canary}` };
  const mock = await startMock();
  mock.reply(jsonReply(401, { type: 'error', error }, { 'x-echo': canary }));
  const words = argv.map((word) => word.replace('{url}', mock.url));
  const run = await runMsg(['send', 'hi', '--auth', 'none', '-m', 'm', '-v', '--debug', ...words], {
    on: mock,
    env: { MSG_BASE_URL: mock.url },
  });
  await mock.close();
  expect(run.code).toBe(4);
  expect(run.requests).toHaveLength(1);
  expect(run.stderr).toContain('sk-canary-… (22 characters)');
  expect(run.stdout + run.stderr).not.toContain(canary);
});

it('one given as the name of a variable is refused without being repeated', async () => {
  const run = await runMsg(['send', 'hi', '--api-key-env', canary]);
  expect(run).toMatchObject({ code: 2, requests: [] });
  expect(run.stderr).toBe(
    'msg: --api-key-env takes the name of a variable, not a key.\n  Example: --api-key-env WORK_API_KEY\n',
  );
});

it('two places for one key are refused', async () => {
  const run = await runMsg(['send', 'hi', '--api-key-env', 'A', '--api-key-file', 'b']);
  expect(run).toMatchObject({ code: 2, requests: [] });
});
