// An entry of the journal as everybody may see it: page, recordings and archives.
import type { TapExchange } from './exchange.ts';
import type { Entry } from './journal.ts';
import { type Pause, shownBody } from './kept-body.ts';
import { headerOf } from './shown-head.ts';

/** With its bodies decoded. */
export async function exchangeOf(entry: Entry, pause?: Pause): Promise<TapExchange> {
  const { id, startedAt, connection, interim, ending, stalls, failure, fault, times, response } = entry;
  return {
    id,
    startedAt,
    connection,
    request: {
      method: entry.method,
      path: entry.path,
      url: entry.url,
      httpVersion: entry.httpVersion,
      headers: entry.requestHeaders,
      trailers: entry.requestTrailers,
      body: await shownBody(entry.requestBody, headerOf(entry.requestHeaders, 'content-encoding'), pause),
    },
    interim: [...interim],
    response: response
      ? {
          status: response.status,
          reason: response.reason,
          httpVersion: response.version,
          headers: response.headers,
          trailers: response.trailers,
          body: await shownBody(response.body, headerOf(response.headers, 'content-encoding'), pause),
          arrivals: [...response.body.marks],
        }
      : null,
    times: { ...times },
    ending,
    stalls,
    failure,
    fault,
  };
}
