// The step between a conversation and a request: each kind of repair with its words, and all of them at once
// against the rules of the API as the mock knows them.
import { describe, expect, it, test } from 'vitest';
import { repaired, sendableBody } from '../../src/messages/sendable.ts';
import type { MessageParam } from '../../src/messages/types.ts';
import { historyFault } from '../../src/mock/strict-history.ts';
import type { JsonObject } from '../../src/text/json.ts';
import fc from '../fast-check.ts';
import { histories, texts } from './histories.ts';

const json = (value: unknown): JsonObject => JSON.parse(JSON.stringify(value));
const ask = { role: 'user', content: 'and now?' };
const hi = { role: 'user', content: 'hi' };
const said = (...content: unknown[]): object => ({ role: 'assistant', content });
const text = (words: string): object => ({ type: 'text', text: words });
const call = (id: string, more: object = {}): object => ({
  type: 'tool_use',
  id,
  name: 'now',
  input: {},
  ...more,
});
const result = (id: string, content: unknown = 'noon', more: object = {}): object => ({
  type: 'tool_result',
  tool_use_id: id,
  content,
  ...more,
});
const none = (id: string): object => result(id, 'No result was given.', { is_error: true });
const user = (...content: unknown[]): object => ({ role: 'user', content });
const search = { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'x' } };
const found = { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] };
const thought = { type: 'thinking', thinking: 'hm', signature: 's' };

/** What is sent of these turns, and what is told. */
function sent(messages: readonly object[], more: object = {}) {
  const { body, changes } = repaired(json({ model: 'm', ...more, messages }));
  return { messages: body['messages'], told: changes.map(({ words }) => words).join('; '), body };
}

describe('what is fine', () => {
  const fine: readonly object[] = [
    hi,
    said(
      thought,
      text('Let me look. '),
      { ...search, caller: { type: 'direct' } },
      found,
      call('t1'),
      call('t2'),
    ),
    user(result('t1'), result('t2', [text('one'), { type: 'image', source: {} }]), text('go on')),
    said({ ...text('Done.'), citations: [{ type: 'char_location' }] }, { type: 'from_the_future', x: null }),
    { role: 'system', content: 'From now on in French.' },
    { role: 'user', content: [{ ...text('q'), cache_control: { type: 'ephemeral' }, newer: 1 }] },
  ];

  it('is sent byte for byte, as the same object', () => {
    const body = json({ messages: fine, system: 'Be brief.', tools: [{ name: 'now' }], stream: true });
    const outcome = repaired(body);
    expect(outcome.changes).toEqual([]);
    expect(outcome.body).toBe(body);
  });

  it('is an unfinished answer at the end: paused, or waiting for the results that come', () => {
    for (const messages of [
      [hi, said(text('Searching.'), search)],
      [hi, said(search, call('t1')), user(result('t1'))],
      [hi, said(search, call('t1')), user(result('t1')), said(found, text('Done.')), ask],
    ])
      expect(sent(messages)).toMatchObject({ messages, told: '' });
  });
});

/** Before, after, and what is told. */
const kinds: readonly [kind: string, before: object[], after: object[], told: string][] = [
  [
    'an empty text',
    [hi, said(text(''), text('yes')), ask],
    [hi, said(text('yes')), ask],
    '1 blank text left out',
  ],
  [
    'blank texts, also with cache_control, in the results of tools, and as a whole turn',
    [
      { role: 'user', content: ' \n' },
      user(text('hi'), { ...text(' '), cache_control: { type: 'ephemeral' } }),
      said(call('t1'), call('t2')),
      user(result('t1', [text(''), text('noon')]), result('t2', '\n')),
    ],
    [user(text('hi')), said(call('t1'), call('t2')), user(result('t1', [text('noon')]), result('t2', ''))],
    '4 blank texts left out',
  ],
  [
    'an answer of which nothing is left',
    [hi, said(text('\u00a0')), ask],
    [user(text('hi'), text('and now?'))],
    '1 blank text left out; 1 turn joined with the one before',
  ],
  [
    'text that grew onto a tool call',
    [hi, said(call('t1', { text: 'Let me look.' })), user(result('t1'))],
    [hi, said(text('Let me look.'), call('t1')), user(result('t1'))],
    'text on 1 block (tool_use) made a text of its own',
  ],
  [
    'fields of a gateway',
    [hi, said({ ...text('yes'), parsed: null, id: 'x', index: 0, annotations: [], citations: null }), ask],
    [hi, said(text('yes')), ask],
    '3 fields left out that no request may carry (id, index, annotations)',
  ],
  [
    'an answer put back whole',
    [hi, { id: 'msg_1', type: 'message', role: 'assistant', content: [text('yes')], usage: {} }, ask],
    [hi, said(text('yes')), ask],
    '3 fields of answers left out that no turn may carry (id, type, usage)',
  ],
  [
    'entries that are no blocks',
    [hi, said(null, 'yes', { text: 'and no' }, 7), ask],
    [hi, said(text('yes'), { text: 'and no', type: 'text' }), ask],
    '4 blocks without a type mended or left out',
  ],
  [
    'the input of a call that was cut, and one that is a list',
    [hi, said(call('t1', { input: '{"zo' }), call('t2', { input: ['a'] })), user(result('t1'), result('t2'))],
    [
      hi,
      said(call('t1', { input: { INVALID_JSON: '{"zo' } }), call('t2', { input: { INVALID_JSON: '["a"]' } })),
      user(result('t1'), result('t2')),
    ],
    'broken input of 2 tool calls (now) put into an object',
  ],
  [
    'a call nobody answered',
    [hi, said(call('t1'), call('t2')), user(result('t2'), text('never mind'))],
    [hi, said(call('t1'), call('t2')), user(result('t2'), none('t1'), text('never mind'))],
    '1 tool call without a result (now) answered as failed',
  ],
  [
    'a call at the very end',
    [hi, said(call('t1'))],
    [hi, said(call('t1')), user(none('t1'))],
    '1 tool call without a result (now) answered as failed',
  ],
  [
    'results nobody asked for, and a second one',
    [
      user(result('old', 'lost'), text('hi')),
      said(call('t1')),
      user(result('t1'), result('t1', [text('again')])),
    ],
    [user(text('lost'), text('hi')), said(call('t1')), user(result('t1'), text('again'))],
    '2 tool results without a call made plain content',
  ],
  [
    'results behind the text',
    [hi, said(call('t1')), user(text('here'), result('t1'))],
    [hi, said(call('t1')), user(result('t1'), text('here'))],
    'the results of 1 turn put before the rest',
  ],
  [
    'results in the second turn behind the call',
    [hi, said(call('t1')), { role: 'user', content: 'wait' }, user(result('t1'))],
    [hi, said(call('t1')), user(result('t1'), text('wait'))],
    '1 turn joined with the one before; the results of 1 turn put before the rest',
  ],
  [
    'ids that come again in every round, and within one',
    [
      hi,
      said(call('c'), call('c')),
      user(result('c', '1'), result('c', '2')),
      said(call('c')),
      user(result('c', '3')),
    ],
    [
      hi,
      said(call('c'), call('c_2')),
      user(result('c', '1'), result('c_2', '2')),
      said(call('c_3')),
      user(result('c_3', '3')),
    ],
    '2 tool ids renamed, being repeated or no id (c)',
  ],
  [
    'ids no id may be',
    [hi, said(call('functions.now:0'), call('')), user(result('', 'b'), result('functions.now:0', 'a'))],
    [
      hi,
      said(call('functions_now_0'), call('call')),
      user(result('call', 'b'), result('functions_now_0', 'a')),
    ],
    '2 tool ids renamed, being repeated or no id (functions.now:0)',
  ],
  [
    'a name no tool may have',
    [hi, said(call('t1', { name: 'a.b' }), call('t2', { name: '' })), user(result('t1'), result('t2'))],
    [
      hi,
      said(call('t1', { name: 'a_b' }), call('t2', { name: 'unknown' })),
      user(result('t1'), result('t2')),
    ],
    '2 tool names mended (a.b)',
  ],
  [
    'a paused turn the user did not wait for',
    [hi, said(text('Searching.'), search), ask],
    [hi, said(text('Searching.')), ask],
    '1 block of unfinished server tools left out (server_tool_use)',
  ],
  [
    'the result of a server tool without its call',
    [hi, said(found, text('Found.')), ask],
    [hi, said(text('Found.')), ask],
    '1 block of unfinished server tools left out (web_search_tool_result)',
  ],
  [
    'thinking without a signature, and at the end',
    [hi, said({ type: 'thinking', thinking: 'hm' }, text('yes'), thought), ask],
    [hi, said(text('yes')), ask],
    '1 thinking block without a signature left out; 1 thinking block at the end of an answer left out',
  ],
  [
    'blocks in the wrong turn',
    [user(thought, text('hi')), said({ type: 'image', source: {} }, text('yes')), ask],
    [user(text('hi')), said(text('yes')), ask],
    '2 blocks left out that may not stand in such a turn (thinking, image)',
  ],
  [
    'a failure without a word',
    [hi, said(call('t1')), user(result('t1', '', { is_error: true }))],
    [hi, said(call('t1')), user(result('t1', 'The tool failed and gave no reason.', { is_error: true }))],
    '1 failed tool result without a word given one',
  ],
  [
    'white space at the end of a prefill',
    [hi, said(text('The answer is \n'))],
    [hi, said(text('The answer is'))],
    'white space at the end of the last answer left out',
  ],
  [
    'an answer before any question',
    [said(text('Welcome.')), hi],
    [{ role: 'user', content: 'The beginning of this conversation is missing.' }, said(text('Welcome.')), hi],
    'a turn of the user put before the first answer',
  ],
  [
    'half a character',
    [
      { role: 'user', content: 'a\ud83d' },
      said(call('t1', { input: { '\ude00': ['\ud83d'] } })),
      user(result('t1')),
    ],
    [
      { role: 'user', content: 'a\ufffd' },
      said(call('t1', { input: { '\ufffd': ['\ufffd'] } })),
      user(result('t1')),
    ],
    'half characters in 3 texts replaced',
  ],
];

describe('what is mended and told', () => {
  it.each(kinds)('%s', (_, before, after, told) => {
    expect(historyFault(JSON.stringify({ messages: before }), json({ messages: before }))).toBeDefined();
    const outcome = sent(before);
    expect(outcome).toMatchObject({ messages: json(after), told });
    expect(historyFault(JSON.stringify(outcome.body), outcome.body)).toBeUndefined();
  });

  it('is the system prompt too, and any other field', () => {
    expect(sent([hi], { system: ' ' })).toMatchObject({ told: '1 blank text left out' });
    expect(sent([hi], { system: ' ' }).body).toEqual({ model: 'm', messages: [hi] });
    const system = [{ ...text(''), cache_control: { type: 'ephemeral' } }, text('Be brief.')];
    expect(sent([hi], { system }).body).toMatchObject({ system: [text('Be brief.')] });
    const { body, told } = sent([hi], { metadata: { user_id: 'a\udc00' }, stop_sequences: ['\ud800'] });
    expect(body).toMatchObject({ metadata: { user_id: 'a\ufffd' }, stop_sequences: ['\ufffd'] });
    expect(told).toBe('half characters in 2 texts replaced');
  });

  it('a call made by code that is not sent any more has no caller', () => {
    const code = { type: 'server_tool_use', id: 'srvtoolu_1', name: 'code_execution', input: {} };
    const called = call('t1', { caller: { type: 'code_execution_20250825', tool_id: 'srvtoolu_1' } });
    const waiting = [hi, said(code, called), user(result('t1'))];
    expect(sent(waiting)).toMatchObject({ messages: waiting, told: '' });
    expect(sent([hi, said(code, called), user(result('t1'), text('stop'))])).toMatchObject({
      messages: [hi, said(call('t1')), user(result('t1'), text('stop'))],
      told: '1 block of unfinished server tools left out (server_tool_use); the caller of 1 tool call left out, being gone',
    });
  });

  it('a name that the request declares stays, whatever it looks like', () => {
    const messages = [hi, said(call('t1', { name: 'a.b' })), user(result('t1'))];
    expect(sent(messages, { tools: [{ name: 'a.b' }] })).toMatchObject({ messages, told: '' });
  });

  it('quotes the words of a server on one line', () => {
    const name = `two\n\nlines${'.'.repeat(50)}`;
    expect(sent([hi, said({ ...text('yes'), [name]: 1 }), ask]).told).toBe(
      `1 field left out that no request may carry (two lines${'.'.repeat(31)})`,
    );
  });

  it('names many details by the first', () => {
    const strange = Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [name, 1]));
    expect(sent([hi, said({ ...text('yes'), ...strange }), ask]).told).toBe(
      '6 fields left out that no request may carry (a, b, c, d and 2 more)',
    );
  });

  it('a history that says nothing at all is left to the server', () => {
    const messages = [{ role: 'user', content: ' ' }];
    expect(sent(messages)).toMatchObject({ messages, told: '' });
  });

  it('what is no history is not touched', () => {
    for (const messages of ['text', null, [7, { role: 'tool', content: '' }, { role: 'user', content: 7 }]])
      expect(repaired(json({ messages })).body).toEqual({ messages });
  });

  it('is told behind what was done before; --no-repair leaves it alone', () => {
    const options = { model: 'm', maxTokens: 1, stream: false };
    const messages = [hi, said(text(''), text('yes')), ask] as MessageParam[];
    const other = { kind: 'other', words: '1 other thing' };
    const { changes } = sendableBody(options, messages, [other]);
    expect(changes.map(({ words }) => words)).toEqual(['1 other thing', '1 blank text left out']);
    const asItIs = sendableBody({ ...options, isSentAsItIs: true }, messages);
    expect(asItIs).toMatchObject({ body: { messages }, changes: [] });
  });
});

test('whatever is in a history, what is sent is taken by the strictest server, and needs no second repair', () => {
  fc.assert(
    fc.property(histories, texts, (messages, system) => {
      const { body } = repaired(json({ system, messages }));
      expect(historyFault(JSON.stringify(body), body)).toBeUndefined();
      expect(repaired(body)).toEqual({ body, changes: [] });
    }),
    { numRuns: 3000 },
  );
});

test('what the user wrote last is always sent', () => {
  fc.assert(
    fc.property(histories, (messages) => {
      const { body } = repaired(json({ messages }));
      expect(JSON.stringify((body['messages'] as JsonObject[]).at(-1))).toContain('and now?');
    }),
    { numRuns: 500 },
  );
});
