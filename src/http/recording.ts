// Recordings: the bytes of answers with their arrival times, and a transport that plays them back.
// Only responses are kept, so that a recording can be attached to a bug report: no request, no key.
import { MsgError } from '../errors.ts';
import type { Clock } from './clock.ts';
import {
  type Arrival,
  isSecretHeader,
  markChunk,
  newTrace,
  type Transport,
  type WireResponse,
} from './wire.ts';

/** The first line of each answer; `at` is milliseconds after the request was made. */
type Head = {
  readonly recording: 1;
  readonly at: number;
  readonly status: number;
  readonly headers: Record<string, string>;
};
/** How an answer ended: by itself, by a broken connection, or because enough had been read. */
type Ending = 'complete' | 'failed' | 'left';
/** One arrival: as text where it is UTF-8, else in base64. `end` closes an answer. */
type Line =
  | { readonly at: number; readonly text?: string; readonly base64?: string }
  | { readonly at: number; readonly end: Ending };

/** One answer of a recording. */
export type RecordedAnswer = { readonly head: Head; readonly lines: readonly Line[] };

/** Bytes, and when they came. */
export type TimedChunk = { readonly at: number; readonly bytes: Uint8Array };

/** Takes secrets out of the chunks of one answer, also where one is split. */
export type ChunkCleaner = {
  /** Takes the next chunk and gives those that are clean; one whose end may be the beginning of a secret waits. */
  push(chunk: TimedChunk): readonly TimedChunk[];
  /** Nothing more comes: gives the chunks that waited. */
  end(): readonly TimedChunk[];
};

export type RecordingOptions = {
  readonly clock: Clock;
  /** Takes secrets out of a text: a server may echo the key, in a header or in an error. */
  readonly clean: (text: string) => string;
  /** One for each answer. */
  readonly cleanChunks: () => ChunkCleaner;
  /** Gets each line of the recording as it happens. */
  readonly write: (line: string) => void;
};

/** Passes everything through and hands each line of the recording over as it happens. */
export function recordingTransport(
  transport: Transport,
  { clock, clean, cleanChunks, write }: RecordingOptions,
): Transport {
  const record = (line: Head | Line): void => write(`${JSON.stringify(line)}\n`);
  return Object.assign(
    async (...[request, options]: Parameters<Transport>): Promise<WireResponse> => {
      const response = await transport(request, options);
      const { startedAt, headersAt } = response.trace;
      const since = (at: number): number => Math.round((at - startedAt) * 1000) / 1000;
      const headers = Object.entries(response.headers).filter(([name]) => !isSecretHeader(name));
      record({
        recording: 1,
        at: since(headersAt ?? clock.now()),
        status: response.status,
        headers: Object.fromEntries(headers.map(([name, value]) => [name, clean(value)])),
      });
      async function* body(): AsyncGenerator<Arrival> {
        let ending: Ending = 'left';
        const cleaner = cleanChunks();
        const recordAll = (chunks: readonly TimedChunk[]): void => {
          for (const { at, bytes } of chunks) record({ at: since(at), ...encoded(bytes, clean) });
        };
        try {
          for await (const arrival of response.body) {
            for (const bytes of arrival.chunks) recordAll(cleaner.push({ at: arrival.at, bytes }));
            yield arrival;
          }
          ending = 'complete';
        } catch (error) {
          // Ended from this side, by Ctrl-C for one, it was not the connection that broke.
          ending = options?.signal?.aborted ? 'left' : 'failed';
          throw error;
        } finally {
          recordAll(cleaner.end());
          record({ at: since(clock.now()), end: ending });
        }
      }
      return { ...response, body: body() };
    },
    { close: () => transport.close() },
  );
}

/**
 * Answers each request with the next recorded answer, offline, at the recorded pace times `speed`
 * (0: at once). Throws MsgError `protocol` when there is no further answer.
 */
export function replayTransport(answers: readonly RecordedAnswer[], clock: Clock, speed: number): Transport {
  let next = 0;
  return Object.assign(
    async (...[, { signal } = {}]: Parameters<Transport>): Promise<WireResponse> => {
      const answer = answers[next++];
      if (answer === undefined)
        throw new MsgError('protocol', 'The recording holds no further answer.', { details: {} });
      const trace = newTrace(clock.now());
      const waitUntil = async (at: number): Promise<number> => {
        const remaining = speed === 0 ? 0 : trace.startedAt + at / speed - clock.now();
        if (remaining > 0) await clock.sleep(remaining, signal);
        return clock.now();
      };
      trace.headersAt = await waitUntil(answer.head.at);
      async function* body({ lines }: RecordedAnswer): AsyncGenerator<Arrival> {
        for (const line of lines) {
          const at = await waitUntil(line.at);
          if ('end' in line) {
            trace.endedAt = at;
            if (line.end === 'failed') throw brokenOff('the connection broke, as it was recorded.');
            return;
          }
          const chunk = decoded(line);
          markChunk(trace, at, chunk.length);
          yield { at, chunks: [chunk] };
        }
        throw brokenOff('it stops here.');
      }
      return { status: answer.head.status, headers: answer.head.headers, trace, body: body(answer) };
    },
    { close: async () => {} },
  );
}

/**
 * The answers in the text of a recording. A run that was killed leaves an unfinished last line; what stands
 * before it counts.
 * @throws MsgError `config` naming `source` when the text is no recording
 */
export function parseRecording(text: string, source: string): RecordedAnswer[] {
  const answers: { head: Head; lines: Line[] }[] = [];
  const rows = text.split('\n');
  for (const [index, row] of rows.entries()) {
    if (row.trim() === '') continue;
    const line = parseLine(row);
    if (line === undefined) {
      if (index === rows.length - 1 && answers.length > 0) break;
      throw notARecording(source, index + 1);
    }
    if ('recording' in line) answers.push({ head: line, lines: [] });
    else if (answers.length > 0) answers.at(-1)?.lines.push(line);
    else throw notARecording(source, index + 1);
  }
  if (answers.length === 0) throw notARecording(source, 1);
  return answers;
}

function parseLine(row: string): Head | Line | undefined {
  try {
    const line = JSON.parse(row) as Partial<Head & Line> | null;
    if (typeof line?.at !== 'number') return undefined;
    return !('recording' in line) || isHead(line) ? (line as Head | Line) : undefined;
  } catch {
    return undefined;
  }
}

const isHead = ({ recording, status, headers }: Partial<Head>): boolean =>
  recording === 1 && typeof status === 'number' && typeof headers === 'object' && headers !== null;

const notARecording = (source: string, line: number): MsgError<'config'> =>
  new MsgError('config', `${source} is not a recording (line ${line}).`, {
    hint: 'Make one with: msg send --record FILE ...',
    details: { path: source },
  });

/** Named as a host is: the replay stands in for one. */
const brokenOff = (how: string): MsgError<'network'> =>
  new MsgError('network', `recording: ${how}`, { details: { isRetryable: false } });

/** UTF-8 stays readable; anything else (also a character cut in half) keeps its exact bytes as base64. */
function encoded(chunk: Uint8Array, clean: (text: string) => string): { text: string } | { base64: string } {
  const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  const text = bytes.toString('utf8');
  if (Buffer.from(text, 'utf8').equals(bytes)) return { text: clean(text) };
  return { base64: bytes.toString('base64') };
}

function decoded(line: { readonly text?: string; readonly base64?: string }): Uint8Array {
  return line.text === undefined ? Buffer.from(line.base64 ?? '', 'base64') : Buffer.from(line.text, 'utf8');
}
