// The text of interleaved blocks, in the order in which it may be shown.
import { expect, it } from 'vitest';
import type { StreamEvent } from '../../src/messages/types.ts';
import { createBlockOrder } from '../../src/turn/output/block-order.ts';

const start = (index: number, text = ''): StreamEvent => ({
  type: 'content_block_start',
  index,
  content_block: { type: 'text', text },
});
const text = (index: number, words: string): StreamEvent => ({
  type: 'content_block_delta',
  index,
  delta: { type: 'text_delta', text: words },
});
const thought = (words: string): StreamEvent => ({
  type: 'content_block_delta',
  index: 9,
  delta: { type: 'thinking_delta', thinking: words },
});
const stop = (index: number): StreamEvent => ({ type: 'content_block_stop', index });

/** What each read of the socket lets be shown, then the end. */
function shown(...reads: StreamEvent[][]): string[] {
  const parts: string[] = [];
  const order = createBlockOrder({
    text: (words) => parts.push(words),
    thinking: (words) => parts.push(`(${words})`),
  });
  for (const events of reads) order.push(events.map((event) => ({ event })));
  parts.push('|');
  order.end();
  return parts;
}

it('is one text a read, and thinking between texts where it came', () => {
  expect(
    shown(
      [start(0, 'a'), text(0, 'b'), text(0, 'c')],
      [text(0, 'd'), thought('hm'), thought(''), text(0, 'e')],
    ),
  ).toEqual(['abc', 'd', '(hm)', 'e', '|']);
});

it('a block that begins while another is written waits for its end, the lowest index first', () => {
  expect(
    shown(
      [start(0), text(0, 'a'), start(2), text(2, 'C'), start(1), text(1, 'B')],
      [text(0, 'a'), stop(2)],
      [stop(0)],
      [text(1, 'b')],
      [stop(1)],
    ),
  ).toEqual(['a', 'a', 'B', 'b', 'C', '|']);
});

it('what waits behind a block that never ends is shown at the end', () => {
  expect(shown([text(0, 'a'), text(2, 'c'), text(1, 'b')])).toEqual(['a', '|', 'bc']);
});

it('blocks that all ended while they waited come at once', () => {
  expect(shown([text(0, 'a'), text(1, 'b'), stop(1), text(2, 'c'), stop(2), stop(0)])).toEqual(['abc', '|']);
});
