// A relay that changes nothing and keeps every byte: one stands at each end of the tap, so that what went in can be
// compared with what came out.
import { connect, type Socket } from 'node:net';
import { rawServer } from '../http/servers.ts';

/** What crossed one connection: up from its client, down from its server. */
export type Crossing = { readonly up: () => Buffer; readonly down: () => Buffer };

export type Relay = { readonly url: string; readonly crossings: readonly Crossing[]; close(): Promise<void> };

/** `to` is asked when a connection comes: the port to go on to. */
export async function startRelay(to: () => number): Promise<Relay> {
  const crossings: Crossing[] = [];
  const running = await rawServer((client) => {
    const server = connect({ port: to(), host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    client.setNoDelay(true);
    crossings.push({ up: passOn(client, server), down: passOn(server, client) });
  }, true);
  return {
    url: `http://127.0.0.1:${running.port}`,
    crossings,
    close: () => running.close(),
  };
}

function passOn(from: Socket, to: Socket): () => Buffer {
  const chunks: Buffer[] = [];
  from.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    if (!to.writable || to.write(chunk)) return;
    from.pause();
    to.once('drain', () => from.resume());
  });
  from.on('end', () => to.end());
  from.on('error', () => to.resetAndDestroy());
  from.on('close', () => to.destroySoon());
  return () => Buffer.concat(chunks);
}
