// Decodes compressed bodies as they arrive: what one read brought is handed on before the next is awaited.
import type { Transform } from 'node:stream';
import { MsgError } from '../errors.ts';
import { limits } from './limits.ts';
import type { Arrival } from './wire.ts';

/** The body behind a `content-encoding`, the last of several first; what has an unknown one passes through unchanged. */
export function decodedBody(
  body: AsyncIterable<Arrival>,
  encoding: string | undefined,
): AsyncIterable<Arrival> {
  const names = encodingsIn(encoding);
  if (!names.every((name) => name in openers)) return body;
  return names.reduceRight((inner, name) => decode(inner, name as keyof typeof openers), body);
}

/** The encodings that a `content-encoding` names, in lower case. */
export const encodingsIn = (encoding = ''): readonly string[] =>
  encoding
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity');

/** The charset that a content type names, where that is another than UTF-8 and known here. */
export function otherCharset(contentType = ''): string | undefined {
  const name = /charset\s*=\s*["']?([\w.:-]+)/i.exec(contentType)?.[1];
  try {
    const { encoding } = new TextDecoder(name);
    return encoding === 'utf-8' ? undefined : encoding;
  } catch {
    return undefined;
  }
}

/**
 * A whole body as text. That is UTF-8 as long as the bytes are, since many servers name a charset that they do not
 * write; what is none (UTF-16 shows by its zero bytes) is read as its content type says.
 */
export function textOfBody(bytes: Uint8Array, contentType?: string): string {
  const text = new TextDecoder().decode(bytes);
  const charset = otherCharset(contentType);
  return charset !== undefined && /[\ufffd\0]/.test(text) ? new TextDecoder(charset).decode(bytes) : text;
}

type Zlib = typeof import('node:zlib');

const openers = {
  gzip: (zlib: Zlib): Transform => zlib.createGunzip({ finishFlush: zlib.constants.Z_SYNC_FLUSH }),
  'x-gzip': (zlib: Zlib): Transform => zlib.createGunzip({ finishFlush: zlib.constants.Z_SYNC_FLUSH }),
  // The standard means zlib's form; servers that leave out its head are as old as the standard.
  deflate: (zlib: Zlib, [first = 0]: Uint8Array): Transform =>
    (first & 0x0f) === 8
      ? zlib.createInflate({ finishFlush: zlib.constants.Z_SYNC_FLUSH })
      : zlib.createInflateRaw({ finishFlush: zlib.constants.Z_SYNC_FLUSH }),
  br: (zlib: Zlib): Transform =>
    zlib.createBrotliDecompress({ finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH }),
  // Not every Node can read it, and msg asks for none; clients of the tap do.
  zstd: (zlib: Zlib & { readonly createZstdDecompress?: () => Transform }): Transform => {
    if (zlib.createZstdDecompress !== undefined) return zlib.createZstdDecompress();
    throw new MsgError(
      'protocol',
      'The body is compressed as zstd, which msg does not ask for and this Node cannot read.',
      {
        hint: 'A hop compresses it unasked.',
        details: {},
      },
    );
  },
};

/** Decodes step by step: a small body can hold a large one, and no more of it is made than the reader takes. */
async function* decode(body: AsyncIterable<Arrival>, name: keyof typeof openers): AsyncGenerator<Arrival> {
  const zlib = await import('node:zlib');
  let decoder: Transform | undefined;
  let failure: Error | undefined;
  let waitingChunks = 0;
  let wake = (): void => {};
  const open = (first: Uint8Array): Transform => {
    const opened = openers[name](zlib, first);
    opened.on('readable', () => wake());
    // A decoder that fails never calls back about the chunk it failed on.
    opened.on('error', (error) => {
      failure = error;
      wake();
    });
    return opened;
  };
  const written = (): void => {
    waitingChunks--;
    wake();
  };

  /** What one arrival holds: all in one go, unless that is much. */
  async function* decoded({ at, chunks }: Arrival): AsyncGenerator<Arrival> {
    decoder ??= open(chunks[0] ?? new Uint8Array());
    waitingChunks = chunks.length;
    for (const chunk of chunks) decoder.write(chunk, written);
    let pieces: Uint8Array[] = [];
    let bytes = 0;
    for (;;) {
      const piece: Uint8Array | null = decoder.read();
      if (piece !== null) {
        pieces.push(piece);
        bytes += piece.length;
        if (bytes < limits.decodedStep) continue;
        yield { at, chunks: pieces };
        pieces = [];
        bytes = 0;
      } else if (waitingChunks === 0 || failure !== undefined) break;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
    yield { at, chunks: pieces };
    if (failure !== undefined) throw notEncoded(name, failure);
  }

  try {
    for await (const arrival of body) {
      // Gateways announce gzip and send plain text, mostly on errors: the magic number decides.
      const [first] = arrival.chunks;
      if (decoder === undefined && name.endsWith('gzip') && first !== undefined && first[0] !== 0x1f) {
        if (!isText(first)) throw notEncoded(name);
        yield arrival;
        yield* body;
        return;
      }
      yield* decoded(arrival);
    }
  } finally {
    decoder?.destroy();
  }
}

/** Whether bytes begin as text does: UTF-8 without control characters. */
function isText(bytes: Uint8Array): boolean {
  const start = new TextDecoder().decode(bytes.subarray(0, 64), { stream: true });
  return !/[^\P{Cc}\t\r\n]|\ufffd/u.test(start);
}

const notEncoded = (name: string, cause?: Error): MsgError<'protocol'> =>
  new MsgError('protocol', `The body is not the ${name} that its content-encoding announces.`, {
    hint: 'A hop re-encodes the answer and keeps the old header.',
    details: {},
    cause,
  });
