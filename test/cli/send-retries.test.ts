// When a request is sent again, how long that waits, and what limits the time of an exchange.
import { describe, expect, it } from 'vitest';
import type { Context } from '../../src/context.ts';
import {
  bytes,
  end,
  errorReply,
  event,
  eventsReply,
  gate,
  head,
  jsonReply,
  pageReply,
  pause,
  reset,
  type Script,
  type Step,
  streamReply,
} from '../../src/mock/index.ts';
import { instantClock, standingTime } from './instant-clock.ts';
import { pacedTime } from './paced-time.ts';
import { type RunOptions, runMsg } from './run-msg.ts';

async function send(replies: readonly Script[], argv: readonly string[] = [], options: RunOptions = {}) {
  const clock = instantClock();
  const run = await runMsg(['send', 'hi', ...argv], { mock: { replies }, adapt: clock.adapt, ...options });
  return { ...run, slept: clock.slept };
}

const overloaded = errorReply(529, 'overloaded_error', 'Overloaded');
const hello = streamReply('Hello');
const limited = (headers: Record<string, string>): Script =>
  errorReply(429, 'rate_limit_error', 'Slow down', { headers });

describe('what is sent again', () => {
  it.each<[string, Script]>([
    ['429', errorReply(429, 'rate_limit_error', 'x')],
    ['529', overloaded],
    ['503 with overloaded_error', errorReply(503, 'overloaded_error', 'x')],
    ['500', errorReply(500, 'api_error', 'x')],
    ['502 as a page', pageReply(502, 'text/html', '<h1>Bad Gateway</h1>')],
    ['504', pageReply(504, 'text/html', '')],
    ['408', errorReply(408, 'timeout_error', 'x')],
    ['409', errorReply(409, 'conflict_error', 'x')],
    [
      'an overload inside a 200',
      jsonReply(200, { type: 'error', error: { type: 'overloaded_error', message: 'x' } }),
    ],
    ['a connection that breaks', [reset]],
    [
      '400 with x-should-retry',
      errorReply(400, 'invalid_request_error', 'x', { headers: { 'x-should-retry': 'true' } }),
    ],
  ])('is %s, after half a second, which is told', async (_name, failure) => {
    const run = await send([failure, hello]);
    expect(run).toMatchObject({ code: 0, stdout: 'Hello\n' });
    expect(run.requests).toHaveLength(2);
    expect(run.requests[1]?.body).toBe(run.requests[0]?.body);
    expect(run.stderr).toMatch(/Trying again in 0\.[45] s\.\n$/);
    expect(run.slept.filter((ms) => ms >= 375 && ms <= 500)).toHaveLength(1);
  });

  it.each<[string, Script, number]>([
    ['400', errorReply(400, 'invalid_request_error', 'x'), 5],
    ['401', errorReply(401, 'authentication_error', 'x'), 4],
    ['402', errorReply(402, 'billing_error', 'x'), 4],
    ['400 without credit', errorReply(400, 'invalid_request_error', 'Your credit balance is too low'), 4],
    ['429 without credit', jsonReply(429, { error: { code: 'insufficient_quota', message: 'x' } }), 4],
    ['503 without credit, said in Chinese', jsonReply(503, { error: { message: '余额不足' } }), 4],
    ['403', errorReply(403, 'permission_error', 'x'), 4],
    ['404', errorReply(404, 'not_found_error', 'x'), 5],
    ['413', pageReply(413, 'text/html', 'too large'), 5],
    ['501', errorReply(501, 'not_implemented_error', 'x'), 7],
    [
      '503 for a model that is not there',
      jsonReply(503, { error: { code: 'model_not_found', message: 'x' } }),
      5,
    ],
    [
      '503 for a model without a channel, said in Chinese',
      jsonReply(503, { error: { type: 'new_api_error', message: '对于模型 m 无可用渠道' } }),
      5,
    ],
    [
      'a spend cap',
      errorReply(429, 'rate_limit_error', 'Spend limit', {
        details: { error_code: 'enforced_spend_limit_reached' },
      }),
      6,
    ],
    [
      '500 with x-should-retry: false',
      errorReply(500, 'api_error', 'x', { headers: { 'x-should-retry': 'false' } }),
      7,
    ],
    ['a web page', pageReply(200, 'text/html', '<html>'), 9],
  ])('is not %s', async (_name, failure, code) => {
    const run = await send([failure]);
    expect(run).toMatchObject({ code, stdout: '' });
    expect(run.requests).toHaveLength(1);
    expect(run.stderr).not.toContain('Trying again');
  });

  it.each<[string, string[], number]>([
    ['twice by default', [], 3],
    ['never with --max-retries 0', ['--max-retries', '0'], 1],
    ['four times with --max-retries 4', ['--max-retries', '4'], 5],
  ])('is sent again %s', async (_name, argv, requests) => {
    const run = await send(
      Array.from({ length: requests }, () => overloaded),
      argv,
    );
    expect(run).toMatchObject({ code: 6, stdout: '' });
    expect(run.requests).toHaveLength(requests);
  });

  it('waits longer each time', async () => {
    const { slept } = await send(
      Array.from({ length: 6 }, () => overloaded),
      ['--max-retries', '5'],
    );
    const bounds = [500, 1000, 2000, 4000, 8000];
    for (const [index, most] of bounds.entries()) {
      expect(slept[index]).toBeLessThanOrEqual(most);
      expect(slept[index]).toBeGreaterThanOrEqual(most * 0.75);
    }
  });

  it('is told on stderr only, and not at all with -q', async () => {
    expect(await send([overloaded, hello], ['-q'])).toMatchObject({ stdout: 'Hello\n', stderr: '' });
  });

  it('never uses the other header', async () => {
    const run = await send([overloaded, overloaded, hello]);
    for (const { headers } of run.requests) {
      expect(headers).toHaveProperty('x-api-key');
      expect(headers).not.toHaveProperty('authorization');
    }
    const refused = await send([errorReply(401, 'authentication_error', 'x')], ['--auth', 'bearer']);
    expect(refused.requests).toHaveLength(1);
    expect(refused.requests[0]?.headers).not.toHaveProperty('x-api-key');
  });
});

describe('retry-after', () => {
  const inSeconds = (seconds: number): string => new Date(standingTime + seconds * 1000).toUTCString();

  it.each<[string, Record<string, string>, number]>([
    ['seconds', { 'retry-after': '3' }, 3000],
    ['a fraction', { 'retry-after': '1.5' }, 1500],
    ['milliseconds first', { 'retry-after-ms': '250', 'retry-after': '9' }, 250],
    ['a date', { 'retry-after': inSeconds(30) }, 30_000],
    ['a minute', { 'retry-after': '60' }, 60_000],
  ])('as %s is honoured and announced', async (_name, headers, waitMs) => {
    const run = await send([limited(headers), hello]);
    expect(run).toMatchObject({ code: 0, stdout: 'Hello\n' });
    expect(run.slept).toContain(waitMs);
    expect(run.stderr).toMatch(/Trying again in [\d.]+ s, as the server asks\./);
  });

  it.each([
    ['0', '0'],
    ['nonsense', 'soon'],
    ['a date in the past', inSeconds(-100)],
  ])('as %s leaves the wait to us', async (_name, value) => {
    const run = await send([limited({ 'retry-after': value }), hello]);
    expect(run.stdout).toBe('Hello\n');
    expect(run.stderr).toMatch(/Trying again in 0\.[45] s\.\n/);
  });

  it.each([
    ['seconds', '61', '61 s'],
    ['an hour', '3600', '60 min'],
  ])('beyond a minute (%s) is the decision of the user', async (_name, value, wait) => {
    const run = await send([limited({ 'retry-after': value })]);
    expect(run).toMatchObject({ code: 6, stdout: '' });
    expect(run.requests).toHaveLength(1);
    expect(run.stderr).toContain(`The server asks to wait ${wait}, until `);
    expect(run.stderr).toContain(
      '. That is longer than msg waits by itself.\n  Next: the same command after that time, or with another profile: -P NAME\n',
    );
    expect(run.stderr).not.toContain('--max-retries');
  });
});

describe('the reset of a limit, where there is no retry-after', () => {
  const inMs = (ms: number): string => new Date(standingTime + ms).toISOString();
  const exhausted = (reset: string): Record<string, string> => ({
    'anthropic-ratelimit-requests-remaining': '0',
    'anthropic-ratelimit-requests-reset': reset,
    'anthropic-ratelimit-tokens-remaining': '16000',
    'anthropic-ratelimit-tokens-reset': inMs(3_600_000),
  });

  it.each([
    ['429', limited(exhausted(inMs(30_000)))],
    ['529', errorReply(529, 'overloaded_error', 'x', { headers: { 'x-ratelimit-reset': '30' } })],
  ])('is waited for (%s)', async (_name, failure) => {
    const run = await send([failure, hello]);
    expect(run).toMatchObject({ code: 0, stdout: 'Hello\n' });
    expect(run.requests).toHaveLength(2);
    expect(run.slept).toContain(30_100);
  });

  it('in an hour is told, and no retry is spent before', async () => {
    const run = await send([limited(exhausted(inMs(3_600_000)))]);
    expect(run).toMatchObject({ code: 6, stdout: '' });
    expect(run.requests).toHaveLength(1);
    expect(run.stderr).toMatch(/The limit resets in 60 min, at [-\d :]+\. That is longer than msg waits/);
    expect(run.stderr).not.toContain('--max-retries');
  });

  it('no hint names more retries than there can be', async () => {
    const many = Array.from({ length: 11 }, () => overloaded);
    expect((await send(many, ['--max-retries', '10'])).stderr).toContain('the same command again, or');
    expect((await send(many.slice(0, 9), ['--max-retries', '8'])).stderr).toContain('--max-retries 10, or');
  });
});

describe('once something was shown, nothing is sent again', () => {
  const start = { type: 'message_start', message: { id: 'm', content: [] } };
  const delta = (type: 'text' | 'thinking', words: string): object[] => [
    { type: 'content_block_start', index: 0, content_block: { type, [type]: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: `${type}_delta`, [type]: words } },
  ];
  const failure = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };

  it.each<[string, object[], string[]]>([
    ['text', delta('text', 'Half'), []],
    ['thinking, which stands on stderr', delta('thinking', 'Hm'), []],
    ['an event, in stream-json', [], ['-o', 'stream-json']],
  ])('%s', async (_name, events, argv) => {
    const run = await send([eventsReply(start, ...events, failure)], argv);
    expect(run.code).toBe(6);
    expect(run.requests).toHaveLength(1);
  });

  it.each<[string, object[], string[]]>([
    ['nothing but a start', [], []],
    ['hidden thinking', delta('thinking', 'Hm'), ['-R']],
    ['text that json holds back', delta('text', 'Half'), ['--json']],
  ])('but %s was not shown', async (_name, events, argv) => {
    const run = await send([eventsReply(start, ...events, failure), hello], argv);
    expect(run.code).toBe(0);
    expect(run.stdout).toContain('Hello');
    expect(run.stdout).not.toContain('Half');
  });
});

describe('limits of time', () => {
  const real = { adapt: (context: Context): Context => context };
  /** The limit of 8 s is over as soon as the words are shown, and not before. */
  const overOnce = (text: string, stream: 'stdout' | 'stderr'): Pick<RunOptions, 'adapt' | 'during'> => {
    let end = (): void => {};
    const isOver = new Promise<void>((resolve) => {
      end = resolve;
    });
    return {
      adapt: (context) => ({
        ...context,
        clock: {
          ...context.clock,
          sleep: (ms, signal) => (ms === 8_000 ? isOver : context.clock.sleep(ms, signal)),
        },
      }),
      async during({ shows }) {
        await shows(text, stream);
        end();
      },
    };
  };
  const start = { type: 'message_start', message: { id: 'm', content: [] } };
  const text = (words: string): object[] => [
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: words } },
  ];
  const stopped = [{ type: 'message_delta', delta: { stop_reason: 'end_turn' } }, { type: 'message_stop' }];

  it('--timeout ends the whole exchange and keeps what came', async () => {
    const script = [head(), event(start), ...text('Half').map((one) => event(one)), gate('never')];
    const run = await send([script], ['--timeout', '8'], overOnce('Half', 'stdout'));
    expect(run).toMatchObject({ code: 8, stdout: 'Half\n' });
    expect(run.stderr).toContain('No complete answer within 8 s.');
    expect(run.stderr).toContain('--timeout');
  });

  it('--timeout counts the waits between tries', async () => {
    const waiting = overOnce('as the server asks', 'stderr');
    const run = await send([limited({ 'retry-after': '50' })], ['--timeout', '8'], waiting);
    expect(run.code).toBe(8);
    expect(run.requests).toHaveLength(1);
  });

  it('--timeout 0 is no limit', async () => {
    expect(await send([hello], ['--timeout', '0'], real)).toMatchObject({ code: 0, stdout: 'Hello\n' });
  });

  it.each([
    ['send --count', ['send', 'hi', '--count']],
    ['models', ['models']],
  ])('--timeout ends %s too', async (_name, argv) => {
    const run = await runMsg([...argv, '--timeout', '1'], { mock: { replies: [[gate('never')]] } });
    expect(run).toMatchObject({ code: 8, stdout: '' });
    expect(run.stderr).toContain('within 1 s');
  });

  const comment = bytes(': keepalive\n\n');
  const ping = event({ type: 'ping' });
  const beats = (count: number, beat: Step): Step[] =>
    Array.from({ length: count }, () => [pause(10_000), beat]).flat();
  /** Sends where time goes on in the pauses only: ten seconds before each beat. */
  const sendPaced = (script: Script, ...argv: string[]) => {
    const { adapt, timersFor } = pacedTime();
    return send([script], argv, { adapt, mock: { replies: [script], timersFor } });
  };
  const whole = [...text('Hi'), ...stopped].map((one) => event(one));

  it('--idle-timeout: a queue that lives by comments has four times as long before the answer begins', async () => {
    const script = [head(), ...beats(11, comment), event(start), ...whole, end];
    const run = await sendPaced(script, '--idle-timeout', '30');
    expect(run).toMatchObject({ code: 0, stdout: 'Hi\n', stderr: '' });
  });

  it.each<[string, Step[], string]>([
    [
      'pings in the midst',
      [event(start), ...text('Half').map((one) => event(one)), ...beats(40, ping)],
      'may be cut',
    ],
    ['pings after the start', [event(start), ...beats(40, ping)], 'only message_start and '],
    ['comments only', beats(40, comment), 'Nothing of the answer arrived.'],
    [
      'heartbeats nobody knows',
      [event(start), ...beats(40, event({ type: 'keepalive' }))],
      'only message_start.',
    ],
  ])('--idle-timeout ends %s with 8, and asks once', async (_name, steps, says) => {
    const run = await sendPaced([head(), ...steps, gate('never')], '--idle-timeout', '30');
    expect(run.code).toBe(8);
    expect(run.requests).toHaveLength(1);
    expect(run.stderr).toMatch(/^msg: 127\.0\.0\.1:\d+: no content for (40 s|2 min)\. /);
    expect(run.stderr).toContain(says);
    expect(run.stderr).toMatch(/Allow more with --idle-timeout\.\n {2}Next: msg doctor/);
  });

  it('--idle-timeout ends blanks before a plain answer with 8', async () => {
    const script = [
      head(200, { 'content-type': 'application/json' }),
      ...beats(60, bytes(' ')),
      gate('never'),
    ];
    const run = await sendPaced(script, '--idle-timeout', '30', '--no-stream');
    expect(run.code).toBe(8);
    expect(run.stderr).toContain('Nothing of the answer arrived, only blanks.');
  });

  it('--idle-timeout also limits the silence before the answer', async () => {
    const run = await send([[gate('never')]], ['--idle-timeout', '1', '--max-retries', '0'], real);
    expect(run).toMatchObject({ code: 8, stdout: '' });
    expect(run.stderr).toContain('no response within the time allowed');
    expect(run.stderr).toContain('--idle-timeout');
  });
});

it('Ctrl-C during the wait for a retry ends it at once', async () => {
  const run = await runMsg(['send', 'hi'], {
    mock: { replies: [limited({ 'retry-after': '50' })] },
    async during({ shows, interrupt }) {
      await shows('as the server asks', 'stderr');
      interrupt();
    },
  });
  expect(run).toMatchObject({ code: 130, stdout: '' });
  expect(run.stderr).toContain('Interrupted.');
});
