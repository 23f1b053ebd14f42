// One connection of a client and the one to the server that belongs to it. Every byte is passed on as it comes: heads of
// requests are written anew (Host, target, credentials), nothing else is changed, in either direction. Framing, chunks,
// 1xx, trailers, half closes and resets are those of the two sides.
import type { Socket } from 'node:net';
import { isMsgError } from '../errors.ts';
import { codeOf } from '../http/failures.ts';
import type { OpenSocket } from '../http/socket.ts';
import { pipeAnswers } from './answer-pipe.ts';
import { forwardProxyUse, strangeOrigin } from './gate.ts';
import {
  changedHead,
  type Framing,
  type Head,
  headerList,
  type RequestLine,
  requestFraming,
  requestLine,
} from './http-head.ts';
import type { Journal, Observer } from './journal.ts';
import { createMessageReader } from './message-reader.ts';
import type { Route, Valve } from './route.ts';
import {
  badRequest,
  notHttp,
  otherWay,
  type Refusal,
  refusalAnswer,
  unreachedAnswer,
} from './tap-refusal.ts';

export type ConnectionOptions = {
  readonly journal: Journal;
  /** Where a request goes, or why nowhere. Called once for each request, in their order. */
  readonly routeFor: (request: RequestLine, head: Head) => Route | Refusal;
};

/** A request whose answer is not complete. */
type Waiting = {
  readonly method: string;
  readonly observer: Observer;
  /** Set for one that is not passed on: its answer. */
  readonly refusal?: Refusal;
};

/** So many bytes may wait for a connection that is being opened before the client is told to wait. */
const mostWaitingBytes = 1024 * 1024;

export function serveClient(
  client: Socket,
  connection: number,
  { journal, routeFor }: ConnectionOptions,
): void {
  /** In the order of the requests; answers come in the same order. */
  const waiting: Waiting[] = [];
  let route: Route | undefined;
  let server: OpenSocket | undefined;
  let isOpening = false;
  /** For the server, until the connection is open. */
  let outbox: Buffer[] = [];
  let outboxBytes = 0;
  let hasClientEnded = false;
  /** What the client sends goes nowhere any more: it was refused, or one side broke. */
  let isDeaf = false;
  /** After 101 both sides speak another protocol. */
  let isTunnel = false;
  /** The one whose request is being read. */
  let incoming: Observer | undefined;

  const endAll = (...end: Parameters<Observer['end']>): void => {
    for (const { observer } of waiting.splice(0)) observer.end(...end);
  };

  const requests = createMessageReader({
    head(head) {
      // What follows a refusal is read by nobody.
      if (isDeaf) return 'opaque';
      const line = requestLine(head);
      const framing = requestFraming(head);
      const found = line && framing.kind !== 'broken' ? routeOf(line, head) : badRequest(brokenness(framing));
      incoming = journal.begin({
        connection,
        method: line?.method ?? '',
        path: line?.target ?? head.start,
        httpVersion: line?.version ?? '',
        headers: headerList(head),
        ...(isRefusal(found)
          ? { url: '', fault: null }
          : { url: `${found.url.origin}${found.target}`, fault: found.fault }),
      });
      const request: Waiting = { method: line?.method ?? '', observer: incoming };
      if (line === undefined || isRefusal(found)) {
        waiting.push({ ...request, refusal: isRefusal(found) ? found : badRequest(notHttp) });
        isDeaf = true;
        answerRefusal();
      } else {
        waiting.push(request);
        if (route !== undefined && route.way !== found.way) closeServer();
        route = found;
        send(requestHead(head, line, found));
      }
      return framing;
    },
    raw: (bytes) => send(bytes),
    body: (bytes, start, end) => incoming?.requestBody(bytes.subarray(start, end)),
    end: (trailers) => incoming?.requestEnd(trailers),
    unreadable(why) {
      if (isDeaf) return;
      // In the midst of a body there is no answer that both sides would understand.
      if (waiting.length > 0)
        return breakOff('refused', { code: null, message: `The request is broken: ${why}.` });
      const observer = journal.begin({
        connection,
        method: '',
        path: '',
        url: '',
        httpVersion: '',
        headers: [],
        fault: null,
      });
      waiting.push({ method: '', observer, refusal: badRequest(why) });
      isDeaf = true;
      answerRefusal();
    },
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
    closeServer();
    client.end(refusalAnswer(refusal, method));
  }

  /** Its last answer is complete, or nobody wants it any more. */
  function closeServer(): void {
    const old = server;
    server = undefined;
    old?.socket.removeAllListeners().on('error', () => {});
    old?.socket.destroy();
  }

  /** The connection breaks on both sides, once the client has what came before. */
  function breakOff(...end: Parameters<Observer['end']>): void {
    endAll(...end);
    isDeaf = true;
    server?.reset();
    if (client.writableLength === 0) client.resetAndDestroy();
    else client.write('', () => client.resetAndDestroy());
  }

  function send(bytes: Buffer): void {
    if (isDeaf) return;
    if (server !== undefined) {
      if (server.socket.write(bytes) || client.isPaused()) return;
      client.pause();
      server.socket.once('drain', () => client.resume());
      return;
    }
    outbox.push(bytes);
    outboxBytes += bytes.length;
    if (outboxBytes > mostWaitingBytes) client.pause();
    if (!isOpening && route !== undefined) void openServer(route);
  }

  async function openServer({ open, valve }: Route): Promise<void> {
    isOpening = true;
    try {
      const opened = await open();
      if (client.destroyed || isDeaf) opened.reset();
      else useServer(opened, valve);
    } catch (error) {
      unreached(error);
    } finally {
      isOpening = false;
    }
  }

  function useServer(opened: OpenSocket, valve: Valve | null): void {
    server = opened;
    for (const { observer } of waiting) observer.connected();
    const { socket } = opened;
    pipeAnswers({
      server: socket,
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
        if (server === opened) serverEnded();
      },
    });
    socket.on('error', (error) => {
      const failure = { code: codeOf(error) ?? null, message: error.message };
      breakOff(hasClientEnded ? 'client-gone' : 'reset', failure);
    });
    // Behind a proxy it was stopped when that had let it through.
    socket.resume();
    socket.write(Buffer.concat(outbox));
    outbox = [];
    outboxBytes = 0;
    client.resume();
    if (hasClientEnded) socket.end();
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
    else if (!isDeaf) {
      // A head that is written anew and the body that came with it leave together, as they came.
      const socket = server?.socket;
      socket?.cork();
      requests.read(bytes);
      socket?.uncork();
    }
  });
  client.on('end', () => {
    hasClientEnded = true;
    for (const { observer } of waiting) observer.clientEnd();
    if (server !== undefined) server.socket.end();
    else if (!isOpening) client.end();
  });
  client.on('error', () => {
    endAll('client-gone');
    server?.reset();
  });
  client.on('close', () => {
    endAll('client-gone');
    isDeaf = true;
    // Both sides have closed theirs, or the client is gone: nothing waits for the server any more.
    if (server?.socket.readableEnded === false) server.socket.destroy();
  });
}

const brokenness = (framing: Framing): string => (framing.kind === 'broken' ? framing.why : notHttp);

const isRefusal = (found: Route | Refusal): found is Refusal => 'status' in found;

/** The head as it goes to the server: its own Host and path, the rest as the client wrote it. */
function requestHead(
  head: Head,
  { method, version }: RequestLine,
  { url, target, fields, isAbsolute }: Route,
): Buffer {
  return changedHead(head, {
    start: `${method} ${isAbsolute ? url.origin : ''}${target} HTTP/${version}`,
    fields: new Map([['host', url.host], ...fields]),
  });
}
