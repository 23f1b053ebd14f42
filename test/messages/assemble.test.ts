// What the stream fixtures do not show: reading a draft while it grows, and what it costs.
import { describe, expect, it } from 'vitest';
import { createDraft, messageAllowance } from '../../src/messages/assemble.ts';
import type { Delta, StreamEvent } from '../../src/messages/types.ts';
import { cpuMsOf } from '../cpu-time.ts';

const start: StreamEvent = { type: 'message_start', message: { id: 'msg_1', content: [] } };
const open = (index: number, content_block: { type: string; [field: string]: unknown }): StreamEvent => ({
  type: 'content_block_start',
  index,
  content_block,
});
const delta = (index: number, change: Delta): StreamEvent => ({
  type: 'content_block_delta',
  index,
  delta: change,
});
const text = (words: string): Delta => ({ type: 'text_delta', text: words });
const json = (partial_json: string): Delta => ({ type: 'input_json_delta', partial_json });

function draftOf(...events: StreamEvent[]): ReturnType<typeof createDraft> {
  const draft = createDraft();
  for (const event of events) draft.apply(event);
  return draft;
}

describe('a draft', () => {
  it('can be read at any moment without disturbing what is still to come', () => {
    const draft = draftOf(start, open(0, { type: 'tool_use', id: 't', name: 'look', input: {} }));
    draft.apply(delta(0, json('{"a"')));
    expect(draft.message().content).toEqual([{ type: 'tool_use', id: 't', name: 'look', input: '{"a"' }]);
    expect(draft.brokenTools()).toEqual(['look']);
    draft.apply(delta(0, json(':1}')));
    draft.apply({ type: 'content_block_stop', index: 0 });
    expect(draft.message().content).toEqual([{ type: 'tool_use', id: 't', name: 'look', input: { a: 1 } }]);
    expect(draft.brokenTools()).toEqual([]);
  });

  it('gives snapshots that later events do not change', () => {
    const draft = draftOf(start, open(0, { type: 'text', text: '' }), delta(0, text('one')));
    const early = draft.message();
    draft.apply(delta(0, text(' two')));
    expect(early.content).toEqual([{ type: 'text', text: 'one' }]);
    expect(draft.message().content).toEqual([{ type: 'text', text: 'one two' }]);
  });

  it('leaves the events it is given as they were', () => {
    const block = open(0, { type: 'text', text: '' });
    draftOf(start, block, delta(0, text('x')));
    expect(block).toEqual(open(0, { type: 'text', text: '' }));
  });

  it('keeps an input that came complete in the start of its block', () => {
    const block = { type: 'tool_use', id: 't', name: 'look', input: { a: 1 } };
    expect(draftOf(start, open(0, block), delta(0, json(''))).message().content).toEqual([block]);
  });

  it('replaces signatures and never adds them', () => {
    const draft = draftOf(
      start,
      open(0, { type: 'thinking', thinking: '' }),
      delta(0, { type: 'signature_delta', signature: 'one' }),
      delta(0, { type: 'signature_delta', signature: 'two' }),
    );
    expect(draft.message().content).toEqual([{ type: 'thinking', thinking: '', signature: 'two' }]);
  });

  it('keeps the details of a stop', () => {
    const stop_details = { type: 'refusal', category: null };
    const draft = draftOf(start, {
      type: 'message_delta',
      delta: { stop_reason: 'refusal', stop_details } as object,
    });
    expect(draft.message()).toMatchObject({ stop_reason: 'refusal', stop_details });
  });

  it('never lets a null erase what was known', () => {
    const draft = draftOf(
      { type: 'message_start', message: { usage: { input_tokens: 9, output_tokens: 1 } } },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 5 } },
      { type: 'message_delta', delta: { stop_reason: null }, usage: JSON.parse('{"input_tokens":null}') },
    );
    expect(draft.message()).toMatchObject({
      stop_reason: 'end_turn',
      usage: { input_tokens: 9, output_tokens: 5 },
    });
  });

  it('prefers the blocks that stream over an answer announced in message_start', () => {
    const draft = draftOf(
      { type: 'message_start', message: { content: [{ type: 'text', text: 'all' }] } },
      open(0, { type: 'text', text: '' }),
      delta(0, text('all')),
    );
    expect(draft.message().content).toEqual([{ type: 'text', text: 'all' }]);
  });

  it.each<[string, StreamEvent, boolean]>([
    ['an empty text block', open(0, { type: 'text', text: '' }), false],
    ['an empty thinking block', open(0, { type: 'thinking', thinking: '' }), false],
    ['a text block with text', open(0, { type: 'text', text: 'x' }), true],
    ['a tool call', open(0, { type: 'tool_use', id: 't', name: 'n', input: {} }), true],
    ['a delta', delta(0, text('x')), true],
    ['a ping', { type: 'ping' }, false],
    ['an unknown event', { type: 'unknown', raw: {} }, false],
  ])('has content after %s: %o', (_name, event, hasContent) => {
    expect(draftOf(start, event).hasContent()).toBe(hasContent);
  });

  it('takes no memory for text it is told not to keep', () => {
    const draft = createDraft({ keepsText: false });
    for (const event of [
      start,
      delta(0, text('x')),
      delta(1, { type: 'thinking_delta', thinking: 'hm' }),
      delta(2, json('{"a":1}')),
    ])
      draft.apply(event);
    expect(draft.message().content).toEqual([
      { type: 'text', text: '' },
      { type: 'thinking', thinking: '' },
      { type: 'tool_use', id: '', name: '', input: { a: 1 } },
    ]);
    expect(draft.hasContent()).toBe(true);
  });
});

describe('what is kept of one message', () => {
  const limit = 100 * 1024;
  const kept = (keepsText = true): ReturnType<typeof createDraft> =>
    createDraft({ keepsText, keep: messageAllowance(limit) });
  const tooLong = {
    kind: 'protocol',
    message: 'What has to be kept of the answer is longer than 100 KB: msg reads no further.',
  };
  /** Applies an event until it is refused; gives how often it was taken, and why no more. */
  function flood(draft: ReturnType<typeof createDraft>, event: (count: number) => StreamEvent, size = 0) {
    for (let count = 0; ; count++) {
      try {
        draft.apply(event(count), size);
      } catch (failure) {
        return { count, failure };
      }
      if (count > limit) throw new Error('there is no limit');
    }
  }

  it.each<[string, (count: number) => StreamEvent, number]>([
    ['empty blocks', (index) => open(index, { type: 'text', text: '' }), 80],
    ['blocks that all have one index', () => open(0, { type: 'text', text: '' }), 80],
    ['tool input', () => delta(0, json('x'.repeat(100))), 200],
    ['citations', () => delta(0, { type: 'citations_delta', citation: { cited_text: 'x' } }), 100],
    ['text', () => delta(0, text('x'.repeat(100))), 200],
    ['thinking', () => delta(0, { type: 'thinking_delta', thinking: 'x'.repeat(100) }), 200],
    ['deltas of the message', () => ({ type: 'message_delta', delta: { ['x']: 'y' } }), 100],
  ])('is limited: %s', (_, event, size) => {
    const draft = kept();
    const { count, failure } = flood(draft, event, size);
    expect(failure).toMatchObject(tooLong);
    expect(count).toBeGreaterThan(limit / 400);
    expect(count).toBeLessThanOrEqual(limit / 100);
    // What was taken can be read.
    expect(() => draft.message()).not.toThrow();
  });

  it('is nothing of a text that is not collected, however long', () => {
    const draft = kept(false);
    for (let count = 0; count < 2 * limit; count++) draft.apply(delta(0, text('x')), 100);
    expect(draft.hasContent()).toBe(true);
  });

  it('costs no more than its size when citations come one by one', () => {
    const draft = createDraft();
    const cost = cpuMsOf(() => {
      for (let count = 0; count < 30_000; count++)
        draft.apply(delta(0, { type: 'citations_delta', citation: { count } }));
    });
    expect((draft.message().content[0] as { citations: unknown[] }).citations).toHaveLength(30_000);
    expect(cost).toBeLessThan(1000);
  });

  it('adds citations to those a block started with, and survives what is no list', () => {
    const cite: StreamEvent = delta(0, { type: 'citations_delta', citation: { n: 2 } });
    const block = (citations: unknown) => open(0, { type: 'text', text: '', citations });
    const cited = (citations: unknown): unknown =>
      draftOf(start, block(citations), cite).message().content[0]?.['citations' as never];
    expect(cited([{ n: 1 }])).toEqual([{ n: 1 }, { n: 2 }]);
    expect(cited(null)).toEqual([{ n: 2 }]);
    expect(cited({ odd: true })).toEqual([{ n: 2 }]);
  });
});
