// Recordings: the bytes of an answer with their arrival times, and a transport that plays them back.
// Only responses are kept, so that a recording can be attached to a bug report: no request, no key.
import type { Clock } from '../clock.ts';
import { MsgError } from '../errors.ts';
import { newTrace } from './trace.ts';
import { type Arrival, secretHeaders, type Transport, type WireResponse } from './wire.ts';

/** The first line of each answer; `at` is milliseconds after the request was made. */
type Head = {
  readonly recording: 1;
  readonly at: number;
  readonly status: number;
  readonly headers: Record<string, string>;
};
/** One arrival: as text where it is UTF-8, else in base64. `end` closes an answer, `failed` a broken one. */
type Line =
  | Head
  | { readonly at: number; readonly text?: string; readonly base64?: string }
  | { readonly at: number; readonly end: 'complete' | 'failed' };

/** Passes everything through and hands each line of the recording to `write` as it happens. */
export function recordingTransport(
  transport: Transport,
  clock: Clock,
  write: (line: string) => void,
): Transport {
  const record = (line: Line): void => write(`${JSON.stringify(line)}\n`);
  const send: Transport = Object.assign(
    async (...[request, options]: Parameters<Transport>): Promise<WireResponse> => {
      const response = await transport(request, options);
      const startedAt = response.trace.startedAt;
      const since = (at: number): number => Math.round((at - startedAt) * 1000) / 1000;
      const headers = Object.fromEntries(
        Object.entries(response.headers).filter(([name]) => !secretHeaders.has(name)),
      );
      record({
        recording: 1,
        at: since(response.trace.headersAt ?? clock.now()),
        status: response.status,
        headers,
      });
      async function* body(): AsyncGenerator<Arrival> {
        try {
          for await (const arrival of response.body) {
            for (const chunk of arrival.chunks) record({ at: since(arrival.at), ...encoded(chunk) });
            yield arrival;
          }
        } catch (error) {
          record({ at: since(clock.now()), end: 'failed' });
          throw error;
        }
        record({ at: since(clock.now()), end: 'complete' });
      }
      return { ...response, body: body() };
    },
    { close: () => transport.close() },
  );
  return send;
}

/**
 * Answers each request with the next recorded answer, offline, at the recorded pace times `speed`
 * (0: at once).
 * @throws MsgError `config` when the text is no recording, `protocol` when the recording has no further answer
 */
export function replayTransport(recording: string, clock: Clock, speed: number, source: string): Transport {
  const answers = parseRecording(recording, source);
  let next = 0;
  return Object.assign(
    async (): Promise<WireResponse> => {
      const answer = answers[next++];
      if (answer === undefined) {
        throw new MsgError(
          'protocol',
          `${source} holds ${answers.length} answer(s), and one more was asked for.`,
          { details: {} },
        );
      }
      const trace = newTrace(clock.now());
      const waitUntil = async (at: number): Promise<number> => {
        const remaining = speed === 0 ? 0 : trace.startedAt + at / speed - clock.now();
        if (remaining > 0) await clock.sleep(remaining);
        return clock.now();
      };
      trace.headersAt = await waitUntil(answer.head.at);
      async function* body(): AsyncGenerator<Arrival> {
        for (const line of answer?.lines ?? []) {
          const at = await waitUntil(line.at);
          if ('end' in line) {
            trace.endedAt = at;
            if (line.end === 'failed')
              throw new MsgError('network', 'the recorded connection broke off here', {
                details: { isRetryable: false },
              });
            return;
          }
          if ('recording' in line) return;
          const chunk = new Uint8Array(
            Buffer.from(line.text ?? line.base64 ?? '', line.text === undefined ? 'base64' : 'utf8'),
          );
          trace.firstByteAt ??= at;
          trace.lastByteAt = at;
          yield { at, chunks: [chunk] };
        }
      }
      return { status: answer.head.status, headers: answer.head.headers, trace, body: body() };
    },
    { close: async () => {} },
  );
}

function parseRecording(text: string, source: string): { head: Head; lines: Line[] }[] {
  const answers: { head: Head; lines: Line[] }[] = [];
  for (const [index, row] of text.split('\n').entries()) {
    if (row.trim() === '') continue;
    let line: Line;
    try {
      line = JSON.parse(row) as Line;
    } catch (cause) {
      throw notARecording(source, index + 1, cause);
    }
    if ('recording' in line) answers.push({ head: line, lines: [] });
    else if (answers.length > 0) answers.at(-1)?.lines.push(line);
    else throw notARecording(source, index + 1);
  }
  if (answers.length === 0) throw notARecording(source, 1);
  return answers;
}

const notARecording = (source: string, line: number, cause?: unknown): MsgError<'config'> =>
  new MsgError('config', `${source} is not a recording (line ${line}).`, {
    hint: 'Make one with: msg send --record FILE ...',
    details: { path: source },
    cause,
  });

/** UTF-8 stays readable; anything else (also a character cut in half) keeps its exact bytes as base64. */
function encoded(chunk: Uint8Array): { text: string } | { base64: string } {
  const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? { text } : { base64: bytes.toString('base64') };
}
