// A server that ends its connections in the middle of an answer, at a byte.
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { isWholeRequest } from '../whole-request.ts';
import type { Exchange } from './exchange.ts';

/** How the connection ends: in order (FIN), or with a reset (RST). */
export type Ending = 'fin' | 'rst';
export type Cut = { readonly exchange: Exchange; readonly ending: Ending; readonly offset: number };

/** Answers every request with the bytes up to the offset in its path, and ends the connection there. */
export async function startCutter(
  exchanges: readonly Exchange[],
): Promise<{ urlOf(cut: Cut): string; close(): void }> {
  const answer = (socket: Socket, path: string): void => {
    const [, framing, ending, offset] = path.split('/');
    const exchange = exchanges.find((one) => one.framing === framing);
    socket.write(exchange?.wire.subarray(0, Number(offset)) ?? '', () =>
      ending === 'rst' ? socket.resetAndDestroy() : socket.end(),
    );
  };
  const server = createServer({ noDelay: true }, (socket) => {
    let received = '';
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
      // A reset of a connection with bytes that nobody read would be another one than is meant.
      if (!isWholeRequest(received)) return;
      answer(socket, received.split(' ')[1] ?? '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    urlOf: ({ exchange, ending, offset }) =>
      `http://127.0.0.1:${port}/${exchange.framing}/${ending}/${offset}`,
    close: () => void server.close(),
  };
}
