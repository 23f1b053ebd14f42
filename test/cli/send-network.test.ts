// The way to the endpoint, as options and environment choose it: proxies, certificates, compression, time.
import { mkdtempSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServerOptions } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import {
  bytes,
  end,
  errorReply,
  event,
  eventStreamHeaders,
  gate,
  head,
  pageReply,
  type Script,
  startMock,
  streamReply,
} from '../../src/mock/index.ts';
import { openWorkshop } from '../http/certificates.ts';
import { type ProxyOptions, type RunningProxy, startProxy } from '../http/proxy-server.ts';
import { httpServer, httpsServer, type Running, rawServer } from '../http/servers.ts';
import { instantClock } from './instant-clock.ts';
import { type RunOptions, runMsg, testKey } from './run-msg.ts';

const running: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.close();
});

async function proxyWith(options: ProxyOptions = {}): Promise<RunningProxy> {
  const proxy = await startProxy(options);
  running.push(proxy);
  return proxy;
}

const standard = { MSG_BASE_URL: '{url}', MSG_API_KEY: testKey, MSG_MODEL: 'm' };
const send = (argv: readonly string[] = [], { env, ...options }: RunOptions = {}) =>
  runMsg(['send', 'hi', '--max-retries', '0', ...argv], {
    mock: { replies: [streamReply('Hello')] },
    env: { ...standard, ...env },
    ...options,
  });

describe('a server that cannot be used', () => {
  it.each([
    ['send', ['send', 'hi']],
    ['count', ['send', 'hi', '--count']],
    ['models', ['models']],
  ])('ends in the command that finds out why (%s)', async (_name, argv) => {
    const env = { MSG_BASE_URL: 'http://127.0.0.1:1', MSG_API_KEY: 'k', MSG_MODEL: 'm' };
    const run = await runMsg([...argv, '--max-retries', '0', '-m', 'other'], { env });
    expect(run.code).toBe(8);
    expect(run.stderr).toMatch(/Check the port.*\n {2}Next: msg doctor http:\/\/127\.0\.0\.1:1 -m other\n$/);
  });

  it('also when it fails by itself', async () => {
    const run = await runMsg(['send', 'hi', '--max-retries', '0'], {
      mock: { replies: [pageReply(502, 'text/html', '<h1>Bad Gateway</h1>')] },
    });
    expect(run).toMatchObject({
      code: 7,
      stderr: expect.stringContaining('Next: msg doctor http://127.0.0.1'),
    });
  });
});

describe('a proxy', () => {
  it.each([['send', 'hi'], ['doctor']])(
    'that is no URL is a mistake in the configuration of %s, wherever it stands',
    async (...argv) => {
      const env = { MSG_BASE_URL: 'https://gateway.invalid', MSG_API_KEY: 'sk-canary', MSG_MODEL: 'm' };
      for (const proxy of ['http:/user:secret@proxy.invalid', 'http://proxy.invalid/proxy.pac']) {
        const runs = [
          await runMsg(argv, { env: { ...env, HTTPS_PROXY: proxy } }),
          await runMsg([...argv, '-x', proxy], { env }),
        ];
        for (const { code, stderr } of runs) {
          expect(code).toBe(3);
          expect(stderr).toMatch(/The proxy from (HTTPS_PROXY|--proxy) is not a URL that can be used\./);
          expect(stderr).not.toContain('secret');
        }
      }
    },
  );

  it('of -x is asked for the absolute URL', async () => {
    const proxy = await proxyWith();
    const run = await send(['-x', `http://127.0.0.1:${proxy.port}`]);
    expect(run).toMatchObject({ code: 0, stdout: 'Hello\n', stderr: '' });
    expect(proxy.seen).toEqual([expect.stringMatching(/^POST http:\/\/127\.0\.0\.1:\d+\/v1\/messages$/)]);
  });

  it('needs no scheme', async () => {
    const proxy = await proxyWith();
    expect(await send(['-x', `127.0.0.1:${proxy.port}`])).toMatchObject({ code: 0, stdout: 'Hello\n' });
    expect(proxy.seen).toHaveLength(1);
  });

  it.each<[string, (url: string) => Record<string, string>, boolean]>([
    ['http_proxy', (url) => ({ http_proxy: url }), true],
    ['HTTP_PROXY', (url) => ({ HTTP_PROXY: url }), true],
    ['ALL_PROXY', (url) => ({ ALL_PROXY: url }), true],
    ['HTTP_PROXY behind an empty http_proxy', (url) => ({ http_proxy: '', HTTP_PROXY: url }), true],
    ['http_proxy before HTTP_PROXY', (url) => ({ http_proxy: url, HTTP_PROXY: 'http://127.0.0.1:1' }), true],
    ['HTTPS_PROXY, which is for https', (url) => ({ HTTPS_PROXY: url }), false],
    ['NO_PROXY by network', (url) => ({ HTTP_PROXY: url, NO_PROXY: 'example.com,192.0.2.0/24' }), false],
    ['no_proxy for all', (url) => ({ HTTP_PROXY: url, no_proxy: '*' }), false],
    ['NO_PROXY behind an empty no_proxy', (url) => ({ HTTP_PROXY: url, no_proxy: '', NO_PROXY: '*' }), false],
    ['NO_PROXY for others', (url) => ({ HTTP_PROXY: url, NO_PROXY: 'example.com' }), true],
    ['MSG_PROXY before HTTP_PROXY', (url) => ({ MSG_PROXY: url, HTTP_PROXY: 'http://127.0.0.1:1' }), true],
  ])('of %s', async (_name, env, isUsed) => {
    const mock = await startMock({ replies: [streamReply('Hello')] });
    const proxy = await proxyWith({ leadsTo: mock.url });
    running.push(mock);
    // An address of the documentation network: without the proxy, nothing is there.
    const run = await send([...(isUsed ? [] : ['--connect-timeout', '0.05'])], {
      env: { MSG_BASE_URL: 'http://192.0.2.7', ...env(`http://127.0.0.1:${proxy.port}`) },
    });
    expect(run).toMatchObject(isUsed ? { code: 0, stdout: 'Hello\n' } : { code: 8, stdout: '' });
    expect(proxy.seen).toHaveLength(isUsed ? 1 : 0);
  });

  it.each<[string, string]>([
    ['127.0.0.1', 'HTTP_PROXY'],
    ['localhost', 'http_proxy'],
    ['localhost', 'ALL_PROXY'],
  ])('of the environment is not for this machine: %s with %s', async (host, variable) => {
    const proxy = await proxyWith();
    const mock = await startMock({ replies: [streamReply('Hello')] });
    running.push(mock);
    const env = {
      MSG_BASE_URL: mock.url.replace('127.0.0.1', host),
      [variable]: `http://127.0.0.1:${proxy.port}`,
    };
    expect(await send([], { env, on: mock })).toMatchObject({ code: 0, stdout: 'Hello\n' });
    const plan = await send(['--dry-run'], { env, on: mock });
    expect(plan.stdout + plan.stderr).not.toContain(variable);
    // curl would ask it.
    expect((await send(['--curl'], { env, on: mock })).stdout).toContain("--noproxy '*'");
    expect(proxy.seen).toEqual([]);
  });

  it('of -x counts before the environment, NO_PROXY included', async () => {
    const proxy = await proxyWith();
    const env = { HTTP_PROXY: 'http://127.0.0.1:1', NO_PROXY: '*' };
    expect(await send(['-x', `http://127.0.0.1:${proxy.port}`], { env })).toMatchObject({ code: 0 });
    expect(proxy.seen).toHaveLength(1);
  });

  it.each<[string, Record<string, string>, number, string]>([
    ['that signs it', { 'x-squid-error': 'ERR_CONNECT_FAIL 111' }, 8, 'answered 503 in place of gw.example'],
    ['that may have given it', { via: '1.1 corporate' }, 7, 'so the proxy may have given it'],
  ])('and its own answer: one %s is named', async (_name, headers, code, says) => {
    const proxy = await httpServer((request, response) => {
      request.resume().on('end', () => response.writeHead(503, headers).end());
    });
    running.push(proxy);
    const run = await send(['-x', `http://127.0.0.1:${proxy.port}`, '--auth', 'none'], {
      env: { MSG_BASE_URL: 'http://gw.example' },
    });
    expect(run).toMatchObject({ code, stdout: '' });
    expect(run.stderr).toContain(says);
    expect(run.stderr).toContain(`proxy 127.0.0.1:${proxy.port}`);
    expect(run.stderr).toContain('NO_PROXY=gw.example');
    expect(run.stderr).not.toContain('the server failed');
  });

  it("and the answer of an API behind it: that is told as the API's", async () => {
    const mock = await startMock({ replies: [errorReply(503, 'api_error', 'busy')] });
    running.push(mock);
    const proxy = await proxyWith({ leadsTo: mock.url });
    const run = await send(['-x', `http://127.0.0.1:${proxy.port}`, '--auth', 'none'], {
      env: { MSG_BASE_URL: 'http://gw.example' },
    });
    expect(run).toMatchObject({
      code: 7,
      stderr: expect.stringContaining('503 from gw.example: the server failed'),
    });
  });

  it('gets its user and password, and the endpoint does not', async () => {
    const proxy = await proxyWith({ credentials: 'me:p@ss' });
    const run = await send(['-x', `http://me:p%40ss@127.0.0.1:${proxy.port}`]);
    expect(run).toMatchObject({ code: 0, stdout: 'Hello\n' });
    expect(run.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
  });

  it.each(['socks5', 'socks5h', 'socks'])('may speak SOCKS (%s)', async (scheme) => {
    const asked: string[] = [];
    const proxy = await rawServer((socket) => {
      socket.once('data', () => {
        socket.write(Uint8Array.of(5, 0));
        socket.once('data', (request: Buffer) => {
          const onward = connect(request.readUInt16BE(request.length - 2), '127.0.0.1', () => {
            asked.push('CONNECT');
            socket.write(Uint8Array.of(5, 0, 0, 1, 127, 0, 0, 1, 0, 0));
            socket.pipe(onward).pipe(socket);
          });
          onward.on('error', () => socket.destroy());
          socket.on('close', () => onward.destroy());
        });
      });
    });
    running.push(proxy);
    const run = await send([], { env: { MSG_PROXY: `${scheme}://127.0.0.1:${proxy.port}` } });
    expect(run).toMatchObject({ code: 0, stdout: 'Hello\n', stderr: '' });
    expect(asked).toEqual(['CONNECT']);
  });

  it('that is not there is named, without its password', async () => {
    const run = await send(['-x', 'http://me:hunter2hunter2@127.0.0.1:1']);
    expect(run).toMatchObject({ code: 8, stdout: '', requests: [] });
    expect(run.stderr).toContain('127.0.0.1:1');
    expect(run.stderr).toMatch(/proxy/i);
    expect(run.stderr).not.toContain('hunter2');
  });

  it.each<[string, string[], Record<string, string>, string]>([
    [
      'another URL',
      ['-x', 'ftp://me:hunter2@h'],
      {},
      'The proxy from --proxy is not a URL that can be used.',
    ],
    [
      'no host',
      ['--base-url', 'http://api.example', '--auth', 'none'],
      { ALL_PROXY: 'http://me:hunter2@' },
      'The proxy from ALL_PROXY is not a URL that can',
    ],
  ])('that is %s is refused with its source, without its password', async (_name, argv, env, says) => {
    const run = await send(argv, { env });
    expect(run).toMatchObject({ code: 3, stdout: '', requests: [] });
    expect(run.stderr).toContain(says);
    expect(run.stderr).not.toContain('hunter2');
  });
});

describe('a connection that breaks while the request is on its way', () => {
  const breaking = async (): Promise<{ url: string; connections: () => number }> => {
    let connections = 0;
    const server = await rawServer((socket) => {
      connections += 1;
      let bytesRead = 0;
      socket.on('data', (chunk) => {
        bytesRead += chunk.length;
        if (bytesRead > 1000) socket.resetAndDestroy();
      });
    });
    running.push(server);
    return { url: `http://127.0.0.1:${server.port}`, connections: () => connections };
  };
  const argv = ['send', '--max-retries', '4'];
  const env = (url: string) => ({ MSG_BASE_URL: url, MSG_MODEL: 'm', MSG_AUTH: 'none' });

  it('names the size of a large one, and sends it twice at most', async () => {
    const { url, connections } = await breaking();
    const run = await runMsg(argv, { env: env(url), stdin: 'x'.repeat(3 * 1024 * 1024), ...instantClock() });
    expect(run).toMatchObject({ code: 8, stdout: '' });
    expect(run.stderr).toContain('while 3.0 MiB were being sent.');
    expect(run.stderr).toMatch(/The size may be the cause.*\n {2}Next: msg doctor .* --size\n$/s);
    expect(connections()).toBe(2);
  });

  it('says nothing of the size of a small one', async () => {
    const { url, connections } = await breaking();
    const run = await runMsg(argv, { env: env(url), stdin: 'x'.repeat(10_000), ...instantClock() });
    expect(run.code).toBe(8);
    expect(run.stderr).not.toContain('size');
    expect(connections()).toBe(5);
  });
});

describe('https', () => {
  const workshop = openWorkshop();
  const authority = workshop.authority('msg test CA');
  afterAll(() => workshop.close());
  const leaf = authority.leaf({ names: 'DNS:localhost,IP:127.0.0.1' });
  const folder = mkdtempSync(join(tmpdir(), 'msg-tls-'));
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const caFile = file('ca.pem', authority.cert);
  const answer = [
    { type: 'message_start', message: { id: 'm', content: [] } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: 'Secure' } },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
    { type: 'message_stop' },
  ]
    .map((one) => `data: ${JSON.stringify(one)}\n\n`)
    .join('');

  /** A TLS endpoint, and the names its clients showed in their certificates. */
  async function tlsEndpoint(
    options: ServerOptions = {},
  ): Promise<Running & { clients: string[]; url: string }> {
    const clients: string[] = [];
    const server = await httpsServer(
      { ...leaf, ...options },
      (message: IncomingMessage, response: ServerResponse) => {
        clients.push(String((message.socket as TLSSocket).getPeerCertificate().subject?.CN ?? ''));
        response.writeHead(200, { 'content-type': 'text/event-stream' }).end(answer);
      },
    );
    running.push(server);
    return { ...server, clients, url: `https://127.0.0.1:${server.port}` };
  }
  const secure = (url: string, argv: readonly string[], env: Record<string, string> = {}) =>
    send(argv, { env: { MSG_BASE_URL: url, ...env } });

  it('from a CA nobody knows is refused with the way out, and not tried again', async () => {
    const { url, clients } = await tlsEndpoint();
    const run = await secure(url, ['--max-retries', '2']);
    expect(run).toMatchObject({ code: 8, stdout: '' });
    expect(run.stderr).toContain('--cacert FILE');
    expect(run.stderr).not.toContain('Trying again');
    expect(clients).toEqual([]);
  });

  it('is trusted with --cacert, MSG_CACERT, or NODE_EXTRA_CA_CERTS beside another --cacert', async () => {
    const { url } = await tlsEndpoint();
    const otherFile = file('other.pem', workshop.authority('other CA').cert);
    expect(await secure(url, ['--cacert', caFile])).toMatchObject({
      code: 0,
      stdout: 'Secure\n',
      stderr: '',
    });
    expect(await secure(url, [], { MSG_CACERT: caFile })).toMatchObject({ code: 0, stdout: 'Secure\n' });
    expect(await secure(url, ['--cacert', otherFile])).toMatchObject({ code: 8 });
    expect(await secure(url, ['--cacert', otherFile], { NODE_EXTRA_CA_CERTS: caFile })).toMatchObject({
      code: 0,
      stdout: 'Secure\n',
    });
  });

  it('is not checked with -k, which is said', async () => {
    const { url } = await tlsEndpoint();
    const run = await secure(url, ['-k']);
    expect(run).toMatchObject({ code: 0, stdout: 'Secure\n' });
    expect(run.stderr).toContain('Certificates are not checked');
  });

  it('shows a client certificate to who wants one', async () => {
    const { url, clients } = await tlsEndpoint({
      ca: authority.cert,
      requestCert: true,
      rejectUnauthorized: true,
    });
    const client = authority.leaf({ names: 'DNS:client' });
    const argv = ['--client-cert', file('c.pem', client.cert), '--client-key', file('c.key', client.key)];
    expect(await secure(url, ['--cacert', caFile, ...argv])).toMatchObject({ code: 0, stdout: 'Secure\n' });
    expect(clients).toEqual(['leaf.test']);
    const without = await secure(url, ['--cacert', caFile]);
    expect(without.code).toBe(8);
    expect(clients).toHaveLength(1);
    const both = ['--client-cert', file('both.pem', client.cert + client.key)];
    expect(await secure(url, ['--cacert', caFile, ...both])).toMatchObject({ code: 0, stdout: 'Secure\n' });
  });

  it('with a file that is no certificate names option or file', async () => {
    const { url } = await tlsEndpoint();
    const gone = await secure(url, ['--cacert', join(folder, 'gone.pem')]);
    expect(gone).toMatchObject({ code: 3 });
    expect(gone.stderr).toContain('gone.pem (--cacert): there is no such file');
    const client = await secure(url, ['--cacert', caFile, '--client-cert', caFile]);
    expect(client.code).toBe(3);
    expect(client.stderr).toContain('holds no private key');
    expect((await secure(url, ['--client-key', caFile])).stderr).toContain('--client-cert');
  });

  it('goes through a proxy by CONNECT, with its password, and the certificate is still checked', async () => {
    const { url, port } = await tlsEndpoint();
    const proxy = await proxyWith({ credentials: 'me:secret' });
    const through = { MSG_PROXY: `http://me:secret@127.0.0.1:${proxy.port}` };
    expect(await secure(url, ['--cacert', caFile], through)).toMatchObject({ code: 0, stdout: 'Secure\n' });
    expect(proxy.seen).toEqual([`CONNECT 127.0.0.1:${port}`]);
    expect(await secure(url, [], through)).toMatchObject({ code: 8 });
  });

  it.each<[ProxyOptions, string]>([
    [{ credentials: 'me:secret' }, 'user name and password'],
    [{ refusesWith: 403 }, 'Ask its owner to allow the host'],
  ])('through a proxy that refuses (%j) says who refused', async (options, says) => {
    const { url } = await tlsEndpoint();
    const proxy = await proxyWith(options);
    const run = await secure(url, ['--cacert', caFile, '-x', `http://127.0.0.1:${proxy.port}`]);
    expect(run).toMatchObject({ code: 8, stdout: '' });
    expect(run.stderr).toContain(`The proxy 127.0.0.1:${proxy.port} refused to connect`);
    expect(run.stderr).toContain(says);
  });

  it('that never answers the handshake is given up after --connect-timeout', async () => {
    const silent = await rawServer(() => {});
    running.push(silent);
    const run = await secure(`https://127.0.0.1:${silent.port}`, ['--connect-timeout', '0.3']);
    expect(run).toMatchObject({ code: 8, stdout: '' });
    expect(run.stderr).toContain('no connection within the time allowed');
    expect(run.stderr).toContain('--connect-timeout');
  });
});

describe('a compressed stream', () => {
  const events = [
    { type: 'message_start', message: { id: 'm', content: [] } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Grüße 🎉' } },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
    { type: 'message_stop' },
  ];
  const plain = Buffer.from(events.map((one) => `data: ${JSON.stringify(one)}\n\n`).join(''));

  it.each<[string, (data: Buffer) => Buffer]>([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
  ])('in %s is read whatever its chunks are', async (encoding, compress) => {
    const headers = { ...eventStreamHeaders, 'content-encoding': encoding };
    const pieces = { step: 'split', at: 'every-byte', steps: [bytes(compress(plain))] } as const;
    const script: Script = [head(200, headers), pieces, end];
    const run = await send([], { mock: { replies: [script] } });
    expect(run).toMatchObject({ code: 0, stdout: 'Grüße 🎉\n', stderr: '' });
  });

  it('in gzip is shown as it arrives', async () => {
    const script: Script = [
      { step: 'head', headers: eventStreamHeaders, compress: 'gzip' },
      ...events.slice(0, 3).map((one) => event(one)),
      gate('rest'),
      ...events.slice(3).map((one) => event(one)),
      end,
    ];
    const run = await send([], {
      mock: { replies: [script] },
      async during({ mock, shows }) {
        await shows('Grüße 🎉');
        mock.open('rest');
      },
    });
    expect(run).toMatchObject({ code: 0, stdout: 'Grüße 🎉\n' });
  });
});
