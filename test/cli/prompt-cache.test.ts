// --cache, MSG_CACHE and the field cache: what is sent, what is told of it, and what becomes of it where it is refused.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { errorReply, type Script, startMock, streamReply } from '../../src/mock/index.ts';
import type { SeenRequest } from '../../src/mock/received-request.ts';
import { openMsg } from '../msg-terminal.ts';
import { runMsg, testKey } from './run-msg.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'msg-cache-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const env = { MSG_BASE_URL: '{url}', MSG_API_KEY: testKey, MSG_MODEL: 'test-model' };
const markOf = ({ json }: SeenRequest): unknown => (json as Record<string, unknown>)['cache_control'];
const refusal = (words: string): Script => errorReply(400, 'invalid_request_error', words);
const refused = refusal('cache_control: Extra inputs are not permitted');

describe('what is sent', () => {
  it.each<[string, readonly string[], Record<string, string>, unknown]>([
    ['nothing where nobody asks', [], {}, undefined],
    ['--cache', ['--cache'], {}, { type: 'ephemeral' }],
    ['--cache 5m', ['--cache', '5m'], {}, { type: 'ephemeral' }],
    ['--cache before other options', ['--cache', '-q'], {}, { type: 'ephemeral' }],
    ['--cache=1h', ['--cache=1h'], {}, { type: 'ephemeral', ttl: '1h' }],
    ['MSG_CACHE', [], { MSG_CACHE: '1h' }, { type: 'ephemeral', ttl: '1h' }],
    ['off, over the variable', ['--cache', 'off'], { MSG_CACHE: '1h' }, undefined],
  ])('%s', async (_name, flags, more, mark) => {
    const { code, requests } = await runMsg(['send', 'hi', ...flags], { env: { ...env, ...more } });
    expect(code).toBe(0);
    expect(requests.map(markOf)).toEqual([mark]);
  });

  it('nothing where only tokens are counted', async () => {
    const { code, requests } = await runMsg(['send', '--cache', '--count', 'hi'], {});
    expect(code).toBe(0);
    expect(requests.map(markOf)).toEqual([undefined]);
  });

  it('what the profile says, unless the command line says another thing', async () => {
    const mock = await startMock({});
    const run = (...argv: string[]) => runMsg(argv, { home, on: mock, env: {} });
    try {
      await run('profiles', 'add', 'work', '--base-url', mock.url, '--auth', 'none', '--model', 'm');
      expect((await run('profiles', 'set', 'work', 'cache=1h')).code).toBe(0);
      for (const flags of [[], ['--cache', '5m'], ['--cache', 'off']])
        await run('send', '-P', 'work', 'hi', ...flags);
      expect(mock.requests.map(markOf)).toEqual([
        { type: 'ephemeral', ttl: '1h' },
        { type: 'ephemeral' },
        undefined,
      ]);
    } finally {
      await mock.close();
    }
  });

  it.each([
    [['send', '--cache', '2h', 'hello'], '--cache takes 5m, 1h, off, not "2h".'],
    [['profiles', 'set', 'work', 'cache=2h'], 'cache takes 5m, 1h, off, not "2h".'],
  ])('not what no endpoint knows: %j', async (argv, words) => {
    await runMsg(['profiles', 'add', 'work', '--preset', 'demo'], { home });
    const { code, stderr, requests } = await runMsg(argv, { home });
    expect(code).toBe(2);
    expect(stderr.replace(/\s+/g, ' ')).toContain(words);
    expect(requests).toEqual([]);
  });
});

describe('an endpoint that refuses it', () => {
  it.each<[Script]>(
    [
      refused,
      refusal('Unknown parameter: "cache_control"'),
      errorReply(422, 'invalid_request_error', 'unexpected field cache_control'),
    ].map((one) => [one]),
  )('gets the request without it, with one note', async (first) => {
    const { code, stdout, stderr, requests } = await runMsg(['send', '--cache', 'hi'], {
      mock: { replies: [first, streamReply('Hello.')] },
    });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Hello.\n' });
    expect(requests.map(markOf)).toEqual([{ type: 'ephemeral' }, undefined]);
    expect(stderr).toMatch(/^msg: 127\.0\.0\.1:\d+ refuses cache_control: going on without it\.\n$/);
  });

  it('is told its own error where it refuses something else', async () => {
    const { code, stderr, requests } = await runMsg(['send', '--cache', 'hi'], {
      mock: { replies: [refusal('messages: something is wrong')] },
    });
    expect(code).toBe(5);
    expect(stderr).toContain('something is wrong');
    expect(requests).toHaveLength(1);
  });

  it('is not asked without it when the body itself brings it', async () => {
    const body = '{"cache_control":{"type":"ephemeral"}}';
    const { code, requests } = await runMsg(['send', '--cache', '--body', body, 'hi'], {
      mock: { replies: [refused] },
    });
    expect(code).toBe(5);
    expect(requests).toHaveLength(1);
  });

  it('is not asked for it again in the same chat, and /curl shows what was sent', async () => {
    const mock = await startMock({ replies: [refused, streamReply('One.'), streamReply('Two.')] });
    const terminal = openMsg(['chat', '--cache'], {
      working: home,
      env: { MSG_BASE_URL: mock.url, MSG_API_KEY: testKey, MSG_MODEL: 'm' },
    });
    try {
      await terminal.see(/▸$/);
      terminal.type('one\r');
      await terminal.see(/refuses cache_control: going on without it\.[\s\S]*One\./);
      terminal.type('two\r');
      await terminal.see('Two.');
      expect(mock.requests.map(markOf)).toEqual([{ type: 'ephemeral' }, undefined, undefined]);
      expect(terminal.text().split('going on without it').length).toBe(2);
      terminal.type('/curl\r');
      await terminal.see('curl ');
      expect(terminal.text()).not.toContain('ephemeral');
    } finally {
      await terminal.close();
      await mock.close();
    }
  });
});

describe('what was read and written', () => {
  const usage = {
    input_tokens: 10,
    output_tokens: 5,
    cache_creation_input_tokens: 300,
    cache_read_input_tokens: 2000,
  };
  const reply = streamReply({ content: [{ type: 'text', text: 'Ok.' }], usage });

  it('stands in the line of --usage', async () => {
    const { stderr } = await runMsg(['send', '--cache', '-u', 'hi'], { mock: { replies: [reply] } });
    expect(stderr).toBe('2310 in (2000 from cache, 300 to cache) + 5 out tokens\n');
  });

  it('adds up in /usage', async () => {
    const mock = await startMock({ replies: [reply, reply] });
    const terminal = openMsg(['chat'], {
      working: home,
      columns: 120,
      env: { MSG_BASE_URL: mock.url, MSG_API_KEY: testKey, MSG_MODEL: 'm' },
    });
    try {
      await terminal.see(/▸$/);
      terminal.type('/set cache 1h\rone\r');
      await terminal.see('Ok.');
      await terminal.see(/▸$/);
      terminal.type('two\r');
      await terminal.see(/Ok\.[\s\S]*Ok\.[\s\S]*▸$/);
      terminal.type('/usage\r');
      await terminal.see(
        /2 answers · 4,620 tokens in \(4,000 read from the cache, 600 written to it\), 10 o\s*ut/,
      );
      expect(mock.requests.map(markOf)).toEqual(Array(2).fill({ type: 'ephemeral', ttl: '1h' }));
    } finally {
      await terminal.close();
      await mock.close();
    }
  });
});
