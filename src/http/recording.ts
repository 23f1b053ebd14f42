// Recordings: the bytes of answers with their arrival times, and a transport that plays them back.
// Of `send --record` only responses are kept, so that a recording can be attached to a bug report: no request, no key.
// Those of `msg tap` have a line with the request, too, and what else it saw under `tap`; whoever plays them needs neither.
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
  readonly tap?: unknown;
};
/** How an answer ended: by itself, by a broken connection, or because enough had been read. */
type Ending = 'complete' | 'failed' | 'left';
/** One arrival: as text where it is UTF-8, else in base64. `end` closes an answer. */
type Line =
  | { readonly at: number; readonly text?: string; readonly base64?: string }
  | { readonly at: number; readonly end: Ending; readonly tap?: unknown };
/** What was asked, as the tap saw it: before or behind the head of its answer. */
type RequestLine = { readonly at: number; readonly request: unknown };

/** Any line of a recording. */
export type RecordedLine = Head | Line | RequestLine;

/** One answer of a recording. */
type RecordedAnswer = { readonly head: Head; readonly lines: readonly Line[] };

/** Bytes, and when they came. */
export type TimedChunk = { readonly at: number; readonly bytes: Uint8Array };

/** Takes secrets out of the chunks of one answer, also where one is split. */
export type ChunkCleaner = {
  /** Takes the next chunk and gives those that are clean; one whose end may be the beginning of a secret waits. */
  push(chunk: TimedChunk): readonly TimedChunk[];
  /** Nothing more comes: gives the chunks that waited. */
  end(): readonly TimedChunk[];
};

type RecordingOptions = {
  readonly clock: Clock;
  /** Takes secrets out of a text: a server may echo the key, in a header or in an error. */
  readonly clean: (text: string) => string;
  /** One for each answer. */
  readonly cleanChunks: () => ChunkCleaner;
  /** Gets each line of the recording as it happens. */
  readonly write: (line: string) => void;
};

/** Writes the lines of one answer. Times are milliseconds since the request was made. */
export function answerWriter({ clean, cleanChunks, write }: Omit<RecordingOptions, 'clock'>): {
  /** `tap`: what else was seen, clean already. */
  head(at: number, status: number, headers: Readonly<Record<string, string>>, tap?: object): void;
  chunk(at: number, bytes: Uint8Array): void;
  end(at: number, ending: Ending, tap?: object): void;
} {
  const record = (line: Head | Line): void => write(`${JSON.stringify(line)}\n`);
  const cleaner = cleanChunks();
  const recordAll = (chunks: readonly TimedChunk[]): void => {
    for (const { at, bytes } of chunks) record({ at, ...encoded(bytes, clean) });
  };
  return {
    head(at, status, headers, tap) {
      const shown = Object.entries(headers).filter(([name]) => !isSecretHeader(name));
      const cleaned = Object.fromEntries(shown.map(([name, value]) => [name, clean(value)]));
      record({ recording: 1, at, status, headers: cleaned, ...(tap && { tap }) });
    },
    chunk: (at, bytes) => recordAll(cleaner.push({ at, bytes })),
    end(at, ending, tap) {
      recordAll(cleaner.end());
      record({ at, end: ending, ...(tap && { tap }) });
    },
  };
}

/** Passes everything through and hands each line of the recording over as it happens. */
export function recordingTransport(
  transport: Transport,
  { clock, clean, cleanChunks, write }: RecordingOptions,
): Transport {
  return Object.assign(
    async (...[request, options]: Parameters<Transport>): Promise<WireResponse> => {
      const response = await transport(request, options);
      const { startedAt, headersAt } = response.trace;
      const since = (at: number): number => Math.round((at - startedAt) * 1000) / 1000;
      const record = answerWriter({ clean, cleanChunks, write });
      record.head(since(headersAt ?? clock.now()), response.status, response.headers);
      async function* body(): AsyncGenerator<Arrival> {
        let ending: Ending = 'left';
        try {
          for await (const arrival of response.body) {
            for (const bytes of arrival.chunks) record.chunk(since(arrival.at), bytes);
            yield arrival;
          }
          ending = 'complete';
        } catch (error) {
          // Ended from this side, by Ctrl-C for one, it was not the connection that broke.
          ending = options?.signal?.aborted ? 'left' : 'failed';
          throw error;
        } finally {
          record.end(since(clock.now()), ending);
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
 * The answers in the text of a recording.
 * @throws MsgError `config` naming `source` when the text is no recording, or holds no answer
 */
export function parseRecording(text: string, source: string): RecordedAnswer[] {
  const answers: { head: Head; lines: Line[] }[] = [];
  for (const line of recordedLines(text, source)) {
    if ('recording' in line) answers.push({ head: line, lines: [] });
    else if (!('request' in line)) answers.at(-1)?.lines.push(line);
  }
  if (answers.length === 0)
    throw new MsgError('config', `${source} holds a request without an answer.`, {
      details: { path: source },
    });
  return answers;
}

/**
 * The lines of a recording. A run that was killed leaves an unfinished last line; what stands before it counts.
 * @throws MsgError `config` naming `source` when the text is no recording
 */
export function recordedLines(text: string, source: string): RecordedLine[] {
  const lines: RecordedLine[] = [];
  const rows = text.split('\n');
  for (const [index, row] of rows.entries()) {
    if (row.trim() === '') continue;
    const line = parseLine(row);
    if (line === undefined && index === rows.length - 1 && lines.length > 0) break;
    const isBegun = lines.length > 0 || (line !== undefined && ('recording' in line || 'request' in line));
    if (line === undefined || !isBegun) throw notARecording(source, index + 1);
    lines.push(line);
  }
  if (lines.length === 0) throw notARecording(source, 1);
  return lines;
}

function parseLine(row: string): RecordedLine | undefined {
  try {
    const line = JSON.parse(row) as Partial<Head & Line> | null;
    if (typeof line?.at !== 'number') return undefined;
    return !('recording' in line) || isHead(line) ? (line as RecordedLine) : undefined;
  } catch {
    return undefined;
  }
}

const isHead = ({ recording, status, headers }: Partial<Head>): boolean =>
  recording === 1 && typeof status === 'number' && typeof headers === 'object' && headers !== null;

const notARecording = (source: string, line: number): MsgError<'config'> =>
  new MsgError('config', `${source} is not a recording (line ${line}).`, {
    hint: 'Make one with: msg send --record FILE ... or msg tap --record DIR ...',
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

/** The bytes of one arrival. */
export function decoded(line: { readonly text?: string; readonly base64?: string }): Uint8Array {
  return line.text === undefined ? Buffer.from(line.base64 ?? '', 'base64') : Buffer.from(line.text, 'utf8');
}
