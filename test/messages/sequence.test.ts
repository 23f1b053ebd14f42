import { describe, expect, it } from 'vitest';
import { createSequence } from '../../src/messages/sequence.ts';
import type { ContentBlock, Delta, StreamEvent } from '../../src/messages/types.ts';

const start = (id?: string, more: object = {}): StreamEvent => ({
  type: 'message_start',
  message: { ...(id === undefined ? {} : { id }), ...more },
});
const open = (index: number, content_block: ContentBlock): StreamEvent => ({
  type: 'content_block_start',
  index,
  content_block,
});
const change = (index: number, delta: Delta): StreamEvent => ({ type: 'content_block_delta', index, delta });
const text = (index: number, words: string): StreamEvent =>
  change(index, { type: 'text_delta', text: words });
const stop = (index: number): StreamEvent => ({ type: 'content_block_stop', index });
const textBlock = { type: 'text', text: '' };
const tool = { type: 'tool_use', id: 't', name: 'look', input: {} };
const over: StreamEvent = { type: 'message_stop' };

function inOrder(...events: StreamEvent[]): StreamEvent[] {
  const sequence = createSequence();
  return events.flatMap((event) => sequence(event));
}

describe('the start of a message', () => {
  it.each([
    ['with the same id', start('a')],
    ['without an id', start()],
  ])('again %s means nothing', (_name, again) => {
    expect(inOrder(start('a'), again, open(0, textBlock), again, text(0, 'x'), again)).toEqual([
      start('a'),
      open(0, textBlock),
      text(0, 'x'),
    ]);
  });

  it('with another id is a second answer, also behind one that had none', () => {
    expect(() => inOrder(start('a'), start('b'))).toThrow('starts a second message');
    expect(() => inOrder(start(), start('a'), start('b'))).toThrow('starts a second message');
  });

  it('with an empty id is one that had none', () => {
    expect(inOrder(start(''), start('a'), open(0, textBlock))).toEqual([start(''), open(0, textBlock)]);
  });

  it('that comes late adds to what has begun', () => {
    const usage = { input_tokens: 3 };
    expect(
      inOrder(open(0, textBlock), text(0, 'x'), start('a', { model: 'm', usage }), text(0, 'y')),
    ).toEqual([
      start(),
      open(0, textBlock),
      text(0, 'x'),
      { type: 'message_delta', delta: { id: 'a', model: 'm' }, usage },
      text(0, 'y'),
    ]);
  });

  it('that brings its content along is followed by the blocks', () => {
    const block = { type: 'text', text: 'Hello' };
    expect(inOrder(start('a', { content: [block] }))).toEqual([
      start('a', { content: [] }),
      open(0, block),
      stop(0),
    ]);
  });
});

describe('a delta that does not fit its block', () => {
  it('gets a block of its own, which ends with that one', () => {
    const input = change(0, { type: 'input_json_delta', partial_json: '{}' });
    expect(
      inOrder(
        start('a'),
        open(0, tool),
        input,
        text(0, 'Let me '),
        input,
        text(0, 'look'),
        stop(0),
        open(1, textBlock),
      ),
    ).toEqual([
      start('a'),
      open(0, tool),
      input,
      open(0.125, textBlock),
      text(0.125, 'Let me '),
      input,
      text(0.125, 'look'),
      stop(0.125),
      stop(0),
      open(1, textBlock),
    ]);
  });

  it('ends with the message when its block ended before', () => {
    expect(inOrder(start('a'), open(0, tool), stop(0), text(0, 'x'), over)).toEqual([
      start('a'),
      open(0, tool),
      stop(0),
      open(0.125, textBlock),
      text(0.125, 'x'),
      stop(0.125),
      over,
    ]);
  });

  it.each<[ContentBlock, Delta, string]>([
    [{ type: 'thinking', thinking: '' }, { type: 'text_delta', text: 'x' }, 'text'],
    [textBlock, { type: 'thinking_delta', thinking: 'x' }, 'thinking'],
    [textBlock, { type: 'input_json_delta', partial_json: 'x' }, 'tool_use'],
    [{ type: 'server_tool_use', id: '', name: '', input: {} }, { type: 'text_delta', text: 'x' }, 'text'],
    [{ type: 'redacted_thinking', data: 'x' }, { type: 'thinking_delta', thinking: 'x' }, 'thinking'],
    [{ type: 'web_search_tool_result', content: [] }, { type: 'text_delta', text: 'x' }, 'text'],
  ])('is none of its block: in %j, %j goes to a block of the type %s', (block, delta, type) => {
    const [begun, grown, ...rest] = inOrder(start('a'), open(0, block), change(0, delta)).slice(2);
    expect(begun).toMatchObject({ type: 'content_block_start', index: 0.125, content_block: { type } });
    expect([grown, ...rest]).toEqual([change(0.125, delta)]);
  });

  it('stays in a block of a type we do not know', () => {
    const events = [start('a'), open(0, { type: 'compaction' }), text(0, 'x')];
    expect(inOrder(...events)).toEqual(events);
  });
});

describe('half a character', () => {
  it('waits for the other half', () => {
    expect(inOrder(start('a'), text(0, 'x\ud83d'), text(0, '\ude00y'), stop(0))).toEqual([
      start('a'),
      text(0, 'x'),
      text(0, '😀y'),
      stop(0),
    ]);
  });

  it('waits in its own block', () => {
    const thought = change(1, { type: 'thinking_delta', thinking: '\ude01' });
    expect(inOrder(start('a'), text(0, '\ud83d'), thought, text(0, '\ude00'))).toEqual([
      start('a'),
      text(0, ''),
      change(1, { type: 'thinking_delta', thinking: '\ufffd' }),
      text(0, '😀'),
    ]);
  });

  it.each([
    ['its block ends', stop(0)],
    ['the message ends', over],
    ['the message says how it ended', { type: 'message_delta', delta: { stop_reason: 'end_turn' } } as const],
  ])('without the other one is U+FFFD when %s', (_name, last) => {
    expect(inOrder(start('a'), text(0, 'x\ud83d'), last)).toEqual([
      start('a'),
      text(0, 'x'),
      text(0, '\ufffd'),
      last,
    ]);
  });

  it('in the middle is U+FFFD', () => {
    expect(inOrder(start('a'), text(0, 'x\ud83dy'))).toEqual([start('a'), text(0, 'x\ufffdy')]);
    expect(inOrder(start('a'), open(0, { type: 'text', text: 'x\ude00y' }))).toEqual([
      start('a'),
      open(0, { type: 'text', text: 'x\ufffdy' }),
    ]);
  });

  it('begins in the start of a block', () => {
    expect(inOrder(start('a'), open(0, { type: 'text', text: '\ud83d' }), text(0, '\ude00'))).toEqual([
      start('a'),
      open(0, { type: 'text', text: '' }),
      text(0, '😀'),
    ]);
  });
});

it('is the same event where nothing is wrong', () => {
  const sequence = createSequence();
  sequence(start('a'));
  for (const event of [
    text(0, 'x'),
    change(1, { type: 'input_json_delta', partial_json: 'x' }),
    { type: 'ping' } as const,
  ])
    expect(sequence(event)).toBe(event);
});

describe('a block that begins where another is open', () => {
  const thinking = { type: 'thinking', thinking: '' };

  it('ends that one', () => {
    const thought = change(0, { type: 'thinking_delta', thinking: 'Hm' });
    expect(inOrder(start(), open(0, thinking), thought, open(0, textBlock), text(0, 'x'), stop(0))).toEqual([
      start(),
      open(0, thinking),
      thought,
      stop(0),
      open(0, textBlock),
      text(0, 'x'),
      stop(0),
    ]);
  });

  it('is no other block when it is begun twice before anything came for it', () => {
    expect(inOrder(start(), open(0, textBlock), open(0, textBlock), text(0, 'x'))).toEqual([
      start(),
      open(0, textBlock),
      text(0, 'x'),
    ]);
  });

  it('is the same call when its id is: what it has then counts', () => {
    const whole = { ...tool, input: { a: 1 } };
    expect(inOrder(start(), open(0, tool), open(0, whole), stop(0))).toEqual([
      start(),
      open(0, tool),
      open(0, whole),
      stop(0),
    ]);
  });
});
