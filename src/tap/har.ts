// Exchanges as HAR 1.2 (the HTTP Archive format), for the network tools of browsers and others. Pure.
import type { Body, HeaderList, JudgedExchange, TapExchange } from './exchange.ts';

type NameValue = { readonly name: string; readonly value: string };

/** A whole archive, piece by piece. Events of a stream stand in `_arrivals`, the verdict in `comment`. */
export async function* harPieces(
  exchanges: AsyncIterable<JudgedExchange> | Iterable<JudgedExchange>,
  version: string,
): AsyncGenerator<string> {
  const creator = JSON.stringify({ name: 'msg tap', version });
  yield `{"log":{"version":"1.2","creator":${creator},"pages":[],"entries":[`;
  let separator = '\n';
  for await (const exchange of exchanges) {
    yield `${separator}${JSON.stringify(harEntry(exchange))}`;
    separator = ',\n';
  }
  yield '\n]}}\n';
}

function harEntry({ exchange, row }: JudgedExchange): object {
  const { request, response, times, startedAt, connection, ending, failure } = exchange;
  const end = times.end ?? times.lastByte ?? times.head ?? 0;
  const sent = times.requestEnd ?? 0;
  const begun = times.connected ?? 0;
  const head = times.head ?? end;
  return {
    startedDateTime: new Date(startedAt).toISOString(),
    time: end,
    request: {
      method: request.method || 'GET',
      url: request.url || `http://127.0.0.1${request.path}`,
      httpVersion: `HTTP/${request.httpVersion || '1.1'}`,
      cookies: [],
      headers: pairs(request.headers),
      queryString: queryOf(request.url),
      headersSize: -1,
      bodySize: request.body.wireBytes,
      ...(request.body.wireBytes === 0
        ? {}
        : {
            postData: {
              mimeType: contentType(request.headers),
              params: [],
              text: request.body.text,
              ...(request.body.isBinary ? { comment: 'base64' } : {}),
            },
          }),
    },
    response: harResponse(exchange),
    cache: {},
    timings: {
      blocked: -1,
      dns: -1,
      connect: times.connected === null ? -1 : times.connected,
      ssl: -1,
      send: Math.max(0, sent - begun),
      wait: Math.max(0, head - Math.max(sent, begun)),
      receive: Math.max(0, end - head),
    },
    connection: String(connection),
    ...(row.verdict === null || row.verdict.severity === 'ok' ? {} : { comment: row.verdict.summary }),
    _ending: ending,
    ...(failure === null ? {} : { _error: failure.message }),
    _interim: exchange.interim,
    _arrivals: response?.arrivals ?? [],
  };
}

/** A request without an answer has status 0, as browsers write it. */
function harResponse({ response }: TapExchange): object {
  const headers = response?.headers ?? [];
  const location = headers.find(([name]) => name.toLowerCase() === 'location')?.[1] ?? '';
  return {
    status: response?.status ?? 0,
    statusText: response?.reason ?? '',
    httpVersion: `HTTP/${response?.httpVersion ?? '1.1'}`,
    cookies: [],
    headers: pairs(headers),
    content: {
      size: sizeOf(response?.body),
      mimeType: contentType(headers),
      text: response?.body.text ?? '',
      ...(response?.body.isBinary ? { encoding: 'base64' } : {}),
    },
    redirectURL: location,
    headersSize: -1,
    bodySize: response?.body.wireBytes ?? -1,
  };
}

/** Decoded. The page makes archives, too: a browser has no Buffer. */
const sizeOf = (
  { text, isBinary }: Pick<Body, 'text' | 'isBinary'> = { text: '', isBinary: false },
): number =>
  isBinary ? Math.floor((text.replace(/=+$/, '').length * 3) / 4) : new TextEncoder().encode(text).length;

const pairs = (headers: HeaderList): NameValue[] => headers.map(([name, value]) => ({ name, value }));

const contentType = (headers: HeaderList): string =>
  headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? 'application/octet-stream';

const queryOf = (url: string): NameValue[] =>
  URL.canParse(url) ? [...new URL(url).searchParams].map(([name, value]) => ({ name, value })) : [];
