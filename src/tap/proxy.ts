// The reverse proxy of the tap, as a server: connections of clients come in here, and those that ask for the page are
// handed over. What happens on the others is client-connection.ts.
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type ConnectionOptions, serveClient } from './client-connection.ts';
import type { Refusal } from './tap-refusal.ts';

export type ProxyOptions = ConnectionOptions & {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Takes over connections that begin by asking for a path of the tap's own, unread. */
  readonly onPageConnection?: ((client: Socket) => void) | undefined;
};

export type RunningProxy = {
  readonly port: number;
  /** Ends everything at once. */
  close(): Promise<void>;
};

/** Starts the proxy; rejects with Node's error when the port cannot be had. */
export async function startProxy(options: ProxyOptions): Promise<RunningProxy> {
  const clients = new Set<Socket>();
  let connections = 0;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    connections += 1;
    const connection = connections;
    clients.add(client);
    client.once('close', () => clients.delete(client));
    // Before anything is read, a failure has nobody to tell.
    const ignore = (): void => {};
    client.once('error', ignore);
    client.once('data', (first: Buffer) => {
      client.off('error', ignore).pause();
      client.unshift(first);
      if (options.onPageConnection === undefined) serveClient(client, connection, options);
      else if (isForPage(first)) options.onPageConnection(client);
      else serveClient(client, connection, withoutPage(options));
      client.resume();
    });
    client.once('end', () => {
      if (client.bytesRead === 0) client.end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      // The server is closed before the last of its connections has said so, and what was open ends with that.
      const ends = [...clients].map(
        (client) => new Promise<void>((resolve) => client.once('close', resolve)),
      );
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const client of clients) client.destroy();
      await Promise.all([closed, ...ends]);
    },
  };
}

const isForPage = (first: Buffer): boolean =>
  /^(GET|HEAD|POST|DELETE) \/_msg([/?]| )/.test(first.toString('latin1', 0, 32));

/** A browser may ask for the page on a connection that it had for something else: its token goes to no server. */
const withoutPage = ({ journal, routeFor }: ConnectionOptions): ConnectionOptions => ({
  journal,
  routeFor: (line, head) => (/^\/_msg([/?]|$)/.test(line.target) ? pageElsewhere : routeFor(line, head)),
});

const pageElsewhere: Refusal = {
  status: 421,
  reason: 'Misdirected Request',
  type: 'invalid_request_error',
  message: 'msg tap: the page has connections of its own. Load it again.',
};
