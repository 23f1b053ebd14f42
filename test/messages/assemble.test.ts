// What the stream fixtures do not show: reading a draft while it grows, and what it costs.
import { describe, expect, it } from 'vitest';
import { createDraft } from '../../src/messages/assemble.ts';
import type { Delta, StreamEvent } from '../../src/messages/types.ts';

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
