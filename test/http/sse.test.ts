// Reads and the end. That chunk bounds mean nothing is proven for whole streams in messages/streams.test.ts.
import { describe, expect, it } from 'vitest';
import { createEventReader, type ServerSentEvent } from '../../src/http/sse.ts';

/** What each read completed, then what the end did. */
function read(...reads: (string | Uint8Array)[][]): ServerSentEvent[][] {
  const reader = createEventReader();
  const bytes = (chunk: string | Uint8Array): Uint8Array =>
    typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
  return [...reads.map((chunks, at) => reader.read({ at, chunks: chunks.map(bytes) })), reader.end()];
}

/** A generator of its own seed: a failure comes again. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 0x7fff_ffff;
    return state / 0x7fff_ffff;
  };
}

const bare = (data: string): ServerSentEvent => ({ event: undefined, data });

describe('reading events', () => {
  it('gives what each read completed, which may be nothing', () => {
    expect(read(['data: 1\n\ndata: 2\n\n'], [': alive\n\n'], ['data: '], ['3\n', '\n'])).toEqual([
      [bare('1'), bare('2')],
      [],
      [],
      [bare('3')],
      [],
    ]);
  });

  it('gives what only the end of the stream completed', () => {
    expect(read(['event: x\ndata: 1'])).toEqual([[], [{ event: 'x', data: '1' }]]);
    expect(read(['data: 1\n\n'])).toEqual([[bare('1')], []]);
    expect(read()).toEqual([[]]);
  });

  it('keeps what is inside the data', () => {
    expect(read(['data:  two spaces  \ndata\ndata:last\n\n'])[0]).toEqual([bare(' two spaces  \n\nlast')]);
  });

  it('gives what is no field as a stray, in its place, and no more of it than tells what it is', () => {
    const stray = (data: string): ServerSentEvent => ({ ...bare(data), isStray: true });
    expect(read(['data: 1\n\n<html>\n\n<p>\ndata: 2\n\n gone'])).toEqual([
      [bare('1'), stray('<html>\n<p>'), bare('2')],
      [stray(' gone')],
    ]);
    const [, [last] = []] = read([`${'word\n'.repeat(100_000)}`]);
    expect(last?.data.length).toBeLessThan(70_000);
  });

  it('reads a field that is indented or has a capital', () => {
    expect(read(['  event: x\n  data: 1\n\nData: 2\n\n'])[0]).toEqual([bare('1'), bare('2')]);
  });

  it('replaces bytes that are no UTF-8 instead of failing', () => {
    const bytes = Buffer.from([...Buffer.from('data: a'), 0xff, ...Buffer.from('b\n\n')]);
    expect(read([bytes])[0]).toEqual([bare('a\ufffdb')]);
  });

  it('reads bytes as TextDecoder does, however they are cut', () => {
    const random = randomOf(7);
    const bytes = [
      0x41, 0x20, 0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 0xed, 0xa0, 0xff, 0xef, 0xbb, 0xbf,
    ];
    for (let round = 0; round < 300; round++) {
      const text = Buffer.from(
        Array.from({ length: 30 }, () => bytes[Math.floor(random() * bytes.length)] ?? 0),
      );
      const body = Buffer.concat([Buffer.from('data: '), text, Buffer.from('\n\n')]);
      const cuts = [
        0,
        ...Array.from({ length: 4 }, () => Math.floor(random() * body.length)).sort((a, b) => a - b),
      ];
      const chunks = cuts.map((cut, index) => body.subarray(cut, cuts[index + 1]));
      expect(read(...chunks.map((chunk) => [chunk])).flat()).toEqual([
        bare(new TextDecoder().decode(body).slice(6, -2)),
      ]);
    }
  });

  it('dispatches an event as soon as its blank line is here', () => {
    for (const lineEnd of ['\n', '\r\n'])
      expect(read([`data: 1${lineEnd}${lineEnd}`], ['data: 2'])[0]).toEqual([bare('1')]);
  });

  it('waits with a CR at the end of a read: it may be half of a CRLF', () => {
    expect(read(['data: 1\r\r'], ['data: 2\r\r']).slice(0, 2)).toEqual([[], [bare('1')]]);
  });
});

describe('an event beyond the limits', () => {
  const small = { event: 1024, eventLines: 10 };
  const failureOf = (read: () => unknown): unknown => {
    try {
      return read();
    } catch (error) {
      return error;
    }
  };
  const tooLong = (limit: string) => ({
    kind: 'protocol',
    message: `An event of the stream is longer than ${limit}: msg reads no further.`,
  });
  const arrival = (...texts: string[]) => ({ at: 0, chunks: texts.map((text) => Buffer.from(text)) });

  it.each([
    ['in one line that never ends', () => 'x'.repeat(50), '1 KB'],
    ['in data lines', () => `data: ${'x'.repeat(200)}\n`, '1 KB'],
    ['in a line of another field', () => `id: ${'x'.repeat(60)}`, '1 KB'],
    ['in many short lines', () => 'data:\ndata:\n', '10 lines'],
  ])('is refused %s', (_, piece, limit) => {
    const reader = createEventReader(small);
    const failure = failureOf(() => {
      for (let count = 0; count < 100; count++) reader.read(arrival(piece()));
    });
    expect(failure).toMatchObject(tooLong(limit));
    // Nothing of it comes later.
    expect(failureOf(() => reader.end())).toBe(failure);
  });

  it('takes nothing from those before it', () => {
    const reader = createEventReader(small);
    expect(reader.read(arrival('data: 1\n\ndata: 2\n\n', 'x'.repeat(2000)))).toEqual([bare('1'), bare('2')]);
    expect(failureOf(() => reader.read(arrival('data: 3\n\n')))).toMatchObject({ kind: 'protocol' });
  });

  it('is one event: any number of events, comments and blank lines is read', () => {
    const reader = createEventReader(small);
    for (let count = 0; count < 1000; count++) {
      expect(reader.read(arrival(': alive\n\n\n\ndata: a\ndata: b\n\nda', 'ta: c\n\n'))).toEqual([
        bare('a\nb'),
        bare('c'),
      ]);
    }
  });
});
