// The page over HTTP, on connections that the proxy hands over: the document, the rows as they change, one exchange when
// it is asked for. Every request needs the token, and comes from this machine and from no other page.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../../http/clock.ts';
import { strangeOrigin } from '../gate.ts';
import type { RowSource } from '../row-source.ts';
import { jsonPieces } from '../shown-text.ts';
import type { PageFacts } from './page-facts.ts';

export type PageServerOptions = Omit<PageFacts, 'madeAt'> & {
  readonly clock: Clock;
  /** Asked when a request comes: a tap begins to listen before it has rows. */
  readonly rows: () => RowSource;
};

export type PageServer = {
  /** Path and token: what stands behind the host in the address of the page. */
  readonly address: string;
  /** Serves this connection. */
  accept(client: Socket): void;
};

/** The proxy hands over what asks for this. */
const pagePath = '/_msg/';

/** After rows were sent, those that change within this time are sent together: a stream changes its row with every read. */
const rowPauseMs = 50;

const safeHeaders = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "frame-ancestors 'none'",
};

export function createPageServer({ clock, rows, ...facts }: PageServerOptions): PageServer {
  const token = randomBytes(24).toString('base64url');
  const server = createServer({ requestTimeout: 0 }, (request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://tap');
    const refusal = strangeOrigin({ start: '', fields: fieldsOf(request) });
    if (refusal !== undefined) return send(response, refusal.status, 'text/plain', refusal.message);
    if (!isSame(url.searchParams.get('token') ?? '', token))
      return send(response, 401, 'text/plain', 'msg tap: this page needs the address that msg tap printed.');
    if (request.method !== 'GET') return send(response, 405, 'text/plain', 'msg tap: only GET is served.');
    const [, name = '', id = ''] = /^\/_msg\/(\w*)(?:\/(\d+))?$/.exec(url.pathname) ?? [];
    if (url.pathname === pagePath) {
      const { livePage } = await import('./document.ts');
      return send(response, 200, 'text/html', livePage(facts));
    }
    if (name === 'events' && id === '') return follow(response, rows(), clock);
    const judged = name === 'exchange' ? await rows().exchange(Number(id)) : undefined;
    if (judged !== undefined) return sendJson(response, judged, clock);
    send(response, 404, 'text/plain', 'msg tap: there is no such exchange any more.');
  }

  return {
    address: `${pagePath}?token=${token}`,
    accept(client) {
      server.emit('connection', client);
    },
  };
}

function fieldsOf({ rawHeaders }: IncomingMessage): { name: string; value: string; raw: string }[] {
  return rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [{ name, value: rawHeaders[index + 1] ?? '', raw: '' }] : [],
  );
}

/** In a time that tells nothing of where they differ. */
function isSame(left: string, right: string): boolean {
  const [one, other] = [left, right].map((text) => createHash('sha256').update(text).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { ...safeHeaders, 'content-type': `${type}; charset=utf-8` }).end(text);
}

/** A piece after the other, as the page takes them, and with a turn for everything else in between: bodies are long. */
async function sendJson(response: ServerResponse, value: unknown, clock: Clock): Promise<void> {
  response.writeHead(200, { ...safeHeaders, 'content-type': 'application/json; charset=utf-8' });
  const closed = new AbortController();
  const { signal } = closed;
  response.once('close', () => closed.abort());
  for (const piece of jsonPieces(value)) {
    const isFlowing = response.write(piece);
    await clock.sleep(0, signal);
    if (!isFlowing && response.writableNeedDrain) await once(response, 'drain', { signal });
  }
  response.end();
}

/** First all rows, then those that changed, until the page is closed; slowly where it reads slowly. */
async function follow(response: ServerResponse, source: RowSource, clock: Clock): Promise<void> {
  response.writeHead(200, { ...safeHeaders, 'content-type': 'text/event-stream' });
  const closed = new AbortController();
  const { signal } = closed;
  const changed = new Set<number>();
  let wake = (): void => {};
  const stop = source.onRow((id) => {
    changed.add(id);
    wake();
  });
  response.once('close', () => {
    stop();
    closed.abort();
    wake();
  });
  let isReady = writeEvent(response, 'all', source.rows());
  while (!signal.aborted) {
    if (!isReady) await once(response, 'drain', { signal });
    if (changed.size === 0)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    if (signal.aborted) return;
    const rows = [...changed].flatMap((id) => source.row(id) ?? []);
    changed.clear();
    isReady = writeEvent(response, 'some', rows);
    await clock.sleep(rowPauseMs, signal);
  }
}

/** Gives whether more can be taken at once. */
const writeEvent = (response: ServerResponse, name: string, data: unknown): boolean =>
  response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
