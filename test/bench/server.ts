// The one server of the benchmark, a process of its own: canned answers straight onto the socket, so that it
// is never what is measured, and the mock for the doctor. Asked and answered over IPC.
import { readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { type MockExchange, startMock } from '../../src/mock/server.ts';
import { isWholeRequest } from '../whole-request.ts';

/** What the server tells when it is up. */
export type Addresses = { readonly url: string; readonly httpsUrl: string; readonly mockUrl: string };

const event = (type: string, fields: object): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
const delta = (text: string): string =>
  event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } });
const begin =
  event('message_start', {
    message: {
      id: 'msg_bench',
      type: 'message',
      role: 'assistant',
      model: 'bench-model',
      content: [],
      stop_reason: null,
      usage: { input_tokens: 3, output_tokens: 1 },
    },
  }) + event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } });
const end =
  event('content_block_stop', { index: 0 }) +
  event('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 12 } }) +
  event('message_stop', {});

const head =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nrequest-id: req_bench\r\ntransfer-encoding: chunked\r\n\r\n';
const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const lastChunk = '0\r\n\r\n';

/** A token as models make them; with it an event is 121 bytes long. */
const token = delta(' token');
const block = Buffer.from(chunk(token).repeat(8000));
const blockEventBytes = token.length * 8000;

/** An answer as people get it, in pieces of the usual size. */
const markdownTokens =
  `## What the log says

The **third** request was answered by a cache, as its \`age\` header shows: nothing of it came from the model.

- the first took 210 ms, which is normal
- the second waited for the first, see [the notes](http://127.0.0.1/notes)

| request | time | from |
|---|---|---|
| 1 | 210 ms | model |

\`\`\`js
const age = response.headers.get('age');
\`\`\`

`.match(/\s*\S{1,5}|\s+$/g) ?? [];

/** Answers by the first part of the path, one HTTP chunk an event. */
const answers: Readonly<Record<string, (socket: Socket, argument: number) => void>> = {
  /** The first token at once, the others 1 ms apart: an answer that takes its time, if little. */
  answer: (socket, count) => {
    socket.write(head + chunk(begin) + chunk(token));
    let sent = 1;
    const timer = setInterval(() => {
      if (sent++ < count) return void socket.write(chunk(token));
      clearInterval(timer);
      socket.write(chunk(end) + lastChunk);
    }, 1);
    socket.once('close', () => clearInterval(timer));
  },
  /** So many tokens a second, for as long as somebody reads. */
  speed: (socket, perSecond) => {
    socket.write(head + chunk(begin));
    let sent = 0;
    const timer = setInterval(() => {
      socket.write(chunk(delta(markdownTokens[sent++ % markdownTokens.length] ?? '')));
    }, 1000 / perSecond);
    socket.once('close', () => clearInterval(timer));
  },
  /** So many tokens at once. */
  tokens: (socket, count) =>
    void socket.write(head + chunk(begin) + chunk(token).repeat(count) + chunk(end) + lastChunk),
  /** So many megabytes of events as fast as the reader takes them. */
  megabytes: (socket, count) => {
    let remaining = Math.round((count * 1e6) / blockEventBytes);
    socket.write(head + chunk(begin));
    const more = (): void => {
      while (remaining > 0) {
        remaining--;
        if (!socket.write(block)) return void socket.once('drain', more);
      }
      socket.write(chunk(end) + lastChunk);
    };
    more();
  },
  /** So many deltas 1 ms apart; each says when it was sent, in microseconds of the machine's clock. */
  paced: (socket, count) => {
    socket.write(head + chunk(begin));
    let sent = 0;
    const timer = setInterval(() => {
      if (sent++ < count) return void socket.write(chunk(delta(`<${process.hrtime.bigint() / 1000n}>`)));
      clearInterval(timer);
      socket.write(chunk(end) + lastChunk);
    }, 1);
    socket.once('close', () => clearInterval(timer));
  },
};

/** Reads one request after the other off a connection. */
function serve(socket: Socket): void {
  let received = '';
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    received += bytes.toString('latin1');
    if (!isWholeRequest(received)) return;
    const [, name = '', argument = ''] = /^\w+ \/(\w+)\/(\d+)/.exec(received) ?? [];
    received = '';
    answers[name]?.(socket, Number(argument));
  });
}

let exchanges: MockExchange[] = [];
const mock = await startMock({ onExchange: (exchange) => exchanges.push(exchange) });
const plain = createServer(serve).listen(0, '127.0.0.1');
const [certificate = '', key = ''] = process.argv.slice(2).map((path) => readFileSync(path, 'utf8'));
const secure = createTlsServer({ cert: certificate, key }, serve).listen(0, '127.0.0.1');
const urlOf = (server: typeof plain, scheme: string): string =>
  `${scheme}://127.0.0.1:${(server.address() as { port: number }).port}`;
secure.once('listening', () =>
  process.send?.({
    url: urlOf(plain, 'http'),
    httpsUrl: urlOf(secure, 'https'),
    mockUrl: mock.url,
  } satisfies Addresses),
);

/** Any message asks how long the mock was busy since the last one, in milliseconds. */
process.on('message', () => {
  process.send?.(exchanges.reduce((sum, { durationMs }) => sum + durationMs, 0));
  exchanges = [];
});
process.on('disconnect', () => process.exit());
