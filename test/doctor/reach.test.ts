// Names, TCP, tunnels and TLS on real sockets: what reach measures, and how chains are judged.
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Reach, type ReachOptions, reach } from '../../src/doctor/reach/reach.ts';
import { tryTls } from '../../src/doctor/reach/tls-reach.ts';
import { openTcp } from '../../src/doctor/reach/tunnel.ts';
import type { Clock } from '../../src/http/clock.ts';
import { type Authority, type Identity, openWorkshop, type Workshop } from '../http/certificates.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const clock: Clock = {
  now: () => performance.now(),
  wallTime: () => Date.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
};

async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

const quiet = (socket: Socket): void => void socket.on('error', () => {});

const observe = (options: Partial<ReachOptions> & { port: number }): Promise<Reach> =>
  reach({
    hostname: '127.0.0.1',
    isTls: false,
    proxy: null,
    authorities: [],
    timeoutMs: 600_000,
    clock,
    ...options,
  });

const overTls = async (
  identity: Identity,
  more: TlsOptions = {},
  options: Partial<ReachOptions> = {},
): Promise<Reach> => {
  const port = await listen(createTlsServer({ ...identity, ...more }, quiet).on('tlsClientError', () => {}));
  return observe({ port, isTls: true, ...options });
};

describe('TCP', () => {
  it('connects to an open port', async () => {
    const seen = await observe({ port: await listen(createServer(quiet)) });
    expect(seen.name).toMatchObject({ isLiteral: true, failure: null });
    expect(seen.tcp).toMatchObject([{ address: '127.0.0.1', family: 4, failure: null }]);
    expect(seen.tls).toBeNull();
  });

  it('says that a port is closed', async () => {
    expect((await observe({ port: 1 })).tcp[0]?.failure?.code).toBe('ECONNREFUSED');
  });

  it('says that a name does not resolve', async () => {
    const seen = await observe({ port: 1, hostname: 'no-such-host.invalid' });
    expect(seen.name.failure?.code).toMatch(/ENOTFOUND|EAI_AGAIN/);
    expect(seen.tcp).toEqual([]);
  });

  it('tries both families of localhost', async () => {
    const seen = await observe({ port: await listen(createServer(quiet)), hostname: 'localhost' });
    expect(seen.tcp.find(({ family }) => family === 4)?.failure).toBeNull();
  });
});

describe('a proxy', () => {
  const proxy = (answer: string): Server =>
    createServer((socket) => {
      quiet(socket);
      socket.on('data', (data) => {
        seenRequests.push(data.toString());
        socket.write(answer);
      });
    });
  const seenRequests: string[] = [];

  it.each([
    ['user:secret', 'user:secret'],
    ['user:100%secret', 'user:100%secret'],
    ['token-with-secret', 'token-with-secret:'],
  ])('is asked for a tunnel with its credentials (%s), which are not kept', async (given, sent) => {
    const port = await listen(proxy('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'));
    const seen = await observe({
      port: 443,
      hostname: 'api.example',
      isTls: true,
      proxy: { url: `http://${given}@127.0.0.1:${port}`, isUsed: true },
    });
    expect(seen.tunnel).toMatchObject({ proxy: `127.0.0.1:${port}`, status: 407, failure: null });
    expect(seenRequests.at(-1)).toContain(`Proxy-Authorization: Basic ${btoa(sent)}`);
    expect(JSON.stringify(seen)).not.toContain('secret');
  });

  it.each([
    ['answers no handshake', () => {}, 'ETIMEDOUT', 100],
    ['hangs up on it', (socket: Socket) => void socket.end(), 'ECONNRESET', 600_000],
  ])('that is to speak TLS and %s is given up', async (_name, answer, code, timeoutMs) => {
    const port = await listen(createServer((socket) => answer(socket.on('error', () => {}))));
    const seen = await observe({
      port: 443,
      hostname: 'api.example',
      isTls: true,
      proxy: { url: `https://127.0.0.1:${port}`, isUsed: true },
      timeoutMs,
    });
    expect(seen.tunnel).toMatchObject({ status: null, failure: { code } });
  });

  it('carries TLS once the tunnel is open', async () => {
    const workshop = openWorkshop();
    const port = await listen(createTlsServer(workshop.selfSigned(), quiet));
    const { connect } = await import('node:net');
    const tunnel = createServer((socket) => {
      quiet(socket);
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        const inner = connect(port, '127.0.0.1');
        quiet(inner);
        inner.pipe(socket).pipe(inner);
      });
    });
    const seen = await observe({
      port,
      isTls: true,
      proxy: { url: `http://127.0.0.1:${await listen(tunnel)}`, isUsed: true },
    });
    expect(seen.tunnel?.status).toBe(200);
    expect(seen.tls?.verdict?.untrusted).toBe('self-signed');
    workshop.close();
  });
});

describe('TLS', () => {
  it('that is not answered has a time of its own, not that of the connection it goes over', async () => {
    const port = await listen(createServer(quiet));
    const tcp = await openTcp('127.0.0.1', port, 600_000);
    expect(tcp.timeout).toBe(0);
    const seen = await tryTls(tcp, '127.0.0.1', { authorities: [], timeoutMs: 100, clock });
    expect(seen.failure).toEqual({ code: 'ETIMEDOUT', message: 'the TLS handshake was not answered' });
  });

  let workshop: Workshop;
  let root: Authority;
  let middle: Authority;
  beforeAll(() => {
    workshop = openWorkshop();
    root = workshop.authority('Test Root');
    middle = root.intermediate('Test Intermediate');
  });
  afterAll(() => workshop.close());

  it('accepts a chain whose root is given', async () => {
    const seen = await overTls(root.leaf(), {}, { authorities: [root.cert] });
    expect(seen.tls?.failure).toBeNull();
    expect(seen.tls?.verdict).toMatchObject({
      isTrusted: true,
      untrusted: null,
      expiredMs: null,
      notYetMs: null,
      otherNames: null,
    });
    expect(seen.tls?.protocol).toBe('TLSv1.3');
  });

  it.each<[string, () => Promise<Reach>, object]>([
    ['self-signed', () => overTls(workshop.selfSigned()), { untrusted: 'self-signed' }],
    [
      'a private authority that is sent along',
      () => {
        const leaf = root.leaf();
        return overTls({ ...leaf, cert: leaf.cert + root.cert });
      },
      { untrusted: 'private-authority' },
    ],
    ['a private authority that is not sent', () => overTls(root.leaf()), { untrusted: 'private-authority' }],
    [
      'a missing intermediate',
      () => overTls(middle.leaf({ hasIssuerUrl: true }), {}, { authorities: [root.cert] }),
      { untrusted: 'missing-intermediate' },
    ],
    [
      'a missing intermediate that says not where it is',
      () => overTls(middle.leaf(), {}, { authorities: [root.cert] }),
      { untrusted: 'missing-intermediate' },
    ],
    [
      'a leaf alone, of an issuer that may be either',
      () => overTls(workshop.authority('Corp CA').leaf(), {}, { authorities: [root.cert] }),
      { untrusted: 'missing-issuer' },
    ],
    [
      'an expired certificate',
      () =>
        overTls(
          root.leaf({ from: '20200101000000Z', to: '20210101000000Z' }),
          {},
          { authorities: [root.cert] },
        ),
      { untrusted: null, isTrusted: false, expiredMs: expect.any(Number) },
    ],
    [
      'a certificate of the future',
      () => overTls(root.leaf({ from: '20480101000000Z' }), {}, { authorities: [root.cert] }),
      { untrusted: null, notYetMs: expect.any(Number) },
    ],
    [
      'another host',
      () => overTls(root.leaf({ names: 'DNS:other.example' }), {}, { authorities: [root.cert] }),
      { untrusted: null, otherNames: ['DNS:other.example'] },
    ],
    [
      'TLS inspection',
      () => {
        const inspector = workshop.authority('Zscaler Intermediate Root CA');
        return overTls(inspector.leaf());
      },
      { inspector: 'Zscaler', untrusted: 'private-authority' },
    ],
  ])('tells %s', async (_name, run, verdict) => {
    expect((await run()).tls?.verdict).toMatchObject(verdict);
  });

  it('tells a plain port', async () => {
    const port = await listen(
      createServer((socket) => {
        quiet(socket);
        socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
      }),
    );
    expect((await observe({ port, isTls: true })).tls?.failure?.code).toBe('ERR_SSL_WRONG_VERSION_NUMBER');
  });

  it('tells a reset during the greeting', async () => {
    const port = await listen(createServer((socket) => socket.resetAndDestroy()));
    const seen = await observe({ port, isTls: true });
    expect(seen.tls?.failure?.code ?? 'ECONNRESET').toBe('ECONNRESET');
  });

  it('speaks TLS 1.2 where the server wants it, and says so', async () => {
    const seen = await overTls(root.leaf(), { maxVersion: 'TLSv1.2' }, { authorities: [root.cert] });
    expect(seen.tls?.protocol).toBe('TLSv1.2');
  });

  it('is refused by a server that wants a client certificate', async () => {
    const seen = await overTls(root.leaf(), {
      requestCert: true,
      rejectUnauthorized: true,
      ca: root.cert,
      maxVersion: 'TLSv1.2',
    });
    expect(seen.tls?.failure?.code).toMatch(
      /HANDSHAKE_FAILURE|CERTIFICATE_REQUIRED|ECONNRESET|BAD_CERTIFICATE/,
    );
  });
});
