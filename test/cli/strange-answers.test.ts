// Whatever a server sends, it is no bug in msg, and no success without a word: generated answers, streamed and in one
// piece, through the whole command in every form.
import { describe, expect, it } from 'vitest';
import { pageReply, type Script, startMock } from '../../src/mock/index.ts';
import fc from '../fast-check.ts';
import { instantClock } from './instant-clock.ts';
import { runMsg } from './run-msg.ts';

/** The exit codes a server can bring about; 1 is a bug, 2 and 3 are the user's. */
const documented = [0, 4, 5, 6, 7, 8, 9];

const deep = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);
const strange = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1.5,
    2 ** 53,
    1e308,
    '',
    'text',
    ' ',
    '\ud83d',
    '\ude00',
    '\u001b[2J',
    [],
    {},
    [[]],
  ),
  fc.constantFrom<unknown>('end_turn', 'tool_use', 'text', 'text_delta', 'error', '__proto__', 'constructor'),
  fc.constantFrom<unknown>(deep(40), deep(3000), { toString: 1, valueOf: [], length: 1e9 }),
  fc.jsonValue({ maxDepth: 3 }),
  fc.dictionary(
    fc.constantFrom('type', 'text', 'message', 'error', 'content', '__proto__', 'toString'),
    fc.jsonValue(),
  ),
);

/** An object with some fields as they should be, some of another kind, some missing. */
function distorted(fields: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<object> {
  const entries = Object.entries(fields).map(([name, value]) =>
    fc
      .oneof({ weight: 6, arbitrary: value }, { weight: 2, arbitrary: strange })
      .map((one): [string, unknown] => [name, one]),
  );
  return fc
    .tuple(fc.tuple(...entries), fc.array(fc.constantFrom(...Object.keys(fields)), { maxLength: 2 }))
    .map(([pairs, missing]) => Object.fromEntries(pairs.filter(([name]) => !missing.includes(name))));
}

const text = fc.constantFrom('Hello', '', ' ', '😀', '\ud83d', '\ude00', 'line\nline');
const block = fc.oneof(
  distorted({ type: fc.constant('text'), text, citations: fc.constant(null) }),
  distorted({ type: fc.constant('thinking'), thinking: text, signature: fc.constant('s') }),
  distorted({
    type: fc.constantFrom('tool_use', 'server_tool_use'),
    id: text,
    name: text,
    input: fc.constant({}),
  }),
  distorted({
    type: fc.constantFrom('redacted_thinking', 'web_search_tool_result', 'new'),
    tool_use_id: text,
  }),
);
const usage = distorted({ input_tokens: fc.nat(9), output_tokens: fc.constantFrom(0, '5', 7) });
const reason = fc.constantFrom('end_turn', 'tool_use', 'max_tokens', 'pause_turn', 'refusal', null, 'new');
const error = distorted({
  type: fc.constantFrom('overloaded_error', 'api_error', 'error', 'new'),
  message: fc.oneof(text, fc.constantFrom('{"error":{"message":"inner"}}', 'HTTP 401: {"type":"error"}')),
  code: fc.constantFrom(0, '401', 500, null),
});
const message = (content: fc.Arbitrary<unknown>): fc.Arbitrary<object> =>
  distorted({
    id: fc.constantFrom('a', 'b'),
    type: fc.constant('message'),
    role: fc.constant('assistant'),
    model: text,
    content,
    stop_reason: reason,
    usage,
    error: fc.constantFrom(null, {}),
  });
const index = fc.constantFrom<unknown>(0, 0, 1, 2, '1', 1e300, -5);
const delta = fc.oneof(
  distorted({ type: fc.constant('text_delta'), text }),
  distorted({ type: fc.constant('thinking_delta'), thinking: text }),
  distorted({ type: fc.constant('input_json_delta'), partial_json: fc.constantFrom('{"a":', '1}', '', '[') }),
  distorted({ type: fc.constant('citations_delta'), citation: fc.constant({}) }),
  distorted({ type: fc.constant('signature_delta'), signature: text }),
);
const event = fc.oneof(
  distorted({ type: fc.constant('message_start'), message: message(fc.constant([])) }),
  distorted({ type: fc.constant('content_block_start'), index, content_block: block }),
  distorted({ type: fc.constant('content_block_delta'), index, delta }),
  distorted({ type: fc.constant('content_block_delta'), index, delta }),
  distorted({ type: fc.constant('content_block_stop'), index }),
  distorted({ type: fc.constant('message_delta'), delta: distorted({ stop_reason: reason, usage }), usage }),
  distorted({ type: fc.constant('ping') }),
  fc.constant({ type: 'message_stop' }),
);
const line = fc.oneof(
  { weight: 12, arbitrary: event.map((json) => JSON.stringify(json)) },
  {
    weight: 1,
    arbitrary: distorted({ type: fc.constantFrom('error', 'new'), error, message: error }).map((json) =>
      JSON.stringify(json),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.oneof(
      strange.map((json) => JSON.stringify(json)),
      fc.json(),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('ping', '[DONE]', '', '{"type":"content_block_de', ': beat', 'half"}}'),
  },
);
const stream = fc
  .array(
    fc.tuple(
      line,
      fc.constantFrom('', '', 'event: message_stop\n', 'event: error\n', 'event: new\n', 'event: message\n'),
      fc.constantFrom('\n\n', '\n\n', '\n\n', '\n', '\r\n\r\n'),
    ),
    { maxLength: 12 },
  )
  .map((events) => events.map(([data, name, end]) => `${name}data: ${data}${end}`).join(''));
const whole = fc.constant(
  'data: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}\n\ndata: {"type":"message_stop"}\n\n',
);

const answers: readonly (readonly [string, fc.Arbitrary<Script>])[] = [
  ['a stream', stream.map((body) => pageReply(200, 'text/event-stream', body))],
  [
    'a stream that ends well',
    fc.tuple(stream, whole).map((bodies) => pageReply(200, 'text/event-stream', bodies.join(''))),
  ],
  [
    'a message',
    message(fc.oneof(fc.array(block, { maxLength: 4 }), block, text)).map((json) =>
      pageReply(200, 'application/json', JSON.stringify(json)),
    ),
  ],
  [
    'an error',
    fc
      .tuple(
        fc.constantFrom(200, 400, 401, 404, 429, 500, 529),
        fc.oneof(error, distorted({ error, detail: error, status: fc.constantFrom(401, 500) }), strange),
      )
      .map(([status, json]) => pageReply(status, 'application/json', JSON.stringify(json))),
  ],
];

const forms: readonly (readonly string[])[] = [
  ['send', 'hi'],
  ['send', 'hi', '-o', 'json'],
  ['send', 'hi', '-o', 'stream-json'],
  ['send', 'hi', '--no-stream', '--stats'],
  ['send', 'hi', '--extract-code', '-v'],
];

describe.each(answers)('whatever %s holds', (_name, script) => {
  it.each(forms.map((argv) => [argv.join(' '), argv] as const))(
    'msg %s shows no bug, and never silence',
    async (_form, argv) => {
      const { adapt } = instantClock();
      await fc.assert(
        fc.asyncProperty(script, async (reply) => {
          const mock = await startMock({ replies: [reply] });
          try {
            const run = await runMsg([...argv, '--max-retries', '0'], {
              on: mock,
              adapt,
            });
            expect(documented, run.stderr).toContain(run.code);
            expect(run.stderr).not.toMatch(/bug in msg|\[object Object\]/);
            expect(run.stdout + run.stderr).not.toBe('');
          } finally {
            await mock.close();
          }
        }),
        { numRuns: 80 },
      );
    },
  );
});
