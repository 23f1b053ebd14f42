// Where each thing goes and in which form: answer, thinking, usage, timings, headers, colours.
import { describe, expect, it } from 'vitest';
import type { Context } from '../../src/context.ts';
import { eventsReply, messageReply, type Script, startMock, streamReply } from '../../src/mock/index.ts';
import { createTheme } from '../../src/terminal/output/terminal-theme.ts';
import { startProxy } from '../http/proxy-server.ts';
import { type RunOptions, runMsg, testKey } from './run-msg.ts';

const send = (script: Script, argv: readonly string[] = [], options: RunOptions = {}) =>
  runMsg(['send', 'hi', ...argv], { mock: { replies: [script] }, ...options });

const dim = (text: string): string => `\u001b[2m${text}\u001b[22m`;

/** Colours as on a real machine; the test harness has them off. */
const colored = (isTTY: boolean, env: Record<string, string> = {}) => ({
  adapt: (context: Context): Context => ({
    ...context,
    theme: (_stream, color) => createTheme({ env, platform: 'linux', isTTY, color }),
  }),
});

const thinking: Script = streamReply({
  content: [
    { type: 'thinking', thinking: 'Let me see.', signature: 'sig' },
    { type: 'text', text: 'Hello' },
  ] as never,
});

describe('text', () => {
  it.each<[string, string[], RunOptions]>([
    ['in a pipe', [], {}],
    ['on a terminal with --plain', ['--plain'], { tty: true }],
  ])('ends its last line %s, and is exact with --raw', async (_name, argv, where) => {
    for (const [text, shown] of [
      ['a\n\nb', 'a\n\nb\n'],
      ['a\n', 'a\n'],
      ['a\n\n', 'a\n\n'],
      ['', ''],
    ] as const) {
      expect(await send(streamReply(text), argv, where)).toMatchObject({ code: 0, stdout: shown });
      expect(await send(streamReply(text), ['--raw'], where)).toMatchObject({ code: 0, stdout: text });
      const fenced = await send(streamReply(text), ['--extract-code', '--raw'], where);
      expect(fenced).toMatchObject({ code: 0, stdout: text });
    }
  });

  it.each<[string, string[]]>([
    ['text', []],
    ['code', ['--extract-code']],
  ])('as %s cannot command a terminal, unless --raw says so', async (_name, argv) => {
    const evil = '\u001b]52;c;ZXZpbA==\u0007\u009b2J ok';
    const shown = await send(streamReply(evil), argv, { tty: true });
    expect(shown.stdout).toMatch(/^␛\]52;c;ZXZpbA==␇\\u009b2J ok/);
    expect((await send(streamReply(evil), [...argv, '--raw'], { tty: true })).stdout).toContain(evil);
    expect((await send(streamReply(evil), [...argv, '--raw'])).stdout).toBe(evil);
  });

  it('has thinking beside it, dim, on stderr', async () => {
    const run = await send(thinking, [], colored(true));
    expect(run).toMatchObject({ code: 0, stdout: 'Hello\n' });
    expect(run.stderr.replaceAll('\u001b[22m\u001b[2m', '')).toBe(`${dim('Let me see.')}\n`);
  });

  it('has no thinking beside it with -R', async () => {
    expect(await send(thinking, ['-R'])).toMatchObject({ code: 0, stdout: 'Hello\n', stderr: '' });
  });
});

describe('--extract-code', () => {
  it.each([
    ['the first block only', 'Try:\n```sh\nls\n```\nor\n```\npwd\n```\n', 'ls\n'],
    ['tildes', '~~~\na\n~~~\n', 'a\n'],
    ['a fence inside a longer one', '````md\n```\nx\n```\n````\n', '```\nx\n```\n'],
    ['one that is never closed', '```\ncut', 'cut\n'],
    ['an empty one', '```\n```\n', ''],
  ])('prints %s', async (_name, text, code) => {
    expect(await send(streamReply(text), ['--extract-code'])).toMatchObject({
      code: 0,
      stdout: code,
      stderr: '',
    });
  });

  it('prints everything when there is no block, and says so', async () => {
    const run = await send(streamReply('just words'), ['--extract-code']);
    expect(run).toMatchObject({ code: 0, stdout: 'just words\n' });
    expect(run.stderr).toContain('no code block');
  });
});

describe('json', () => {
  it.each([
    [
      '-o json',
      ['-o', 'json'],
      streamReply({ content: [{ type: 'text', text: 'Hi' }] as never, model: 'served' }),
    ],
    [
      '--json',
      ['--json'],
      streamReply({ content: [{ type: 'text', text: 'Hi' }] as never, model: 'served' }),
    ],
    [
      '--no-stream',
      ['--json', '--no-stream'],
      messageReply({ content: [{ type: 'text', text: 'Hi' }] as never, model: 'served' }),
    ],
  ])('of %s is the whole message and the facts of the turn', async (_name, argv, script) => {
    const run = await send(script, argv);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(run.stdout)).toMatchObject({
      id: 'msg_mock_1',
      role: 'assistant',
      content: [{ type: 'text', text: 'Hi' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 12, output_tokens: 7 },
      msg: {
        model_asked: 'test-model',
        model_served: 'served',
        stop_reason: 'end_turn',
        timings: { headers_ms: expect.any(Number), total_ms: expect.any(Number) },
      },
    });
  });
});

describe('stream-json', () => {
  it('is the events of the provider, unmodified, and one line of ours', async () => {
    const lines = [
      '{"type": "message_start","message":{"id":"m1","content":[],"usage":{"input_tokens":3}},"x":"é"}',
      '{"type":"ping"}',
      '{"type":"from_the_future","n":1.0}',
      '{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}',
      '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi\\u001b"}}',
      '{"type":"content_block_stop","index":0}',
      '{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}',
      '{"type":"message_stop"}',
    ];
    const script = eventsReply(...lines.map((line) => `data: ${line}\n\n`));
    const run = await send(script, ['-o', 'stream-json'], { tty: true });
    const printed = run.stdout.split('\n');
    expect(printed.slice(0, -2)).toEqual(lines);
    expect(JSON.parse(printed.at(-2) ?? '')).toMatchObject({
      type: 'msg.result',
      model_asked: 'test-model',
      stop_reason: 'end_turn',
      usage: { input_tokens: 3, output_tokens: 2 },
    });
  });
});

describe('-u and --stats', () => {
  const cached = streamReply(
    {
      content: [{ type: 'text', text: 'one two three' }] as never,
      model: 'other-model',
      usage: {
        input_tokens: 2,
        cache_read_input_tokens: 10,
        cache_creation_input_tokens: 5,
        output_tokens: 58,
      } as never,
    },
    { 'request-id': 'req_77' },
  );

  it('-u tells tokens in one line', async () => {
    const run = await send(cached, ['-u']);
    expect(run.stderr).toBe('17 in (10 from cache, 5 to cache) + 58 out tokens\n');
  });

  it('--stats tells time and tokens in one line, and who else answered', async () => {
    const run = await send(cached, ['--stats', '-u', '-q']);
    expect(run.stderr).toMatch(/^\d+ ms · 17 in .* · served by other-model\n$/);
  });

  it('--stats -v tells timings, speed, chunks, tokens, model and request id in one line', async () => {
    const run = await send(cached, ['--stats', '-u', '-q', '-v']);
    expect(run.stderr).toMatch(
      /^headers .* ms · first event .* ms · first text .* ms · longest gap .* ms · .*\d+ chunks, \d+ bytes · total .* ms · 17 in .* · served by other-model · request req_77\n$/m,
    );
  });
});

describe('--stats on the price list', () => {
  const usage = { input_tokens: 1_000, output_tokens: 500 } as never;
  const whole = streamReply({ content: [{ type: 'text', text: 'ok' }], model: 'claude-haiku-4-5', usage });
  const broken = eventsReply({
    type: 'message_start',
    message: { id: 'm', model: 'claude-haiku-4-5', content: [], usage },
  });
  it.each<[string, string, Script, string | undefined]>([
    ['estimates what an answer costs', 'http://api.anthropic.com', whole, '500 out tokens · est. $0.0035'],
    ['not at another host', 'http://llm.example', whole, undefined],
    ['nor of half an answer', 'http://api.anthropic.com', broken, undefined],
  ])('%s', async (_name, baseUrl, reply, cost) => {
    const mock = await startMock({ replies: [reply] });
    const proxy = await startProxy({ leadsTo: mock.url });
    const run = await runMsg(
      ['send', 'hi', '--stats', '-x', `http://127.0.0.1:${proxy.port}`, '--max-retries', '0'],
      {
        on: mock,
        env: { MSG_BASE_URL: baseUrl, MSG_API_KEY: testKey, MSG_MODEL: 'claude-haiku-4-5' },
      },
    );
    await proxy.close();
    await mock.close();
    expect(run.requests).toHaveLength(1);
    expect(run.stderr).toMatch(/^(?:msg: The key travels.*\n)?\d+ ms .*\n/);
    if (cost === undefined) expect(run.stderr).not.toContain('est.');
    else expect(run.stderr).toContain(cost);
  });
});

describe('--stats of a failure', () => {
  it('tells how far the answer came', async () => {
    const script = eventsReply({ type: 'message_start', message: { id: 'm', content: [] } });
    const run = await send(script, ['--stats', '--max-retries', '0']);
    expect(run.code).toBe(9);
    expect(run.stderr).toMatch(/^\d+ ms · usage not reported\nmsg: The stream/);
  });

  it('is silent where nothing answered', async () => {
    const env = { MSG_BASE_URL: 'http://127.0.0.1:1', MSG_API_KEY: 'k', MSG_MODEL: 'm' };
    const run = await runMsg(['send', 'hi', '--stats', '--max-retries', '0'], { env });
    expect(run.code).toBe(8);
    expect(run.stderr).toMatch(/^msg: 127\.0\.0\.1:1/);
  });
});

describe('-v', () => {
  it('shows the headers of both directions, and no key', async () => {
    const run = await send(
      streamReply('Hi', { 'x-echo': `got ${testKey}`, 'set-cookie': 'session=abcdef' }),
      [...['-v', '--auth', 'both', '-H', 'x-gateway-token: gateway-secret-value']],
    );
    expect(run).toMatchObject({ code: 0, stdout: 'Hi\n' });
    const lines = run.stderr.split('\n');
    expect(lines[0]).toMatch(/^> POST http:\/\/127\.0\.0\.1:\d+\/v1\/messages$/);
    expect(lines).toContain('> anthropic-version: 2023-06-01');
    expect(lines).toContain(`> x-api-key: sk-test-… (${testKey.length} characters)`);
    expect(lines).toContain(`> authorization: Bearer sk-test-… (${testKey.length} characters)`);
    expect(lines).toContain('< 200');
    for (const secret of [testKey, 'gateway-secret-value', 'session=abcdef'])
      expect(run.stderr).not.toContain(secret);
  });
});

describe('--strict', () => {
  it.each([
    ['end_turn', 0, ''],
    ['stop_sequence', 0, ''],
    ['max_tokens', 12, 'Allow more with --max-tokens'],
    ['refusal', 12, 'declined to answer'],
    ['pause_turn', 12, 'paused'],
    ['model_context_window_exceeded', 12, 'context window is full'],
    ['from_the_future', 12, '"from_the_future"'],
  ])('makes %s exit %i, and without it the same is a note', async (reason, code, says) => {
    const script = streamReply({ content: [{ type: 'text', text: 'Hi' }] as never, stop_reason: reason });
    const strict = await send(script, ['--strict']);
    expect(strict).toMatchObject({ code, stdout: 'Hi\n' });
    expect(strict.stderr).toContain(says);
    const lax = await send(script);
    expect(lax).toMatchObject({ code: 0, stdout: 'Hi\n', stderr: strict.stderr });
    expect(await send(script, ['-q'])).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('colours', () => {
  it.each<[string, string[], boolean, Record<string, string>, boolean]>([
    ['are on at a terminal', [], true, {}, true],
    ['are off in a pipe', [], false, {}, false],
    ['are off with --no-color', ['--no-color'], true, {}, false],
    ['are off with NO_COLOR', [], true, { NO_COLOR: '1' }, false],
    ['are on with an empty NO_COLOR', [], true, { NO_COLOR: '' }, true],
    ['are off at a dumb terminal', [], true, { TERM: 'dumb' }, false],
    ['are on in a pipe with --color', ['--color'], false, {}, true],
    ['are on in a pipe with FORCE_COLOR', [], false, { FORCE_COLOR: '1' }, true],
    ['are off with FORCE_COLOR=0', [], true, { FORCE_COLOR: '0' }, false],
    ['follow --color over NO_COLOR', ['--color'], false, { NO_COLOR: '1' }, true],
    ['follow --no-color over FORCE_COLOR', ['--no-color'], true, { FORCE_COLOR: '1' }, false],
  ])('%s', async (_name, argv, isTTY, env, isColored) => {
    const run = await send(streamReply('Hi'), ['-u', ...argv], colored(isTTY, env));
    expect(run.stdout).toBe('Hi\n');
    expect(run.stderr).toBe(isColored ? `${dim('12 in + 7 out tokens')}\n` : '12 in + 7 out tokens\n');
    const failing = await runMsg(['send', '--nonsense', ...argv], colored(isTTY, env));
    expect(failing.stderr.includes('\u001b[')).toBe(isColored);
  });
});
