// Compressed bodies through the transport: decoded as they arrive, and honest about what they are not.

import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import {
  brotliCompressSync,
  constants,
  createBrotliCompress,
  createDeflate,
  createGzip,
  deflateRawSync,
  deflateSync,
  gzipSync,
} from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { limits } from '../../src/http/limits.ts';
import type { Transport } from '../../src/http/wire.ts';
import { bytes, end, gate, head, pageReply, type Script, startMock } from '../../src/mock/index.ts';
import { failureOf, get, httpServer, openTransport, textOf } from './servers.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function exchange(script: Script) {
  const mock = await startMock({ replies: [script] });
  const transport: Transport = openTransport();
  cleanups.push(
    () => mock.close(),
    () => transport.close(),
  );
  return { mock, response: await transport(get(mock.url)) };
}

const encoded = (encoding: string, body: Uint8Array | string): Script => [
  { step: 'head', status: 200, headers: { 'content-type': 'text/plain', 'content-encoding': encoding } },
  bytes(body),
  end,
];

describe('a compressed body', () => {
  const text = 'Grüße 👋 '.repeat(5000);

  it.each([
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['GZIP', gzipSync(text)],
    ['br', brotliCompressSync(text)],
    ['gzip, br', brotliCompressSync(gzipSync(text))],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['identity', Buffer.from(text)],
    ['something-else', Buffer.from(text)],
  ])('in %s is decoded', async (encoding, body) => {
    const { response } = await exchange(encoded(encoding, body));
    expect(await textOf(response)).toBe(text);
    // The trace counts what came over the wire.
    expect(response.trace.bytes).toBe(body.length);
  });

  it('of several parts is decoded to the end', async () => {
    const { response } = await exchange(encoded('gzip', Buffer.concat([gzipSync('one '), gzipSync('two')])));
    expect(await textOf(response)).toBe('one two');
  });

  it('is decoded up to its end, whatever follows', async () => {
    const headers = { 'content-encoding': 'gzip' };
    const script = [head(200, headers), bytes(gzipSync('one')), gate('rest'), bytes('\0\0\0'), end];
    const { response, mock } = await exchange(script);
    mock.open('rest');
    expect(await textOf(response)).toBe('one');
  });

  it('that is empty is empty', async () => {
    const { response } = await exchange(encoded('gzip', ''));
    expect(await textOf(response)).toBe('');
  });

  it.each<[string, () => Transform, number]>([
    ['gzip', createGzip, constants.Z_SYNC_FLUSH],
    ['deflate', createDeflate, constants.Z_SYNC_FLUSH],
    ['br', createBrotliCompress, constants.BROTLI_OPERATION_FLUSH],
  ])('in %s arrives piece by piece, not at its end', async (encoding, create, flush) => {
    const encoder = create() as Transform & { flush(kind: number): void };
    let sendNext = (): void => {};
    const server = await httpServer((_, response) => {
      response.writeHead(200, { 'content-encoding': encoding });
      encoder.pipe(response);
      const pieces = ['one ', 'two ', 'three'];
      sendNext = () => {
        const piece = pieces.shift();
        if (piece === undefined) return void encoder.end();
        encoder.write(piece);
        encoder.flush(flush);
      };
      sendNext();
    });
    const transport = openTransport();
    cleanups.push(server.close, () => transport.close());
    const response = await transport(get(`http://127.0.0.1:${server.port}`));
    const seen: string[] = [];
    for await (const { chunks } of response.body) {
      const piece = Buffer.concat(chunks).toString();
      if (piece === '') continue;
      seen.push(piece);
      sendNext();
    }
    expect(seen).toEqual(['one ', 'two ', 'three']);
  });
});

describe('a small body that holds a large one', () => {
  it.each<[string, Buffer]>([
    ['gzip', gzipSync(Buffer.alloc(64 << 20))],
    ['br', brotliCompressSync(Buffer.alloc(64 << 20), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
    ['deflate', deflateSync(Buffer.alloc(64 << 20))],
  ])('is unpacked (%s) only as far as it is read', async (encoding, body) => {
    const { response } = await exchange(encoded(encoding, body));
    let total = 0;
    for await (const { chunks } of response.body) {
      const size = chunks.reduce((sum, { length }) => sum + length, 0);
      expect(size).toBeLessThan(limits.decodedStep + 128 * 1024);
      total += size;
    }
    expect(total).toBe(64 << 20);
  });

  it('can be left in the middle', async () => {
    const { response } = await exchange(encoded('gzip', gzipSync(Buffer.alloc(64 << 20))));
    for await (const { chunks } of response.body) {
      expect(chunks).not.toEqual([]);
      break;
    }
  });
});

describe('a content-encoding that lies', () => {
  it('is forgiven where the body is plain text under the name of gzip', async () => {
    const { response } = await exchange(encoded('gzip', '{"error":"no"}'));
    expect(await textOf(response)).toBe('{"error":"no"}');
  });

  it('is forgiven for a body in many pieces, of which none is lost', async () => {
    const headers = { 'content-encoding': 'gzip' };
    const { response, mock } = await exchange([
      head(200, headers),
      bytes('one '),
      gate('more'),
      bytes('two'),
      end,
    ]);
    const seen: string[] = [];
    for await (const { chunks } of response.body) {
      seen.push(Buffer.concat(chunks).toString());
      mock.open('more');
    }
    expect(seen).toEqual(['one ', 'two']);
  });

  it.each(['br', 'deflate'])('(%s) is told as what it is', async (encoding) => {
    const { response } = await exchange(encoded(encoding, '{"error":"this is no compressed text"}'));
    expect(await failureOf(textOf(response))).toMatchObject({
      kind: 'protocol',
      message: `The body is not the ${encoding} that its content-encoding announces.`,
    });
  });

  it('is told where the name of gzip stands over what is neither that nor text', async () => {
    const { response } = await exchange(encoded('gzip', brotliCompressSync('{"error":"no"}')));
    expect(await failureOf(textOf(response))).toMatchObject({
      kind: 'protocol',
      message: 'The body is not the gzip that its content-encoding announces.',
    });
  });

  const zstd = Buffer.from('28b52ffd2003190000616263', 'hex');
  it.runIf('createZstdDecompress' in zlib)('of a newer kind is read where Node can', async () => {
    const { response } = await exchange(encoded('zstd', zstd));
    expect(await textOf(response)).toBe('abc');
  });

  it.skipIf('createZstdDecompress' in zlib)(
    'of a kind that Node cannot read is told by its name',
    async () => {
      const { response } = await exchange(encoded('zstd', zstd));
      expect(await failureOf(textOf(response))).toMatchObject({
        kind: 'protocol',
        message: 'The body is compressed as zstd, which msg does not ask for and this Node cannot read.',
      });
    },
  );

  it('in the middle of a body is told, too, after what came before', async () => {
    const body = gzipSync(Buffer.from(Array.from({ length: 100_000 }, (_, at) => at % 251)), { level: 0 });
    // The length of the second stored block contradicts itself.
    body.fill(0xff, 70_000, 100_000);
    const { response } = await exchange(encoded('gzip', body));
    let total = 0;
    const reading = async (): Promise<void> => {
      for await (const { chunks } of response.body) for (const { length } of chunks) total += length;
    };
    expect(await failureOf(reading())).toMatchObject({ kind: 'protocol' });
    expect(total).toBeGreaterThan(60_000);
  });
});

describe('leaving a compressed body early', () => {
  it('ends the request', async () => {
    const headers = { 'content-encoding': 'gzip' };
    const { response, mock } = await exchange([head(200, headers), bytes(gzipSync('some')), gate('never')]);
    for await (const _ of response.body) break;
    expect(await mock.requests[0]?.outcome).toBe('aborted');
  });
});

describe('a body without an encoding', () => {
  it('passes unchanged', async () => {
    const { response } = await exchange(pageReply(200, 'text/plain', 'plain'));
    expect(await textOf(response)).toBe('plain');
  });
});
