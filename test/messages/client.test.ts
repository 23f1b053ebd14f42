// How an exchange ends and whether it is tried again. How streams are read is in streams.test.ts.
import { describe, expect, it } from 'vitest';
import { isMsgError, MsgError } from '../../src/errors.ts';
import { networkError } from '../../src/http/failures.ts';
import type { Transport, WireRequest } from '../../src/http/wire.ts';
import { type Retry, startExchange } from '../../src/messages/client.ts';
import type { Endpoint } from '../../src/messages/endpoint.ts';
import { Secret } from '../../src/messages/secret.ts';
import {
  arrivals,
  bytesOf,
  clientOver,
  endpoint,
  type FakeAnswer,
  fakeTransport,
  instantClock,
  outcomeOf,
} from './feed.ts';

const sse = (...events: object[]): Uint8Array =>
  bytesOf(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''));
const start = { type: 'message_start', message: { model: 'm-1' } };
const text = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } };
const stopped = { type: 'message_delta', delta: { stop_reason: 'end_turn' } };
const stop = { type: 'message_stop' };

const complete: FakeAnswer = { chunks: [sse(start, text, stopped, stop)] };
const reset = networkError(Object.assign(new Error('reset'), { code: 'ECONNRESET' }), 'api.example');
const failure = (status: number, headers: Record<string, string> = {}): FakeAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  chunks: [bytesOf('{"type":"error","error":{"type":"api_error","message":"no"}}')],
});
const retrying = { maxRetries: 2 };

describe('the end of a stream', () => {
  it('is waited for where the reader is behind: what waits for it is no silence', async () => {
    const transport = fakeTransport({
      chunks: [sse(start, text), sse({ type: 'ping' }), sse(text), sse(stopped, stop)],
    });
    const ahead: Transport = Object.assign(
      async (request: WireRequest) => {
        const response = await transport(request);
        async function* body() {
          for await (const arrival of response.body) {
            yield arrival;
            // While it was read, all that follows came.
            response.trace.lastByteAt = 200_000;
          }
        }
        return { ...response, body: body() };
      },
      { close: transport.close },
    );
    const patience = { startMs: 120_000, contentMs: 30_000 };
    const outcome = await outcomeOf(clientOver(ahead, { patience }));
    expect(outcome).toMatchObject({ isStopped: true });
    expect(outcome.error).toBeUndefined();
  });

  it('is message_stop, and nothing after it is awaited', async () => {
    let isLeft = false;
    async function* endless() {
      try {
        yield* arrivals([sse(start, text, stopped, stop)]);
        await new Promise(() => {});
      } finally {
        isLeft = true;
      }
    }
    const transport = Object.assign(
      async () => ({
        ...(await fakeTransport(complete)({ method: 'POST', url: '', headers: {} })),
        body: endless(),
      }),
      { close: async () => {} },
    );
    expect(await outcomeOf(clientOver(transport))).toMatchObject({ isStopped: true, lacksStopEvent: false });
    expect(isLeft).toBe(true);
  });

  it('without message_stop is good enough after a stop reason', async () => {
    const outcome = await outcomeOf(clientOver(fakeTransport({ chunks: [sse(start, text, stopped)] })));
    expect(outcome).toMatchObject({ lacksStopEvent: true });
    expect(outcome.error).toBeUndefined();
  });

  it('without either breaks the protocol, and says what is left', async () => {
    const cut = await outcomeOf(clientOver(fakeTransport({ chunks: [sse(start, text)] })));
    expect(cut.error).toContain('ended without message_stop. What arrived is kept');
    expect(cut.message.content).toEqual([{ type: 'text', text: 'Hi' }]);
    const empty = await outcomeOf(clientOver(fakeTransport({ chunks: [sse(start)] })));
    expect(empty.error).toContain('Nothing of the answer arrived');
  });

  it('by a broken connection is of the protocol once events came, and of the network before', async () => {
    const after = await outcomeOf(clientOver(fakeTransport({ chunks: [sse(start, text)], failure: reset })));
    expect(after.error).toMatch(
      /^protocol: The stream from api\.example broke off: the connection was reset/,
    );
    const before = await outcomeOf(clientOver(fakeTransport({ failure: reset })));
    expect(before.error).toMatch(/^network: api\.example: the connection was reset/);
  });

  describe('by a connection that broke between an event and its blank line', () => {
    const cutBehind = (...events: readonly Parameters<typeof sse>[0][]) => {
      const whole = sse(...events);
      return outcomeOf(clientOver(fakeTransport({ chunks: [whole.subarray(0, -2)], failure: reset })));
    };

    it('keeps the event', async () => {
      const { message, error } = await cutBehind(start, text);
      expect(message.content).toEqual([{ type: 'text', text: 'Hi' }]);
      expect(error).toMatch(/broke off: the connection was reset.*What arrived is kept/);
    });

    it('keeps nothing of half an event, and does not blame it', async () => {
      const whole = sse(start, text, text);
      const chunks = [whole.subarray(0, -4)];
      const { message, error } = await outcomeOf(clientOver(fakeTransport({ chunks, failure: reset })));
      expect(message.content).toEqual([{ type: 'text', text: 'Hi' }]);
      expect(error).toMatch(/broke off: the connection was reset/);
    });

    it('is whole when the event is the last one', async () => {
      expect((await cutBehind(start, text, stop)).error).toBeUndefined();
    });

    it('tells the error that the event is', async () => {
      const overloaded = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
      expect((await cutBehind(start, text, overloaded)).error).toMatch(/^limit: .*Overloaded/);
    });
  });

  it('by an event that never ends is of the protocol, not tried again, and keeps what came before', async () => {
    const megabyte = new Uint8Array(1024 * 1024).fill(0x78);
    const flood: FakeAnswer = { chunks: [sse(start, text), bytesOf('data: '), ...Array(130).fill(megabyte)] };
    const transport = fakeTransport(flood, complete);
    const exchange = startExchange(clientOver(transport, { retry: retrying }), { model: 'm-1' });
    const failure = await (async () => {
      for await (const _ of exchange.batches);
    })().catch((error: unknown) => error);
    expect(failure).toMatchObject({
      kind: 'protocol',
      message: 'An event of the stream is longer than 128 MB: msg reads no further.',
      hint: 'Next: msg doctor',
    });
    expect(exchange.draft().message().content).toEqual([{ type: 'text', text: 'Hi' }]);
    expect(transport.requests).toHaveLength(1);
  });
});

describe('an answer in one piece', () => {
  it('gives the events of a stream', async () => {
    const body = {
      id: 'msg_1',
      type: 'message',
      content: [{ type: 'text', text: 'Hi' }],
      stop_reason: 'end_turn',
    };
    const json = { headers: { 'content-type': 'application/json' }, chunks: [bytesOf(JSON.stringify(body))] };
    const outcome = await outcomeOf(clientOver(fakeTransport(json)));
    expect(outcome.events.map(({ type }) => type)).toEqual([
      'message_start',
      'content_block_start',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(outcome.message).toMatchObject({ id: 'msg_1', stop_reason: 'end_turn', content: body.content });
  });
});

describe('a failed request', () => {
  it('is sent again, the same, as often as the policy says', async () => {
    const transport = fakeTransport(failure(500), reset, complete);
    const clock = instantClock();
    const retries: Retry[] = [];
    const outcome = await outcomeOf(clientOver(transport, { retry: retrying, clock }), undefined, {
      onRetry: (retry) => retries.push(retry),
    });
    expect(outcome.error).toBeUndefined();
    expect(transport.requests).toHaveLength(3);
    expect(new Set(transport.requests.map((request) => JSON.stringify(request))).size).toBe(1);
    expect(retries.map(({ attempt, error }) => [attempt, error.kind])).toEqual([
      [1, 'server'],
      [2, 'network'],
    ]);
    expect(clock.slept).toEqual(retries.map(({ delayMs }) => delayMs));
  });

  it('fails with the last error when the attempts are used up', async () => {
    const transport = fakeTransport(failure(500), failure(502), failure(503));
    const outcome = await outcomeOf(clientOver(transport, { retry: retrying }));
    expect(outcome.error).toMatch(/^server: 503/);
  });

  it('waits as long as the server asks', async () => {
    const clock = instantClock();
    const transport = fakeTransport(failure(429, { 'retry-after': '7' }), complete);
    await outcomeOf(clientOver(transport, { retry: retrying, clock }));
    expect(clock.slept).toEqual([7000]);
  });

  it('is not sent again when the server asks to wait for more than a minute', async () => {
    const transport = fakeTransport(failure(429, { 'retry-after': '3600' }));
    const outcome = await outcomeOf(clientOver(transport, { retry: retrying }));
    expect(outcome.error).toMatch(/^limit/);
  });

  it.each([400, 401, 403, 404, 501])('with status %i is not sent again', async (status) => {
    const transport = fakeTransport(failure(status));
    await outcomeOf(clientOver(transport, { retry: retrying }));
    expect(transport.requests).toHaveLength(1);
  });

  it('in the stream is sent again as long as nothing was shown', async () => {
    const overloaded = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    const again = fakeTransport({ chunks: [sse(start, overloaded)] }, complete);
    const outcome = await outcomeOf(clientOver(again, { retry: retrying }));
    expect(outcome.error).toBeUndefined();
    expect(outcome.message.content).toEqual([{ type: 'text', text: 'Hi' }]);

    const shown = fakeTransport({ chunks: [sse(start, text, overloaded)] });
    expect((await outcomeOf(clientOver(shown, { retry: retrying }))).error).toMatch(/^limit/);
  });

  it('is never sent again once the caller has shown something', async () => {
    const transport = fakeTransport(failure(500));
    await outcomeOf(clientOver(transport, { retry: retrying }), undefined, { hasShown: () => true });
    expect(transport.requests).toHaveLength(1);
  });

  it('is not sent again when the wait is interrupted', async () => {
    const stopIt = new AbortController();
    const reason = new MsgError('interrupted', 'Interrupted.', { details: { signal: 'SIGINT' } });
    const outcome = await outcomeOf(clientOver(fakeTransport(failure(500)), { retry: retrying }), undefined, {
      signal: stopIt.signal,
      onRetry: () => stopIt.abort(reason),
    });
    expect(outcome.error).toBe('interrupted: Interrupted.');
  });
});

describe('a refused key', () => {
  const keyed = (key: string): Endpoint => ({ ...endpoint, auth: 'x-api-key', key: new Secret(key) });

  it('is read again, once, and the request sent with the new one', async () => {
    const transport = fakeTransport(failure(401), complete);
    const fresh = async () => keyed('new-key-0123456789');
    const client = clientOver(transport, { endpoint: keyed('old-key-0123456789'), freshEndpoint: fresh });
    expect((await outcomeOf(client)).error).toBeUndefined();
    expect(transport.requests.map(({ headers }) => headers['x-api-key'])).toEqual([
      'old-key-0123456789',
      'new-key-0123456789',
    ]);
  });

  it('fails when the new one is refused too, or there is none', async () => {
    const twice = fakeTransport(failure(401), failure(401));
    const fresh = async () => keyed('new-key-0123456789');
    expect((await outcomeOf(clientOver(twice, { freshEndpoint: fresh }))).error).toMatch(/^auth/);
    const once = fakeTransport(failure(401));
    expect((await outcomeOf(clientOver(once, { freshEndpoint: async () => undefined }))).error).toMatch(
      /^auth/,
    );
  });
});

describe('what is known of an exchange', () => {
  it('is the response, the marks of the first text, and the draft', async () => {
    const chunks = [sse(start), sse(text), sse(stopped, stop)];
    const headers = { 'content-type': 'text/event-stream', 'request-id': 'req_1' };
    const exchange = startExchange(clientOver(fakeTransport({ chunks, headers })), { model: 'm-1' });
    expect(exchange.response()).toBeUndefined();
    for await (const _ of exchange.batches);
    expect(exchange.response()).toMatchObject({ status: 200, requestId: 'req_1' });
    expect(exchange.marks()).toEqual({ firstEventAt: 0, firstTextAt: 1, lastTextAt: 1 });
  });

  it('is nothing before the batches are read: no request is sent', () => {
    const transport = fakeTransport(complete);
    startExchange(clientOver(transport), { model: 'm-1' });
    expect(transport.requests).toHaveLength(0);
  });

  it('of a second attempt holds nothing of the first', async () => {
    const first = { chunks: [sse({ type: 'message_start', message: { model: 'first' } })], failure: reset };
    const outcome = await outcomeOf(clientOver(fakeTransport(first, complete), { retry: retrying }));
    expect(outcome.message.model).toBe('m-1');
  });

  it('other errors than ours pass through unchanged', async () => {
    const bug = new TypeError('a bug');
    const exchange = startExchange(clientOver(fakeTransport(bug), { retry: retrying }), {});
    const reading = (async () => {
      for await (const _ of exchange.batches);
    })();
    await expect(reading).rejects.toBe(bug);
    expect(isMsgError(bug)).toBe(false);
  });
});
