// Decodes compressed bodies as they arrive: what one read brought is handed on before the next is awaited.
import type { Transform } from 'node:stream';
import { MsgError } from '../errors.ts';
import type { Arrival } from './wire.ts';

/** The body behind a `content-encoding`; unknown encodings pass through unchanged. */
export function decodedBody(
  body: AsyncIterable<Arrival>,
  encoding: string | undefined,
): AsyncIterable<Arrival> {
  const name = encoding?.trim().toLowerCase();
  return name !== undefined && name in openers ? decode(body, name as keyof typeof openers) : body;
}

type Zlib = typeof import('node:zlib');

const openers = {
  gzip: (zlib: Zlib): Transform => zlib.createGunzip({ finishFlush: zlib.constants.Z_SYNC_FLUSH }),
  'x-gzip': (zlib: Zlib): Transform => zlib.createGunzip({ finishFlush: zlib.constants.Z_SYNC_FLUSH }),
  deflate: (zlib: Zlib): Transform => zlib.createInflate({ finishFlush: zlib.constants.Z_SYNC_FLUSH }),
  br: (zlib: Zlib): Transform =>
    zlib.createBrotliDecompress({ finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH }),
};

async function* decode(body: AsyncIterable<Arrival>, name: keyof typeof openers): AsyncGenerator<Arrival> {
  const decoder = openers[name](await import('node:zlib'));
  let decoded: Uint8Array[] = [];
  let failure: Error | undefined;
  let settle = (): void => {};
  decoder.on('data', (chunk: Uint8Array) => decoded.push(chunk));
  // A decoder that fails never calls back about the chunk it failed on.
  decoder.on('error', (error) => {
    failure = error;
    settle();
  });
  let isFirst = true;
  for await (const arrival of body) {
    // Gateways announce gzip and send plain text, mostly on errors: the magic number decides.
    if (isFirst && name.endsWith('gzip') && arrival.chunks[0]?.[0] !== 0x1f) {
      yield arrival;
      yield* body;
      return;
    }
    isFirst = false;
    for (const chunk of arrival.chunks) {
      await new Promise<void>((resolve) => {
        settle = resolve;
        decoder.write(chunk, () => resolve());
      });
    }
    if (failure !== undefined) {
      throw new MsgError('protocol', `The body is not the ${name} that its content-encoding announces.`, {
        hint: 'A hop re-encodes the answer and keeps the old header.',
        details: {},
        cause: failure,
      });
    }
    const chunks = decoded;
    decoded = [];
    yield { at: arrival.at, chunks };
  }
}
