// A small real SOCKS 5 proxy: no password, names and IPv4 addresses.
import { connect } from 'node:net';
import { type Running, rawServer } from './servers.ts';

export type RunningSocksProxy = Running & {
  /** `host:port` of every connection asked for, in order. */
  readonly seen: readonly string[];
};

export async function startSocksProxy(): Promise<RunningSocksProxy> {
  const seen: string[] = [];
  const running = await rawServer((socket) => {
    socket.once('data', () => {
      // Version 5, no authentication.
      socket.write(Buffer.from([5, 0]));
      socket.once('data', (request) => {
        const isName = request[3] === 3;
        const end = isName ? 5 + (request[4] ?? 0) : 8;
        const host = isName ? request.toString('latin1', 5, end) : [...request.subarray(4, end)].join('.');
        const port = request.readUInt16BE(end);
        seen.push(`${host}:${port}`);
        const onward = connect(port, host, () => {
          socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
          onward.pipe(socket).pipe(onward);
        });
        onward.on('error', () => socket.destroy());
        socket.on('close', () => onward.destroy());
      });
    });
  });
  return { ...running, seen };
}
