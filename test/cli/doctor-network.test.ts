// `msg doctor` against TLS servers with every fault, proxies, and ports that are no API.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Authority, type Identity, openWorkshop, type Workshop } from '../http/certificates.ts';
import { startSocksProxy } from '../http/socks-server.ts';
import { reportIn } from './report.ts';
import { type RunOptions, runMsg, testKey } from './run-msg.ts';

let workshop: Workshop;
let root: Authority;
let directory: string;
const servers: Server[] = [];
beforeAll(() => {
  workshop = openWorkshop();
  root = workshop.authority('Test Root');
  directory = mkdtempSync(join(tmpdir(), 'msg-doctor-network-'));
  writeFileSync(join(directory, 'root.pem'), root.cert);
});
afterAll(() => {
  workshop.close();
  rmSync(directory, { recursive: true, force: true });
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** As far as the empty request goes: 401 without a key, 400 with one. */
const api = (
  request: { headers: Record<string, unknown> },
  response: { writeHead(status: number, headers: object): { end(body: string): void } },
): void => {
  const hasKey = 'x-api-key' in request.headers;
  const error = hasKey
    ? { type: 'invalid_request_error', message: 'model: Field required' }
    : { type: 'authentication_error', message: 'x-api-key header is required' };
  response
    .writeHead(hasKey ? 400 : 401, { 'content-type': 'application/json' })
    .end(JSON.stringify({ type: 'error', error }));
};

const httpsPort = (identity: Identity, more: ServerOptions = {}): Promise<number> =>
  listen(createHttpsServer({ ...identity, ...more }, api as never));

async function examine(url: string, argv: readonly string[] = [], options: RunOptions = {}) {
  const run = await runMsg(['doctor', '--free', '--format', 'json', ...argv], {
    env: { MSG_BASE_URL: url, MSG_API_KEY: testKey, MSG_MODEL: 'm' },
    ...options,
  });
  const report = reportIn(run.stdout);
  return {
    code: run.code,
    cause: report.rootCause?.id ?? null,
    summary: report.rootCause?.summary ?? '',
    report,
    stderr: run.stderr,
  };
}

describe('TLS', () => {
  const faults: readonly (readonly [name: string, identity: () => Identity, cause: string, says: RegExp])[] =
    [
      ['self-signed', () => workshop.selfSigned(), 'tls.untrusted', /self-signed/],
      ['a private authority', () => root.leaf(), 'tls.untrusted', /does not know/],
      [
        'a missing intermediate',
        () => root.intermediate('Middle').leaf({ hasIssuerUrl: true }),
        'tls.untrusted',
        /does not send its intermediate/,
      ],
      [
        'inspection',
        () => workshop.authority('Netskope CA goskope').leaf(),
        'tls.intercepted',
        /Netskope \(TLS inspection\)/,
      ],
    ];
  it.each(faults)('%s', async (_name, identity, cause, says) => {
    const seen = await examine(`https://127.0.0.1:${await httpsPort(identity())}`);
    expect({ code: seen.code, cause: seen.cause }).toEqual({ code: 10, cause });
    expect(seen.summary).toMatch(says);
    expect(seen.report.spend.requests, 'no request gets through').toBeLessThanOrEqual(2);
  });

  const trusted: readonly (readonly [name: string, identity: () => Identity, cause: string, says: RegExp])[] =
    [
      [
        'expired',
        () => root.leaf({ from: '20200101000000Z', to: '20210101000000Z' }),
        'tls.expired',
        /expired \d+ days ago/,
      ],
      [
        'not yet valid',
        () => root.leaf({ from: '20480101000000Z' }),
        'tls.not_yet',
        /valid only in \d+ days/,
      ],
      [
        'another host',
        () => root.leaf({ names: 'DNS:other.example' }),
        'tls.hostname',
        /DNS:other\.example, not for 127\.0\.0\.1/,
      ],
    ];
  it.each(trusted)('%s, although the root is trusted', async (_name, identity, cause, says) => {
    const seen = await examine(`https://127.0.0.1:${await httpsPort(identity())}`, [
      '--cacert',
      join(directory, 'root.pem'),
    ]);
    expect({ code: seen.code, cause: seen.cause }).toEqual({ code: 10, cause });
    expect(seen.summary).toMatch(says);
  });

  it('a trusted private root is healthy', async () => {
    const seen = await examine(`https://127.0.0.1:${await httpsPort(root.leaf())}`, [
      '--cacert',
      join(directory, 'root.pem'),
    ]);
    expect({ code: seen.code, cause: seen.cause }).toEqual({ code: 0, cause: null });
    expect(seen.report.checks.find(({ id }) => id === 'auth.accepted')?.status).toBe('pass');
  });

  it('--insecure goes on, and warns', async () => {
    const seen = await examine(`https://127.0.0.1:${await httpsPort(workshop.selfSigned())}`, ['--insecure']);
    expect(seen.code).toBe(0);
    expect(seen.report.checks.filter(({ status }) => status === 'warn').map(({ id }) => id)).toEqual([
      'env.insecure',
      'tls.untrusted',
    ]);
  });

  it('a client certificate is wanted', async () => {
    const port = await httpsPort(root.leaf(), { requestCert: true, rejectUnauthorized: true, ca: root.cert });
    const seen = await examine(`https://127.0.0.1:${port}`, ['--cacert', join(directory, 'root.pem')]);
    expect({ code: seen.code, cause: seen.cause }).toEqual({ code: 10, cause: 'tls.version' });
    expect(seen.summary).toMatch(/client certificate/);
  });

  it('https to a plain port, and http to a TLS port', async () => {
    const plain = await examine(`https://127.0.0.1:${await listen(createHttpServer(api as never))}`);
    expect({ cause: plain.cause, command: plain.report.rootCause?.remedy.commands[0] }).toEqual({
      cause: 'tls.scheme_mismatch',
      command: expect.stringContaining('http://127.0.0.1'),
    });
    const tls = await examine(`http://127.0.0.1:${await httpsPort(root.leaf())}`);
    expect({ code: tls.code, cause: tls.cause, command: tls.report.rootCause?.remedy.commands[0] }).toEqual({
      code: 10,
      cause: 'tls.scheme_mismatch',
      command: expect.stringContaining('https://127.0.0.1'),
    });
  });
});

describe('the way to the host', () => {
  const quiet = (socket: Socket): Socket => socket.on('error', () => {});

  it('a port that does not speak HTTP', async () => {
    const port = await listen(
      createServer((socket) => quiet(socket).once('data', () => socket.end('SSH-2.0-OpenSSH_9.2\r\n'))),
    );
    expect((await examine(`http://127.0.0.1:${port}`)).cause).toBe('url.port');
  });

  it('a redirect to https on another port', async () => {
    const port = await listen(
      createHttpServer((_request, response) =>
        response.writeHead(301, { location: 'https://127.0.0.1:8443/v1/messages' }).end(),
      ),
    );
    const seen = await examine(`http://127.0.0.1:${port}`);
    expect({ cause: seen.cause, command: seen.report.rootCause?.remedy.commands[0] }).toEqual({
      cause: 'url.scheme',
      command: 'export MSG_BASE_URL=https://127.0.0.1:8443',
    });
  });

  it('a server that resets every request', async () => {
    const port = await listen(
      createServer((socket) => quiet(socket).once('data', () => socket.resetAndDestroy())),
    );
    expect((await examine(`http://127.0.0.1:${port}`)).cause).toBe('net.reset');
  });

  it('a server that resets every request, and no model to ask for', async () => {
    const port = await listen(
      createServer((socket) => quiet(socket).once('data', () => socket.resetAndDestroy())),
    );
    const seen = await examine(`http://127.0.0.1:${port}`, [], {
      env: { MSG_BASE_URL: `http://127.0.0.1:${port}`, MSG_API_KEY: testKey },
    });
    expect(seen).toMatchObject({ code: 11, cause: 'net.reachable' });
    expect(seen.summary).toMatch(/names no model; it proves nothing/);
  });

  it('a name that does not exist', async () => {
    const seen = await examine('https://no-such-host.invalid');
    expect(seen.cause).toBe('net.dns');
    expect(seen.report.spend.requests).toBe(0);
  });

  it('a proxy before this machine that answers itself', async () => {
    const proxy = await listen(
      createHttpServer((_request, response) => response.writeHead(503, { via: '1.1 corporate' }).end()),
    );
    const api = await listen(createHttpServer((_request, response) => response.end()));
    const seen = await examine(`http://127.0.0.1:${api}`, [], {
      env: {
        MSG_BASE_URL: `http://127.0.0.1:${api}`,
        MSG_API_KEY: testKey,
        MSG_PROXY: `http://127.0.0.1:${proxy}`,
      },
    });
    expect(seen.cause).toBe('env.no_proxy_loopback');
    expect(seen.report.rootCause?.remedy.commands[0]).toBe('unset MSG_PROXY');
  });

  it('a proxy of the environment is not asked for this machine, and other programs are warned', async () => {
    let asked = 0;
    const proxy = await listen(
      createHttpServer((_request, response) => {
        asked += 1;
        response.writeHead(503).end();
      }),
    );
    const url = `http://127.0.0.1:${await listen(createHttpServer(api as never))}`;
    const env = { MSG_BASE_URL: url, MSG_API_KEY: testKey, HTTP_PROXY: `http://127.0.0.1:${proxy}` };
    const seen = await examine(url, [], { env });
    expect({ code: seen.code, asked }).toEqual({ code: 0, asked: 0 });
    const told = (report: typeof seen.report): string | undefined =>
      report.checks.find(({ id }) => id === 'env.no_proxy_loopback')?.summary;
    expect(told(seen.report)).toContain(`Other programs ask the proxy 127.0.0.1:${proxy} (HTTP_PROXY)`);
    const excluded = await examine(url, [], { env: { ...env, NO_PROXY: '127.0.0.0/8' } });
    expect(told(excluded.report)).not.toContain('Other programs');
  });

  it('a proxy that wants a password', async () => {
    const proxy = await listen(
      createHttpServer().on('connect', (_request, socket) =>
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'),
      ),
    );
    const seen = await examine('https://api.example', [], {
      env: {
        MSG_BASE_URL: 'https://api.example',
        MSG_API_KEY: testKey,
        HTTPS_PROXY: `http://user:canary-password@127.0.0.1:${proxy}`,
      },
    });
    expect(seen.cause).toBe('env.proxy_auth');
    expect(seen.report.rootCause?.remedy.examples[0]).toContain(`http://USER:PASSWORD@127.0.0.1:${proxy}`);
    expect(JSON.stringify(seen)).not.toContain('canary-password');
  });

  it('a proxy that is not running, before an API that is', async () => {
    const url = `http://127.0.0.1:${await listen(createHttpServer(api as never))}`;
    const env = { MSG_BASE_URL: url, MSG_API_KEY: testKey };
    const seen = await examine(url, [], { env: { ...env, MSG_PROXY: 'http://127.0.0.1:1' } });
    expect({ cause: seen.cause, summary: seen.summary }).toEqual({
      cause: 'env.proxy_auth',
      summary: expect.stringMatching(/^The proxy 127\.0\.0\.1:1 from MSG_PROXY cannot be reached/),
    });
    expect(seen.report.rootCause?.remedy.commands[0]).toBe('unset MSG_PROXY');
    expect((await examine(url, [], { env })).code).toBe(0);
    const elsewhere = await examine('http://api.example', [], {
      env: { ...env, MSG_BASE_URL: 'http://api.example', HTTP_PROXY: 'http://127.0.0.1:1' },
    });
    expect(elsewhere.report.rootCause?.remedy.commands[0]).toBe('export NO_PROXY="$NO_PROXY,api.example"');
  });

  it('a proxy that cannot reach the host', async () => {
    const proxy = await listen(
      createHttpServer().on('connect', (_request, socket) => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')),
    );
    const seen = await examine('https://api.example', ['--proxy', `http://127.0.0.1:${proxy}`]);
    expect({ cause: seen.cause, summary: seen.summary }).toEqual({
      cause: 'env.proxy_auth',
      summary: `The proxy 127.0.0.1:${proxy} could not connect to api.example (502).`,
    });
    // Without --proxy: the remedy is to go without it.
    expect(seen.report.rootCause?.remedy.commands).toEqual(['msg doctor --free']);
  });

  it('a SOCKS proxy, which is no fault', async () => {
    const proxy = await startSocksProxy();
    const port = await listen(createHttpsServer(root.leaf(), api as never));
    const seen = await examine(`https://localhost:${port}`, [
      '--cacert',
      join(directory, 'root.pem'),
      '--proxy',
      `socks5://127.0.0.1:${proxy.port}`,
    ]);
    await proxy.close();
    expect({ code: seen.code, cause: seen.cause }).toEqual({ code: 0, cause: null });
  });
});
