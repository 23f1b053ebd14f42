// The transport over real sockets: what it gives, how it waits, how it ends. Proxies and TLS have their own files.
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { networkError } from '../../src/http/failures.ts';
import type { Transport } from '../../src/http/wire.ts';
import {
  bytes,
  end,
  gate,
  hangup,
  head,
  jsonReply,
  type Mock,
  type MockOptions,
  pageReply,
  reset,
  split,
  startMock,
} from '../../src/mock/index.ts';
import { failureOf, get, httpServer, openTransport, rawServer, textOf } from './servers.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function transportWith(over: Parameters<typeof openTransport>[0] = {}): Transport {
  const transport = openTransport(over);
  cleanups.push(() => transport.close());
  return transport;
}

async function mockWith(options: MockOptions): Promise<Mock> {
  const mock = await startMock(options);
  cleanups.push(() => mock.close());
  return mock;
}

async function serverWith(start: ReturnType<typeof httpServer>): Promise<string> {
  const server = await start;
  cleanups.push(server.close);
  return `http://127.0.0.1:${server.port}`;
}

/** Each byte in a packet of its own: the next one goes when this one is handed to the system. */
function writeSlowly(socket: Socket, text: string): void {
  socket.setNoDelay(true);
  socket.write(text.slice(0, 1), () => {
    if (text.length > 1) setImmediate(() => writeSlowly(socket, text.slice(1)));
  });
}

describe('an exchange', () => {
  it('carries method, path, query, headers and body, and nothing of its own but the user agent', async () => {
    const mock = await mockWith({ replies: [jsonReply(200, {})] });
    const url = `${mock.url}/a%20b?x=1&y=%C3%BC`;
    await textOf(await transportWith()({ method: 'POST', url, headers: { 'x-test': 'ü' }, body: '{"ü":1}' }));
    const [request] = mock.requests;
    expect(request).toMatchObject({
      method: 'POST',
      path: '/a%20b',
      query: { x: '1', y: 'ü' },
      body: '{"ü":1}',
    });
    expect(Object.keys(request?.headers ?? {}).sort()).toEqual([
      'connection',
      'content-length',
      'host',
      'user-agent',
      'x-test',
    ]);
    expect(request?.headers['user-agent']).toBe('msg/test');
  });

  it('resolves with any status, once the headers are here', async () => {
    const mock = await mockWith({
      replies: [[head(503, { 'X-A': ['1', '2'] }), gate('body'), bytes('no'), end]],
    });
    const response = await transportWith()(get(mock.url));
    expect(response).toMatchObject({ status: 503, headers: { 'x-a': '1, 2' } });
    mock.open('body');
    expect(await textOf(response)).toBe('no');
  });

  it('gives chunks as they arrive, with the time of their arrival', async () => {
    let now = 100;
    const mock = await mockWith({
      replies: [[head(), bytes('one'), gate('two'), bytes('two'), gate('end'), end]],
    });
    const response = await transportWith({ now: () => now })(get(mock.url));
    const seen: string[] = [];
    for await (const { at, chunks } of response.body) {
      seen.push(`${at} ${Buffer.concat(chunks)}`);
      now += 50;
      mock.open(seen.length === 1 ? 'two' : 'end');
    }
    expect(seen).toEqual(['100 one', '150 two']);
    expect(response.trace).toMatchObject({
      startedAt: 100,
      headersAt: 100,
      firstByteAt: 100,
      lastByteAt: 150,
      endedAt: 200,
      bytes: 6,
      chunks: 2,
      longestGapMs: 50,
    });
  });

  it('keeps the times of what waits for a slow reader', async () => {
    let now = 100;
    const mock = await mockWith({
      replies: [[head(), bytes('one'), gate('two'), bytes('two'), gate('three'), bytes('three'), end]],
    });
    const response = await transportWith({ now: () => now })(get(mock.url));
    const arrived = async (count: number): Promise<void> => {
      while (response.trace.bytes < count) await new Promise((resolve) => setImmediate(resolve));
    };
    await arrived(3);
    now = 150;
    mock.open('two');
    await arrived(6);
    now = 200;
    mock.open('three');
    await arrived(11);
    now = 900;
    const seen: string[] = [];
    for await (const { at, chunks } of response.body) seen.push(`${at} ${Buffer.concat(chunks)}`);
    expect(seen).toEqual(['100 one', '150 two', '200 three']);
  });

  it('does not follow redirects', async () => {
    const mock = await mockWith({
      replies: [pageReply(302, 'text/plain', 'moved', { location: '/elsewhere' })],
    });
    const response = await transportWith()(get(mock.url));
    expect(response.status).toBe(302);
    expect(await textOf(response)).toBe('moved');
    mock.verify();
  });

  it('passes over informational answers', async () => {
    const url = await serverWith(
      rawServer((socket) =>
        socket.once('data', () =>
          socket.end(
            'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok',
          ),
        ),
      ),
    );
    const response = await transportWith()(get(url));
    expect(response.status).toBe(200);
    expect(await textOf(response)).toBe('ok');
  });

  const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
  it.each([
    ['100 Continue', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['100 with fields', 'HTTP/1.1 100 Continue\r\nserver: x\r\ndate: y\r\n\r\n'],
    ['several of them', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(3)],
    [
      'others, and it',
      'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 100 \r\n\r\n',
    ],
  ])(
    'passes over %s nobody asked for, whole or byte by byte, on every request of a connection',
    async (_name, interim) => {
      const url = await serverWith(
        rawServer((socket) => {
          let requests = 0;
          socket.on('data', () => {
            requests++;
            if (requests === 1) socket.write(interim + answer);
            else writeSlowly(socket, interim + answer);
          });
        }),
      );
      const transport = transportWith();
      for (let turn = 0; turn < 2; turn++) expect(await textOf(await transport(get(url)))).toBe('ok');
    },
  );

  it('leaves a body alone that looks like an interim answer', async () => {
    const body = 'HTTP/1.1 100 Continue\r\n\r\n';
    const mock = await mockWith({
      replies: [
        [{ step: 'head', status: 200, framing: 'close' }, bytes(''), split('every-byte', bytes(body)), end],
      ],
    });
    expect(await textOf(await transportWith()(get(mock.url)))).toBe(body);
  });

  it('reads 64 KiB of headers', async () => {
    const fields = Array.from({ length: 64 }, (_, at) => `x-${at}: ${'v'.repeat(1024)}\r\n`).join('');
    const url = await serverWith(
      rawServer((socket) =>
        socket.once('data', () => socket.end(`HTTP/1.1 200 OK\r\n${fields}content-length: 2\r\n\r\nok`)),
      ),
    );
    const response = await transportWith()(get(url));
    expect(response.headers['x-63']).toHaveLength(1024);
    expect(await textOf(response)).toBe('ok');
  });

  it('gives up headers without an end, and says how many it takes', async () => {
    const url = await serverWith(
      rawServer((socket) => {
        const field = `x-field: ${'v'.repeat(10_000)}\r\n`;
        const more = (): void => {
          while (!socket.destroyed && socket.write(field));
        };
        socket.on('error', () => {}).on('drain', more);
        socket.once('data', () => {
          socket.write('HTTP/1.1 200 OK\r\n');
          more();
        });
      }),
    );
    await expect(transportWith()(get(url))).rejects.toMatchObject({
      kind: 'network',
      message: expect.stringContaining('headers of the answer are larger than 80 KiB'),
    });
  });

  it('reads a body without framing up to the end of the connection', async () => {
    const mock = await mockWith({
      replies: [[{ step: 'head', status: 200, framing: 'close' }, bytes('to the end'), end]],
    });
    expect(await textOf(await transportWith()(get(mock.url)))).toBe('to the end');
  });

  it('reaches IPv6 loopback (needs IPv6)', async (test) => {
    const started = await startMock({ host: '::1', replies: [jsonReply(200, 1)] }).catch(() => undefined);
    if (started === undefined) return test.skip();
    cleanups.push(() => started.close());
    expect(await textOf(await transportWith()(get(`http://[::1]:${started.port}/`)))).toBe('1');
  });
});

describe('connections', () => {
  it('are kept for the next request', async () => {
    const mock = await mockWith({ replies: [jsonReply(200, 1), jsonReply(200, 2)] });
    const transport = transportWith();
    await textOf(await transport(get(mock.url)));
    await textOf(await transport(get(mock.url)));
    expect(mock.requests.map(({ connection }) => connection)).toEqual([1, 1]);
  });

  it('that the other side closes without a word are opened again, and the request is read once', async () => {
    let heads = '';
    const url = await serverWith(
      rawServer((socket) =>
        socket.once('data', (data) => {
          heads += data.toString();
          socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
          socket.end();
        }),
      ),
    );
    const transport = transportWith();
    for (const name of ['a', 'b', 'c', 'd'])
      expect(await textOf(await transport(get(`${url}/${name}`)))).toBe('ok');
    expect([...heads.matchAll(/GET \S+/g)].map(String)).toEqual(['GET /a', 'GET /b', 'GET /c', 'GET /d']);
  });

  it('that break off after half a head are not asked again', async () => {
    let requests = 0;
    const url = await serverWith(
      rawServer((socket) =>
        socket.on('data', () => {
          requests += 1;
          if (requests === 1) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
          else socket.end('HTTP/1.1 2');
        }),
      ),
    );
    const transport = transportWith();
    await textOf(await transport(get(url)));
    expect(await failureOf(transport(get(url)))).toMatchObject({ kind: 'network' });
    expect(requests).toBe(2);
  });

  it('are one for each origin', async () => {
    const [one, other] = [
      await mockWith({ replies: [jsonReply(200, 1)] }),
      await mockWith({ replies: [jsonReply(200, 2)] }),
    ];
    const transport = transportWith();
    expect(await textOf(await transport(get(one.url)))).toBe('1');
    expect(await textOf(await transport(get(other.url)))).toBe('2');
  });

  it('end with close(), also in the middle of an answer', async () => {
    const mock = await mockWith({ replies: [[head(), bytes('x'), gate('never')]] });
    const transport = transportWith();
    const response = await transport(get(mock.url));
    const reading = failureOf(textOf(response));
    await mock.reached('never');
    await transport.close();
    expect(await reading).toBeInstanceOf(Error);
    expect(await mock.requests[0]?.outcome).toBe('aborted');
  });
});

describe('a slow reader', () => {
  it('stops the server instead of filling the memory', async () => {
    const piece = Buffer.alloc(64 * 1024, 'x');
    const total = 64 * 1024 * 1024;
    let sent = 0;
    const url = await serverWith(
      httpServer((_, response) => {
        const pour = (): void => {
          while (sent < total) {
            sent += piece.length;
            if (!response.write(piece)) return void response.once('drain', pour);
          }
          response.end();
        };
        pour();
      }),
    );
    const mock = await mockWith({});
    const [slow, other] = [transportWith(), transportWith()];
    const response = await slow(get(url));
    // Meanwhile the event loop turns: two hundred other exchanges.
    for (let turn = 0; turn < 200; turn += 1) await textOf(await other(get(`${mock.url}/v1/models`)));
    expect(sent).toBeLessThan(total / 2);
    let read = 0;
    for await (const { chunks } of response.body) for (const chunk of chunks) read += chunk.length;
    expect(read).toBe(total);
  });
});

describe('aborting', () => {
  const reason = new Error('enough');

  it('before the request sends nothing', async () => {
    const mock = await mockWith({ replies: [] });
    expect(await failureOf(transportWith()(get(mock.url), { signal: AbortSignal.abort(reason) }))).toBe(
      reason,
    );
    expect(mock.requests).toHaveLength(0);
  });

  it('while connecting gives up at once', async () => {
    let connected = (): void => {};
    const isConnected = new Promise<void>((resolve) => {
      connected = resolve;
    });
    // It accepts the connection and never answers the TLS handshake.
    const url = await serverWith(rawServer(() => connected()));
    const stop = new AbortController();
    const failing = failureOf(transportWith()(get(url.replace('http:', 'https:')), { signal: stop.signal }));
    await isConnected;
    stop.abort(reason);
    expect(await failing).toBe(reason);
  });

  it('before the headers ends the request', async () => {
    const mock = await mockWith({ replies: [[gate('never')]] });
    const stop = new AbortController();
    const failing = failureOf(transportWith()(get(mock.url), { signal: stop.signal }));
    await mock.reached('never');
    stop.abort(reason);
    expect(await failing).toBe(reason);
    expect(await mock.requests[0]?.outcome).toBe('aborted');
  });

  it('while streaming gives what had arrived, then the reason', async () => {
    const mock = await mockWith({ replies: [[head(), bytes('some'), gate('never')]] });
    const stop = new AbortController();
    const response = await transportWith()(get(mock.url), { signal: stop.signal });
    const seen: string[] = [];
    const reading = failureOf(
      (async () => {
        for await (const { chunks } of response.body) {
          seen.push(String(Buffer.concat(chunks)));
          stop.abort(reason);
        }
      })(),
    );
    expect(await reading).toBe(reason);
    expect(seen).toEqual(['some']);
    expect(await mock.requests[0]?.outcome).toBe('aborted');
  });

  it('by leaving the loop ends the request', async () => {
    const mock = await mockWith({ replies: [[head(), bytes('some'), gate('never')]] });
    const response = await transportWith()(get(mock.url));
    for await (const _ of response.body) break;
    expect(await mock.requests[0]?.outcome).toBe('aborted');
  });

  it('after the end does nothing', async () => {
    const mock = await mockWith({ replies: [jsonReply(200, 1), jsonReply(200, 2)] });
    const stop = new AbortController();
    const transport = transportWith();
    await textOf(await transport(get(mock.url), { signal: stop.signal }));
    stop.abort(reason);
    expect(await textOf(await transport(get(mock.url)))).toBe('2');
  });
});

describe('a connection that fails', () => {
  it.each([
    ['before the headers', [reset]],
    ['in the body', [head(), bytes('some'), reset]],
    ['by closing in the body', [head(), bytes('some'), hangup]],
  ])('%s is an error of the network that may pass', async (_name, script) => {
    const mock = await mockWith({ replies: [script] });
    const failure = await failureOf(transportWith()(get(mock.url)).then(textOf));
    expect(failure).toMatchObject({ kind: 'network', details: { isRetryable: true } });
  });

  it('short of its content length is one, too', async () => {
    const url = await serverWith(
      rawServer((socket) =>
        socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort')),
      ),
    );
    expect(await failureOf(transportWith()(get(url)).then(textOf))).toMatchObject({ kind: 'network' });
  });

  it('because nobody listens is told so', async () => {
    expect(await failureOf(transportWith()(get('http://127.0.0.1:1')))).toMatchObject({
      kind: 'network',
      message: '127.0.0.1:1: refused the connection: nothing listens on that port (ECONNREFUSED).',
    });
  });

  it('because the other side speaks no HTTP is told so, and not tried again', async () => {
    const url = await serverWith(
      rawServer((socket) => socket.once('data', () => socket.end('SSH-2.0-OpenSSH\r\n'))),
    );
    expect(await failureOf(transportWith()(get(url)))).toMatchObject({
      kind: 'network',
      message: expect.stringContaining('the answer is not HTTP'),
      details: { isRetryable: false },
    });
  });

  it('because the name does not resolve is told so', async () => {
    const failure = await failureOf(transportWith()(get('http://msg-test.invalid/')));
    expect(failure).toMatchObject({
      kind: 'network',
      details: { code: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/) },
    });
  });
});

describe('a request that cannot be sent', () => {
  it.each([
    { 'transfer-encoding': 'chunked' },
    { 'content-length': '3' },
    { expect: '100-continue' },
    { upgrade: 'x' },
  ])('because of %o says so, and is not tried again', async (headers) => {
    const mock = await mockWith({});
    const request = { method: 'POST' as const, url: mock.url, headers, body: '{}' };
    expect(await failureOf(transportWith()(request))).toMatchObject({
      kind: 'network',
      message: expect.stringContaining('cannot be sent with these headers'),
      details: { isRetryable: false },
    });
  });
});

describe('patience', () => {
  it('ends when connecting takes too long', async () => {
    const url = await serverWith(rawServer(() => {}));
    const transport = transportWith({ connectTimeoutMs: 50 });
    expect(await failureOf(transport(get(url.replace('http:', 'https:'))))).toMatchObject({
      kind: 'network',
      message: expect.stringContaining('no connection within the time allowed'),
      hint: expect.stringContaining('--connect-timeout'),
    });
  });

  it('ends when no headers come', async () => {
    const mock = await mockWith({ replies: [[gate('never')]] });
    expect(await failureOf(transportWith({ headersTimeoutMs: 50 })(get(mock.url)))).toMatchObject({
      message: expect.stringContaining('no response within the time allowed'),
    });
  });

  it('ends when interim answers only come, however many', async () => {
    const url = await serverWith(
      rawServer((socket) => {
        const hints = setInterval(() => socket.write('HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'), 20);
        socket.on('close', () => clearInterval(hints));
      }),
    );
    expect(await failureOf(transportWith({ headersTimeoutMs: 200 })(get(url)))).toMatchObject({
      message: expect.stringContaining('no response within the time allowed'),
      details: { code: 'UND_ERR_HEADERS_TIMEOUT' },
    });
  });

  it('ends when a body falls silent', async () => {
    const mock = await mockWith({ replies: [[head(), bytes('x'), gate('never')]] });
    const response = await transportWith({ idleTimeoutMs: 50 })(get(mock.url));
    expect(await failureOf(textOf(response))).toMatchObject({
      message: expect.stringContaining('not one byte'),
      hint: expect.stringContaining('--idle-timeout'),
    });
  });

  it('is not tried by a body that keeps giving signs of life', async () => {
    const comment = [bytes(': still here\n\n'), { step: 'pause', ms: 600 } as const];
    const script = [head(), ...Array(10).fill(comment).flat(), end];
    const mock = await mockWith({ replies: [script] });
    const response = await transportWith({ idleTimeoutMs: 5_000 })(get(mock.url));
    expect(await textOf(response)).toContain('still here');
  });
});

describe('errors that are none of the network', () => {
  it('keep their cause', () => {
    const cause = new Error('odd');
    expect(networkError(cause, 'h')).toMatchObject({ cause, message: 'h: the request failed: odd.' });
  });
});
