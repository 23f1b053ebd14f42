import { describe, expect, it } from 'vitest';
import { blocksIn, shapeMessage, usageIn } from '../../src/messages/shape.ts';

const hello = { type: 'text', text: 'Hello' };

describe('the blocks of a content', () => {
  it.each<[string, unknown, object[]]>([
    ['a list of blocks', [hello], [hello]],
    ['a string', 'Hello', [hello]],
    ['one block', hello, [hello]],
    ['a list of strings', ['Hello', ' you'], [hello, { type: 'text', text: ' you' }]],
    ['lists in lists', [[hello]], [hello]],
    ['nulls', [null, hello, undefined], [hello]],
    ['what says nothing', [{}, true, ''], []],
    ['null', null, []],
    ['text that is null', [{ type: 'text', text: null }], [{ type: 'text', text: '' }]],
    ['text that is an object', [{ type: 'text', text: {} }], [{ type: 'text', text: '' }]],
    ['text without a type', [{ text: 'Hello' }], [hello]],
    ['a type that is an object', [{ type: {}, text: 'Hello' }], [hello]],
    ['a thought without a type', [{ thinking: 'hm' }], [{ type: 'thinking', thinking: 'hm' }]],
    [
      'a call without a type',
      [{ name: 'look', input: {} }],
      [{ type: 'tool_use', id: '', name: 'look', input: {} }],
    ],
    [
      'a call whose name is an object',
      [{ type: 'tool_use', id: 7, name: {}, input: null }],
      [{ type: 'tool_use', id: '7', name: '', input: {} }],
    ],
    ['citations that are none', [{ ...hello, citations: 5 }], [hello]],
    [
      'a signature that is none',
      [{ type: 'thinking', thinking: 'hm', signature: {} }],
      [{ type: 'thinking', thinking: 'hm' }],
    ],
    ['a type nobody knows', [{ type: 'new', a: [1] }], [{ type: 'new', a: [1] }]],
    ['fields nobody knows', [{ a: 1 }], [{ type: 'unknown', a: 1 }]],
  ])('are read from %s', (_name, content, blocks) => {
    expect(blocksIn(content)).toEqual(blocks);
  });
});

describe('a message', () => {
  it('has text where text belongs, and everything else as it came', () => {
    expect(
      shapeMessage({ id: {}, model: 5, role: 1, type: 2, stop_reason: [], stop_sequence: {}, extra: [1] }),
    ).toEqual({
      type: 'message',
      role: 'assistant',
      model: '5',
      content: [],
      stop_reason: null,
      usage: {},
      extra: [1],
    });
  });
});

describe('usage', () => {
  it.each<[unknown[], object | undefined]>([
    [[{ input_tokens: 4 }], { input_tokens: 4 }],
    [[null, {}, { input_tokens: '4' }], { input_tokens: 4 }],
    [
      [{ input_tokens: 'four', output_tokens: [], cache_read_input_tokens: null }],
      { cache_read_input_tokens: null },
    ],
    [[{ input_tokens: -1, output_tokens: 0 }], { output_tokens: 0 }],
    [
      [{ service_tier: 'standard', server_tool_use: { web_search_requests: 1 } }],
      { service_tier: 'standard', server_tool_use: { web_search_requests: 1 } },
    ],
    [[5, 'x', []], undefined],
  ])('in %j is %j', (places, usage) => {
    expect(usageIn(...places)).toEqual(usage);
  });
});
