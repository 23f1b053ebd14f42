import { describe, expect, it } from 'vitest';
import { eventsOf, parseEvent } from '../../src/messages/events.ts';
import { Secret } from '../../src/messages/secret.ts';
import type { Message } from '../../src/messages/types.ts';

const parse = (data: unknown, event?: string) =>
  parseEvent({ event, data: typeof data === 'string' ? data : JSON.stringify(data) })?.event;

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
    expect(parseEvent({ event: 'ping', data })).toEqual({ event: { type: 'ping' }, data });
  });

  it.each([
    ['[DONE]', undefined],
    [' [DONE] ', undefined],
    ['', 'ping'],
    ['{}', 'done'],
    ['pong', 'ping'],
    ['still here', 'keepalive'],
  ])('%o named %o is none', (data, name) => {
    expect(parseEvent({ event: name, data })).toBeUndefined();
  });

  it.each([
    ['hello', undefined],
    ['{"type":', undefined],
    ['{"type":', 'content_block_delta'],
  ])('%o named %o breaks the protocol', (data, name) => {
    expect(() => parseEvent({ event: name, data })).toThrow('not JSON');
  });

  it.each([
    ['a block without an index', { type: 'content_block_stop' }, { type: 'content_block_stop', index: 0 }],
    [
      'an index in words',
      { type: 'content_block_stop', index: '1' },
      { type: 'content_block_stop', index: 0 },
    ],
    [
      'a text block without text',
      { type: 'content_block_start', index: 1, content_block: { type: 'text' } },
      { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
    ],
    ['a start without a message', { type: 'message_start' }, { type: 'message_start', message: {} }],
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

  it('shows no half of a key when it is quoted in an error', () => {
    const key = `sk-quoted-${'k'.repeat(40)}`;
    new Secret(key);
    let message = '';
    try {
      parse(`not json ${'.'.repeat(90)} ${key}`);
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain('not json');
    expect(message).not.toContain('kk');
  });
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
