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

  it('replaces bytes that are no UTF-8 instead of failing', () => {
    const bytes = Buffer.from([...Buffer.from('data: a'), 0xff, ...Buffer.from('b\n\n')]);
    expect(read([bytes])[0]).toEqual([bare('a\ufffdb')]);
  });

  it('dispatches an event as soon as its blank line is here', () => {
    for (const lineEnd of ['\n', '\r\n'])
      expect(read([`data: 1${lineEnd}${lineEnd}`], ['data: 2'])[0]).toEqual([bare('1')]);
  });

  it('waits with a CR at the end of a read: it may be half of a CRLF', () => {
    expect(read(['data: 1\r\r'], ['data: 2\r\r']).slice(0, 2)).toEqual([[], [bare('1')]]);
  });
});
