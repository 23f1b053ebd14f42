import { describe, expect, it } from 'vitest';
import { createSilenceWatch, watchedBody } from '../../src/messages/silence.ts';
import type { StreamEvent } from '../../src/messages/types.ts';

const patience = { startMs: 4000, contentMs: 1000 };
const start: StreamEvent = { type: 'message_start', message: {} };
const ping: StreamEvent = { type: 'ping' };
const delta = (raw: object): StreamEvent =>
  ({ type: 'content_block_delta', index: 0, delta: raw }) as StreamEvent;
const text = delta({ type: 'text_delta', text: 'a' });

/** What a watch says to one event a time, each so many milliseconds after the headers. */
function told(...arrivals: readonly [at: number, ...events: StreamEvent[]][]): (number | undefined)[] {
  const watch = createSilenceWatch(patience, 0);
  return arrivals.map(([at, ...events]) =>
    watch.sees(
      events.map((event) => ({ event })),
      at,
    ),
  );
}

describe('a watch for life without progress', () => {
  it('allows a queue more before the answer begins than between two pieces of it', () => {
    expect(told([1500], [3900, ping], [4100])).toEqual([undefined, undefined, 4100]);
    expect(told([3000, start], [3900, ping], [4100, ping])).toEqual([undefined, undefined, 1100]);
  });

  it.each<[string, StreamEvent]>([
    ['text', text],
    ['thinking', delta({ type: 'thinking_delta', thinking: 'a' })],
    ['input of a tool', delta({ type: 'input_json_delta', partial_json: '{' })],
    [
      'a delta nobody knows',
      { type: 'unknown', raw: { type: 'content_block_delta', delta: { type: 'new' } } },
    ],
    [
      'a block that begins',
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    ],
    ['the end of the message', { type: 'message_delta', delta: {} }],
  ])('takes %s for progress', (_name, event) => {
    expect(told([0, start], [900, event], [1800, event], [2700, event]).filter(Boolean)).toEqual([]);
    expect(told([0, start], [900, event], [1800, ping], [2000, ping])).toEqual([
      undefined,
      undefined,
      undefined,
      1100,
    ]);
  });

  it.each<[string, StreamEvent]>([
    ['a ping', ping],
    ['another message_start', start],
    ['a heartbeat nobody knows', { type: 'unknown', raw: { type: 'keepalive' } }],
    ['a heartbeat in words', { type: 'unknown', raw: 'still here' }],
  ])('takes %s for a sign of life', (_name, event) => {
    expect(told([0, start], [900, event], [1100, event])).toEqual([undefined, undefined, 1100]);
  });

  it('tells it anew after as long again, counted from the last piece', () => {
    expect(told([0, start], [1100, ping], [1900, ping], [2200, ping], [2300, text], [3200, ping])).toEqual([
      undefined,
      1100,
      undefined,
      2200,
      undefined,
      undefined,
    ]);
  });

  it('waits for ever with 0', () => {
    const watch = createSilenceWatch({ startMs: 0, contentMs: 0 }, 0);
    expect(watch.sees([{ event: ping }], 1e9)).toBeUndefined();
  });

  it('says what came', () => {
    const watch = createSilenceWatch(patience, 0);
    expect(watch.seen()).toBe('');
    watch.sees([{ event: ping }], 1);
    expect(watch.seen()).toBe('1 ping');
    watch.sees([{ event: start }, { event: ping }], 2);
    expect(watch.seen()).toBe('message_start and 2 pings');
  });
});

describe('a plain answer', () => {
  const at = (ms: number, chunk: string) => ({ at: ms, chunks: [Buffer.from(chunk)] });
  async function read(...arrivals: readonly ReturnType<typeof at>[]): Promise<string> {
    let all = '';
    const body = (async function* () {
      yield* arrivals;
    })();
    const watched = watchedBody(body, patience, 0, (silentMs) => new Error(`${silentMs}`));
    for await (const { chunks } of watched) all += Buffer.concat([...chunks]).toString();
    return all;
  }

  it('may be kept alive by blanks for a while, not for ever', async () => {
    expect(await read(at(3900, ' \n'), at(4500, '{}'), at(8000, '\n'))).toBe(' \n{}\n');
    await expect(read(at(2000, ' '), at(4001, '\r\n'))).rejects.toThrow('4001');
  });
});
