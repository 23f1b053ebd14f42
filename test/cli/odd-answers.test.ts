// Answers that are odd but plain, as gateways were seen to write them: in every form the same answer comes out.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bytes, end, hangup, head, jsonReply, pageReply, type Script } from '../../src/mock/index.ts';
import { instantClock } from './instant-clock.ts';
import { type Run, runMsg } from './run-msg.ts';

const line = (json: object): string => `data: ${JSON.stringify(json)}\n\n`;
const start = (more: object = {}): string =>
  line({
    type: 'message_start',
    message: { id: 'msg_1', model: 'm-1', content: [], usage: { input_tokens: 3 }, ...more },
  });
const open = (block: object = { type: 'text', text: '' }, index = 0): string =>
  line({ type: 'content_block_start', index, content_block: block });
const delta = (change: object, index = 0): string =>
  line({ type: 'content_block_delta', index, delta: change });
const text = (words: string, index = 0): string => delta({ type: 'text_delta', text: words }, index);
const stop = line({ type: 'content_block_stop', index: 0 });
const over = (reason = 'end_turn', output = 5): string =>
  line({ type: 'message_delta', delta: { stop_reason: reason }, usage: { output_tokens: output } }) +
  line({ type: 'message_stop' });

const stream = (...parts: string[]): Script => pageReply(200, 'text/event-stream', parts.join(''));
const send = (script: Script, ...argv: string[]): Promise<Run> =>
  runMsg(['send', 'hi', '--max-retries', '0', ...argv], {
    mock: { replies: [script] },
    adapt: instantClock().adapt,
  });

const base = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'm-1',
  stop_reason: 'end_turn',
  usage: { input_tokens: 3, output_tokens: 5 },
};
const hello = { type: 'text', text: 'Hello' };

describe('an answer that says Hello, oddly', () => {
  const answers: readonly (readonly [string, Script])[] = [
    ['message_start twice', stream(start(), start(), open(), text('Hello'), stop, over())],
    [
      'message_start again and again',
      stream(start(), open(), start(), text('Hel'), start(), text('lo'), stop, over()),
    ],
    ['message_start after the first text', stream(open(), text('Hel'), start(), text('lo'), stop, over())],
    [
      'a heartbeat in words',
      stream(
        start(),
        'data: ping\n\n',
        open(),
        text('Hel'),
        'data: : PROCESSING\n\n',
        text('lo'),
        stop,
        over(),
      ),
    ],
    [
      'one line end between the events',
      stream([start(), open(), text('Hello'), stop, over()].join('').replaceAll('\n\n', '\n'), '\n'),
    ],
    ['text in message_start', stream(start({ content: [hello] }), over())],
    [
      'deltas without a type',
      stream(start(), open(), delta({ text: 'Hel' }), delta({ text: 'lo' }), stop, over()),
    ],
    [
      'the label of a page of JSON',
      pageReply(200, 'application/json', [start(), open(), text('Hello'), stop, over()].join('')),
    ],
    [
      'JSON in quotes in every event',
      stream(
        ...[start(), open(), text('Hello'), stop, over()].map((events) =>
          events.replaceAll(/(?<=data: ).*/g, (json) => JSON.stringify(json)),
        ),
      ),
    ],
    [
      'a stream wrapped in another one',
      stream([start(), open(), text('Hello'), stop, over()].join('').replaceAll(/^(?=data)/gm, 'data: ')),
    ],
    [
      'indented fields',
      stream([start(), open(), text('Hello'), stop, over()].join('').replaceAll('data:', '  data:')),
    ],
    [
      'fields with a capital',
      stream([start(), open(), text('Hello'), stop, over()].join('').replaceAll('data:', 'Data:')),
    ],
    [
      'a line between the events that is none',
      stream(start(), open(), 'keepalive\n', text('Hello'), stop, over()),
    ],
    ['a block that is begun twice', stream(start(), open(), open(), text('Hello'), stop, over())],
    [
      'text as a list of blocks',
      stream(start(), open(), delta({ type: 'text_delta', text: [hello] }), stop, over()),
    ],
    ['text in an object', jsonReply(200, { ...base, content: [{ type: 'text', text: { value: 'Hello' } }] })],
    [
      'something behind its JSON',
      pageReply(200, 'application/json', `${JSON.stringify({ ...base, content: [hello] })}\n{"x":1}\n`),
    ],
    ['content as a string', jsonReply(200, { ...base, content: 'Hello' })],
    ['content as one block', jsonReply(200, { ...base, content: hello })],
    ['content as strings', jsonReply(200, { ...base, content: ['Hello'] })],
    ['a null among the blocks', jsonReply(200, { ...base, content: [null, hello] })],
    ['a block without a type', jsonReply(200, { ...base, content: [{ text: 'Hello' }] })],
    [
      'a hollow error beside it',
      jsonReply(200, { ...base, content: [hello], error: { code: 0, message: '' } }),
    ],
    ['an empty error beside it', jsonReply(200, { ...base, content: [hello], error: {} })],
    [
      'counts in digits',
      jsonReply(200, { ...base, content: [hello], usage: { input_tokens: '3', output_tokens: '5' } }),
    ],
    [
      'the label of a stream',
      pageReply(200, 'text/event-stream', JSON.stringify({ ...base, content: [hello] })),
    ],
  ];

  it.each(answers)('%s', async (_name, script) => {
    const [plain, json, events] = [
      await send(script),
      await send(script, '-o', 'json'),
      await send(script, '-o', 'stream-json'),
    ];
    expect(plain).toMatchObject({ code: 0, stdout: 'Hello\n', stderr: '' });
    expect(json).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(json.stdout)).toMatchObject({
      id: 'msg_1',
      model: 'm-1',
      content: [hello],
      stop_reason: 'end_turn',
      usage: { input_tokens: 3, output_tokens: 5 },
    });
    expect(events.code).toBe(0);
    for (const one of events.stdout.trimEnd().split('\n')) expect(() => JSON.parse(one), one).not.toThrow();
  });
});

it('a message_start with another id is a second answer', async () => {
  const run = await send(
    stream(start(), open(), text('First'), start({ id: 'msg_2' }), text('Second'), over()),
  );
  expect(run).toMatchObject({ code: 9, stdout: 'First\n' });
  expect(run.stderr).toContain('starts a second message');
});

it('-v tells what was left out', async () => {
  const run = await send(
    stream(start(), 'data: ping\n\n', 'event: x\ndata: {"a":1}\n\n', open(), text('Hello'), stop, over()),
    '-v',
  );
  expect(run.stderr).toContain('Left out 2 events the protocol does not know: {"a":1}');
});

it('a block that begins where another is still open is kept beside it, in a session too', async () => {
  const home = mkdtempSync(join(tmpdir(), 'msg-odd-'));
  const script = stream(start(), open(), text('One. '), open(), text('Two.'), stop, over());
  const run = await runMsg(['send', 'hi', '--session', 'both'], { mock: { replies: [script] }, home });
  expect(run).toMatchObject({ code: 0, stdout: 'One. Two.\n' });
  const kept = await runMsg(['sessions', 'show', 'both'], { home });
  expect(kept.stdout).toContain('One. ');
});

describe('the input of a call', () => {
  const call = { type: 'tool_use', id: 't', name: 'now', input: {} as unknown };
  const piece = (partial_json: unknown): string => delta({ type: 'input_json_delta', partial_json });

  it.each<[string, Script]>([
    ['as a piece that is no text', stream(start(), open(call), piece({ a: 1 }), stop, over('tool_use'))],
    ['as JSON in a text', stream(start(), open({ ...call, input: '{"a":1}' }), stop, over('tool_use'))],
    [
      'in a second beginning of the same call',
      stream(start(), open(call), open({ ...call, input: { a: 1 } }), stop, over('tool_use')),
    ],
  ])('is read %s', async (_name, script) => {
    const run = await send(script);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(run.stdout.trimEnd().split('\n').at(-1) ?? '')).toEqual({ ...call, input: { a: 1 } });
  });
});

it('text on an open tool call is a block of its own', async () => {
  const tool = { type: 'tool_use', id: 't', name: 'now', input: {} };
  const script = stream(
    start(),
    open(tool),
    delta({ type: 'input_json_delta', partial_json: '{"a":1}' }),
    text('Let me look.'),
    stop,
    over('tool_use'),
  );
  expect(JSON.parse((await send(script, '-o', 'json')).stdout)).toMatchObject({
    content: [
      { ...tool, input: { a: 1 } },
      { type: 'text', text: 'Let me look.' },
    ],
  });
  expect((await send(script)).stdout).toBe(`Let me look.\n${JSON.stringify({ ...tool, input: { a: 1 } })}\n`);
});

it('an answer with nothing in it, not even a reason, is told as empty', async () => {
  const run = await send(stream(start(), line({ type: 'message_stop' })));
  expect(run).toMatchObject({ code: 0, stdout: '' });
  expect(run.stderr).toContain('The answer is empty. The endpoint gave no stop reason either.');
});

it('a message whose JSON is whole is an answer, though its content-length promises more', async () => {
  const body = JSON.stringify({ ...base, content: [hello] });
  const headers = { 'content-type': 'application/json', 'content-length': String(body.length + 20) };
  const run = await send([head(200, headers), bytes(body), hangup]);
  expect(run).toMatchObject({ code: 0, stdout: 'Hello\n', stderr: '' });
  const cut = await send([head(200, headers), bytes(body.slice(0, -9)), hangup]);
  expect(cut).toMatchObject({ code: 8, stdout: '' });
});

describe('half a character', () => {
  it('joins the other half in the next delta', async () => {
    const script = stream(start(), open(), text('a\ud83d'), text('\ude00b'), stop, over());
    expect((await send(script)).stdout).toBe('a😀b\n');
    expect(JSON.parse((await send(script, '-o', 'json')).stdout)).toMatchObject({
      content: [{ text: 'a😀b' }],
    });
  });

  it.each([
    ['a stream', stream(start(), open(), text('a\ud83d'), stop, over())],
    ['a message', jsonReply(200, { ...base, content: 'a\ud83d' })],
  ])('alone at the end of %s is U+FFFD', async (_name, script) => {
    expect((await send(script)).stdout).toBe('a\ufffd\n');
    expect(JSON.parse((await send(script, '-o', 'json')).stdout)).toMatchObject({
      content: [{ text: 'a\ufffd' }],
    });
  });
});

describe('an answer without text', () => {
  it.each<[string, Script, string]>([
    ['a block that starts and stops', stream(start(), open(), stop, over()), 'The answer is empty.'],
    ['no block, 0 tokens', stream(start(), over('end_turn', 0)), 'The endpoint counted 0 tokens'],
    [
      'a message with an empty block',
      jsonReply(200, { ...base, content: [{ type: 'text' }] }),
      'The answer is empty.',
    ],
    [
      'a message with text null',
      jsonReply(200, { ...base, content: [{ type: 'text', text: null }] }),
      'The answer is empty.',
    ],
    ['a message without content', jsonReply(200, { ...base, content: null }), 'The answer is empty.'],
    [
      'thinking only',
      jsonReply(200, { ...base, content: [{ type: 'thinking', thinking: 'hm' }] }),
      'The answer is empty.',
    ],
    [
      'what a server did',
      jsonReply(200, { ...base, content: [{ type: 'server_tool_use', name: 'search' }] }),
      'no text, only blocks of the type server_tool_use',
    ],
  ])('says so: %s', async (_name, script, says) => {
    const run = await send(script);
    expect(run).toMatchObject({ code: 0, stdout: '' });
    expect(run.stderr).toContain(says);
    expect((await send(script, '--strict')).code).toBe(12);
    expect((await send(script, '-o', 'json', '--strict')).code).toBe(12);
  });
});

describe('what a hop writes into the stream without the name of a field', () => {
  const page = '<!DOCTYPE html>\n<html><head>\n<title>504 Gateway Time-out</title>\n</head></html>\n';

  it.each<[string, string, number, string]>([
    ['a page', page, 9, 'ended without message_stop after a page, "504 Gateway Time-out".'],
    ['words', 'upstream timed out\n', 9, 'ended without message_stop after the words "upstream timed out".'],
    ['an error', '{"error":{"message":"upstream reset"}}', 7, 'the server failed (upstream reset)'],
    [
      'an error over several lines',
      '{\n  "error": {\n    "message": "upstream reset"\n  }\n}\n',
      7,
      'the server failed (upstream reset)',
    ],
    ['a detail', '{"detail":"Internal Server Error"}\n', 7, 'the server failed (Internal Server Error)'],
  ])('is told: %s', async (_name, written, code, says) => {
    const run = await send(stream(start(), open(), text('Half'), written));
    expect(run).toMatchObject({ code, stdout: 'Half\n' });
    expect(run.stderr).toContain(says);
  });

  it('is the whole answer sometimes', async () => {
    const run = await send(stream(page));
    expect(run).toMatchObject({ code: 9, stdout: '' });
    expect(run.stderr).toContain('after a page, "504 Gateway Time-out". Nothing of the answer arrived.');
  });

  it('does no harm behind the end', async () => {
    expect(await send(stream(start(), open(), text('Hello'), stop, over(), page))).toMatchObject({
      code: 0,
      stdout: 'Hello\n',
      stderr: '',
    });
  });
});

describe('a stream that breaks in the middle of an event', () => {
  const half = '{"type":"content_block_delta","index":0,"del';
  const failure = '{"type":"error","error":{"type":"api_error","message":"upstream reset"}}';

  it.each([
    ['on the next line', `data: ${half}\ndata: ${failure}\n\n`],
    ['behind it', `data: ${half}${failure}\n\n`],
    ['with its field behind it', `data: ${half}data: ${failure}\n\n`],
    ['in an event of its own', `data: ${half}\n\nevent: error\ndata: ${failure}\n\n`],
    ['in words', 'event: error\ndata: upstream reset\n\n'],
  ])('gives the words of the error %s', async (_name, rest) => {
    const run = await send([head(), bytes(start() + open() + text('Half') + rest), end]);
    expect(run).toMatchObject({ code: 7, stdout: 'Half\n' });
    expect(run.stderr).toContain('upstream reset');
  });

  it('is an error when the answer goes on as if nothing were missing', async () => {
    const run = await send(
      stream(start(), open(), text('Half'), `data: ${half}\n\n`, text('more'), stop, over()),
    );
    expect(run).toMatchObject({ code: 9, stdout: 'Half\n' });
    expect(run.stderr).toContain('not JSON');
  });
});

// Found by strange-answers.test.ts with other seeds.
it.each([
  [
    'a type that names a property of every object',
    pageReply(200, 'application/json', '{"error":{"type":"constructor"}}'),
    7,
  ],
  ['a code that does', pageReply(500, 'application/json', '{"error":{"code":"__proto__","message":"x"}}'), 7],
  ['a stop reason that does', stream(start(), open(), text('x'), stop, over('constructor')), 0],
  ['a block type that does', stream(start(), open({ type: 'toString' }), text('x'), stop, over()), 0],
  [
    'a delta type that does',
    stream(start(), open(), delta({ type: 'constructor', text: 'x' }), text('x'), stop, over()),
    0,
  ],
  [
    'a type that cannot be text',
    stream(line({ type: { toString: [] } }), start(), open(), text('x'), stop, over()),
    0,
  ],
  ['a citation without a type', stream(start(), open(), delta({ citation: {} }), text('x'), stop, over()), 0],
  [
    'depth',
    pageReply(
      200,
      'application/json',
      `{"type":"message","content":[],"x":${'['.repeat(9999)}${']'.repeat(9999)}}`,
    ),
    9,
  ],
])('%s is no bug', async (_name, script, code) => {
  for (const argv of [[], ['-o', 'json'], ['-o', 'stream-json']])
    expect((await send(script, ...argv)).code).toBe(code);
});
