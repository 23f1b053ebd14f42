// `msg mock` as a whole: what it prints, what it serves, how it stops.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMock } from '../../src/mock/index.ts';
import { scenarios } from '../../src/mock/scenarios.ts';
import { type Control, type Run, type RunOptions, runMsg } from './run-msg.ts';

/** Runs `msg mock` on a free port, visits it under the address it printed, and presses Ctrl-C. */
function serve(
  argv: readonly string[],
  visit: (url: string, control: Control) => Promise<void>,
  options: RunOptions = {},
): Promise<Run> {
  let printed = '';
  return runMsg(['mock', '--port', '0', '--speed', '0', '--ttft', '0', ...argv], {
    env: {},
    ...options,
    adapt: (context) => ({
      ...context,
      streams: {
        ...context.streams,
        stderr: {
          ...context.streams.stderr,
          write(text) {
            printed += text;
            return context.streams.stderr.write(text);
          },
        },
      },
    }),
    async during(control) {
      await Promise.race([control.shows('curl', 'stderr'), control.shows('msg: ', 'stderr')]);
      const [url] = /http:\/\/\S+:\d+/.exec(printed) ?? [];
      if (url === undefined) throw new Error(`no address in ${printed}`);
      try {
        await visit(url, control);
      } finally {
        control.interrupt();
      }
    },
  });
}

const version = { 'anthropic-version': '2023-06-01' };
const hello = { model: 'm', max_tokens: 1_000, messages: [{ role: 'user', content: 'hello' }] };

const post = (url: string, headers: Record<string, string> = version, body: object = hello) =>
  fetch(`${url}/v1/messages?beta=true`, { method: 'POST', headers, body: JSON.stringify(body) });

describe('msg mock', () => {
  it('prints where it listens and how to reach it, serves, and ends with 0 on Ctrl-C', async () => {
    let url = '';
    const run = await serve([], async (address) => {
      url = address;
      expect((await post(url)).status).toBe(200);
    });
    expect(run).toMatchObject({ code: 0, stdout: '' });
    expect(run.stderr).toBe(
      `The mock listens on ${url}. Ctrl-C stops it.
No model is behind it: the answers are made from the prompt.

Environment (SDKs, Claude Code, msg)
  export ANTHROPIC_BASE_URL=${url}
  export ANTHROPIC_API_KEY=any-key
  export ANTHROPIC_MODEL=mock-1

msg
  msg send "hello" --base-url ${url} -m mock-1 \\
    --auth none

curl
  curl -N ${url}/v1/messages \\
    -H 'anthropic-version: 2023-06-01' -H 'content-type: application/json' \\
    -d '{"model": "mock-1", "max_tokens": 1024, "stream": true,
         "messages": [{"role": "user", "content": "hello"}]}'

Stopped after 1 request.
`,
    );
    await expect(post(url)).rejects.toThrow();
  });

  it('prints lines that work: the environment and the command for msg', async () => {
    await serve([], async (url) => {
      const env = { ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: 'any-key', ANTHROPIC_MODEL: 'mock-1' };
      for (const argv of [
        ['send', 'hello'],
        ['send', 'hello', '--base-url', url, '-m', 'mock-1', '--auth', 'none'],
      ]) {
        expect(await runMsg(argv, { env })).toMatchObject({
          code: 0,
          stdout: expect.stringMatching(/^# Hello\n\nNo model is behind this answer/),
          stderr: '',
        });
      }
    });
  });

  it('prints the header and the path that the scenario takes', async () => {
    const script = join(mkdtempSync(join(tmpdir(), 'mock-')), 'script.json');
    writeFileSync(script, JSON.stringify({ rules: { auth: 'x-api-key', basePath: '/api/anthropic' } }));
    const rows = [
      [
        ['--scenario', 'bearer-only'],
        'ANTHROPIC_AUTH_TOKEN',
        ['--auth', 'bearer'],
        { authorization: 'Bearer any-key' },
      ],
      [['--script', script], 'ANTHROPIC_API_KEY', [], { 'x-api-key': 'any-key' }],
    ] as const;
    for (const [argv, variable, auth, header] of rows) {
      const base = argv[0] === '--script' ? '/api/anthropic' : '';
      const run = await serve(argv, async (address) => {
        const url = address + base;
        const env = { ANTHROPIC_BASE_URL: url, [variable]: 'any-key', ANTHROPIC_MODEL: 'mock-1' };
        const named = ['--base-url', url, '-m', 'mock-1', ...auth, '--api-key-env', variable];
        expect((await runMsg(['send', 'hello'], { env })).code).toBe(0);
        expect((await runMsg(['send', 'hello', ...named], { env })).code).toBe(0);
        expect((await post(url, { ...version, ...header })).status).toBe(200);
      });
      const [[name, value] = []] = Object.entries(header);
      expect(run.stderr).toContain(`export ${variable}=any-key`);
      expect(run.stderr).toContain(`    ${[...auth, '--api-key-env', variable].join(' ')}\n`);
      expect(run.stderr).toContain(`  -H '${name}: ${value}' \\\n`);
    }
  });

  it('takes only the key it was given, and never prints it', async () => {
    const key = 'sk-test-keynobodymaysee12345';
    const run = await serve(['--key', key, '--verbose'], async (url) => {
      expect((await post(url)).status).toBe(401);
      expect((await post(url, { ...version, 'x-api-key': key })).status).toBe(200);
      expect((await post(url, { ...version, authorization: `Bearer ${key}` })).status).toBe(200);
      expect((await post(url, { ...version, 'x-api-key': key, 'x-copy': key })).status).toBe(200);
    });
    expect(run.stderr).toContain('THE-KEY stands for what you gave with --key.');
    expect(run.stderr).toContain('  x-api-key: sk-test-… (28 characters)\n');
    expect(run.stderr).toContain('  authorization: Bearer sk-test-… (28 characters)\n');
    expect(run.stderr).not.toContain(key);
  });

  it('masks keys it was not given too', async () => {
    const run = await serve(['--verbose'], async (url) => {
      await post(url, { ...version, 'x-api-key': 'sk-ant-of-a-real-provider-0123456789' });
    });
    expect(run.stderr).not.toContain('real-provider');
  });

  it('refuses with --strict-history what the native API refuses', async () => {
    const twice = [...hello.messages, ...hello.messages];
    await serve(['--strict-history'], async (url) => {
      const response = await post(url, version, { ...hello, messages: twice });
      expect(await response.text()).toContain('roles must alternate');
    });
    await serve([], async (url) =>
      expect((await post(url, version, { ...hello, messages: twice })).status).toBe(200),
    );
  });

  it('shows no secret in a query', async () => {
    const key = 'sk-ca"na\\ry$1-0123456789';
    const spelled = encodeURIComponent(key);
    const run = await serve(['--key', key, '--verbose'], async (url) => {
      await fetch(`${url}/v1/messages?api_key=${spelled}&note=${spelled}&token=another-one&x=1%202`);
    });
    expect(run.stderr).toContain(
      'GET /v1/messages?api_key=sk-… (24 characters)&note=sk-… (24 characters)&token=… (11 characters)&x=1%202',
    );
  });

  it('logs each request with --verbose', async () => {
    const run = await serve(['--verbose'], async (url) => {
      await (await post(url, version, { ...hello, system: 'x'.repeat(115_000) })).text();
      await fetch(url, { method: 'HEAD' });
      await fetch(`${url}/v1/nothing`);
    });
    const log = run.stderr.slice(run.stderr.indexOf('POST /v1'));
    expect(log).toMatch(/^POST \/v1\/messages\?beta=true {2}200 {2}\d\.\d\d s\n {2}host: /);
    expect(log).toMatch(/\n {2}\{"model":"m".{150,220}… \(115,\d{3} characters\)\n/);
    expect(log).toMatch(/\nHEAD \/ {2}200 /);
    expect(log).toMatch(/\nGET \/v1\/nothing {2}404 /);
  });

  it('answers what Claude Code and the SDKs send', async () => {
    await serve([], async (url) => {
      expect((await fetch(url, { method: 'HEAD' })).status).toBe(200);
      for (const anthropicVersion of ['2023-06-01', '2026-10-21']) {
        const headers = {
          'anthropic-version': anthropicVersion,
          'anthropic-beta': 'claude-code-20250219,new-thing-2030-01-01',
          'x-api-key': 'k',
          authorization: 'Bearer k',
        };
        const body = {
          ...hello,
          stream: true,
          system: 'x'.repeat(115_000),
          context_management: { edits: [] },
        };
        const response = await post(url, headers, body);
        expect(await response.text()).toContain('event: message_stop');
      }
    });
  });

  it('plays a scenario', async () => {
    const run = await serve(['--scenario', 'unauthorized'], async (url) => {
      expect((await post(url)).status).toBe(401);
    });
    expect(run.stderr).toContain('\nScenario unauthorized: refuses every key with 401');
  });

  it('stops in the middle of an answer', async () => {
    let answer: Promise<string> | undefined;
    const run = await serve(['--speed', '1'], async (url) => {
      const response = await post(url, version, { ...hello, stream: true });
      answer = response.text().catch(() => 'broken off');
    });
    expect(run.code).toBe(0);
    expect(await answer).toBe('broken off');
  });

  it('says so when other machines can reach it', async () => {
    const run = await serve(['--host', '0.0.0.0'], async (url) =>
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:/),
    );
    expect(run.stderr).toContain('Other machines can reach it.');
  });

  it('says nothing with --quiet', async () => {
    let listens = (): void => {};
    const listening = new Promise<void>((resolve) => {
      listens = resolve;
    });
    const run = await runMsg(['mock', '--port', '0', '--quiet'], {
      adapt: (context) => ({
        ...context,
        interrupts: {
          on(listener) {
            listens();
            return context.interrupts.on(listener);
          },
        },
      }),
      async during({ interrupt }) {
        await listening;
        interrupt();
      },
    });
    expect(run).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });
});

describe('msg mock --script', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'msg-mock-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('plays the steps of the file, found from the working directory', async () => {
    const steps = [
      { step: 'head', status: 200, headers: { 'content-type': 'text/event-stream', 'x-mine': 'yes' } },
      { step: 'split', at: 'every-byte', steps: [{ step: 'event', data: { type: 'ping' } }] },
    ];
    writeFileSync(join(folder, 'answers.json'), JSON.stringify(steps));
    const visit = async (url: string): Promise<void> => {
      const response = await post(url);
      expect(response.headers.get('x-mine')).toBe('yes');
      expect(await response.text()).toBe('event: ping\ndata: {"type":"ping"}\n\n');
    };
    const run = await serve(['--script', 'answers.json'], visit, { cwd: folder });
    expect(run.stderr).toContain('\nScenario answers.json: plays answers.json.\n');
  });

  it('names the place of a mistake', async () => {
    writeFileSync(join(folder, 'wrong.json'), '[{"step":"pause"}]');
    const run = await runMsg(['mock', '--script', 'wrong.json'], { cwd: folder });
    expect(run).toMatchObject({ code: 3, stdout: '' });
    expect(run.stderr).toContain('wrong.json: steps[0].ms must be a number of at least 0.');
  });

  it('names a file that is not there', async () => {
    const run = await runMsg(['mock', '--script', 'none.json'], { cwd: folder });
    expect(run).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('none.json (--script): there is no such file or directory.'),
    });
  });
});

describe('msg mock --list', () => {
  it('explains every scenario in a line', async () => {
    const run = await runMsg(['mock', '--list']);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const lines = run.stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.split(/\s{2,}/))).toEqual(
      scenarios.map(({ name, summary }) => [name, summary]),
    );
  });

  it.each([80, 60, 40])('wraps on a terminal of %d columns', async (width) => {
    const run = await runMsg(['mock', '--list'], { tty: true, width });
    for (const line of run.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
    expect(run.stdout.replaceAll(/\n\s+/g, ' ')).toContain(scenarios.at(-1)?.summary);
  });
});

describe('msg mock refuses', () => {
  it.each([
    [['--script', '/gone.json'], 'Cannot read /gone.json (--script): there is no such file or directory.'],
    [['--host', '203.0.113.9'], 'Leave out --host'],
    [['--scenario', 'unautorized'], 'Did you mean unauthorized?'],
  ])('%j', async (argv, says) => {
    const run = await runMsg(['mock', ...argv]);
    expect(run.code).toBeGreaterThan(1);
    expect(run.stderr).toContain(says);
  });

  it('an unknown scenario, with the near ones', async () => {
    const run = await runMsg(['mock', '--scenario', 'overloaded']);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('There is no scenario "overloaded".');
    expect(run.stderr).toContain(
      'Did you mean overloaded-529 or overloaded-midstream? msg mock --list explains all.',
    );
  });

  it('a scenario and a script together', async () => {
    const run = await runMsg(['mock', '--scenario', 'crlf', '--script', 'x.json']);
    expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining('exclude each other') });
  });

  it('a port that is taken, with the way out', async () => {
    const other = await startMock();
    const run = await runMsg(['mock', '--port', String(other.port)]);
    await other.close();
    expect(run.code).toBe(3);
    expect(run.stderr).toContain(`Port ${other.port} is taken.`);
    expect(run.stderr).toContain('msg mock --port 0');
  });

  it.each([
    ['--port', '70000', '--port takes a whole number from 0 to 65535, not "70000".'],
    ['--speed', 'fast', '--speed takes a number from 0, not "fast".'],
    ['--host', '198.51.100.7', '198.51.100.7 is not an address of this machine.'],
  ])('%s %s', async (flag, value, message) => {
    const run = await runMsg(['mock', flag, value]);
    expect(run.code).toBeGreaterThan(1);
    expect(run.stderr).toContain(message);
  });
});
