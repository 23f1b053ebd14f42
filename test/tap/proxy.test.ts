// The proxy of the tap, byte by byte at both ends: what one side writes is what the other one reads.
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Secret } from '../../src/messages/secret.ts';
import { exchangeOf } from '../../src/tap/shown-exchange.ts';
import { type End, endpointAt, startTapped, type Tapped } from './tapped.ts';

let tapped: Tapped;
afterEach(() => tapped.close());

const host = (): string => `127.0.0.1:${tapped.port}`;
const serverHost = (): string => `127.0.0.1:${tapped.serverPort}`;

describe('the way to the server', () => {
  it('passes a request as it is written, but for Host', async () => {
    tapped = await startTapped();
    const client = await tapped.client();
    const head = (name: string): string =>
      `POST /v1/messages?beta=true HTTP/1.1\r\nhOsT:   ${name}\r\nX-Twice: a\r\naccept:\r\nx-twice:b\r\nX-API-Key: sk-ant-test-0123456789abcdef\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const body = '5;name="x"\r\nhello\r\n1\r\n!\r\n0\r\nX-Sum: 1\r\nX-Sum: 2\r\n\r\n';
    client.socket.write(head(host()) + body);
    const server = await tapped.server(1);
    await server.shows('X-Sum: 2\r\n\r\n');
    expect(server.received().toString()).toBe(head(serverHost()).replace('   ', ' ') + body);
  });

  it('puts the path behind the base of the endpoint, letter by letter', async () => {
    tapped = await startTapped({
      endpoint: (port) => endpointAt(port, { baseUrl: `http://127.0.0.1:${port}/team/v1?route=a` }),
    });
    const client = await tapped.client();
    client.socket.write(`GET /v1/../%2e%2E//odd?x=%20 HTTP/1.1\r\nHost: ${host()}\r\n\r\n`);
    const server = await tapped.server(1);
    await server.shows('\r\n\r\n');
    expect(server.received().toString()).toBe(
      `GET /team/v1/../%2e%2E//odd?route=a&x=%20 HTTP/1.1\r\nHost: ${serverHost()}\r\n\r\n`,
    );
  });

  it('takes a request in single bytes', async () => {
    tapped = await startTapped();
    const client = await tapped.client();
    const text = `POST /a HTTP/1.1\r\nHost: ${host()}\r\nTransfer-Encoding: chunked\r\n\r\nA\r\n0123456789\r\n0\r\nT: 1\r\n\r\n`;
    for (const byte of Buffer.from(text)) {
      client.socket.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const server = await tapped.server(1);
    await server.shows('T: 1\r\n\r\n');
    expect(server.received().toString()).toBe(text.replace(host(), serverHost()));
    server.socket.write('HTTP/1.1 204 Fine\r\n\r\n');
    const { requestBody, requestTrailers } = await tapped.ended(1);
    expect([requestBody.wireBytes, requestTrailers]).toEqual([10, [['T', '1']]]);
  });

  it('lets a client wait for 100 Continue', async () => {
    tapped = await startTapped();
    const client = await tapped.client();
    client.socket.write(
      `POST /a HTTP/1.1\r\nHost: ${host()}\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n`,
    );
    const server = await tapped.server(1);
    await server.shows('\r\n\r\n');
    server.socket.write('HTTP/1.1 100 Continue\r\n\r\n');
    await client.shows('100 Continue\r\n\r\n');
    client.socket.write('body');
    await server.shows('body');
    const hints = 'HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n';
    const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi';
    server.socket.write(hints + answer);
    await client.shows('hi');
    expect(client.received().toString()).toBe(`HTTP/1.1 100 Continue\r\n\r\n${hints}${answer}`);
    const exchange = await exchangeOf(await tapped.ended(1));
    expect(exchange.interim.map(({ status, headers }) => [status, headers])).toEqual([
      [100, []],
      [103, [['Link', '<a>']]],
    ]);
    expect(exchange.response?.body.text).toBe('hi');
  });
});

describe('the way back', () => {
  it('passes an answer as it is written: case, order, double fields, chunks, extensions, trailers', async () => {
    tapped = await startTapped();
    const client = await tapped.client();
    client.socket.write(`GET /a HTTP/1.1\r\nHost: ${host()}\r\n\r\n`);
    const server = await tapped.server(1);
    await server.shows('\r\n\r\n');
    const answer =
      'HTTP/1.1 299 Very  fine\r\nset-cookie: a=1\r\nSet-Cookie: b=2\r\nX-Empty:\r\nConnection: keep-alive\r\nTrailer: X-T\r\nTransfer-Encoding: chunked\r\n\r\n3;e=1\r\nabc\r\n03\r\ndef\r\n0\r\nX-T: yes\r\n\r\n';
    server.socket.write(answer);
    await client.shows('X-T: yes\r\n\r\n');
    expect(client.received().toString()).toBe(answer);
    const { response, ending } = await exchangeOf(await tapped.ended(1));
    expect([ending, response?.reason, response?.body.text, response?.trailers]).toEqual([
      'complete',
      'Very  fine',
      'abcdef',
      [['X-T', 'yes']],
    ]);
  });

  it('has several exchanges on one connection, also without a body, and requests that do not wait', async () => {
    tapped = await startTapped();
    const client = await tapped.client();
    client.socket.write(
      `HEAD /a HTTP/1.1\r\nHost: ${host()}\r\n\r\nGET /b HTTP/1.1\r\nHost: ${host()}\r\n\r\n`,
    );
    const server = await tapped.server(1);
    await server.shows('/b HTTP/1.1');
    server.socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');
    server.socket.write('HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n');
    await tapped.ended(2);
    client.socket.write(`POST /c HTTP/1.1\r\nHost: ${host()}\r\nContent-Length: 1\r\n\r\nx`);
    await server.shows('\r\n\r\nx');
    server.socket.write('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nend');
    await client.shows('end');
    await tapped.ended(3);
    expect(tapped.journal.entries.map(({ path, ending, connection }) => [path, ending, connection])).toEqual([
      ['/a', 'complete', 1],
      ['/b', 'complete', 1],
      ['/c', 'complete', 1],
    ]);
  });

  it('ends a body without a length where the server closes', async () => {
    tapped = await startTapped();
    const client = await tapped.client();
    client.socket.write(`GET /a HTTP/1.1\r\nHost: ${host()}\r\n\r\n`);
    const server = await tapped.server(1);
    await server.shows('\r\n\r\n');
    server.socket.end('HTTP/1.0 200 OK\r\n\r\nall of it');
    expect(await client.closed).toBe('end');
    expect(client.received().toString()).toBe('HTTP/1.0 200 OK\r\n\r\nall of it');
    expect((await tapped.ended(1)).ending).toBe('complete');
  });

  it('passes what is no HTTP, and says so', async () => {
    tapped = await startTapped();
    const client = await tapped.client();
    client.socket.write(`GET /a HTTP/1.1\r\nHost: ${host()}\r\n\r\n`);
    const server = await tapped.server(1);
    await server.shows('\r\n\r\n');
    server.socket.end('220 mail.example ESMTP\r\n\r\n');
    expect(await client.closed).toBe('end');
    expect(client.received().toString()).toBe('220 mail.example ESMTP\r\n\r\n');
    const { ending, failure } = await tapped.ended(1);
    expect([ending, failure?.message]).toEqual(['cut', 'The answer is broken: it is not HTTP.']);
  });

  it('blames no client for leaving behind a greeting that is no HTTP', async () => {
    tapped = await startTapped();
    const client = await tapped.client();
    client.socket.write(`GET /a HTTP/1.1\r\nHost: ${host()}\r\n\r\n`);
    const server = await tapped.server(1);
    server.socket.write('SSH-2.0-OpenSSH_9\r\n');
    await client.shows('SSH-2.0-OpenSSH_9\r\n');
    client.socket.destroy();
    const { ending, failure } = await tapped.ended(1);
    expect([ending, failure?.message]).toEqual(['cut', 'The answer is broken: it is not HTTP.']);
  });

  it('is a tunnel after 101', async () => {
    tapped = await startTapped();
    const client = await tapped.client();
    client.socket.write(`GET /ws HTTP/1.1\r\nHost: ${host()}\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n`);
    const server = await tapped.server(1);
    await server.shows('\r\n\r\n');
    server.socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n\0\x01server');
    await client.shows('server');
    client.socket.write('\0\r\n\r\nclient');
    await server.shows('client');
    server.socket.end();
    expect(await client.closed).toBe('end');
  });
});

describe('endings', () => {
  const ask = async (): Promise<{ readonly client: End; readonly server: End }> => {
    tapped = await startTapped();
    const client = await tapped.client();
    client.socket.write(`POST /a HTTP/1.1\r\nHost: ${host()}\r\nContent-Length: 2\r\n\r\nhi`);
    const server = await tapped.server(1);
    await server.shows('\r\n\r\nhi');
    return { client, server };
  };
  const begun = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n';

  it('cut: the server closes in the midst of its answer', async () => {
    const { client, server } = await ask();
    server.socket.end(begun);
    expect(await client.closed).toBe('end');
    expect(client.received().toString()).toBe(begun);
    expect((await tapped.ended(1)).ending).toBe('cut');
  });

  it('reset: the server breaks the connection, and so does the tap, behind what came before', async () => {
    const { client, server } = await ask();
    server.socket.write(begun);
    await client.shows('hello');
    server.socket.resetAndDestroy();
    expect(await client.closed).toBe('reset');
    const { ending, failure } = await tapped.ended(1);
    expect([ending, failure?.code]).toEqual(['reset', 'ECONNRESET']);
  });

  it('client-gone: the client breaks the connection, and so does the tap', async () => {
    const { client, server } = await ask();
    server.socket.write(begun);
    await client.shows('hello');
    client.socket.resetAndDestroy();
    expect(await server.closed).toBe('reset');
    expect((await tapped.ended(1)).ending).toBe('client-gone');
  });

  it('client-gone: the client closes, and the server gives up', async () => {
    const { client, server } = await ask();
    server.socket.write(begun);
    await client.shows('hello');
    client.socket.end();
    expect(await server.closed).toBe('end');
    server.socket.end();
    const { ending, times } = await tapped.ended(1);
    expect(ending).toBe('client-gone');
    expect(times.clientEnd).toBeLessThanOrEqual(times.end ?? 0);
  });

  it('client-gone: the tap is ended, and with it what was open', async () => {
    const { server } = await ask();
    server.socket.write(begun);
    await tapped.stop();
    expect(tapped.journal.entries.map(({ ending }) => ending)).toEqual(['client-gone']);
  });

  it('half closed: an answer comes to its end behind a client that sends no more', async () => {
    const { client, server } = await ask();
    client.socket.end();
    expect(await server.closed).toBe('end');
    server.socket.end(`${begun}0\r\n\r\n`);
    expect(await client.closed).toBe('end');
    expect(client.received().toString()).toBe(`${begun}0\r\n\r\n`);
    expect((await tapped.ended(1)).ending).toBe('complete');
  });

  it('unreached: nobody listens, told in the shape of the API', async () => {
    tapped = await startTapped();
    const gone = tapped;
    tapped = await startTapped({ endpoint: () => endpointAt(gone.serverPort) });
    await gone.close();
    const client = await tapped.client();
    client.socket.write(`POST /a HTTP/1.1\r\nHost: ${host()}\r\nContent-Length: 0\r\n\r\n`);
    expect(await client.closed).toBe('end');
    expect(client.received().toString()).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n/);
    expect(client.received().toString()).toContain(
      '{"type":"error","error":{"type":"api_error","message":"msg tap: 127.0.0.1:',
    );
    const { ending, failure } = await tapped.ended(1);
    expect([ending, failure?.code]).toEqual(['unreached', 'ECONNREFUSED']);
  });
});

/** Resolves when a socket gets rid of nothing more: in so many turns of the loop, in which the tap has its turns, too. */
async function stalled(socket: Socket): Promise<void> {
  const passed = (): number => socket.bytesWritten - socket.writableLength;
  for (let before = -1; before !== passed(); ) {
    before = passed();
    for (let turns = 0; turns < 500; turns += 1) await new Promise(setImmediate);
  }
}

describe('back-pressure', () => {
  it('stops a server whose client does not read, and loses nothing', async () => {
    tapped = await startTapped();
    const client = await tapped.client();
    client.socket.write(`GET /a HTTP/1.1\r\nHost: ${host()}\r\n\r\n`);
    const server = await tapped.server(1);
    await server.shows('\r\n\r\n');
    client.socket.pause();
    const part = randomBytes(1024 * 1024);
    const parts = 64;
    server.socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${parts * part.length}\r\n\r\n`);
    let written = 0;
    const write = (): void => {
      while (written < parts) {
        written += 1;
        if (!server.socket.write(part)) return void server.socket.once('drain', write);
      }
    };
    write();
    await stalled(server.socket);
    expect(written).toBeLessThan(parts);
    client.socket.resume();
    const { ending, response } = await tapped.ended(1);
    expect([ending, response?.body.wireBytes]).toEqual(['complete', parts * part.length]);
    expect(response?.body.isCut).toBe(true);
    client.socket.end();
    expect(await server.closed).toBe('end');
    server.socket.end();
    expect(await client.closed).toBe('end');
    expect(client.received().subarray(-part.length).equals(part)).toBe(true);
  });

  it('stops a client whose server does not read', async () => {
    tapped = await startTapped();
    const client = await tapped.client();
    const part = randomBytes(1024 * 1024);
    const parts = 64;
    client.socket.write(
      `POST /a HTTP/1.1\r\nHost: ${host()}\r\nContent-Length: ${parts * part.length}\r\n\r\n`,
    );
    const server = await tapped.server(1);
    server.socket.pause();
    let written = 0;
    const write = (): void => {
      while (written < parts) {
        written += 1;
        if (!client.socket.write(part)) return void client.socket.once('drain', write);
      }
    };
    write();
    await stalled(client.socket);
    expect(written).toBeLessThan(parts);
    server.socket.resume();
    server.socket.once('data', () => server.socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
    expect((await tapped.ended(1)).ending).toBe('complete');
  });
});

describe('who may use it', () => {
  const key = 'sk-ant-secret-0123456789abcdefghij';
  const ask = async (headers: string): Promise<string> => {
    const client = await tapped.client();
    client.socket.write(`POST /v1/messages HTTP/1.1\r\n${headers}Content-Length: 2\r\n\r\n{}`);
    await client.closed;
    return client.received().toString();
  };

  it('refuses pages and rebound names', async () => {
    tapped = await startTapped();
    expect(await ask('Host: evil.example\r\n')).toMatch(/^HTTP\/1\.1 403 .*permission_error/s);
    expect(await ask(`Host: evil.example:${tapped.port}\r\n`)).toMatch(/^HTTP\/1\.1 403 /);
    expect(await ask(`Host: ${host()}\r\nHost: evil.example\r\n`)).toMatch(/^HTTP\/1\.1 403 /);
    expect(await ask('')).toMatch(/^HTTP\/1\.1 403 /);
    for (const header of [
      'Origin: https://evil.example',
      'Origin: null',
      'Origin: http://localhost:1',
      'Sec-Fetch-Site: cross-site',
    ])
      expect(await ask(`Host: ${host()}\r\n${header}\r\n`)).toMatch(/^HTTP\/1\.1 403 /);
    expect(tapped.journal.entries.map(({ ending }) => ending)).toEqual(Array(8).fill('refused'));
  });

  it('is no forward proxy, and takes HTTP/1.0 without a Host', async () => {
    tapped = await startTapped();
    for (const target of ['CONNECT api.example:443', 'GET http://api.example/v1/models']) {
      const client = await tapped.client();
      client.socket.write(`${target} HTTP/1.1\r\nHost: api.example\r\n\r\nGET /more HTTP/1.1\r\n\r\n`);
      await client.closed;
      expect(client.received().toString()).toMatch(/^HTTP\/1\.1 403 .*as a proxy for api\.example/s);
    }
    // Another service of this machine is not the endpoint either.
    const client = await tapped.client();
    client.socket.write(`GET http://localhost:${tapped.serverPort}/ HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await client.closed;
    expect(client.received().toString()).toMatch(/^HTTP\/1\.1 403 .*as a proxy for localhost:/s);
    // What stood behind a refusal is no exchange.
    expect(tapped.journal.entries).toHaveLength(3);
    const old = await tapped.client();
    old.socket.write('GET /x HTTP/1.0\r\n\r\n');
    const server = await tapped.server(1);
    await server.shows('\r\n\r\n');
    expect(server.received().toString()).toBe(`GET /x HTTP/1.0\r\nhost: ${serverHost()}\r\n\r\n`);
    server.socket.end('HTTP/1.0 200 OK\r\n\r\nold');
    await old.shows('old');
  });

  it('refuses requests that two readers could read differently', async () => {
    tapped = await startTapped();
    for (const fields of [
      'Transfer-Encoding: chunked\r\n',
      'Content-Length: 3\r\n',
      'Content-Length : 2\r\n',
      'Transfer-Encoding: gzip\r\n',
    ])
      expect(await ask(`Host: ${host()}\r\n${fields}`)).toMatch(/^HTTP\/1\.1 400 .*invalid_request_error/s);
  });

  it('lends the key to those who present the token, and to nobody else', async () => {
    const token = new Secret('msg-tap-0123456789abcdef0123456789abcdef');
    tapped = await startTapped({
      token,
      endpoint: (port) =>
        endpointAt(port, { auth: 'x-api-key', key: new Secret(key), headers: { 'x-team': 'search' } }),
    });
    const presented = [
      'x-api-key: msg-tap-0123456789abcdef0123456789abcdef\r\n',
      'Authorization: Bearer msg-tap-0123456789abcdef0123456789abcdef\r\n',
      'AUTHORIZATION: bearer msg-tap-0123456789abcdef0123456789abcdef\r\nX-Team: mine\r\n',
    ];
    for (const [index, fields] of presented.entries()) {
      const client = await tapped.client();
      client.socket.write(`GET /v1/models HTTP/1.1\r\nHost: ${host()}\r\n${fields}A: b\r\n\r\n`);
      const server = await tapped.server(index + 1);
      await server.shows('\r\n\r\n');
      const text = server.received().toString();
      expect(text).toContain(`${key}\r\n`);
      expect(text).toContain('search\r\n');
      expect(text).toContain('A: b\r\n');
      expect(text).not.toMatch(/msg-tap|mine|authorization/i);
      server.socket.end('HTTP/1.1 200 OK\r\n\r\n');
      await client.closed;
    }
    // A look whether somebody is there is answered here, too: nothing of the profile is for strangers.
    const probe = await tapped.client();
    probe.socket.write(`HEAD / HTTP/1.1\r\nHost: ${host()}\r\n\r\n`);
    await probe.closed;
    expect(probe.received().toString()).toMatch(/^HTTP\/1\.1 401 [\s\S]*\r\n\r\n$/);
    for (const fields of ['', 'x-api-key: another-key-0123456789\r\n', 'Authorization: Basic bXNn\r\n'])
      expect(await ask(`Host: ${host()}\r\n${fields}`)).toMatch(/^HTTP\/1\.1 401 .*authentication_error/s);
    const shown = JSON.stringify(await Promise.all(tapped.journal.entries.map((entry) => exchangeOf(entry))));
    expect(shown).not.toMatch(/secret-0123|0123456789/);
  });
});
