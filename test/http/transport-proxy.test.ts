// The transport through a real proxy: absolute-form for http://, CONNECT for https://, with and without a password.
import { execFileSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { MsgError } from '../../src/errors.ts';
import type { Transport } from '../../src/http/wire.ts';
import {
  bytes,
  end,
  gate,
  head,
  jsonReply,
  type Mock,
  type Script,
  startMock,
} from '../../src/mock/index.ts';
import { type Authority, openWorkshop, type Workshop } from './certificates.ts';
import { type ProxyOptions, type RunningProxy, startProxy } from './proxy-server.ts';
import { failureOf, get, httpsServer, openTransport, rawServer, textOf } from './servers.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const hasOpenssl = (() => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

async function through(
  options: ProxyOptions = {},
  userInfo = '',
  ca?: string,
): Promise<{ proxy: RunningProxy; transport: Transport }> {
  const proxy = await startProxy(options);
  const transport = openTransport({
    proxyFor: () =>
      options.tls === undefined
        ? `http://${userInfo}127.0.0.1:${proxy.port}`
        : `https://${userInfo}localhost:${proxy.port}`,
    ...(ca === undefined ? {} : { tls: { ca: [ca] } }),
  });
  cleanups.push(proxy.close, () => transport.close());
  return { proxy, transport };
}

async function mockWith(replies: readonly Script[]): Promise<Mock> {
  const mock = await startMock({ replies });
  cleanups.push(() => mock.close());
  return mock;
}

describe('http:// through a proxy', () => {
  it('asks it for the absolute URL', async () => {
    const mock = await mockWith([jsonReply(200, 'hello')]);
    const { proxy, transport } = await through();
    expect(await textOf(await transport(get(`${mock.url}/v1/models?limit=1`)))).toBe('"hello"');
    expect(proxy.seen).toEqual([`GET ${mock.url}/v1/models?limit=1`]);
    expect(mock.requests[0]?.headers['host']).toBe(mock.url.slice('http://'.length));
  });

  it('sends body and headers along, and streams what comes back', async () => {
    const mock = await mockWith([[head(), bytes('one'), gate('two'), bytes('two'), end]]);
    const { transport } = await through();
    const headers = { 'x-api-key': 'k' };
    const response = await transport({ method: 'POST', url: mock.url, headers, body: '{"a":1}' });
    const seen: string[] = [];
    for await (const { chunks } of response.body) {
      seen.push(String(Buffer.concat(chunks)));
      mock.open('two');
    }
    expect(seen).toEqual(['one', 'two']);
    expect(mock.requests[0]).toMatchObject({ body: '{"a":1}', headers: { 'x-api-key': 'k' } });
  });

  it.each([
    ['user:pa%20ss%40word', 'user:pa ss@word'],
    ['user:', 'user:'],
    ['user', 'user:'],
  ])('shows the password in its URL (%s) to it, and to nobody else', async (userInfo, credentials) => {
    const mock = await mockWith([jsonReply(200, 'hello')]);
    const { transport } = await through({ credentials }, `${userInfo}@`);
    const response = await transport(get(mock.url));
    expect(response.status).toBe(200);
    expect(mock.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
  });

  it('says that it wants a password', async () => {
    const mock = await mockWith([]);
    const { proxy, transport } = await through({ credentials: 'user:password' });
    expect(await failureOf(transport(get(mock.url)))).toMatchObject({
      kind: 'network',
      message: `The proxy 127.0.0.1:${proxy.port} refused to connect to 127.0.0.1:${mock.port} (407).`,
      hint: expect.stringContaining('user name and password'),
      details: { isRetryable: false },
    });
  });

  it('keeps the connection for the next request', async () => {
    const mock = await mockWith([jsonReply(200, 1), jsonReply(200, 2)]);
    const { proxy, transport } = await through();
    await textOf(await transport(get(mock.url)));
    await textOf(await transport(get(mock.url)));
    expect(proxy.seen).toHaveLength(2);
  });

  it('ends the request when the reader leaves', async () => {
    const mock = await mockWith([[head(), bytes('some'), gate('never')]]);
    const { transport } = await through();
    const response = await transport(get(mock.url));
    for await (const _ of response.body) break;
    expect(await mock.requests[0]?.outcome).toBe('aborted');
  });
});

describe.skipIf(!hasOpenssl && process.env['CI'] !== 'true')(
  'https:// through a proxy (needs openssl)',
  () => {
    let authority: Authority;
    let workshop: Workshop;
    beforeAll(() => {
      workshop = openWorkshop();
      authority = workshop.authority('msg test CA');
    });
    afterAll(() => workshop.close());

    async function target(): Promise<string> {
      const server = await httpsServer(authority.leaf({ names: 'DNS:localhost' }), (_, response) =>
        response.end('safe'),
      );
      cleanups.push(server.close);
      return `https://localhost:${server.port}`;
    }

    it.each([
      ['', undefined],
      ['user:password@', 'user:password'],
    ])('tunnels with CONNECT (as %o)', async (userInfo, credentials) => {
      const url = await target();
      const { proxy, transport } = await through(
        credentials ? { credentials } : {},
        userInfo,
        authority.cert,
      );
      expect(await textOf(await transport(get(`${url}/v1/models`)))).toBe('safe');
      expect(proxy.seen).toEqual([`CONNECT ${url.slice('https://'.length)}`]);
    });

    it.each([
      [407, 'user name and password'],
      [403, 'NO_PROXY'],
      [502, 'NO_PROXY'],
    ])('says that it was refused with %i, and what helps', async (status, help) => {
      const { proxy, transport } = await through({ refusesWith: status }, '', authority.cert);
      expect(await failureOf(transport(get('https://api.example/')))).toMatchObject({
        kind: 'network',
        message: `The proxy 127.0.0.1:${proxy.port} refused to connect to api.example (${status}).`,
        hint: expect.stringContaining(help),
      });
      // Nothing goes out in clear instead.
      expect(proxy.seen).toEqual(['CONNECT api.example:443']);
    });

    it('reaches a proxy that itself speaks TLS, for either kind of target', async () => {
      const url = await target();
      const mock = await mockWith([jsonReply(200, 'plain')]);
      const { proxy, transport } = await through(
        { tls: authority.leaf({ names: 'DNS:localhost' }), credentials: 'user:password' },
        'user:password@',
        authority.cert,
      );
      expect(await textOf(await transport(get(`${url}/v1/models`)))).toBe('safe');
      expect(await textOf(await transport(get(`${mock.url}/v1/models`)))).toBe('"plain"');
      expect(proxy.seen).toEqual([url, mock.url].map((one) => `CONNECT ${new URL(one).host}`));
    });

    it('reaches one that speaks TLS and is given by its address, without a warning', async () => {
      const warnings: Error[] = [];
      const onWarning = (warning: Error): void => void warnings.push(warning);
      process.on('warning', onWarning);
      cleanups.push(async () => void process.off('warning', onWarning));
      const url = await target();
      const mock = await mockWith([jsonReply(200, 'plain')]);
      const proxy = await startProxy({ tls: authority.leaf({ names: 'IP:127.0.0.1' }) });
      const transport = openTransport({
        proxyFor: () => `https://127.0.0.1:${proxy.port}`,
        tls: { ca: [authority.cert] },
      });
      cleanups.push(proxy.close, () => transport.close());
      expect(await textOf(await transport(get(url)))).toBe('safe');
      expect(await textOf(await transport(get(mock.url)))).toBe('"plain"');
      expect(proxy.seen).toEqual([url, mock.url].map((one) => `CONNECT ${new URL(one).host}`));
      expect(warnings).toEqual([]);
    });

    it('still checks whether the certificate is for that address', async () => {
      const url = await target();
      const proxy = await startProxy({ tls: authority.leaf({ names: 'DNS:localhost' }) });
      const transport = openTransport({
        proxyFor: () => `https://127.0.0.1:${proxy.port}`,
        tls: { ca: [authority.cert] },
      });
      cleanups.push(proxy.close, () => transport.close());
      expect(await failureOf(transport(get(url)))).toMatchObject({
        message: expect.stringMatching(/^The proxy 127\.0\.0\.1:\d+, on the way .* is for another host/),
      });
    });

    it.each<[string, { names: string; isTrusted: boolean }, string, string]>([
      ['of an unknown CA', { names: 'DNS:localhost', isTrusted: false }, 'unknown CA', '--cacert FILE'],
      ['of another host', { names: 'DNS:proxy.test', isTrusted: true }, 'for another host', 'Use the name'],
    ])('names the proxy whose certificate is %s', async (_name, { names, isTrusted }, says, hint) => {
      const url = await target();
      const mock = await mockWith([]);
      const ca = isTrusted ? authority.cert : undefined;
      const { proxy, transport } = await through({ tls: authority.leaf({ names }) }, '', ca);
      for (const one of [url, mock.url]) {
        const { message, ...failure } = (await failureOf(transport(get(one)))) as MsgError;
        expect(failure).toMatchObject({
          kind: 'network',
          hint: expect.stringContaining(hint),
          details: { code: 'UND_ERR_PRX_TLS', isRetryable: false },
        });
        expect(message).toContain(`The proxy localhost:${proxy.port}, on the way to ${new URL(one).host}: `);
        expect(message).toContain(says);
      }
      expect(proxy.seen).toEqual([]);
    });

    it('names a proxy that speaks no TLS', async () => {
      const url = await target();
      const proxy = await startProxy({});
      const transport = openTransport({ proxyFor: () => `https://127.0.0.1:${proxy.port}` });
      cleanups.push(proxy.close, () => transport.close());
      expect(await failureOf(transport(get(url)))).toMatchObject({
        message: expect.stringMatching(/^The proxy 127\.0\.0\.1:\d+, on the way .* does not speak TLS/),
        hint: expect.stringContaining('http://'),
      });
    });

    it('still checks the certificate of the target', async () => {
      const url = await target();
      const { transport } = await through();
      expect(await failureOf(transport(get(url)))).toMatchObject({
        kind: 'network',
        message: expect.stringMatching(/^localhost:\d+ through proxy .* unknown CA/),
      });
    });
  },
);

describe('a proxy that is no URL', () => {
  it.each(['foo bar', 'ftp://secret@h', 'user:secret', 'http://'])(
    '(%s) is refused without showing it',
    async (proxy) => {
      const transport = openTransport({ proxyFor: () => proxy });
      cleanups.push(() => transport.close());
      const failure = await failureOf(transport(get('http://api.example/')));
      expect(failure).toMatchObject({ kind: 'config', hint: 'It looks like http://host:port' });
      expect(String(failure)).not.toContain('secret');
    },
  );
});

describe('a proxy that is not there', () => {
  it('is named', async () => {
    const transport = openTransport({ proxyFor: () => 'http://user:secret@127.0.0.1:1' });
    cleanups.push(() => transport.close());
    const failure = (await failureOf(transport(get('http://api.example/')))) as Error;
    expect(failure.message).toContain('api.example through proxy 127.0.0.1:1: refused the connection');
    expect(failure.message).not.toContain('secret');
    expect(failure).toMatchObject({ hint: expect.stringContaining('Check the proxy') });
  });
});

describe('a proxy that accepts and says nothing', () => {
  it('is not waited for longer than connecting may take', async () => {
    const silent = await rawServer(() => {});
    const transport = openTransport({
      proxyFor: () => `http://127.0.0.1:${silent.port}`,
      connectTimeoutMs: 1_000,
      headersTimeoutMs: 0,
    });
    cleanups.push(silent.close, () => transport.close());
    expect(await failureOf(transport(get('https://api.example/')))).toMatchObject({
      kind: 'network',
      message: `The proxy 127.0.0.1:${silent.port} did not answer CONNECT within the time allowed.`,
      hint: expect.stringContaining('--connect-timeout'),
      details: { isRetryable: true },
    });
  });
});
