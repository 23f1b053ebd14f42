// `--record`: one file an exchange, written as it happens, in the form of `send --record` with what else the tap saw.
import { join } from 'node:path';
import { configError } from '../errors.ts';
import { decodedBody } from '../http/encoding.ts';
import { answerWriter, type TimedChunk } from '../http/recording.ts';
import type { Arrival } from '../http/wire.ts';
import { withoutSecrets } from '../messages/key-shapes.ts';
import { redactChunks } from '../messages/redact-chunks.ts';
import { makePath } from '../profiles/make-path.ts';
import { errnoText } from '../text/errno.ts';
import type { Entry, Journal } from './journal.ts';
import { isUndecoded, noPause, type Pause, shownBody } from './kept-body.ts';
import { newRecordingFile, type RecordingFile } from './recording-file.ts';
import { recordedEnd } from './recording-text.ts';
import { headerOf } from './shown-head.ts';
import { jsonPieces } from './shown-text.ts';

export type Recorder = {
  /** Resolves when everything is on the disk. @throws MsgError `config` when the disk refused a part */
  settled(): Promise<void>;
};

/**
 * Writes every exchange of a journal into a directory, which only its owner can read.
 * @throws MsgError `config` when the directory cannot be had
 */
export function recordInto(directory: string, journal: Journal, pause: Pause = noPause): Recorder {
  const refused = (cause: unknown): Error =>
    configError(
      `Cannot write into ${directory} (--record): ${errnoText(cause)}.`,
      undefined,
      { path: directory },
      cause,
    );
  try {
    makePath(directory);
  } catch (cause) {
    throw refused(cause);
  }
  let failure: unknown;
  const writers = new Map<number, ExchangeWriter>();
  const open = new Set<Promise<void>>();
  journal.onStep(
    (entry, step, chunk) => {
      const writer = writers.get(entry.id) ?? createWriter(join(directory, fileName(entry)), pause);
      writers.set(entry.id, writer);
      if (step === 'head') writer.begin(entry);
      else if (chunk !== undefined) writer.chunk(chunk.at, chunk.bytes);
      else if (step === 'end') {
        writers.delete(entry.id);
        const done = writer.end(entry).catch((cause: unknown) => {
          failure ??= cause;
        });
        open.add(done);
        void done.then(() => open.delete(done));
      }
    },
    { needsBodies: true },
  );
  return {
    async settled() {
      await Promise.all(open);
      if (failure !== undefined) throw refused(failure);
    },
  };
}

/** By time and number, so that a listing has their order: `20261130-113412-0001`. */
function fileName({ startedAt, id }: Entry): string {
  const time = new Date(startedAt).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${time}-${String(id).padStart(4, '0')}`;
}

type ExchangeWriter = {
  begin(entry: Entry): void;
  chunk(at: number, bytes: Buffer): void;
  end(entry: Entry): Promise<void>;
};

function createWriter(path: string, pause: Pause): ExchangeWriter {
  let file: RecordingFile | undefined;
  const write = (line: string): void => file?.write(line);
  const record = answerWriter({ clean: withoutSecrets, cleanChunks: redactChunks, write });
  const queue = createQueue();
  /** What is to be written comes one after the other: the request is decoded, and so is the answer. */
  let written = Promise.resolve();
  let requestBytes = -1;
  /** The beginning of what was decoded. */
  let first: TimedChunk | undefined;

  async function writeRequest(entry: Entry): Promise<void> {
    requestBytes = entry.requestBody.wireBytes;
    file ??= await newRecordingFile(path);
    const { id, startedAt, connection, method, path: target, url, httpVersion, fault } = entry;
    const encoding = headerOf(entry.requestHeaders, 'content-encoding');
    const body = await shownBody(entry.requestBody, encoding, pause);
    const request = {
      ...{ id, startedAt, connection, method, path: target, url, httpVersion, fault },
      headers: entry.requestHeaders,
      trailers: entry.requestTrailers,
      body,
    };
    for (const piece of jsonPieces({ at: 0, request })) {
      write(piece);
      await pause();
    }
    write('\n');
  }

  return {
    begin(entry) {
      const { response, times, interim } = entry;
      if (response === undefined) return;
      const { status, reason, version, headers } = response;
      const flat = Object.fromEntries(
        headers.map(([name]) => [name.toLowerCase(), headerOf(headers, name.toLowerCase()) ?? '']),
      );
      written = written.then(async () => {
        await writeRequest(entry);
        record.head(times.head ?? 0, status, flat, { reason, version, headers, interim: [...interim] });
        try {
          for await (const { at, chunks } of decodedBody(queue.arrivals, flat['content-encoding']))
            for (const bytes of chunks) {
              first ??= { at, bytes };
              record.chunk(at, bytes);
            }
        } catch {
          // What cannot be decoded ends here, as it does for the client.
        }
      });
      written.catch(() => {});
    },
    chunk: (at, bytes) => queue.push({ at, chunks: [bytes] }),
    async end(entry) {
      queue.end();
      await written;
      // An answer may begin before its request has ended.
      if (requestBytes !== entry.requestBody.wireBytes) await writeRequest(entry);
      const { ending, stalls, failure: cause, times, response } = entry;
      // What cannot be decoded at all stays as it came.
      if (first === undefined)
        for (const { at, bytes } of response?.body.chunks ?? []) record.chunk(at, bytes);
      const encoding = headerOf(response?.headers ?? [], 'content-encoding');
      const isEncoded =
        response !== undefined &&
        (first === undefined ? response.body.wireBytes > 0 : isUndecoded([first], response.body, encoding));
      record.end(times.end ?? 0, recordedEnd(ending), {
        ending,
        failure: cause,
        times,
        stalls,
        isEncoded,
        trailers: response?.trailers ?? [],
        wireBytes: response?.body.wireBytes ?? 0,
      });
      await file?.end();
    },
  };
}

/** Arrivals that are read as they are pushed. */
function createQueue(): {
  push(arrival: Arrival): void;
  end(): void;
  readonly arrivals: AsyncIterable<Arrival>;
} {
  let waiting: Arrival[] = [];
  let isEnded = false;
  let wake = (): void => {};
  async function* arrivals(): AsyncGenerator<Arrival> {
    for (;;) {
      const taken = waiting;
      waiting = [];
      yield* taken;
      if (waiting.length > 0) continue;
      if (isEnded) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  return {
    push(arrival) {
      waiting.push(arrival);
      wake();
    },
    end() {
      isEnded = true;
      wake();
    },
    arrivals: arrivals(),
  };
}
