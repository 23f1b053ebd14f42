// How answers end, over sockets: with nothing in them, in a body that has no end, or in one whose length is told twice.
import { afterEach, expect, it } from 'vitest';
import { hangup, jsonReply, type Script, streamReply } from '../../src/mock/index.ts';
import { rawServer } from '../http/servers.ts';
import { startTapSession, type TapSession } from './tap-session.ts';
import { endpointAt } from './tapped.ts';

let tap: TapSession;
afterEach(() => tap.close());

const hello = { content: [{ type: 'text' as const, text: 'hello' }] };
const nothing = { content: [], usage: { input_tokens: 9, output_tokens: 3 } };
const message = (content: readonly object[], over: object = {}): Script =>
  jsonReply(200, {
    type: 'message',
    role: 'assistant',
    model: 'mock-1',
    content,
    stop_reason: 'end_turn',
    usage: { input_tokens: 9, output_tokens: 40 },
    ...over,
  });
const openEnded = (parts: Script): Script => [...parts.filter(({ step }) => step !== 'end'), hangup];

it.each<[string, Script, boolean, string, string, string]>([
  [
    'a whole stream whose body has no end',
    openEnded(streamReply(hello)),
    true,
    'sse.truncated',
    'fail',
    'likely',
  ],
  ['a whole stream whose body ends', streamReply(hello), true, 'ok', 'ok', 'certain'],
  ['a stream that says nothing', streamReply(nothing), true, 'sse.empty', 'warn', 'possible'],
  ['a message that says nothing', message([]), false, 'out.empty', 'warn', 'likely'],
  ['a message of an empty text', message([{ type: 'text', text: '' }]), false, 'out.empty', 'warn', 'likely'],
  [
    'a call of a tool and no text',
    message([{ type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }]),
    false,
    'ok',
    'ok',
    'certain',
  ],
  [
    'nothing, as a stop sequence came first',
    message([], { stop_reason: 'stop_sequence' }),
    false,
    'ok',
    'ok',
    'certain',
  ],
])('%s', async (_, reply, stream, id, severity, confidence) => {
  tap = await startTapSession({ replies: [reply] });
  await tap.ask({ stream }).catch(() => {});
  const [row] = await tap.rows(1);
  expect([row?.verdict?.id, row?.verdict?.severity, row?.verdict?.confidence]).toEqual([
    id,
    severity,
    confidence,
  ]);
});

it.each([
  [
    'Content-Length and Transfer-Encoding',
    'Content-Length: 9\r\nTransfer-Encoding: chunked\r\n',
    'answer.length',
  ],
  ['two fields of Content-Length', `Content-Length: LENGTH\r\nContent-Length: LENGTH\r\n`, 'answer.length'],
  ['two values in one field', `Content-Length: LENGTH, LENGTH\r\n`, 'answer.length'],
  ['one Content-Length', `Content-Length: LENGTH\r\n`, 'ok'],
])('a length that is told by %s', async (_, fields, id) => {
  const body = JSON.stringify({
    type: 'message',
    model: 'mock-1',
    content: hello.content,
    stop_reason: 'end_turn',
  });
  const framed = fields.includes('chunked') ? `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n` : body;
  const server = await rawServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n${fields}\r\n`;
      socket.write(head.replaceAll('LENGTH', String(body.length)) + framed);
    });
  });
  tap = await startTapSession({}, { endpoint: () => endpointAt(server.port) });
  // What a client on Node makes of it is the finding.
  const outcome = await tap.ask({ stream: false }).then(
    () => 'ok',
    () => 'answer.length',
  );
  const [row] = await tap.rows(1);
  expect([row?.verdict?.id, outcome]).toEqual([id, id]);
  await server.close();
});
