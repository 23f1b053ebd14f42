// HTTPS with certificates of our own: trusted, for another host, unknown, expired, self-signed, on the client's side.
import { execFileSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TransportOptions } from '../../src/http/transport.ts';
import { type Authority, openWorkshop, type Workshop } from './certificates.ts';
import { failureOf, get, httpServer, httpsServer, openTransport, type Running, textOf } from './servers.ts';

const hasOpenssl = (() => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(!hasOpenssl && process.env['CI'] !== 'true')('TLS (needs openssl)', () => {
  let authority: Authority;
  let workshop: Workshop;
  const cleanups: (() => Promise<void>)[] = [];
  beforeAll(() => {
    workshop = openWorkshop();
    authority = workshop.authority('msg test CA');
  });
  afterAll(() => workshop.close());
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  async function sendTo(server: Running, tls?: TransportOptions['tls'], host = 'localhost'): Promise<string> {
    const transport = openTransport(tls === undefined ? {} : { tls });
    cleanups.push(server.close, () => transport.close());
    return textOf(await transport(get(`https://${host}:${server.port}/`)));
  }

  const serving = (certificate: { cert: string; key: string }): Promise<Running> =>
    httpsServer(certificate, (_, response) => response.end('safe'));

  it('with a CA of our own works', async () => {
    const server = await serving(authority.leaf({ names: 'DNS:localhost' }));
    expect(await sendTo(server, { ca: [authority.cert] })).toBe('safe');
  });

  it('without it says that the CA is unknown, and how to name it', async () => {
    const server = await serving(authority.leaf({ names: 'DNS:localhost' }));
    expect(await failureOf(sendTo(server))).toMatchObject({
      kind: 'network',
      message: expect.stringContaining('unknown CA'),
      hint: expect.stringContaining('--cacert FILE'),
      details: { isRetryable: false },
    });
  });

  it('says that the certificate is for another host', async () => {
    const server = await serving(authority.leaf({ names: 'DNS:elsewhere.example' }));
    expect(await failureOf(sendTo(server, { ca: [authority.cert] }))).toMatchObject({
      kind: 'network',
      message: expect.stringContaining('the certificate is for another host'),
      details: { code: 'ERR_TLS_CERT_ALTNAME_INVALID', isRetryable: false },
    });
  });

  it('says that the certificate is self-signed', async () => {
    const server = await serving(workshop.selfSigned({ names: 'DNS:localhost' }));
    expect(await failureOf(sendTo(server))).toMatchObject({
      message: expect.stringContaining('self-signed'),
      details: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    });
  });

  it('accepts anything when told so', async () => {
    const server = await serving(workshop.selfSigned({ names: 'DNS:elsewhere.example' }));
    expect(await sendTo(server, { rejectUnauthorized: false })).toBe('safe');
  });

  it('shows a client certificate to a server that wants one', async () => {
    const server = await httpsServer(
      {
        ...authority.leaf({ names: 'DNS:localhost' }),
        ca: authority.cert,
        requestCert: true,
        rejectUnauthorized: true,
      },
      (_, response) => response.end('known'),
    );
    expect(await sendTo(server, { ca: [authority.cert], ...authority.leaf({ names: 'DNS:client' }) })).toBe(
      'known',
    );
  });

  it('says that the certificate has expired', async () => {
    const server = await serving(
      authority.leaf({ names: 'DNS:localhost', from: '20200101000000Z', to: '20200108000000Z' }),
    );
    expect(await failureOf(sendTo(server, { ca: [authority.cert] }))).toMatchObject({
      message: expect.stringContaining('the certificate has expired'),
      hint: expect.stringContaining('clock'),
      details: { code: 'CERT_HAS_EXPIRED' },
    });
  });

  it('fails without the client certificate a server wants', async () => {
    const server = await httpsServer(
      {
        ...authority.leaf({ names: 'DNS:localhost' }),
        ca: authority.cert,
        requestCert: true,
        rejectUnauthorized: true,
      },
      (_, response) => response.end('known'),
    );
    expect(await failureOf(sendTo(server, { ca: [authority.cert] }))).toMatchObject({ kind: 'network' });
  });

  it('says that a certificate file cannot be used', async () => {
    const server = await serving(authority.leaf({ names: 'DNS:localhost' }));
    expect(await failureOf(sendTo(server, { cert: 'no PEM', key: 'no PEM' }))).toMatchObject({
      kind: 'network',
      message: expect.stringContaining('a certificate or key file cannot be used'),
      hint: expect.stringContaining('--client-cert'),
      details: { isRetryable: false },
    });
  });

  it('says that a plain port speaks no TLS', async () => {
    const server = await httpServer((_, response) => response.end('plain'));
    expect(await failureOf(sendTo(server))).toMatchObject({
      message: expect.stringContaining('the port does not speak TLS'),
      hint: expect.stringContaining('http://'),
    });
  });

  it('says that a TLS port speaks no plain HTTP', async () => {
    const server = await serving(authority.leaf({ names: 'DNS:localhost' }));
    const transport = openTransport();
    cleanups.push(server.close, () => transport.close());
    expect(await failureOf(transport(get(`http://localhost:${server.port}/`)))).toMatchObject({
      kind: 'network',
    });
  });
});
