// Batches and tails. That chunk bounds mean nothing is proven for whole streams in messages/streams.test.ts.
import { describe, expect, it } from 'vitest';
import { type EventBatch, readEvents } from '../../src/http/sse.ts';
import type { Arrival } from '../../src/http/wire.ts';

async function read(...reads: (string | Uint8Array)[][]): Promise<EventBatch[]> {
  async function* body(): AsyncGenerator<Arrival> {
    for (const [at, chunks] of reads.entries())
      yield { at, chunks: chunks.map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk) : chunk)) };
  }
  const batches: EventBatch[] = [];
  for await (const batch of readEvents(body())) batches.push(batch);
  return batches;
}

describe('reading events', () => {
  it('gives one batch a read, with its time, also when nothing was complete', async () => {
    expect(await read(['data: 1\n\ndata: 2\n\n'], [': alive\n\n'], ['data: '], ['3\n', '\n'])).toEqual([
      {
        at: 0,
        events: [
          { event: undefined, data: '1' },
          { event: undefined, data: '2' },
        ],
        isTail: false,
      },
      { at: 1, events: [], isTail: false },
      { at: 2, events: [], isTail: false },
      { at: 3, events: [{ event: undefined, data: '3' }], isTail: false },
    ]);
  });

  it('marks what the end of the stream completed', async () => {
    expect((await read(['event: x\ndata: 1'])).at(-1)).toEqual({
      at: 0,
      events: [{ event: 'x', data: '1' }],
      isTail: true,
    });
    expect(await read(['data: 1\n\n'])).toHaveLength(1);
    expect(await read()).toEqual([]);
  });

  it('keeps what is inside the data', async () => {
    const [batch] = await read(['data:  two spaces  \ndata\ndata:last\n\n']);
    expect(batch?.events).toEqual([{ event: undefined, data: ' two spaces  \n\nlast' }]);
  });

  it('replaces bytes that are no UTF-8 instead of failing', async () => {
    const [batch] = await read([Buffer.from([...Buffer.from('data: a'), 0xff, ...Buffer.from('b\n\n')])]);
    expect(batch?.events).toEqual([{ event: undefined, data: 'a\ufffdb' }]);
  });

  it('dispatches an event as soon as its blank line is here', async () => {
    for (const lineEnd of ['\n', '\r\n']) {
      const [first] = await read([`data: 1${lineEnd}${lineEnd}`], ['data: 2']);
      expect(first?.events).toEqual([{ event: undefined, data: '1' }]);
    }
  });

  it('waits with a CR at the end of a read: it may be half of a CRLF', async () => {
    const [first, second] = await read(['data: 1\r\r'], ['data: 2\r\r']);
    expect(first?.events).toEqual([]);
    expect(second?.events).toEqual([{ event: undefined, data: '1' }]);
  });
});
