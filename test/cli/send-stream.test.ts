// Stream truth at the command line: whatever a server does, what arrived is on stdout, stderr says what
// happened, and the exit code tells the class.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  bytes,
  end,
  errorReply,
  event,
  eventsReply,
  gate,
  hangup,
  head,
  jsonReply,
  messageReply,
  pageReply,
  reset,
  type Script,
  streamReply,
} from '../../src/mock/index.ts';
import { instantClock } from './instant-clock.ts';
import { type RunOptions, runMsg, testKey } from './run-msg.ts';

const start = { type: 'message_start', message: { id: 'msg_1', model: 'm', role: 'assistant', content: [] } };
const open = { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } };
const text = (words: string): object => ({
  type: 'content_block_delta',
  index: 0,
  delta: { type: 'text_delta', text: words },
});
const stopped = { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } };
const stop = { type: 'message_stop' };
const partial = [head(), event(start), event(open), event(text('Half an ans'))] as const;

const send = (script: Script, options: RunOptions = {}, ...argv: string[]) =>
  runMsg(['send', 'hi', ...argv], { mock: { replies: [script] }, adapt: instantClock().adapt, ...options });

describe('a stream that ends', () => {
  it('with message_stop is done, and silent', async () => {
    expect(await send(eventsReply(start, open, text('Hi'), stopped, stop))).toMatchObject({
      code: 0,
      stdout: 'Hi\n',
      stderr: '',
    });
  });

  it('with message_stop is done even though the connection stays open', async () => {
    const script = [
      head(),
      ...[start, open, text('Hi'), stopped, stop].map((one) => event(one)),
      gate('never'),
    ];
    expect(await send(script)).toMatchObject({ code: 0, stdout: 'Hi\n' });
  });

  it('after its stop reason is done, with a warning', async () => {
    const run = await send(eventsReply(start, open, text('Hi'), stopped));
    expect(run).toMatchObject({ code: 0, stdout: 'Hi\n' });
    expect(run.stderr).toContain('without message_stop');
  });

  it.each<[string, Script, string]>([
    ['before it', [...partial, end], 'ended without message_stop'],
    [
      'in the middle of an event',
      [...partial, bytes('event: content_block_delta\ndata: {"type":"con'), end],
      'ended without message_stop',
    ],
    [
      'in the middle of a character',
      [...partial, bytes(Buffer.from('data: {"x":"é').subarray(0, -1)), end],
      'ended without message_stop',
    ],
    ['with [DONE] only', [...partial, bytes('data: [DONE]\n\n'), end], 'ended without message_stop'],
    ['by a reset', [...partial, reset], 'broke off'],
    ['by a connection that closes', [...partial, hangup], 'broke off'],
    ['by half an event', [...partial, bytes('data: {"type":"con\n\n'), end], 'not JSON'],
    [
      'by words',
      [...partial, bytes('data: upstream gone\n\n'), end],
      'without message_stop after the words "upstream gone"',
    ],
    [
      'by a second answer',
      [...partial, event({ ...start, message: { id: 'msg_2' } }), end],
      'a second message',
    ],
  ])('%s exits 9 and keeps what came', async (_name, script, says) => {
    const run = await send(script);
    expect(run).toMatchObject({ code: 9, stdout: 'Half an ans\n' });
    expect(run.stderr).toContain(says);
    expect(run.stderr).toContain('msg doctor');
  });

  it('in silence exits 9 after the idle time', async () => {
    const run = await send([...partial, gate('never')], {}, '--idle-timeout', '6');
    expect(run).toMatchObject({ code: 9, stdout: 'Half an ans\n' });
    expect(run.stderr).toContain('not one byte (no ping either) within the time allowed');
  });

  it('before its first byte is tried again, then exits 8', async () => {
    const run = await send([reset], { mock: { replies: [[reset], [reset], [reset]] } });
    expect(run).toMatchObject({ code: 8, stdout: '' });
    expect(run.requests).toHaveLength(3);
    expect(run.stderr).toMatch(/reset|closed/);
  });

  it('without a word of the answer exits 9', async () => {
    const run = await send([head(), end]);
    expect(run).toMatchObject({ code: 9, stdout: '' });
    expect(run.stderr).toContain('Nothing of the answer arrived');
  });
});

describe('an error event in the middle', () => {
  it.each([
    ['overloaded_error', 6],
    ['rate_limit_error', 6],
    ['api_error', 7],
    ['timeout_error', 7],
    ['invalid_request_error', 5],
    ['authentication_error', 4],
    ['permission_error', 4],
    ['new_api_error', 7],
  ])('of type %s exits %i and keeps what came', async (type, code) => {
    const failure = { type: 'error', error: { type, message: 'Sorry.' } };
    const run = await send([...partial, event(failure), end]);
    expect(run).toMatchObject({ code, stdout: 'Half an ans\n' });
    expect(run.stderr).toContain(`${type}: Sorry`);
    expect(run.requests).toHaveLength(1);
  });

  it.each<[string, object, string]>([
    ['as a string', { error: 'upstream read error' }, 'upstream read error'],
    ['nested twice', { type: 'error', error: { error: { message: 'deep down' } } }, 'deep down'],
    ['as detail', { type: 'error', detail: 'Not Found' }, 'Not Found'],
    [
      'as an object in message, quoting another',
      { type: 'error', message: { type: 'api_error', message: '{"message":"Overloaded"}' } },
      'api_error: Overloaded',
    ],
  ])('%s gives its words', async (_name, failure, words) => {
    const run = await send([...partial, event(failure), end]);
    expect(run).toMatchObject({ code: 7, stdout: 'Half an ans\n' });
    expect(run.stderr).toContain(`(${words})`);
  });

  it('is tried again as long as nothing was shown', async () => {
    const failure = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    const run = await send([], { mock: { replies: [eventsReply(start, failure), streamReply('Hello')] } });
    expect(run).toMatchObject({ code: 0, stdout: 'Hello\n' });
    expect(run.stderr).toContain('Trying again in');
  });
});

describe('a failure whose body breaks off', () => {
  it('is told by its status', async () => {
    const script = [head(403, { 'content-type': 'application/json' }), bytes('{"error":'), reset];
    const run = await send(script);
    expect(run.code).toBe(4);
    expect(run.stderr).toContain('the request is not permitted');
  });
});

describe('what is not a stream', () => {
  it.each<[string, Script, number, string]>([
    [
      'a page',
      pageReply(200, 'text/html', '<!doctype html>\n<title>Sign in</title>'),
      9,
      '200, text/html: a page, "Sign in"',
    ],
    ['plain text', pageReply(200, 'text/plain', 'It works!'), 9, '200, text/plain: It works!'],
    ['nothing at all', pageReply(200, 'text/plain', ''), 9, 'an empty body'],
    ['half a JSON', pageReply(200, 'application/json', '{"type":"mess'), 9, 'application/json'],
    ['another dialect', jsonReply(200, { object: 'chat.completion', choices: [] }), 9, 'OpenAI dialect'],
    ['other JSON', jsonReply(200, { status: 'ok' }), 9, '{"status":"ok"}'],
    [
      'a redirect',
      pageReply(307, 'text/html', '', { location: 'https://elsewhere.example/' }),
      9,
      'https://elsewhere.example/',
    ],
    [
      'an error inside a 200',
      jsonReply(200, { type: 'error', error: { type: 'invalid_request_error', message: 'bad' } }),
      5,
      'Error in a 200 answer',
    ],
    [
      'an OpenAI error inside a 200',
      jsonReply(200, { error: { message: 'no key', type: 'authentication_error' } }),
      4,
      'no key',
    ],
    ['a blocking page', pageReply(403, 'text/html', '<h1>Access denied</h1>'), 4, 'a page, "Access denied"'],
  ])('but %s exits as it should', async (_name, script, code, says) => {
    const run = await send(script);
    expect(run).toMatchObject({ code, stdout: '' });
    expect(run.stderr).toContain(says);
  });

  it('but a message in one piece is printed', async () => {
    expect(await send(messageReply('Hello'))).toMatchObject({ code: 0, stdout: 'Hello\n', stderr: '' });
  });

  it('is asked for with --no-stream, and a stream is read all the same', async () => {
    const run = await send(streamReply('Hello'), {}, '--no-stream');
    expect(run).toMatchObject({ code: 0, stdout: 'Hello\n', stderr: '' });
    expect(run.requests[0]?.json).not.toHaveProperty('stream');
  });

  it('goes nowhere else: the target of a redirect gets no request', async () => {
    const run = await send(pageReply(302, 'text/html', '', { location: '/v1/messages' }));
    expect(run.requests).toHaveLength(1);
  });
});

describe('in JSON', () => {
  it('what arrived is told together with the failure', async () => {
    const run = await send([...partial, reset], {}, '-o', 'json', '--max-retries', '0');
    expect(run.code).toBe(9);
    expect(JSON.parse(run.stdout)).toMatchObject({
      content: [{ type: 'text', text: 'Half an ans' }],
      stop_reason: null,
      msg: { error: { class: 'protocol' } },
    });
  });

  it('a stream that broke is asked for again, for nothing of it was shown', async () => {
    const replies = [[...partial, reset], streamReply('The whole answer')];
    const run = await send([], { mock: { replies } }, '-o', 'json');
    expect(run.code).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({ content: [{ type: 'text', text: 'The whole answer' }] });
  });

  it('events are passed on byte by byte, then the failure', async () => {
    const odd = '{"type" : "ping",  "odd":"ü"}';
    const run = await send([...partial, bytes(`data: ${odd}\n\n`), end], {}, '-o', 'stream-json');
    const lines = run.stdout.trimEnd().split('\n');
    expect(lines.slice(0, -1)).toEqual(
      [start, open, text('Half an ans')].map((one) => JSON.stringify(one)).concat(odd),
    );
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ type: 'msg.error', class: 'protocol' });
  });

  it('a failure before anything is still JSON', async () => {
    const run = await send(errorReply(401, 'authentication_error', 'no'), {}, '-o', 'json');
    expect(run.code).toBe(4);
    expect(JSON.parse(run.stdout)).toMatchObject({
      content: [],
      msg: { error: { class: 'auth', status: 401, error_type: 'authentication_error', retryable: false } },
    });
  });
});

describe('Ctrl-C', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('(%s) ends the request, keeps what came, and exits %i', async (signal, code) => {
    const run = await send([...partial, gate('never')], {
      async during({ shows, interrupt }) {
        await shows('Half an ans');
        interrupt(signal);
      },
    });
    expect(run).toMatchObject({ code, stdout: 'Half an ans\n' });
    expect(run.stderr).toContain('Interrupted. The answer above is incomplete.');
    expect(await run.requests[0]?.outcome).toBe('aborted');
  });

  it('before the first byte ends it too', async () => {
    const run = await send([gate('never')], {
      async during({ mock, interrupt }) {
        await mock.reached('never');
        interrupt();
      },
    });
    expect(run).toMatchObject({ code: 130, stdout: '' });
    expect(run.stderr).toContain('Interrupted.');
  });

  it('while the body of a failure is still arriving ends it too', async () => {
    const run = await send(
      [head(500, { 'content-type': 'application/json' }), bytes('{"error":'), gate('never')],
      {
        async during({ mock, interrupt }) {
          await mock.reached('never');
          interrupt();
        },
      },
    );
    expect(run.code).toBe(130);
  });

  it('ends the wait for a retry', async () => {
    const run = await runMsg(['send', 'hi'], {
      mock: { replies: [errorReply(429, 'rate_limit_error', 'slow', { headers: { 'retry-after': '30' } })] },
      async during({ shows, interrupt }) {
        await shows('Trying again', 'stderr');
        interrupt();
      },
    });
    expect(run.code).toBe(130);
    expect(run.requests).toHaveLength(1);
  });
});

describe('a reader that goes away', () => {
  it('ends the request quietly', async () => {
    const run = await send([...partial, gate('more'), event(text('wer')), gate('never')], {
      async during({ shows, closeStdout, mock }) {
        await shows('Half an ans');
        closeStdout();
        mock.open('more');
      },
    });
    expect(run).toMatchObject({ code: 0, stdout: 'Half an ans', stderr: '' });
    expect(await run.requests[0]?.outcome).toBe('aborted');
  });
});

describe('the prompt', () => {
  const asked = async (argv: string[], stdin?: string | Uint8Array): Promise<unknown> => {
    const run = await runMsg(['send', ...argv], {
      mock: { replies: [streamReply('ok')] },
      ...(stdin === undefined ? {} : { stdin }),
    });
    expect(run.stderr).toBe('');
    return (run.requests[0]?.json as { messages: unknown[] } | undefined)?.messages;
  };

  it.each<[string, string[], string | undefined, string]>([
    ['is made of the arguments', ['say', 'hello'], undefined, 'say hello'],
    ['is what is piped in', [], 'piped\n', 'piped\n'],
    ['is what is piped in for -', ['-'], 'piped', 'piped'],
    ['is both, with the pipe in a fence', ['review'], 'a = 1\n', 'review\n\n```\na = 1\n```'],
    [
      'is fenced longer than what is inside',
      ['review'],
      '```js\n1\n```\n',
      'review\n\n````\n```js\n1\n```\n````',
    ],
    ['is the arguments alone when the pipe is empty', ['hello'], '', 'hello'],
  ])('%s: %o', async (_name, argv, stdin, content) => {
    expect(await asked(argv, stdin)).toEqual([{ role: 'user', content }]);
  });

  it.each([[''], ['  \n']])('that is empty (%o) exits 2 and sends nothing', async (stdin) => {
    const run = await runMsg(['send'], { stdin, mock: { replies: [] } });
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('empty');
    expect(run.requests).toHaveLength(0);
  });

  it('from nowhere exits 2 with an example', async () => {
    const run = await runMsg(['send'], { mock: { replies: [] } });
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('echo hello | msg send');
  });
});

describe('control characters of the model', () => {
  const nasty = 'a\x1b]0;title\x07b\x1b[2Jc\r\nd\x9bK';

  it('are shown on a terminal, and not obeyed', async () => {
    const run = await send(eventsReply(start, open, text(nasty), stopped, stop), { tty: true });
    expect(run.stdout).toBe('a␛]0;title␇b␛[2Jc\nd\\u009bK\n');
  });

  it('cut between two chunks are shown too', async () => {
    const cut = eventsReply(start, open, text('x\x1b'), text('[2Jy\r'), text('\nz'), stopped, stop);
    expect((await send(cut, { tty: true })).stdout).toBe('x␛[2Jy\nz\n');
  });

  it('reach a pipe as they are', async () => {
    expect((await send(eventsReply(start, open, text(nasty), stopped, stop))).stdout).toBe(`${nasty}\n`);
  });

  it('in what a server says about a failure are shown and not obeyed', async () => {
    const run = await send(errorReply(400, 'invalid_request_error', 'bad\x1b[2J\nthing'), { tty: true });
    expect(run.stderr).not.toContain('\x1b[2J');
    expect(run.stderr).toContain('bad␛[2J thing');
  });
});

describe('the key', () => {
  /** Servers that repeat the key wherever they can. */
  const indiscreet: readonly (readonly [string, Script])[] = [
    ['an error', errorReply(401, 'authentication_error', `Incorrect API key provided: ${testKey}.`)],
    ['an error type', errorReply(400, `odd_${testKey}`, 'no')],
    ['a request id', errorReply(400, 'invalid_request_error', 'no', { requestId: testKey })],
    ['a page', pageReply(200, 'text/html', `<p>${testKey}</p>`)],
    ['a page cut inside the key', pageReply(200, 'text/html', `${'x'.repeat(190)}${testKey}`)],
    ['a redirect', pageReply(302, 'text/html', '', { location: `https://h.example/?key=${testKey}` })],
    [
      'an error event',
      [...partial, event({ type: 'error', error: { type: 'api_error', message: testKey } }), end],
    ],
    ['an event that is not JSON', [...partial, bytes(`data: ${'x'.repeat(110)}${testKey}\n\n`), end]],
    ['other JSON', jsonReply(200, { headers: { 'x-api-key': testKey } })],
    ['a broken stream', [...partial, reset]],
  ];
  const halfKey = testKey.slice(0, 'sk-test-canary'.length);

  it.each(indiscreet)(
    'is in no output of a run that fails, not even when the server repeats it in %s',
    async (_name, script) => {
      for (const form of ['text', 'json']) {
        const run = await send(script, {}, '-o', form, '--debug', '-v', '--max-retries', '0');
        expect(run.code).not.toBe(0);
        expect(run.stdout + run.stderr).not.toContain(halfKey);
      }
    },
  );

  it('that cannot be sent is refused before, without showing it', async () => {
    const run = await runMsg(['send', 'hi', '--debug'], {
      env: { MSG_BASE_URL: '{url}', MSG_API_KEY: `${testKey}\u200b`, MSG_MODEL: 'm' },
      mock: { replies: [] },
    });
    expect(run.code).toBe(3);
    expect(run.stderr).toContain('U+200B');
    expect(run.stderr).not.toContain(halfKey);
  });
});

describe('every stream fixture', () => {
  const read = (name: string): Buffer =>
    readFileSync(join(import.meta.dirname, `../fixtures/streams/${name}.sse`));
  it.each([
    [
      'native',
      0,
      'Okay, let\'s check the weather in San Francisco.\n{"type":"tool_use","id":"toolu_1","name":"get_weather","input":{"location":"San Francisco, CA","days":2}}\n',
    ],
    ['crlf', 0, 'Hello, world\n'],
    ['cr', 0, 'Hello, world\n'],
    ['data-only', 0, 'Hello, world\n'],
    ['comments', 0, 'Hello, world\n'],
    ['bom', 0, 'Hello, world\n'],
    ['done-marker', 0, 'Hello, world\n'],
    ['unknown-events', 0, 'Hello, world\n'],
    ['no-trailing-blank', 0, 'Hello, world\n'],
    ['nulls', 0, 'Hi\n'],
    ['complete-blocks', 0, 'All at once.\n'],
    ['after-the-stop', 0, 'Hello, world\n'],
    ['cut-off', 9, 'Hello\n'],
    ['error-mid-stream', 6, 'Hello\n'],
    ['openai', 9, ''],
  ])('%s exits %i at the command line', async (name, code, stdout) => {
    const run = await send([head(), bytes(read(name)), end]);
    expect(run.code).toBe(code);
    expect(run.stdout).toBe(stdout);
  });
});
