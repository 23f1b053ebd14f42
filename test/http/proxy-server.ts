// A small real proxy: CONNECT tunnels and absolute-form requests, with or without a password, itself behind TLS or not.
import { createServer, type RequestListener, request as sendRequest } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import { connect } from 'node:net';
import { listen, type Running } from './servers.ts';

export type ProxyOptions = {
  /** `user:password`; without it everybody may use the proxy. */
  readonly credentials?: string;
  /** Refuses every CONNECT with this status. */
  readonly refusesWith?: number;
  /** Where requests go, whatever host they name. */
  readonly leadsTo?: string;
  /** The proxy itself speaks TLS. */
  readonly tls?: ServerOptions;
};

export type RunningProxy = Running & {
  /** `CONNECT host:port` and `GET http://...`, in order. */
  readonly seen: readonly string[];
};

export async function startProxy({
  credentials,
  refusesWith,
  leadsTo,
  tls,
}: ProxyOptions = {}): Promise<RunningProxy> {
  const seen: string[] = [];
  const expected = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`;
  const mayPass = (header: string | undefined): boolean => expected === undefined || header === expected;
  const answer: RequestListener = (message, response) => {
    seen.push(`${message.method} ${message.url}`);
    if (!mayPass(message.headers['proxy-authorization'])) {
      response.writeHead(407, { 'proxy-authenticate': 'Basic realm="test"' }).end('who are you?');
      return;
    }
    const { 'proxy-authorization': _mine, ...headers } = message.headers;
    const target = new URL(message.url ?? '');
    const onward = sendRequest(
      leadsTo === undefined ? target : new URL(target.pathname, leadsTo),
      { method: message.method, headers },
      (received) => {
        response.writeHead(received.statusCode ?? 502, received.headers);
        received.pipe(response);
      },
    );
    onward.on('error', () => response.writeHead(502).end());
    response.on('close', () => onward.destroy());
    message.pipe(onward);
  };
  const server = tls === undefined ? createServer(answer) : createTlsServer(tls, answer);
  server.on('connect', (message, socket, first) => {
    seen.push(`CONNECT ${message.url}`);
    const refusal = mayPass(message.headers['proxy-authorization']) ? refusesWith : 407;
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal} Refused\r\n\r\n`);
      return;
    }
    const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(message.url ?? '') ?? [];
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      onward.write(first);
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy()).on('close', () => onward.destroy());
  });
  const running = await listen(server);
  return { ...running, seen };
}
