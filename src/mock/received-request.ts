// What the mock saw of one request. A type and its reader; no sockets.
import type { IncomingMessage } from 'node:http';
import type { Json } from '../text/json.ts';

export type SeenRequest = {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Lower-case names; repeated fields joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  /** Names and values in turn, as they came, in their own order and case. */
  readonly rawHeaders: readonly string[];
  readonly body: string;
  /** The body read as JSON; undefined when it is none. */
  readonly json: Json | undefined;
  /** 1 for the first connection of this server, 2 for the second: equal numbers, same socket. */
  readonly connection: number;
  /** How the exchange ended: `aborted` when the client left (or the script broke off) before the end. */
  readonly outcome: Promise<'answered' | 'aborted'>;
};

/** Reads method, target, headers and the body that came with them. */
export function seenRequest(
  message: IncomingMessage,
  body: string,
  connection: number,
  outcome: SeenRequest['outcome'],
): SeenRequest {
  const [path = '/', query = ''] = (message.url ?? '/').split(/\?(.*)/s);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers))
    if (value !== undefined) headers[name] = typeof value === 'string' ? value : value.join(', ');
  return {
    method: message.method ?? 'GET',
    path,
    query: Object.fromEntries(new URLSearchParams(query)),
    headers,
    rawHeaders: message.rawHeaders,
    body,
    json: parseJson(body),
    connection,
    outcome,
  };
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
