// The three forms of an answer: text, JSON, and the provider's own events.

import { describe, expect, it } from 'vitest';
import { createDraft } from '../../src/messages/assemble.ts';
import { eventsOf, type ReceivedEvent } from '../../src/messages/events.ts';
import type { TurnError, TurnResult } from '../../src/messages/result.ts';
import type { ContentBlock, Delta, Message, OtherBlock, StreamEvent } from '../../src/messages/types.ts';
import { renderEvents } from '../../src/turn/output/message-events.ts';
import { renderJson } from '../../src/turn/output/message-json.ts';
import { renderText, type TextOptions } from '../../src/turn/output/message-text.ts';
import type { Renderer, RendererOutput } from '../../src/turn/output/renderer.ts';
import fc from '../fast-check.ts';
import { read } from '../messages/feed.ts';

const result: TurnResult = {
  request_id: 'req_1',
  model_asked: 'm',
  model_served: 'm',
  stop_reason: 'end_turn',
  usage: {},
  timings: {},
};
const failure: TurnError = { class: 'protocol', message: 'broken', retryable: false };
const message = (...content: Message['content']): Message => ({
  type: 'message',
  role: 'assistant',
  content,
  stop_reason: 'end_turn',
  usage: {},
});

function watched<T extends unknown[]>(open: (output: RendererOutput, ...rest: T) => Renderer, ...rest: T) {
  const writes: string[] = [];
  const renderer = open(
    { answer: (text) => writes.push(`out ${text}`), aside: (text) => writes.push(`err ${text}`) },
    ...rest,
  );
  return { renderer, writes };
}

const received = (data: string): ReceivedEvent => {
  const [event] = read(data);
  if (event === undefined) throw new Error('no event');
  return event;
};
const started = (index: number, type: string, text = ''): ReceivedEvent =>
  received(JSON.stringify({ type: 'content_block_start', index, content_block: { type, [type]: text } }));
const text = (words: string, index = 0): ReceivedEvent =>
  received(
    JSON.stringify({ type: 'content_block_delta', index, delta: { type: 'text_delta', text: words } }),
  );
const thinking = (words: string, index = 0): ReceivedEvent =>
  received(
    JSON.stringify({
      type: 'content_block_delta',
      index,
      delta: { type: 'thinking_delta', thinking: words },
    }),
  );

describe('text', () => {
  const pipe: TextOptions = { endsLine: false, showsToolCalls: true };

  it('is written once for each read, and begins at once', () => {
    const { renderer, writes } = watched(renderText, pipe);
    renderer.push([started(0, 'text'), text('Hel'), text('lo')]);
    renderer.push([]);
    renderer.push([text(' world')]);
    renderer.end({ message: message({ type: 'text', text: 'Hello world' }), result });
    expect(writes).toEqual(['out Hello', 'out  world']);
  });

  it('ends its line on a terminal, and only when it has not', () => {
    for (const [last, written] of [
      ['x', ['out x', 'out \n']],
      ['x\n', ['out x\n']],
      ['', []],
    ] as const) {
      const { renderer, writes } = watched(renderText, { ...pipe, endsLine: true });
      if (last !== '') renderer.push([text(last)]);
      renderer.end({ message: message(), result });
      expect(writes).toEqual(written);
    }
  });

  it('of an answer in one piece is complete', () => {
    const { renderer, writes } = watched(renderText, pipe);
    const whole = message({ type: 'text', text: 'All at once.' });
    renderer.push(eventsOf(whole, '{}'));
    renderer.end({ message: whole, result });
    expect(writes).toEqual(['out All at once.']);
  });

  it('puts tool calls behind it, as JSON on lines of their own', () => {
    const call = { type: 'tool_use', id: 't', name: 'n', input: { a: 1 } } as const;
    const { renderer, writes } = watched(renderText, pipe);
    renderer.push([text('Let me look.')]);
    renderer.end({ message: message({ type: 'text', text: 'Let me look.' }, call, call), result });
    const json = '{"type":"tool_use","id":"t","name":"n","input":{"a":1}}';
    expect(writes.join('')).toBe(`out Let me look.out \n${json}\n${json}\n`);
  });

  it('leaves tool calls out where msg answers them itself', () => {
    const { renderer, writes } = watched(renderText, { ...pipe, showsToolCalls: false });
    renderer.end({ message: message({ type: 'tool_use', id: 't', name: 'n', input: {} }), result });
    expect(writes).toEqual([]);
  });

  it('keeps thinking aside, in its order, with a line end before the answer', () => {
    const { renderer, writes } = watched(renderText, { ...pipe, thinking: (words) => `<${words}>` });
    renderer.push([thinking('hm'), thinking('...'), text('So'), text(':', 0)]);
    renderer.end({ message: message(), result });
    expect(writes).toEqual(['err <hm>', 'err <...>', 'err \n', 'out So:']);
  });

  it('keeps the order of answer and thinking within one read', () => {
    const { renderer, writes } = watched(renderText, { ...pipe, thinking: (words) => `<${words}>` });
    renderer.push([text('one'), thinking('hm', 1)]);
    renderer.end({ message: message(), result });
    expect(writes).toEqual(['out one', 'err <hm>', 'err \n']);
  });

  it('hides thinking where nobody wants it', () => {
    const { renderer, writes } = watched(renderText, pipe);
    renderer.push([thinking('hm'), text('So')]);
    renderer.end({ message: message(), result });
    expect(writes).toEqual(['out So']);
  });

  it('passes through what it is given to make text harmless', () => {
    const { renderer, writes } = watched(renderText, {
      ...pipe,
      transform: (words: string) => words.toUpperCase(),
    });
    renderer.push([text('quiet')]);
    expect(writes).toEqual(['out QUIET']);
  });

  it('has written nothing until the first character', () => {
    const { renderer } = watched(renderText, pipe);
    renderer.push([started(0, 'text'), received('{"type":"ping"}')]);
    expect(renderer.hasWritten()).toBe(false);
    renderer.push([text('x')]);
    expect(renderer.hasWritten()).toBe(true);
  });

  it('has written something once thinking was shown: it must not appear a second time', () => {
    const { renderer } = watched(renderText, { ...pipe, thinking: (words) => words });
    renderer.push([thinking('hm')]);
    expect(renderer.hasWritten()).toBe(true);
  });
});

describe('json', () => {
  it('is the message with the facts of the turn, at its end only', () => {
    const { renderer, writes } = watched(renderJson);
    renderer.push([text('x')]);
    expect(renderer.hasWritten()).toBe(false);
    renderer.end({ message: message({ type: 'text', text: 'x' }), result });
    expect(writes).toHaveLength(1);
    const printed = writes[0]?.slice('out '.length) ?? '';
    expect(printed.endsWith('}\n')).toBe(true);
    expect(JSON.parse(printed)).toEqual({ ...message({ type: 'text', text: 'x' }), msg: result });
  });

  const printed = (events: readonly StreamEvent[], size: number): Record<string, unknown> => {
    const { renderer, writes } = watched(renderJson);
    const draft = createDraft({ keepsText: false });
    for (let at = 0; at < events.length; at += size) {
      const batch = events.slice(at, at + size);
      for (const event of batch) draft.apply(event);
      renderer.push(batch.map((event) => ({ event })));
    }
    renderer.end({ message: draft.message(), result });
    return JSON.parse(writes.map((write) => write.slice('out '.length)).join(''));
  };
  const assembled = (events: readonly StreamEvent[]): object => {
    const draft = createDraft();
    for (const event of events) draft.apply(event);
    return JSON.parse(JSON.stringify({ ...draft.message(), msg: result }));
  };

  it('is the assembled message, however its blocks interleave', () => {
    const kinds: [OtherBlock, Delta][] = [
      [
        { type: 'text', text: 'a"', citations: null },
        { type: 'text_delta', text: 'b\\\n😀' },
      ],
      [
        { type: 'thinking', thinking: '' },
        { type: 'thinking_delta', thinking: 'hm ' },
      ],
      [
        { type: 'thinking', thinking: '' },
        { type: 'signature_delta', signature: 'sig' },
      ],
      [
        { type: 'text', text: '' },
        { type: 'citations_delta', citation: { cited_text: 'c' } },
      ],
      [
        { type: 'tool_use', id: 't', name: 'n', input: {} },
        { type: 'input_json_delta', partial_json: '1' },
      ],
      [
        { type: 'new_kind', data: [1] },
        { type: 'text_delta', text: 'x' },
      ],
    ];
    const blocks = fc.array(
      fc.record({ kind: fc.nat(kinds.length - 1), deltas: fc.nat(4), isClosed: fc.boolean() }),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(blocks, fc.array(fc.nat(9)), fc.integer({ min: 1, max: 9 }), (plan, turns, size) => {
        const queues = plan.map(({ kind, deltas, isClosed }, index): StreamEvent[] => {
          const [block, delta] = kinds[kind] as [OtherBlock, Delta];
          return [
            { type: 'content_block_start', index, content_block: block as ContentBlock },
            ...Array.from({ length: deltas }, () => ({ type: 'content_block_delta', index, delta }) as const),
            ...(isClosed ? [{ type: 'content_block_stop', index } as const] : []),
          ];
        });
        const events: StreamEvent[] = [{ type: 'message_start', message: { id: 'msg_1', model: 'm' } }];
        // Blocks begin in their order; what follows comes in any.
        let begun = 0;
        for (const turn of [...turns, ...queues.flatMap((queue, index) => queue.map(() => index))]) {
          const index = Math.min(turn, begun, queues.length - 1);
          const event = queues[index]?.shift();
          if (event === undefined) continue;
          if (event.type === 'content_block_start') begun++;
          events.push(event);
        }
        events.push({
          type: 'message_delta',
          delta: { stop_reason: 'end_turn' },
          usage: { output_tokens: 1 },
        });
        expect(printed(events, size)).toEqual(assembled(events));
      }),
      { numRuns: 1000 },
    );
  });

  it('writes a long text while it arrives', () => {
    const { renderer, writes } = watched(renderJson);
    for (let count = 0; count < 100; count++) renderer.push([text('x'.repeat(1000))]);
    expect(renderer.hasWritten()).toBe(true);
    expect(writes.join('').length).toBeGreaterThan(60_000);
  });

  it('begins again when a try has failed before anything was written', () => {
    const { renderer, writes } = watched(renderJson);
    const head = (id: string): ReceivedEvent => ({ event: { type: 'message_start', message: { id } } });
    renderer.push([head('msg_1'), text('lost')]);
    renderer.push([head('msg_2'), text('kept')]);
    renderer.end({ message: message({ type: 'text', text: '' }), result });
    expect(JSON.parse(writes.join('').slice('out '.length))).toMatchObject({
      id: 'msg_2',
      content: [{ type: 'text', text: 'kept' }],
    });
  });

  it('tells a failure beside what arrived', () => {
    const { renderer, writes } = watched(renderJson);
    renderer.end({ message: message(), result, error: failure });
    expect(JSON.parse(writes[0]?.slice('out '.length) ?? '').msg).toEqual({ ...result, error: failure });
  });
});

describe('stream-json', () => {
  it('is what the provider sent, one event a line, and a line of ours', () => {
    const { renderer, writes } = watched(renderEvents);
    const odd = '{"type":"fancy" , "x":1}';
    renderer.push([received(odd), received('{"type":\n"ping"}')]);
    renderer.push([]);
    renderer.end({ message: message(), result });
    expect(writes.slice(0, 1)).toEqual([`out ${odd}\n{"type": "ping"}\n`]);
    expect(JSON.parse(writes[1]?.slice('out '.length) ?? '')).toEqual({ type: 'msg.result', ...result });
    expect(writes).toHaveLength(2);
  });

  it('of an answer in one piece is that answer on one line', () => {
    const { renderer, writes } = watched(renderEvents);
    renderer.push(eventsOf(message({ type: 'text', text: 'x' }), '{"content":[]}'));
    expect(writes).toEqual(['out {"content":[]}\n']);
  });

  it('ends in the failure', () => {
    const { renderer, writes } = watched(renderEvents);
    renderer.end({ message: message(), result, error: failure });
    expect(JSON.parse(writes[0]?.slice('out '.length) ?? '')).toMatchObject({
      type: 'msg.error',
      class: 'protocol',
    });
  });
});
