// The way from the tap to its server: TLS by the roots that are trusted, through proxies of every kind, or not at all.
import { afterEach, describe, expect, it } from 'vitest';
import type { RouteOptions } from '../../src/tap/routes.ts';
import { openWorkshop } from '../http/certificates.ts';
import { startProxy } from '../http/proxy-server.ts';
import { httpServer, httpsServer, type Running } from '../http/servers.ts';
import { startSocksProxy } from '../http/socks-server.ts';
import { startTapSession, type TapSession } from './tap-session.ts';
import { endpointAt } from './tapped.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.reverse()) await one.close();
  open.length = 0;
});
const kept = <T extends { close(): unknown }>(one: T): T => {
  open.push(one);
  return one;
};

const answer = (name: string) => (_: unknown, response: { end(text: string): void }) => response.end(name);

async function tapFor(url: string, over: Partial<RouteOptions>): Promise<TapSession> {
  return kept(await startTapSession({}, { endpoint: () => endpointAt(0, { baseUrl: url }), ...over }));
}

const get = async ({ url }: TapSession): Promise<string> => (await fetch(`${url}/v1/models`)).text();

describe('TLS', () => {
  it('trusts the roots it is given, and says what is wrong with a certificate otherwise', async () => {
    const workshop = kept(openWorkshop());
    const root = workshop.authority('Root');
    const server = kept(await httpsServer(root.leaf(), answer('secure')));
    const url = `https://127.0.0.1:${server.port}`;
    expect(await get(await tapFor(url, { tls: { ca: [root.cert] } }))).toBe('secure');
    expect(await get(await tapFor(url, { tls: { rejectUnauthorized: false } }))).toBe('secure');
    const untrusted = await tapFor(url, {});
    expect(await get(untrusted)).toMatch(/"api_error","message":"msg tap: 127\.0\.0\.1:\d+: the certificate/);
    const [row] = await untrusted.rows(1);
    expect([row?.ending, row?.verdict?.id]).toEqual(['unreached', 'tls.untrusted']);
  });

  it('names a port that speaks no TLS', async () => {
    const server = kept(await httpServer(answer('plain')));
    const tap = await tapFor(`https://127.0.0.1:${server.port}`, {});
    await get(tap);
    expect((await tap.rows(1))[0]?.verdict?.id).toBe('tls.scheme_mismatch');
  });
});

describe('proxies', () => {
  const servers = async (): Promise<{ plain: Running; secure: Running; ca: string }> => {
    const workshop = kept(openWorkshop());
    const root = workshop.authority('Root');
    return {
      plain: kept(await httpServer(answer('plain'))),
      secure: kept(await httpsServer(root.leaf(), answer('secure'))),
      ca: root.cert,
    };
  };

  it('asks for the whole URL of plain http, and for a tunnel to https, with its password', async () => {
    const { plain, secure, ca } = await servers();
    const proxy = kept(await startProxy({ credentials: 'user:pass word' }));
    const proxyFor = (): string => `http://user:pass%20word@127.0.0.1:${proxy.port}`;
    expect(await get(await tapFor(`http://127.0.0.1:${plain.port}`, { proxyFor }))).toBe('plain');
    expect(await get(await tapFor(`https://127.0.0.1:${secure.port}`, { proxyFor, tls: { ca: [ca] } }))).toBe(
      'secure',
    );
    expect(proxy.seen).toEqual([
      `GET http://127.0.0.1:${plain.port}/v1/models`,
      `CONNECT 127.0.0.1:${secure.port}`,
    ]);
  });

  it('goes through SOCKS', async () => {
    const { plain, secure, ca } = await servers();
    const proxy = kept(await startSocksProxy());
    const proxyFor = (): string => `socks5h://127.0.0.1:${proxy.port}`;
    expect(await get(await tapFor(`http://localhost:${plain.port}`, { proxyFor }))).toBe('plain');
    expect(await get(await tapFor(`https://localhost:${secure.port}`, { proxyFor, tls: { ca: [ca] } }))).toBe(
      'secure',
    );
    expect(proxy.seen).toEqual([`localhost:${plain.port}`, `localhost:${secure.port}`]);
  });

  it('names a proxy that refuses', async () => {
    const { secure } = await servers();
    const proxy = kept(await startProxy({ refusesWith: 403 }));
    const tap = await tapFor(`https://127.0.0.1:${secure.port}`, {
      proxyFor: () => `http://127.0.0.1:${proxy.port}`,
    });
    expect(await get(tap)).toContain(`The proxy 127.0.0.1:${proxy.port} refused to connect`);
  });
});
