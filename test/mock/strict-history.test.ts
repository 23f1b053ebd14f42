// `strictHistory`: the conversations the native API refuses, and its words for each.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Mock, startMock, streamReply } from '../../src/mock/index.ts';

let mock: Mock;
beforeEach(async () => {
  mock = await startMock({ strictHistory: true, answer: 'taken' });
});
afterEach(() => mock.close());

const answerTo = async (body: object, to: Mock = mock): Promise<string> => {
  const response = await fetch(`${to.url}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
    body: JSON.stringify({ model: 'm', max_tokens: 10, ...body }),
  });
  const { error, content } = (await response.json()) as {
    error?: { message: string };
    content?: { text: string }[];
  };
  return error?.message ?? String(content?.[0]?.text);
};

const hi = { role: 'user', content: 'hi' };
const said = (...content: unknown[]): object => ({ role: 'assistant', content });
const text = (words: string): object => ({ type: 'text', text: words });
const user = (...content: unknown[]): object => ({ role: 'user', content });
const call = (id: string, more: object = {}): object => ({
  type: 'tool_use',
  id,
  name: 'now',
  input: {},
  ...more,
});
const result = (id: string, more: object = {}): object => ({
  type: 'tool_result',
  tool_use_id: id,
  content: '1',
  ...more,
});
const search = { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} };
const found = { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] };
const thought = { type: 'thinking', thinking: 'hm', signature: 's' };

describe('what the API takes', () => {
  it.each<[string, object[]]>([
    ['a plain conversation', [hi, said(text('yes ')), user(text('and now?'))]],
    [
      'a round of tools',
      [hi, said(thought, text('Look.'), call('a'), call('b')), user(result('b'), result('a'), text('go on'))],
    ],
    ['a paused answer at the end', [hi, said(text('Searching.'), search)]],
    [
      'a server tool whose result comes behind those of ours',
      [hi, said(search, call('a')), user(result('a')), said(found, text('Done.')), hi],
    ],
    ['an escaped backslash before a "u"', [{ role: 'user', content: '\\ud83d' }]],
    ['a whole pair', [{ role: 'user', content: '\u{1f600}' }]],
    ['a type of tomorrow', [hi, said({ type: 'from_the_future', any: 1 }), hi]],
  ])('%s', async (_, messages) => {
    expect(await answerTo({ messages })).toBe('taken');
  });
});

describe('what it refuses, and how', () => {
  it.each<[string, object[], string]>([
    [
      'a blank text',
      [hi, said(text(' ')), hi],
      'messages: text content blocks must contain non-whitespace text',
    ],
    [
      'an empty cached text',
      [user({ ...text(''), cache_control: {} })],
      'messages.0.content.0.text: cache_control cannot be set for empty text blocks',
    ],
    [
      'an empty turn',
      [hi, said(), hi],
      'messages.1: all messages must have non-empty content except for the optional final assistant message',
    ],
    [
      'a field of an answer',
      [hi, said({ ...text('x'), parsed: null }), hi],
      'messages.1.content.0.text.parsed: Extra inputs are not permitted',
    ],
    [
      'a field of a turn',
      [hi, { ...said(text('x')), id: 'msg_1' }, hi],
      'messages.1.id: Extra inputs are not permitted',
    ],
    [
      'input that is no object',
      [hi, said(call('a', { input: '{' })), user(result('a'))],
      'messages.1.content.0.tool_use.input: Input should be a valid dictionary',
    ],
    [
      'an id with a colon',
      [hi, said(call('a:0')), user(result('a:0'))],
      "messages.1.content.0.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'",
    ],
    [
      'one id twice',
      [hi, said(call('a')), user(result('a')), said(call('a')), user(result('a'))],
      'messages.3.content: `tool_use` ids must be unique',
    ],
    [
      'two results for one call',
      [hi, said(call('a')), user(result('a'), result('a'))],
      'messages.2.content: each tool_use must have a single result. Found multiple `tool_result` blocks with id: a',
    ],
    [
      'a call at the end',
      [hi, said(call('a'))],
      'messages.2: `tool_use` ids were found without `tool_result` blocks immediately after: a. Each `tool_use` block must have a corresponding `tool_result` block in the next message.',
    ],
    [
      'a result behind text',
      [hi, said(call('a')), user(text('x'), result('a'))],
      'messages.2: `tool_use` ids were found without `tool_result` blocks immediately after: a. Each `tool_use` block must have a corresponding `tool_result` block in the next message.',
    ],
    [
      'a result without a call',
      [hi, said(text('x')), user(result('a'))],
      'messages.2.content: unexpected `tool_use_id` found in `tool_result` blocks: a. Each `tool_result` block must have a corresponding `tool_use` block in the previous message.',
    ],
    [
      'a failure without a word',
      [hi, said(call('a')), user(result('a', { content: '', is_error: true }))],
      'messages.2.content.0.tool_result: content cannot be empty if `is_error` is true',
    ],
    [
      'an unfinished search',
      [hi, said(search), hi],
      'messages.1: `web_search` tool use with id `srvtoolu_1` was found without a corresponding `web_search_tool_result` block',
    ],
    [
      'thinking without a signature',
      [hi, said({ type: 'thinking', thinking: 'hm' }, text('x')), hi],
      'messages.1.content.0.thinking.signature: Field required',
    ],
    [
      'thinking at the end',
      [hi, said(text('x'), thought), hi],
      'messages.1: The final block in an assistant message cannot be `thinking`.',
    ],
    [
      'an image in an answer',
      [hi, said({ type: 'image', source: {} }), hi],
      'messages.1.content.0: `image` blocks can only be in `user` messages',
    ],
    [
      'white space at the very end',
      [hi, said(text('x '))],
      'messages: final assistant content cannot end with trailing whitespace',
    ],
    ['an answer first', [said(text('x')), hi], 'messages: first message must use the "user" role'],
    [
      'two turns of one role',
      [hi, hi],
      'messages: roles must alternate between "user" and "assistant", but found multiple "user" roles in a row',
    ],
  ])('%s', async (_, messages, message) => {
    expect(await answerTo({ messages })).toBe(message);
  });

  it('half a character, wherever it stands', async () => {
    expect(await answerTo({ messages: [{ role: 'user', content: 'a\ud83d' }] })).toMatch(
      /^The request body is not valid JSON: no low surrogate in string: line 1 column \d+ \(char \d+\)$/,
    );
    expect(await answerTo({ messages: [hi], metadata: { '\ude00': 1 } })).toContain('no low surrogate');
  });

  it('an empty system prompt', async () => {
    expect(await answerTo({ messages: [hi], system: '' })).toBe(
      'system: text content blocks must be non-empty',
    );
    expect(await answerTo({ messages: [hi], system: [{ ...text(' '), cache_control: {} }] })).toBe(
      'system: cache_control cannot be set for empty text blocks',
    );
  });
});

it('comes before any script, which then waits for the next request', async () => {
  const scripted = await startMock({ strictHistory: true, replies: [streamReply('x')] });
  expect(await answerTo({ messages: [hi, hi] }, scripted)).toContain('roles must alternate');
  expect(() => scripted.verify()).toThrow('1 scripted replies nobody asked for');
  await scripted.close();
});

it('is not asked of a mock that is not told to be strict', async () => {
  const lenient = await startMock({ answer: 'taken' });
  expect(await answerTo({ messages: [hi, said({ ...text('x'), parsed: 1 }), hi, hi] }, lenient)).toBe(
    'taken',
  );
  await lenient.close();
});
