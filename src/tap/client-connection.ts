// One connection of a client and the one to the server that belongs to it. Every byte is passed on as it comes: heads of
// requests are written anew (Host, target, credentials), nothing else is changed, in either direction. Framing, chunks,
// 1xx, trailers, half closes and resets are those of the two sides.
import type { Socket } from 'node:net';
import { isMsgError } from '../errors.ts';
import { codeOf } from '../http/failures.ts';
import type { OpenSocket } from '../http/socket.ts';
import { pipeAnswers } from './answer-pipe.ts';
import { forwardProxyUse, strangeOrigin } from './gate.ts';
import type { Head, RequestLine } from './http-head.ts';
import type { Journal, Observer } from './journal.ts';
import { createRequestReader, type Waiting } from './request-reader.ts';
import type { Route, Valve } from './route.ts';
import { createServerLink } from './server-link.ts';
import { isRefusal, otherWay, type Refusal, refusalAnswer, unreachedAnswer } from './tap-refusal.ts';

export type ConnectionOptions = {
  readonly journal: Journal;
  /** Where a request goes, or why nowhere. Called once for each request, in their order. */
  readonly routeFor: (request: RequestLine, head: Head) => Route | Refusal;
};

export function serveClient(
  client: Socket,
  connection: number,
  { journal, routeFor }: ConnectionOptions,
): void {
  /** In the order of the requests; answers come in the same order. */
  const waiting: Waiting[] = [];
  let route: Route | undefined;
  let hasClientEnded = false;
  /** What the client sends goes nowhere any more: it was refused, or one side broke. */
  let isDeaf = false;
  /** After 101 both sides speak another protocol. */
  let isTunnel = false;

  const endAll = (...end: Parameters<Observer['end']>): void => {
    for (const { observer } of waiting.splice(0)) observer.end(...end);
  };
  const send = (bytes: Buffer): void => {
    if (!isDeaf && route !== undefined) server.send(bytes, route);
  };

  const server = createServerLink({
    client,
    isWanted: () => !client.destroyed && !isDeaf,
    onOpen: passAnswers,
    onUnreached: unreached,
  });
  const requests = createRequestReader({
    connection,
    journal,
    isDeaf: () => isDeaf,
    isWaiting: () => waiting.length > 0,
    routeOf,
    begin(request, found) {
      waiting.push(request);
      if (route !== undefined && route.way !== found.way) server.close();
      route = found;
    },
    refuse(request) {
      waiting.push(request);
      isDeaf = true;
      answerRefusal();
    },
    send,
    broken: (why) => breakOff('refused', { code: null, message: `The request is broken: ${why}.` }),
  });

  /** One that was sent before the answer to the last one came can go no other way. */
  function routeOf(line: RequestLine, head: Head): Route | Refusal {
    const found = forwardProxyUse(line, client.localPort ?? 0) ?? strangeOrigin(head) ?? routeFor(line, head);
    const isStuck = !isRefusal(found) && waiting.length > 0 && found.way !== route?.way;
    return isStuck ? otherWay : found;
  }

  /** Answers the request at the front if it is refused: answers keep the order of the requests. */
  function answerRefusal(): void {
    const [front] = waiting;
    if (front?.refusal === undefined) return;
    waiting.shift();
    const { refusal, method, observer } = front;
    const { status, reason, message } = refusal;
    observer.head({ version: '1.1', status, reason }, [['content-type', 'application/json']]);
    observer.end('refused', { code: null, message });
    server.close();
    client.end(refusalAnswer(refusal, method));
  }

  /** The connection breaks on both sides, once the client has what came before. */
  function breakOff(...end: Parameters<Observer['end']>): void {
    endAll(...end);
    isDeaf = true;
    server.reset();
    if (client.writableLength === 0) client.resetAndDestroy();
    else client.write('', () => client.resetAndDestroy());
  }

  function passAnswers(opened: OpenSocket, valve: Valve | null): void {
    for (const { observer } of waiting) observer.connected();
    pipeAnswers({
      server: opened.socket,
      client,
      valve,
      front: () => waiting[0],
      complete(trailers) {
        waiting.shift()?.observer.complete(trailers);
        answerRefusal();
      },
      onTunnel() {
        isTunnel = true;
      },
      // At once: the client may leave because of it, and is not to blame.
      unreadable: (why) => endAll('cut', { code: null, message: `The answer is broken: ${why}.` }),
      onEnd() {
        if (isTunnel) waiting.shift()?.observer.complete([]);
        if (server.isOf(opened)) serverEnded();
      },
    });
    opened.socket.on('error', (error) => {
      const failure = { code: codeOf(error) ?? null, message: error.message };
      breakOff(hasClientEnded ? 'client-gone' : 'reset', failure);
    });
  }

  /** The server closed its side: so does the tap towards the client. */
  function serverEnded(): void {
    endAll(hasClientEnded ? 'client-gone' : 'cut');
    client.end();
  }

  function unreached(error: unknown): void {
    const message = isMsgError(error) ? error.message : String(error);
    const code = isMsgError(error, 'network') ? (error.details.code ?? null) : null;
    const method = waiting[0]?.method ?? '';
    endAll('unreached', { code, message });
    isDeaf = true;
    client.end(refusalAnswer(unreachedAnswer(message), method));
    client.resume();
  }

  client.on('data', (bytes: Buffer) => {
    if (isTunnel) send(bytes);
    // A head that is written anew and the body that came with it leave together, as they came.
    else if (!isDeaf) server.together(() => requests.read(bytes));
  });
  client.on('end', () => {
    hasClientEnded = true;
    for (const { observer } of waiting) observer.clientEnd();
    server.end();
  });
  client.on('error', () => {
    endAll('client-gone');
    server.reset();
  });
  client.on('close', () => {
    endAll('client-gone');
    isDeaf = true;
    // Both sides have closed theirs, or the client is gone: nothing waits for the server any more.
    server.leave();
  });
}
