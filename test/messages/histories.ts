// Generated conversations: what endpoints really leave in a history, and what nobody would write by hand.
import fc from '../fast-check.ts';

/** Texts with blanks, halves of characters, keys of objects. */
export const texts = fc.oneof(
  { weight: 4, arbitrary: fc.string({ maxLength: 8 }) },
  fc.constantFrom('', ' ', '\n\n', '\u00a0', '\ufeff', 'end \n', 'cut \ud83d', '\ude00 half', '\u{1f600}'),
);

/** Few, so that they meet: repeated, with characters no id may have, empty. */
const ids = fc.constantFrom('call_0', 'call_0', 'toolu_a', 'grep:3', 'functions.now:0', '', 'call_0_2', 'é');
const serverIds = fc.constantFrom('srvtoolu_1', 'srvtoolu_2', 'srv:3');
const inputs = fc.oneof(
  fc.constantFrom({}, { zone: 'UTC' }, { 'key \ud83d': ['\ude00'] }),
  fc.constantFrom<unknown>('{"zone":"U', '', null, ['a'], 7, true, '{"a":1}}', undefined),
);
const stray = fc.dictionary(
  fc.constantFrom(
    'parsed',
    'id',
    'index',
    'annotations',
    'citations',
    'text',
    'signature',
    'thinking',
    '__x',
  ),
  fc.oneof(fc.constant(null), texts, fc.constant(7)),
  { maxKeys: 2 },
);

const block = <T extends object>(fields: { readonly [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.tuple(stray, fc.record(fields)).map(([more, own]) => ({ ...more, ...own }) as Record<string, unknown>);

const text = block({
  type: fc.constant('text'),
  text: fc.oneof({ weight: 9, arbitrary: texts }, fc.constant(null)),
});
const thinking = block({
  type: fc.constant('thinking'),
  thinking: texts,
  signature: fc.constantFrom('sig', 'sig', '', undefined),
});
const redacted = block({ type: fc.constant('redacted_thinking'), data: fc.constantFrom('x', '') });
const call = block({
  type: fc.constant('tool_use'),
  id: ids,
  name: fc.constantFrom('now', 'a.b', ''),
  input: inputs,
});
const serverCall = block({
  type: fc.constant('server_tool_use'),
  id: serverIds,
  name: fc.constant('web_search'),
  input: inputs,
});
const serverResult = block({
  type: fc.constant('web_search_tool_result'),
  tool_use_id: serverIds,
  content: fc.constant([]),
});
const result = fc
  .record({
    type: fc.constant('tool_result'),
    tool_use_id: ids,
    content: fc.oneof(
      texts,
      fc.constantFrom<unknown>([], null, undefined),
      fc.array(fc.record({ type: fc.constant('text'), text: texts }), { maxLength: 2 }),
    ),
    is_error: fc.constantFrom(true, false, undefined),
  })
  .map((fields) => fields as Record<string, unknown>);
const image = fc.constant({
  type: 'image',
  source: { type: 'base64', media_type: 'image/png', data: 'iVBO' },
});
const none = fc.constantFrom<unknown>(null, 'a bare text', 7, {}, { text: 'typeless' });
const unknown = fc.constant({ type: 'from_the_future', anything: null });

/** Any block an answer may hold. */
export const answerBlocks = fc.oneof(
  { weight: 4, arbitrary: text as fc.Arbitrary<unknown> },
  { weight: 4, arbitrary: call },
  { weight: 2, arbitrary: thinking },
  redacted,
  { weight: 2, arbitrary: serverCall },
  serverResult,
  result,
  image,
  none,
  unknown,
);
const questionBlocks = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('text'), text: texts }) as fc.Arbitrary<unknown> },
  { weight: 4, arbitrary: result },
  image,
  call,
);

export const stopReasons = fc.constantFrom(
  'end_turn',
  'tool_use',
  'max_tokens',
  'pause_turn',
  'refusal',
  'stop',
  'length',
  null,
);

const content = (blocks: fc.Arbitrary<unknown>) =>
  fc.oneof(
    { weight: 8, arbitrary: fc.array(blocks, { maxLength: 5 }) as fc.Arbitrary<unknown> },
    texts,
    fc.constant(null),
  );

const answer = fc.record({ role: fc.constant('assistant'), content: content(answerBlocks) });
const question = fc.record({ role: fc.constant('user'), content: content(questionBlocks) });

/** Whole conversations in any order of roles, with a question at the end that says something. */
export const histories = fc
  .array(fc.oneof(answer as fc.Arbitrary<unknown>, question), { maxLength: 7 })
  .map((turns) => [...turns, { role: 'user', content: 'and now?' }]);
