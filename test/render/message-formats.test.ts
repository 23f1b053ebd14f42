// The three forms of an answer: text, JSON, and the provider's own events.
import { describe, expect, it } from 'vitest';
import { eventsOf, parseEvent, type ReceivedEvent } from '../../src/messages/events.ts';
import type { TurnError, TurnResult } from '../../src/messages/result.ts';
import type { Message } from '../../src/messages/types.ts';
import { renderEvents } from '../../src/render/message-events.ts';
import { renderJson } from '../../src/render/message-json.ts';
import { renderText, type TextOptions } from '../../src/render/message-text.ts';
import type { Renderer, RendererOutput } from '../../src/render/renderer.ts';

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
  const event = parseEvent({ event: undefined, data });
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
