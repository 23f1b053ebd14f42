// What the README promises, typed into a real shell against the built binary.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mock, startMock } from '../../src/mock/server.ts';

/** Shaped like a real one: the doctor knows a placeholder when it sees one. */
const key = 'sk-llmapi-4f7c2a9be1d0473c8a55';
const root = resolve(import.meta.dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);
const lines = blocks.flatMap((block) => block.split('\n')).filter((line) => /\bmsg\b/.test(line));

describe('the README', () => {
  let mock: Mock;
  let home: string;
  beforeAll(async () => {
    mock = await startMock({ key });
    home = mkdtempSync(join(tmpdir(), 'msg-readme-'));
    mkdirSync(join(home, 'bin'));
    symlinkSync(join(root, 'bin/msg.js'), join(home, 'bin/msg'));
    symlinkSync(join(root, 'examples'), join(home, 'examples'));
    await promisify(execFile)('git', ['init', '-q'], { cwd: home });
  });
  afterAll(async () => {
    await mock.close();
    rmSync(home, { recursive: true, force: true });
  });

  it('has examples', () => expect(lines.length).toBeGreaterThan(10));

  it.each(lines)('%s', async (line) => {
    const env = {
      PATH: `${join(home, 'bin')}:${process.env['PATH']}`,
      HOME: home,
      LLMAPI_KEY: key,
    };
    const script = `exec </dev/null; set -o pipefail; ${line.replace('https://llmapi.pro', mock.url)}`;
    await promisify(execFile)('bash', ['-c', script], { cwd: home, env });
  });

  it('shows what the doctor says', async () => {
    const gateway = await startMock({ key, auth: 'bearer' });
    const env = {
      PATH: `${join(home, 'bin')}:${process.env['PATH']}`,
      HOME: join(home, 'doctor'),
      LANG: 'C.UTF-8',
      KEY: key,
    };
    const script = `exec </dev/null; msg profiles add work --base-url ${gateway.url} --key-env KEY -m m; msg doctor work --free`;
    const said = await promisify(execFile)('bash', ['-c', script], { env }).catch((failed) => failed);
    await gateway.close();
    const [, sample = ''] = /^```text\n([\s\S]*?)^```/m.exec(readme) ?? [];
    expect(sample).toContain('ROOT CAUSE');
    for (const part of sample.split('\n\n')) expect(said.stdout).toContain(part.trimEnd());
  });

  it('names the two commands of a newcomer', () => {
    expect(blocks).toContain('npm ci && npm run demo\n');
    expect(blocks).toContain('npm ci && npm test\n');
  });
});
