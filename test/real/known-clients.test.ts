// What `--client` says that clients send is what they send: each makes its first request through `msg tap`, which keeps it.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ClientRequest } from '../../src/doctor/request/client-request.ts';
import type { ClientName } from '../../src/doctor/request/clients/client-names.ts';
import { clientsOf } from '../../src/doctor/request/clients/known-clients.ts';
import { weatherTool } from '../../src/doctor/request/clients/weather-tool.ts';
import { readRequest } from '../../src/doctor/request/request-file.ts';
import { runBin } from '../bin/run-bin.ts';
import { hasModules, python } from './python.ts';

const clients = join(import.meta.dirname, 'clients');

/** The request that a program makes, as the tap keeps it. */
async function firstRequest(program: string, script: string): Promise<ClientRequest> {
  const folder = mkdtempSync(join(tmpdir(), 'known-clients-'));
  try {
    const run = await runBin(
      ['tap', '-P', 'demo', '--record', folder, '--', program, join(clients, script)],
      { cwd: resolve(import.meta.dirname, '../..'), env: { TOOLS: JSON.stringify([weatherTool]) } },
    );
    const [name = '', ...others] = readdirSync(folder);
    expect([run.code, others], run.stderr).toEqual([0, []]);
    const read = readRequest(readFileSync(join(folder, name), 'utf8'), name, undefined, () => '');
    return read.request;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** All of it but what tells this machine and the version that is installed here. */
function shapeOf({ headers, body: { model: _model, ...body }, ...rest }: ClientRequest) {
  const own = /^(user-agent|x-stainless-(package-version|os|arch|runtime-version))$/;
  return {
    ...rest,
    body,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, own.test(name) ? '' : value]),
    ),
  };
}

describe.concurrent('the first request through the tap is as --client makes it, of', () => {
  it.each([
    ['sdk-ts', process.execPath, 'first-sdk.mjs'],
    ['vercel-ai', process.execPath, 'first-vercel.mjs'],
    ['sdk-py', python, 'first-sdk.py'],
  ] as const)('%s', async (name: ClientName, program, script) => {
    if (program === python && !hasModules('anthropic')) {
      expect(process.env['CI'], 'the Python package anthropic is missing').not.toBe('true');
      return;
    }
    const [known] = clientsOf(name);
    const seen = await firstRequest(program, script);
    expect(shapeOf(seen)).toEqual(known && shapeOf(known.request));
  });
});
