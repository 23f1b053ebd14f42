// Recordings of a tap whose disk is full: the client gets its answer, and who records is told that a part is missing.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { startMock } from '../../src/mock/index.ts';
import { binary } from '../built.ts';
import { bareEnv, closed, newHome } from './run-bin.ts';

it('says that a recording did not fit on the disk', async () => {
  const home = newHome();
  const mock = await startMock({});
  const ask = `
    const content = 'word '.repeat(100_000);
    const body = JSON.stringify({ model: 'mock-1', max_tokens: 5, messages: [{ role: 'user', content }] });
    const url = process.env.ANTHROPIC_BASE_URL + '/v1/messages';
    const headers = { 'content-type': 'application/json', 'x-api-key': 'k', 'anthropic-version': '2023-06-01' };
    fetch(url, { method: 'POST', headers, body }).then(async (answer) => {
      await answer.text();
      console.log(answer.status);
    });`;
  const command = [
    binary,
    'tap',
    mock.url,
    '--record',
    join(home.path, 'kept'),
    '--',
    process.execPath,
    '-e',
    ask,
  ];
  // No file may be larger: the system answers as a full disk does.
  const child = spawn('/bin/sh', ['-c', 'ulimit -f 64; exec "$0" "$@"', process.execPath, ...command], {
    env: bareEnv(home.path),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [code, stdout, stderr] = await Promise.all([closed(child), text(child.stdout), text(child.stderr)]);
  await mock.close();
  home.close();
  expect([stdout, code]).toEqual(['200\n', 3]);
  expect(stderr).toMatch(/Cannot write into .*kept \(--record\): /);
});
