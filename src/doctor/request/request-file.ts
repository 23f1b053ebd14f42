// `--request FILE`: a body, a recording, a HAR archive or entry, what `--dry-run` printed, or a curl command, read as the
// request of a client. Pure; files are read by a parameter.
import { configError, type MsgError } from '../../errors.ts';
import { recordedLines } from '../../http/recording.ts';
import { envelopeOf } from '../../messages/envelope.ts';
import { parseJson } from '../../messages/parse-json.ts';
import { isObject, type Json, type JsonObject } from '../../text/json.ts';
import { findJsonFault } from '../../text/json-position.ts';
import { type ClientRequest, clientRequest, type KeptRequest } from './client-request.ts';
import { readCurl } from './curl-command.ts';

/** How it was answered when it was kept. */
type RecordedAnswer = { readonly status: number; readonly message: string | null };

export type RequestFile = {
  readonly request: ClientRequest;
  /** What the file was, e.g. "entry 3 of a HAR archive". */
  readonly kind: string;
  readonly answer: RecordedAnswer | null;
  /** Where credentials stood that are left out. */
  readonly hidden: readonly string[];
};

/** A request as it was found, its body still text or JSON already. */
type Found = {
  readonly kind: string;
  readonly method?: string;
  readonly url: string;
  readonly headers: KeptRequest['headers'];
  readonly body: Json | undefined;
  readonly answer?: RecordedAnswer | null;
  /** Why there is no body, where that can be told. */
  readonly lack?: string | undefined;
};

/**
 * Reads the request in a text.
 * @param source names the file in errors
 * @param pick which one, from 1, where there are several; by default the first POST to a messages URL that failed
 * @param readFile gives the text of a file that a curl command names
 * @throws MsgError `config` naming the source, when there is no request with a JSON object as its body in it
 */
export function readRequest(
  text: string,
  source: string,
  pick: number | undefined,
  readFile: (path: string) => string,
): RequestFile {
  const found = foundIn(text, source, pick, readFile);
  const body = typeof found.body === 'string' ? parseJson(found.body) : found.body;
  if (!isObject(body))
    throw unreadable(
      source,
      found.body === undefined || found.body === ''
        ? `holds ${found.kind} ${found.lack ?? 'without a request body'}`
        : `holds ${found.kind} whose body is no JSON object`,
    );
  if (!('messages' in body) && !('model' in body) && !('max_tokens' in body))
    throw unreadable(source, 'holds no request to a Messages endpoint: neither model nor messages is in it');
  const { request, hidden } = clientRequest({ url: found.url, headers: found.headers, body });
  return { request, hidden, kind: found.kind, answer: found.answer ?? null };
}

function foundIn(
  text: string,
  source: string,
  pick: number | undefined,
  readFile: (path: string) => string,
): Found {
  if (text.trim() === '') throw unreadable(source, 'is empty');
  const json = parseJson(text);
  if (isObject(json) && !('at' in json)) return chosen(inJson(json), source, pick);
  if (/^\s*\{.*"(recording|request)":/.test(text)) return chosen(inRecording(text, source), source, pick);
  const curl = readCurl(text, readFile);
  if (curl !== undefined) return { kind: 'a curl command', ...curl };
  throw unreadable(source, `is no request: ${whatElse(text)}`);
}

/** What a text is that is no request. */
function whatElse(text: string): string {
  // Bytes that are no text become replacement characters where files are read.
  if (text.includes('\0') || (text.match(/\uFFFD/g) ?? []).length > text.length / 20)
    return 'it is no text (binary, compressed, or UTF-16)';
  const fault = /^\s*[{[]/.test(text) ? findJsonFault(text) : undefined;
  if (fault !== undefined)
    return `its JSON is not whole: line ${fault.line}, column ${fault.column} needs ${fault.expected}`;
  return parseJson(text) === undefined
    ? 'neither a JSON body, a recording, a HAR archive nor a curl command'
    : 'its JSON is no object';
}

/** The one that was asked for; else the first that failed, else the first to a messages URL. */
function chosen(found: readonly Found[], source: string, pick: number | undefined): Found {
  if (pick !== undefined) {
    const one = found[pick - 1];
    if (one === undefined)
      throw unreadable(
        source,
        `holds ${found.length === 1 ? '1 request' : `${found.length} requests`}, not ${pick}`,
      );
    return one;
  }
  const posts = found.filter(
    ({ method = 'POST', url }) => method === 'POST' && (url === '' || /\/messages\/?($|\?)/.test(url)),
  );
  const one = posts.find(({ answer }) => answer != null && answer.status >= 400) ?? posts[0];
  if (one === undefined) throw unreadable(source, 'holds no POST to a messages URL');
  return one;
}

function inJson(json: JsonObject): Found[] {
  const { log, request } = json;
  if (isObject(log) && Array.isArray(log['entries']))
    return log['entries'].map((entry, index) => ofHar(entry, `entry ${index + 1} of a HAR archive`));
  if (isObject(request) && 'body' in request)
    return [
      {
        kind: 'a request',
        ...lineOf(request),
        headers: headersOf(request['headers']),
        body: request['body'],
      },
    ];
  if (isObject(request)) return [ofHar(json, 'a HAR entry')];
  return [{ kind: 'a request body', url: '', headers: [], body: json }];
}

function ofHar(entry: Json, kind: string): Found {
  const request = isObject(entry) && isObject(entry['request']) ? entry['request'] : {};
  const response = isObject(entry) && isObject(entry['response']) ? entry['response'] : {};
  const content = isObject(response['content']) ? response['content'] : {};
  const post = isObject(request['postData']) ? request['postData'] : {};
  const isBase64 = post['encoding'] === 'base64' || post['comment'] === 'base64';
  const text = typeof post['text'] === 'string' ? post['text'] : undefined;
  return {
    kind,
    ...lineOf(request),
    headers: headersOf(request['headers']),
    body: isBase64 && text !== undefined ? Buffer.from(text, 'base64').toString('utf8') : text,
    answer: answerOf(response['status'], content['text']),
  };
}

/** The exchanges of a recording; one of `send --record` has answers only. */
function inRecording(text: string, source: string): Found[] {
  const lines = recordedLines(text, source);
  const requests = lines.flatMap((line) =>
    'request' in line && isObject(line.request) ? [line.request] : [],
  );
  // An answer that began before its request had ended has the request written twice: the last is whole.
  const last = requests.at(-1);
  if (last === undefined)
    throw unreadable(
      source,
      'is a recording without a request: `msg send --record` keeps answers only',
      'Record the client with: msg tap --record DIR ...',
    );
  const head = lines.find((line) => 'recording' in line);
  const words = lines.map((line) => ('text' in line ? (line.text ?? '') : '')).join('');
  const body = isObject(last['body']) ? last['body'] : {};
  return [
    {
      kind: 'a recording',
      ...lineOf(last),
      headers: headersOf(last['headers']),
      body: typeof body['text'] === 'string' && body['isBinary'] !== true ? body['text'] : undefined,
      answer: head === undefined ? null : answerOf(head.status, words),
    },
  ];
}

const lineOf = ({ method, url, path }: JsonObject): Pick<Found, 'method' | 'url'> => ({
  ...(typeof method === 'string' ? { method } : {}),
  url: typeof url === 'string' && url !== '' ? url : typeof path === 'string' ? path : '',
});

/** Headers as pairs, as objects of name and value (HAR), or as one object. */
function headersOf(headers: Json | undefined): KeptRequest['headers'] {
  if (!Array.isArray(headers))
    return isObject(headers) ? Object.entries(headers).map(([name, value]) => [name, String(value)]) : [];
  return headers.flatMap((header) => {
    const [name, value] = Array.isArray(header)
      ? header
      : isObject(header)
        ? [header['name'], header['value']]
        : [];
    return typeof name === 'string' && typeof value === 'string' ? [[name, value] as const] : [];
  });
}

function answerOf(status: Json | undefined, body: Json | undefined): RecordedAnswer | null {
  if (typeof status !== 'number' || status < 100) return null;
  const message = typeof body === 'string' ? envelopeOf(body).message || null : null;
  return { status, message };
}

const unreadable = (source: string, what: string, hint?: string): MsgError<'config'> =>
  configError(
    `${source} (--request) ${what}.`,
    hint ?? 'It reads a JSON body, a recording of `msg tap`, a HAR archive, or a curl command.',
    { path: source },
  );
