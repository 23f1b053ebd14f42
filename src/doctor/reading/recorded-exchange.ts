// A recording (of `send --record` or `msg tap`) as the transcript that --from-error reads: what was asked, how it was
// answered, and how that ended. Pure.
import { decoded, type RecordedLine, recordedLines } from '../../http/recording.ts';
import { isObject } from '../../text/json.ts';
import { streamFacts } from '../streams/stream-facts.ts';

function linesOf(text: string): readonly RecordedLine[] | undefined {
  if (!/^\s*\{.*"(recording|request)":/.test(text)) return undefined;
  try {
    return recordedLines(text, 'the recording');
  } catch {
    return undefined;
  }
}

/** What the tap put in the way of the last exchange in a recording, as its options say it; undefined for nothing. */
export function tapFaultOf(text: string): string | undefined {
  const line = linesOf(text)?.findLast((one) => 'request' in one);
  const fault = isObject(line?.request) ? line.request['fault'] : undefined;
  return typeof fault === 'string' ? fault : undefined;
}

/** The transcript of the last exchange in a recording; undefined for a text that is none. */
export function transcriptOf(text: string): string | undefined {
  const lines = linesOf(text);
  if (lines === undefined) return undefined;
  const heads = lines.flatMap((line, index) => ('recording' in line ? [{ line, index }] : []));
  const last = heads.at(-1);
  const answer = last === undefined ? [] : lines.slice(last.index + 1);
  const request = lines.findLast((line) => 'request' in line);
  const outcome = last === undefined ? failureLines(lines) : answerLines(last.line, answer);
  // What failed stands first, as in the message of a client.
  return [
    ...outcome.filter((line) => line === brokenOff),
    ...(request === undefined ? [] : requestLines(request.request)),
    ...outcome.filter((line) => line !== brokenOff),
  ].join('\n');
}

function requestLines(request: unknown): string[] {
  if (!isObject(request)) return [];
  const url = URL.canParse(String(request['url'])) ? new URL(String(request['url'])) : undefined;
  const headers = Array.isArray(request['headers']) ? request['headers'] : [];
  return [
    `> ${request['method']} ${url === undefined ? request['path'] : url.pathname + url.search} HTTP/1.1`,
    ...(url === undefined ? [] : [`> Host: ${url.host}`]),
    ...headers.flatMap((header) =>
      Array.isArray(header) && !/^host$/i.test(String(header[0])) ? [`> ${header[0]}: ${header[1]}`] : [],
    ),
  ];
}

/** No answer: the code and the words of what failed. */
function failureLines(lines: readonly RecordedLine[]): string[] {
  const end = lines.findLast((line) => 'end' in line);
  const failure = isObject(end?.tap) && isObject(end.tap['failure']) ? end.tap['failure'] : undefined;
  return [failure === undefined ? 'socket hang up' : `${failure['code'] ?? ''} ${failure['message'] ?? ''}`];
}

function answerLines(
  { status, headers }: Extract<RecordedLine, { recording: 1 }>,
  lines: readonly RecordedLine[],
): string[] {
  const raw = lines.flatMap((line) =>
    'text' in line || 'base64' in line ? [{ at: line.at, bytes: decoded(line) }] : [],
  );
  const end = lines.findLast((line) => 'end' in line);
  const body = Buffer.concat(raw.map(({ bytes }) => bytes)).toString('utf8');
  const head = [
    `< HTTP/1.1 ${status}`,
    ...Object.entries(headers).map(([name, value]) => `< ${name}: ${value}`),
    '<',
  ];
  const isBroken = end === undefined || end.end === 'failed';
  if (!/event-stream/i.test(headers['content-type'] ?? '') || status >= 400)
    return [...head, body, ...(isBroken ? [brokenOff] : [])];
  // What a model says is no error, whatever its words.
  const { error, times } = streamFacts(raw, headers, { isClean: !isBroken, endMs: end?.at ?? 0 });
  if (error !== null)
    return [JSON.stringify({ type: 'error', error: { type: error.type, message: error.message } })];
  return times.stop === null && end?.end !== 'left' ? [...head, brokenOff] : head;
}

/** As the HTTP library of a client says it. */
const brokenOff = 'peer closed connection without sending complete message body (incomplete chunked read)';
