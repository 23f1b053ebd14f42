// The connection of the tap to its server: direct and through each kind of proxy, in TLS or not; and what is said where
// it does not come about.
import type { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { absoluteForm, openSocket } from '../../src/http/socket.ts';
import { type Authority, openWorkshop, type Workshop } from './certificates.ts';
import { type ProxyOptions, startProxy } from './proxy-server.ts';
import { failureOf, httpServer, httpsServer, rawServer } from './servers.ts';
import { startSocksProxy } from './socks-server.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});
const running = async <Server extends { close(): Promise<void> }>(
  starting: Promise<Server>,
): Promise<Server> => {
  const server = await starting;
  cleanups.push(server.close);
  return server;
};

let workshop: Workshop;
let authority: Authority;
beforeAll(() => {
  workshop = openWorkshop();
  authority = workshop.authority('Root of the tests');
});
afterAll(() => workshop.close());

const patient = { connectTimeoutMs: 600_000 };
const trusting = () => ({ ...patient, tls: { ca: [authority.cert] } });

const plainServer = async (): Promise<URL> => {
  const { port } = await running(httpServer((_request, response) => void response.end('plain')));
  return new URL(`http://127.0.0.1:${port}/`);
};
const tlsServer = async (host = 'localhost'): Promise<URL> => {
  const { port } = await running(
    httpsServer(authority.leaf(), (_request, response) => void response.end('in TLS')),
  );
  return new URL(`https://${host}:${port}/`);
};
const proxyWith = async (options: ProxyOptions = {}) => running(startProxy(options));

/** What comes back to one request on a connection, up to its end. */
async function answerOn(socket: Socket, path = '/'): Promise<string> {
  cleanups.push(() => socket.destroy());
  socket.write(`GET ${path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n`);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

/** A SOCKS proxy that answers each message with the next of these, and keeps what it was told. */
async function scriptedSocks(...answers: readonly (readonly number[])[]) {
  const told: Buffer[] = [];
  const { port } = await running(
    rawServer((socket) => {
      const left = [...answers];
      socket.on('data', (bytes) => {
        told.push(bytes);
        const answer = left.shift();
        if (answer === undefined) socket.end();
        else socket.write(Buffer.from(answer));
      });
    }),
  );
  return { url: (user = '') => `socks5://${user}127.0.0.1:${port}`, told };
}

describe('a connection', () => {
  it('is opened directly', async () => {
    const { socket } = await openSocket(await plainServer(), patient);
    expect(await answerOn(socket)).toMatch(/^HTTP\/1\.1 200 .*plain/s);
  });

  it.each(['localhost', '127.0.0.1'])('is opened in TLS, by name or address: %s', async (host) => {
    const { socket } = await openSocket(await tlsServer(host), trusting());
    expect(await answerOn(socket)).toMatch(/^HTTP\/1\.1 200 .*in TLS/s);
  });

  it('is opened through an HTTP proxy, which is asked for the whole URL', async () => {
    const [url, proxy] = [await plainServer(), await proxyWith()];
    const { socket } = await openSocket(url, { ...patient, proxy: `http://127.0.0.1:${proxy.port}` });
    expect(await answerOn(socket, url.href)).toMatch(/^HTTP\/1\.1 200 .*plain/s);
    expect(proxy.seen).toEqual([`GET ${url.href}`]);
  });

  it.each([
    ['without a password', {}, ''],
    ['with a password', { credentials: 'me:pass word' }, 'me:pass%20word@'],
  ])('is tunnelled through an HTTP proxy %s', async (_name, options, user) => {
    const [url, proxy] = [await tlsServer(), await proxyWith(options)];
    const { socket } = await openSocket(url, {
      ...trusting(),
      proxy: `http://${user}127.0.0.1:${proxy.port}`,
    });
    expect(await answerOn(socket)).toMatch(/^HTTP\/1\.1 200 .*in TLS/s);
    expect(proxy.seen).toEqual([`CONNECT ${url.host}`]);
  });

  it('is tunnelled through a proxy that speaks TLS itself', async () => {
    const [url, proxy] = [await tlsServer(), await proxyWith({ tls: authority.leaf() })];
    const { socket } = await openSocket(url, { ...trusting(), proxy: `https://localhost:${proxy.port}` });
    expect(await answerOn(socket)).toMatch(/^HTTP\/1\.1 200 .*in TLS/s);
  });

  it.each([
    ['http', plainServer, /plain/],
    ['https', tlsServer, /in TLS/],
  ])('is opened through a SOCKS proxy, which resolves the name: %s', async (_name, server, says) => {
    const [url, proxy] = [await server(), await running(startSocksProxy())];
    const { socket } = await openSocket(url, { ...trusting(), proxy: `socks5://127.0.0.1:${proxy.port}` });
    expect(await answerOn(socket)).toMatch(says);
    expect(proxy.seen).toEqual([url.host]);
  });

  it('signs in to a SOCKS proxy that wants it', async () => {
    const bound = [5, 0, 0, 3, 1, 97, 0, 80];
    const proxy = await scriptedSocks([5, 2], [1, 0], bound);
    const opened = openSocket(new URL('http://api.example/'), { ...patient, proxy: proxy.url('me:secret@') });
    const { reset } = await opened;
    reset();
    expect(proxy.told.map((bytes) => bytes.toString('latin1'))).toEqual([
      '\x05\x02\x00\x02',
      '\x01\x02me\x06secret',
      '\x05\x01\x00\x03\x0bapi.example\x00\x50',
    ]);
  });

  it('keeps what the server sent along with the answer of the proxy', async () => {
    const proxy = await scriptedSocks([5, 0], [5, 0, 0, 1, 0, 0, 0, 0, 0, 80, ...Buffer.from('early')]);
    const { socket, reset } = await openSocket(new URL('http://api.example/'), {
      ...patient,
      proxy: proxy.url(),
    });
    const first = await new Promise((resolve) => socket.once('data', resolve).resume());
    expect(String(first)).toBe('early');
    reset();
  });

  it('is broken, and not ended, where that is wanted', async () => {
    let broken: (error: Error) => void = () => {};
    const seen = new Promise<Error>((resolve) => {
      broken = resolve;
    });
    const { port } = await running(rawServer((socket) => void socket.on('error', broken)));
    const { reset } = await openSocket(new URL(`http://127.0.0.1:${port}/`), patient);
    reset();
    expect(await seen).toMatchObject({ code: 'ECONNRESET' });
  });
});

describe('a connection that does not come about', () => {
  const proxyUrl = ({ port }: { port: number }): string => `http://127.0.0.1:${port}`;
  const secure = new URL('https://api.example/');

  it('says that nobody listens', async () => {
    const { port, close } = await rawServer(() => {});
    await close();
    const url = new URL(`http://127.0.0.1:${port}/`);
    expect(await failureOf(openSocket(url, patient))).toMatchObject({
      kind: 'network',
      message: expect.stringContaining(`127.0.0.1:${port}`),
      details: { code: 'ECONNREFUSED' },
    });
    expect(await failureOf(openSocket(secure, { ...patient, proxy: url.href }))).toMatchObject({
      kind: 'network',
      message: expect.stringContaining(`127.0.0.1:${port}`),
    });
  });

  it('says that the certificate is not trusted', async () => {
    expect(await failureOf(openSocket(await tlsServer(), patient))).toMatchObject({
      kind: 'network',
      hint: expect.stringContaining('--cacert'),
    });
  });

  it('says that no handshake came, and after which time', async () => {
    const { port } = await running(rawServer(() => {}));
    const url = new URL(`https://127.0.0.1:${port}/`);
    expect(await failureOf(openSocket(url, { connectTimeoutMs: 100 }))).toMatchObject({
      kind: 'network',
      message: expect.stringContaining('no connection within the time allowed'),
    });
  });

  it('says that the server closed instead of a handshake', async () => {
    const { port } = await running(rawServer((socket) => void socket.end()));
    const url = new URL(`https://127.0.0.1:${port}/`);
    expect(await failureOf(openSocket(url, patient))).toMatchObject({
      kind: 'network',
      details: { code: 'ECONNRESET' },
    });
  });

  it.each([
    [407, 'password', { credentials: 'me:secret' }],
    [403, '403', { refusesWith: 403 }],
  ])('says that the proxy refuses, %i', async (_status, says, options) => {
    const failure = await failureOf(
      openSocket(secure, { ...patient, proxy: proxyUrl(await proxyWith(options)) }),
    );
    expect(failure).toMatchObject({ kind: 'network' });
    expect(`${(failure as Error).message} ${(failure as { hint?: string }).hint}`).toContain(says);
  });

  it.each<[string, (socket: Socket) => void, number]>([
    ['closes without an answer', (socket) => socket.end(), 10_000],
    ['answers something else', (socket) => socket.end('SSH-2.0-x\r\n\r\n'), 10_000],
    ['answers without an end', (socket) => socket.write('x'.repeat(20_000)), 10_000],
    ['never answers', () => {}, 100],
  ])('says that the proxy %s', async (_name, act, connectTimeoutMs) => {
    const proxy = await running(rawServer((socket) => void socket.once('data', () => act(socket))));
    const failure = await failureOf(openSocket(secure, { connectTimeoutMs, proxy: proxyUrl(proxy) }));
    expect(failure).toMatchObject({ kind: 'network', message: expect.stringContaining(`${proxy.port}`) });
  });

  it.each<[string, string, number[][], string]>([
    ['wants a password and there is none', '', [[5, 255]], 'another way to sign in'],
    [
      'refuses the password',
      'me:wrong@',
      [
        [5, 2],
        [1, 1],
      ],
      'refused the user name or password',
    ],
    [
      'may not connect',
      '',
      [
        [5, 0],
        [5, 2, 0, 1, 0, 0, 0, 0, 0, 0],
      ],
      'did not connect (reply 2)',
    ],
    [
      'cannot reach an IPv6 address',
      '',
      [
        [5, 0],
        [5, 4, 0, 4, ...Array<number>(18).fill(0)],
      ],
      'did not connect (reply 4)',
    ],
    ['hangs up', '', [], 'closed the connection'],
  ])('says that the SOCKS proxy %s', async (_name, user, answers, says) => {
    const proxy = await scriptedSocks(...answers);
    const failure = await failureOf(openSocket(secure, { ...patient, proxy: proxy.url(user) }));
    expect(failure).toMatchObject({ kind: 'network' });
    expect(`${(failure as Error).message} ${String((failure as Error).cause)}`).toContain(says);
  });
});

describe('a request on it', () => {
  it.each([
    ['names its path, to the server', 'http://api.example/', undefined, undefined],
    ['names its path, through a tunnel', 'https://api.example/', 'http://proxy.example', undefined],
    ['names its path, through SOCKS', 'http://api.example/', 'socks5://proxy.example', undefined],
    ['names the whole URL to an HTTP proxy', 'http://api.example/', 'http://proxy.example', {}],
    [
      'brings the password of the proxy',
      'http://api.example/',
      'http://me:secret@proxy.example',
      { authorization: 'Basic bWU6c2VjcmV0' },
    ],
  ])('%s', (_name, url, proxy, form) => {
    expect(absoluteForm(new URL(url), proxy)).toEqual(form);
  });
});
