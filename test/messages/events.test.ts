import { describe, expect, it } from 'vitest';
import { eventsOf } from '../../src/messages/events.ts';
import type { Message } from '../../src/messages/types.ts';
import { read } from './feed.ts';

const parse = (data: unknown, event?: string) =>
  read(typeof data === 'string' ? data : JSON.stringify(data), event)[0]?.event;

describe('an event', () => {
  it('is what the type in its JSON says, even against its name', () => {
    expect(parse({ type: 'ping' }, 'message_stop')).toEqual({ type: 'ping' });
  });

  it('is what its name says when the JSON has no type', () => {
    expect(parse({}, 'message_stop')).toEqual({ type: 'message_stop' });
    expect(parse({ index: 0, delta: { type: 'text_delta', text: 'x' } }, 'content_block_delta')).toEqual({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'text_delta', text: 'x' },
    });
  });

  it('keeps the bytes it came in', () => {
    const data = '{"type":"ping" , "x":1}';
    expect(read(data, 'ping')).toEqual([{ event: { type: 'ping' }, data }]);
  });

  it.each([
    ['[DONE]', undefined],
    [' [DONE] ', undefined],
    ['', 'ping'],
    ['{}', 'done'],
  ])('%o named %o is none', (data, name) => {
    expect(read(data, name)).toEqual([]);
  });

  it.each([
    ['pong', 'ping'],
    ['still here', 'keepalive'],
    ['ping', undefined],
    [': OPENROUTER PROCESSING', undefined],
    ['[keepalive]', undefined],
    ['heartbeat', 'message'],
    ['{ping}', undefined],
    ['upstream connect error or disconnect/reset before headers.', undefined],
  ])('in words (%o named %o) is unknown, and no JSON for programs', (data, name) => {
    expect(read(data, name)).toEqual([{ event: { type: 'unknown', raw: data } }]);
  });

  it.each([
    ['{"type":', undefined],
    ['{"type":', 'content_block_delta'],
    ['oops', 'content_block_delta'],
    ['lo"}}', undefined],
    ["{'type': 'content_block_delta'}", undefined],
    ['[{"type":"pi', undefined],
  ])('that was meant to be a part of an answer (%o named %o) is broken', (data, name) => {
    expect(read(data, name)).toEqual([{ event: { type: 'broken', text: data } }]);
  });

  it('in words is an error when its name says so', () => {
    expect(parse('upstream gone', 'error')).toMatchObject({
      type: 'error',
      error: { message: 'upstream gone' },
    });
  });

  it.each([
    ['a block without an index', { type: 'content_block_stop' }, { type: 'content_block_stop', index: 0 }],
    [
      'an index in words',
      { type: 'content_block_stop', index: '1' },
      { type: 'content_block_stop', index: 1 },
    ],
    [
      'a text block without text',
      { type: 'content_block_start', index: 1, content_block: { type: 'text' } },
      { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
    ],
    [
      'a start without a message',
      { type: 'message_start' },
      { type: 'message_start', message: { content: [] } },
    ],
    ['a delta without usage', { type: 'message_delta', delta: null }, { type: 'message_delta', delta: {} }],
    ['usage null', { type: 'message_delta', delta: {}, usage: null }, { type: 'message_delta', delta: {} }],
  ])('with %s is completed', (_name, data, expected) => {
    expect(parse(data)).toEqual(expected);
  });

  it.each([
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: null } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: {} } },
    { type: 'content_block_delta', index: 0, delta: { type: 'compaction_delta', content: 'x' } },
    { type: 'content_block_delta', index: 0 },
    { type: 'content_block_start', index: 0 },
    { type: 'fancy' },
    { hello: 1 },
    [1, 2],
  ])('%o is unknown, not an error', (data) => {
    expect(parse(data)).toMatchObject({ type: 'unknown' });
  });

  it.each([
    [{ type: 'error', error: { type: 'api_error', message: 'm' } }, undefined],
    [{ error: { type: 'api_error', message: 'm' } }, undefined],
    [{ type: 'api_error', message: 'm' }, 'error'],
  ])('%o named %o is an error', (data, name) => {
    expect(parse(data, name)).toMatchObject({ type: 'error', error: { type: 'api_error', message: 'm' } });
  });

  it('carries the request id of an error', () => {
    expect(parse({ type: 'error', error: {}, request_id: 'req_1' })).toMatchObject({
      error: { requestId: 'req_1' },
    });
  });

  it('of chat completions is told apart, with a way on', () => {
    expect(() => parse({ object: 'chat.completion.chunk', choices: [] })).toThrow('OpenAI dialect');
  });
});

describe('several events in one', () => {
  const ping = '{"type":"ping"}';
  const stop = '{"type":"message_stop"}';
  const error = '{"type":"error","error":{"type":"api_error","message":"gone"}}';
  const types = (data: string, event?: string): string[] => read(data, event).map((one) => one.event.type);

  it.each([
    ['parted by one line end', `${ping}\n${stop}`, ['ping', 'message_stop']],
    ['with a word between them', `${ping}\nheartbeat\n${stop}`, ['ping', 'unknown', 'message_stop']],
    ['in a list', `[${ping},${stop}]`, ['ping', 'message_stop']],
    ['with an error on the next line', `${ping}\n${error}`, ['ping', 'error']],
    ['half of one, and an error on the next line', `{"type":"pi\n${error}`, ['broken', 'error']],
    ['half of one, and an error behind it', `{"type":"pi${error}`, ['broken', 'error']],
    ['half of one, and an error with its field behind it', `{"type":"pidata: ${error}`, ['broken', 'error']],
    ['one over several lines', '{"type":\n"ping"}', ['ping']],
  ])('%s are told apart', (_name, data, expected) => {
    expect(types(data, 'content_block_delta')).toEqual(expected);
  });

  it('carry their own bytes', () => {
    expect(read(`${ping}\n${stop}`).map(({ data }) => data)).toEqual([ping, stop]);
  });
});

describe('an event in another shape', () => {
  it.each<[string, object, object]>([
    ['a delta without a type', { delta: { text: 'x' } }, { type: 'text_delta', text: 'x' }],
    ['a delta that is the text', { delta: 'x' }, { type: 'text_delta', text: 'x' }],
    ['a number as text', { delta: { type: 'text_delta', text: 5 } }, { type: 'text_delta', text: '5' }],
    [
      'a list of texts',
      { delta: { type: 'text_delta', text: [{ text: 'x' }] } },
      { type: 'text_delta', text: 'x' },
    ],
    [
      'a thought in the field of a text',
      { delta: { type: 'thinking_delta', text: 'x' } },
      { type: 'thinking_delta', text: 'x', thinking: 'x' },
    ],
    ['a thought without a type', { delta: { thinking: 'x' } }, { type: 'thinking_delta', thinking: 'x' }],
  ])('is read: %s', (_name, json, delta) => {
    expect(parse({ type: 'content_block_delta', index: 0, ...json })).toEqual({
      type: 'content_block_delta',
      index: 0,
      delta,
    });
  });

  it.each<[string, object]>([
    ['where it belongs', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 7 } }],
    ['inside the delta', { delta: { stop_reason: 'end_turn', usage: { output_tokens: 7 } } }],
    ['in a message', { delta: { stop_reason: 'end_turn' }, message: { usage: { output_tokens: 7 } } }],
    ['in digits', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: '7' } }],
    ['beside a reason without its delta', { stop_reason: 'end_turn', usage: { output_tokens: 7 } }],
    [
      'with a count that is none',
      { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 7, input_tokens: {} } },
    ],
  ])('counts usage %s', (_name, json) => {
    expect(parse({ type: 'message_delta', ...json })).toEqual({
      type: 'message_delta',
      delta: { stop_reason: 'end_turn' },
      usage: { output_tokens: 7 },
    });
  });

  it('counts usage at the start and at the stop', () => {
    const usage = { input_tokens: 3 };
    expect(parse({ type: 'message_start', message: {}, usage })).toMatchObject({ message: { usage } });
    expect(parse({ type: 'message_stop', usage })).toEqual({ type: 'message_stop', usage });
  });

  it.each([[-1], [1e300], ['x'], [null], [{}], ['__proto__']])(
    'has the first index instead of %j',
    (index) => {
      expect(parse({ type: 'content_block_stop', index })).toEqual({ type: 'content_block_stop', index: 0 });
    },
  );
});

describe('the events of a finished message', () => {
  const message: Message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    content: [
      { type: 'text', text: 'Hi' },
      { type: 'tool_use', id: 't', name: 'n', input: { a: 1 } },
    ],
    stop_reason: 'tool_use',
    usage: { output_tokens: 3 },
  };

  it('are those of a stream, and only the first has bytes', () => {
    const events = eventsOf(message, '{"the":"original"}');
    expect(events.map(({ event }) => event.type)).toEqual([
      'message_start',
      'content_block_start',
      'content_block_stop',
      'content_block_start',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(events.map(({ data }) => data)).toEqual(['{"the":"original"}', ...Array(6).fill(undefined)]);
  });
});
