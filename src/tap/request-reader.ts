// Follows the requests of one connection of a client: each begins an exchange, and goes somewhere or is refused. Heads are
// written anew (Host, target, credentials); the rest passes as it came.
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
import { createMessageReader, type MessageReader } from './message-reader.ts';
import type { Route } from './route.ts';
import { badRequest, isRefusal, notHttp, type Refusal } from './tap-refusal.ts';

/** A request whose answer is not complete. */
export type Waiting = {
  readonly method: string;
  readonly observer: Observer;
  /** Set for one that is not passed on: its answer. */
  readonly refusal?: Refusal;
};

export type RequestPlace = {
  readonly connection: number;
  readonly journal: Journal;
  /** What comes is read by nobody any more. */
  readonly isDeaf: () => boolean;
  /** Where a request goes, or why nowhere. */
  readonly routeOf: (line: RequestLine, head: Head) => Route | Refusal;
  /** One that goes by this route; its bytes follow. */
  readonly begin: (request: Waiting, route: Route) => void;
  /** One that goes nowhere, and nothing behind it either. */
  readonly refuse: (request: Waiting & { readonly refusal: Refusal }) => void;
  readonly send: (bytes: Buffer) => void;
  /** Not readable, in the midst of an exchange: as part of a sentence. */
  readonly broken: (why: string) => void;
  readonly isWaiting: () => boolean;
};

export function createRequestReader({
  connection,
  journal,
  isDeaf,
  routeOf,
  begin,
  refuse,
  send,
  broken,
  isWaiting,
}: RequestPlace): MessageReader {
  /** The one whose request is being read. */
  let incoming: Observer | undefined;
  const nowhere = { connection, method: '', path: '', url: '', httpVersion: '', headers: [], fault: null };

  return createMessageReader({
    head(head) {
      // What follows a refusal is read by nobody.
      if (isDeaf()) return 'opaque';
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
        refuse({ ...request, refusal: isRefusal(found) ? found : badRequest(notHttp) });
      } else {
        begin(request, found);
        send(requestHead(head, line, found));
      }
      return framing;
    },
    raw: send,
    body: (bytes, start, end) => incoming?.requestBody(bytes.subarray(start, end)),
    end: (trailers) => incoming?.requestEnd(trailers),
    unreadable(why) {
      if (isDeaf()) return;
      // In the midst of a body there is no answer that both sides would understand.
      if (isWaiting()) broken(why);
      else refuse({ method: '', observer: journal.begin(nowhere), refusal: badRequest(why) });
    },
  });
}

const brokenness = (framing: Framing): string => (framing.kind === 'broken' ? framing.why : notHttp);

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
