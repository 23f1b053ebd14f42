// `msg tap` as a command: what it prints, whom it runs, what it ends with.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runMsg, testKey } from './run-msg.ts';

/** A client in a process of its own, that prints what the endpoint answered. */
const client = (path: string, more = ''): string =>
  `const e = process.env; fetch(e.ANTHROPIC_BASE_URL + '${path}', { method: 'POST', headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01', ...(e.ANTHROPIC_API_KEY && { 'x-api-key': e.ANTHROPIC_API_KEY }), ...(e.ANTHROPIC_AUTH_TOKEN && { authorization: 'Bearer ' + e.ANTHROPIC_AUTH_TOKEN }) }, body: JSON.stringify({ model: 'mock-1', max_tokens: 1000, messages: [{ role: 'user', content: 'hi' }] }) }).then(async (answer) => { await answer.text(); ${more} process.exitCode = answer.ok ? 0 : 7; });`;

describe('msg tap -- COMMAND', () => {
  it('runs it pointed at the tap, the key lent, and ends with its exit code', async () => {
    const run = await runMsg(['tap', '--', process.execPath, '-e', client('/v1/messages')], {
      mock: { key: testKey },
    });
    expect(run.code).toBe(0);
    expect(run.stdout).toBe('');
    expect(run.stderr).toMatch(/#1 {2}POST \/v1\/messages {2}200 {2}mock-1 .*end_turn {2}\+/);
    expect(run.stderr).toContain('1 exchange; tokens:');
    expect(run.requests[0]?.headers).toMatchObject({ 'x-api-key': testKey });
    expect(run.stderr).not.toContain(testKey);
  });

  it('names what the client does wrong', async () => {
    const run = await runMsg(['tap', '--', process.execPath, '-e', client('/v1/v1/messages')]);
    expect(run.code).toBe(7);
    expect(run.stderr).toMatch(/404 .*x The client asks for \/v1\/v1\/messages/);
    expect(run.stderr).toMatch(/Give it the base URL without \/v1: http:\/\/127\.0\.0\.1:\d+\n/);
  });

  it('passes the keys of clients on where the target is a URL', async () => {
    const run = await runMsg(['tap', '{url}', '--', process.execPath, '-e', client('/v1/messages')], {
      mock: { key: 'sk-own-canary-0123456789abcdef' },
      env: { ANTHROPIC_API_KEY: 'sk-own-canary-0123456789abcdef', PATH: process.env['PATH'] },
    });
    expect(run.code).toBe(0);
    expect(run.requests[0]?.headers['x-api-key']).toBe('sk-own-canary-0123456789abcdef');
    expect(run.stderr).not.toContain('sk-own-canary-0123');
  });

  it('runs against the demo without a key, with the example of the README', async () => {
    const example = join(import.meta.dirname, '../../examples/ask.mjs');
    expect(readFileSync(example, 'utf8')).toContain('ANTHROPIC_BASE_URL');
    const run = await runMsg(['tap', '-P', 'demo', '--', process.execPath, example, 'hi']);
    expect(run.code).toBe(0);
    expect(run.stderr).toMatch(/200 {2}\S+ {2}first text .* tokens\/s {2}in \d+ \/ out \d+ \/ cached 0 .*\+/);
  });

  it('says what a command line lacks', async () => {
    expect((await runMsg(['tap', '-P', 'demo', '--', 'no-such-program-anywhere'])).stderr).toContain(
      'no-such-program-anywhere was not found.',
    );
    const run = await runMsg(['tap', 'work', 'claude']);
    expect([run.code, run.stderr]).toEqual([2, expect.stringContaining('A program to run stands behind --')]);
  });
});

it('names a target that speaks no HTTP, and blames no client', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => {}).write('SSH-2.0-OpenSSH_9\r\n');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const program = [process.execPath, '-e', client('/v1/messages')];
  const { stderr } = await runMsg(['tap', `http://127.0.0.1:${port}`, '--', ...program]);
  server.close();
  expect(stderr).toContain('The answer is broken: it is not HTTP. (#1; you, likely)');
  expect(stderr).not.toContain('The client gave up');
});

it('says before anything runs what could not be written at the end', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'msg-tap-places-'));
  writeFileSync(join(folder, 'file'), '');
  for (const [flag, name, why] of [
    ['--har', 'none/all.har', 'there is no such file or directory'],
    ['--report', 'file/page.html', 'a part of the path is not a directory'],
    ['--report', '.', 'it is a directory'],
    ['--record', 'file', 'there is a file of that name'],
  ] as const) {
    const { code, stderr } = await runMsg([
      'tap',
      '-P',
      'demo',
      flag,
      join(folder, name),
      '--',
      'no-such-program-anywhere',
    ]);
    expect(code).toBe(3);
    expect(stderr.replace(/\s+/g, ' ')).toContain(`(${flag}): ${why}.`);
  }
  rmSync(folder, { recursive: true });
});

it('names the address in the next command where the target is a URL', async () => {
  const run = await runMsg(
    ['tap', 'http://127.0.0.1:1', '--', process.execPath, '-e', client('/v1/messages')],
    {
      env: { PATH: process.env['PATH'] },
    },
  );
  expect(run.code).toBe(7);
  expect(run.stderr).toMatch(/not reached .*refused the connection/);
  expect(run.stderr).toContain('Next: msg doctor http://127.0.0.1:1\n');
});

describe('msg tap --record, --open', () => {
  it('keeps exchanges, and shows them offline; a word that is no recording is a target', async () => {
    const home = mkdtempSync(join(tmpdir(), 'msg-tap-'));
    try {
      const directory = join(home, 'kept');
      const command = ['--', process.execPath, '-e', client('/v1/messages')];
      await runMsg(['tap', '--record', directory, '--har', join(home, 'x.har'), '--fail', '529', ...command]);
      const shown = await runMsg(['tap', '--open', directory], { env: {} });
      expect(shown.code).toBe(0);
      expect(shown.stdout).toMatch(
        /#1 {2}POST \/v1\/messages {2}529 .*put in: --fail overloaded-529 .*Overloaded/,
      );
      const [file = ''] = readdirSync(directory);
      const read = await runMsg(['doctor', '--from-error', join(directory, file)], { env: {} });
      expect(read.stdout).toMatch(/^saw +msg tap put this in \(--fail overloaded-529\): /);
      expect(read.stdout).toMatch(/\ncause +tap\.fault \(certain/);
      expect(JSON.parse(readFileSync(join(home, 'x.har'), 'utf8')).log.entries).toHaveLength(1);
      const none = await runMsg(['tap', '--open', 'nowhere', ...command]);
      expect(none.stderr).toContain('There is no profile "nowhere"');
      const two = await runMsg(['tap', '--open', join(home, 'none'), 'work']);
      expect([two.code, two.stderr]).toEqual([
        2,
        expect.stringContaining('neither a directory of recordings'),
      ]);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });

  it('tells with -v what is behind a line, and no key', async () => {
    const run = await runMsg(['tap', '-v', '--', process.execPath, '-e', client('/v1/v1/messages')]);
    expect(run.stderr).toMatch(/\n {2}> x-api-key: msg-tap-\.\.\. \(48 characters\)\n/);
    expect(run.stderr).toMatch(/\n {2}< content-type: application\/json\n/);
    expect(run.stderr).not.toContain(testKey);
  });
});

describe('msg tap without a command', () => {
  it('prints the lines that point clients at it, and a summary after Ctrl-C', async () => {
    const run = await runMsg(['tap', '--port', '0'], {
      during: async ({ shows, interrupt }) => {
        await shows('Vercel AI SDK', 'stderr');
        interrupt();
      },
    });
    expect(run.code).toBe(0);
    const [, token = ''] = /export ANTHROPIC_API_KEY='?(msg-tap-[0-9a-f]{40})/.exec(run.stderr) ?? [];
    expect(token).not.toBe('');
    const [, url = ''] = /listens on (\S+) and/.exec(run.stderr) ?? [];
    for (const line of [
      `export ANTHROPIC_BASE_URL='${url}'`,
      `$env:ANTHROPIC_BASE_URL = '${url}'`,
      `ANTHROPIC_BASE_URL=${url} ANTHROPIC_API_KEY= ANTHROPIC_AUTH_TOKEN=${token} ANTHROPIC_MODEL=test-model claude`,
      `Anthropic(base_url="${url}", api_key="${token}")`,
      `createAnthropic({ baseURL: "${url}/v1", apiKey: "${token}" })`,
    ])
      expect(run.stderr).toContain(line);
    expect(run.stderr).toContain('No request came.');
    expect(run.stderr).toMatch(new RegExp(`Page: ${url}/_msg/\\?token=[\\w-]{32}\\n`));
  });
});

it('prints with -q what clients need, and nothing else', async () => {
  const run = await runMsg(['tap', '-q', '--port', '0'], {
    during: async ({ shows, interrupt }) => {
      await shows('ANTHROPIC_BASE_URL', 'stderr');
      interrupt();
    },
  });
  expect(run.stderr).toMatch(/^export ANTHROPIC_BASE_URL='http:\/\/127\.0\.0\.1:\d+'\n/);
  expect(run.stderr).toMatch(/\nexport ANTHROPIC_API_KEY='msg-tap-[0-9a-f]{40}'\n/);
  expect(run.stderr).not.toMatch(/listens|Page|No request/);
});

describe('the page of msg tap', () => {
  it('is written as a report with all exchanges in it, and no key', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'msg-tap-')), 'page.html');
    const run = await runMsg(
      ['tap', '--no-page', '--report', file, '--', process.execPath, '-e', client('/v1/messages')],
      { mock: { key: testKey } },
    );
    expect(run.code).toBe(0);
    expect(run.stderr).not.toContain('Page:');
    const page = readFileSync(file, 'utf8');
    expect(page).toContain('<script type="application/json" id="exchange-1">{"row":{"id":1,');
    expect(page).toContain('"stopReason":"end_turn"');
    expect(page).not.toContain(testKey);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('has its address told before a program starts', async () => {
    const run = await runMsg(['tap', '--', process.execPath, '-e', client('/v1/messages')]);
    expect(run.stderr).toMatch(/^Page: http:\/\/127\.0\.0\.1:\d+\/_msg\/\?token=/);
  });
});
