// One exchange as a recording, in the form in which record.ts writes it while it happens; for the page, which has its
// bodies as text. Pure.
import { isSecretHeader } from '../http/wire.ts';
import type { Ending, HeaderList, TapExchange, TappedResponse } from './exchange.ts';

/** How an answer ended, in the words of `send --record`. */
export const recordedEnd = (ending: Ending): 'complete' | 'left' | 'failed' =>
  ending === 'complete' ? 'complete' : ending === 'client-gone' || ending === 'stopped' ? 'left' : 'failed';

/** Lines of JSON. Of an answer that was compressed, the text is spread over the arrivals of its bytes. */
export function recordingText(exchange: TapExchange): string {
  const { id, startedAt, connection, request, response, interim, times, ending, stalls, failure, fault } =
    exchange;
  const lines: object[] = [{ at: 0, request: { id, startedAt, connection, fault, ...request } }];
  if (response !== null) {
    const { status, reason, httpVersion: version, headers } = response;
    const tap = { reason, version, headers, interim };
    lines.push({ recording: 1, at: times.head ?? 0, status, headers: fieldsOf(headers), tap });
    lines.push(...arrivalLines(response));
  }
  lines.push({
    at: times.end ?? 0,
    end: recordedEnd(ending),
    tap: {
      ...{ ending, failure, times, stalls },
      trailers: response?.trailers ?? [],
      wireBytes: response?.body.wireBytes ?? 0,
    },
  });
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

function fieldsOf(headers: HeaderList): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {};
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    if (!isSecretHeader(key)) fields[key] = key in fields ? `${fields[key]}, ${value}` : value;
  }
  return fields;
}

function* arrivalLines({ body, arrivals }: TappedResponse): Generator<object> {
  const last = arrivals.at(-1)?.[0] ?? 0;
  if (body.isBinary) {
    yield { at: last, base64: body.text };
    return;
  }
  const bytes = new TextEncoder().encode(body.text);
  const decoder = new TextDecoder();
  const share = body.isCut ? 1 : bytes.length / Math.max(1, body.wireBytes);
  let [come, told] = [0, 0];
  for (const [at, wireBytes] of arrivals) {
    come += wireBytes;
    const end = at === last ? bytes.length : Math.min(bytes.length, Math.round(come * share));
    const text = decoder.decode(bytes.subarray(told, end), { stream: true });
    told = end;
    if (text !== '') yield { at, text };
  }
}
