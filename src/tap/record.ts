// `--record`: one file an exchange, written as it happens, in the form of `send --record` with what else the tap saw.
// `--open`: the same files, read back into entries of a journal.
import { createWriteStream, mkdirSync, readdirSync, statSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { configError } from '../errors.ts';
import { decodedBody } from '../http/encoding.ts';
import { limits } from '../http/limits.ts';
import { answerWriter, decoded, recordedLines } from '../http/recording.ts';
import type { Arrival } from '../http/wire.ts';
import { withoutSecrets } from '../messages/key-shapes.ts';
import { redactChunks } from '../messages/redact-chunks.ts';
import { readFileOf } from '../terminal/json-argument.ts';
import { errnoText } from '../text/errno.ts';
import { isObject } from '../text/json.ts';
import { type Entry, headerOf, type Journal } from './journal.ts';
import { createKeptBody, shownBody } from './kept-body.ts';

export type Recorder = {
  /** Resolves when everything is on the disk. @throws MsgError `config` when the disk refused a part */
  settled(): Promise<void>;
};

/**
 * Writes every exchange of a journal into a directory, which only its owner can read.
 * @throws MsgError `config` when the directory cannot be had
 */
export function recordInto(directory: string, journal: Journal): Recorder {
  const refused = (cause: unknown): Error =>
    configError(
      `Cannot write into ${directory} (--record): ${errnoText(cause)}.`,
      undefined,
      { path: directory },
      cause,
    );
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw refused(cause);
  }
  let failure: unknown;
  const writers = new Map<number, ExchangeWriter>();
  const open = new Set<Promise<void>>();
  journal.onStep((entry, step, chunk) => {
    const writer = writers.get(entry.id) ?? createWriter(join(directory, fileName(entry)));
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
  });
  return {
    async settled() {
      await Promise.all(open);
      if (failure !== undefined) throw refused(failure);
    },
  };
}

/** By time and number, so that a listing has their order: `20261130-113412-0001.jsonl`. */
function fileName({ startedAt, id }: Entry): string {
  const time = new Date(startedAt).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${time}-${String(id).padStart(4, '0')}.jsonl`;
}

type ExchangeWriter = {
  begin(entry: Entry): void;
  chunk(at: number, bytes: Buffer): void;
  end(entry: Entry): Promise<void>;
};

function createWriter(path: string): ExchangeWriter {
  let stream: WriteStream | undefined;
  let failure: unknown;
  const write = (line: string): void => {
    stream ??= createWriteStream(path, { mode: 0o600 }).on('error', (cause) => {
      failure = cause;
    });
    stream.write(line);
  };
  const record = answerWriter({ clean: withoutSecrets, cleanChunks: redactChunks, write });
  const queue = createQueue();
  /** What is to be written comes one after the other: the request is decoded, and so is the answer. */
  let written = Promise.resolve();
  let requestBytes = -1;

  async function writeRequest(entry: Entry): Promise<void> {
    requestBytes = entry.requestBody.wireBytes;
    const { id, startedAt, connection, method, path: target, url, httpVersion, fault } = entry;
    const body = await shownBody(entry.requestBody, headerOf(entry.requestHeaders, 'content-encoding'));
    const request = {
      ...{ id, startedAt, connection, method, path: target, url, httpVersion, fault },
      headers: entry.requestHeaders,
      trailers: entry.requestTrailers,
      body,
    };
    write(`${JSON.stringify({ at: 0, request })}\n`);
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
            for (const bytes of chunks) record.chunk(at, bytes);
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
      const { ending, failure: cause, times, response } = entry;
      record.end(
        times.end ?? 0,
        ending === 'complete' ? 'complete' : ending === 'client-gone' ? 'left' : 'failed',
        {
          ending,
          failure: cause,
          times,
          trailers: response?.trailers ?? [],
          wireBytes: response?.body.wireBytes ?? 0,
        },
      );
      await new Promise<void>((resolve) => (stream === undefined ? resolve() : stream.end(resolve)));
      if (failure !== undefined) throw failure;
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

/** Whether a path is a directory, or one recording: what --open looks at. */
export function isRecordings(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && (found.isDirectory() || path.endsWith('.jsonl'));
}

/**
 * The exchanges in the recordings of a directory, or of one file, in their order.
 * @throws MsgError `config` when there are none
 */
export function recordedEntries(path: string): Entry[] {
  let files: string[];
  try {
    files = statSync(path).isDirectory()
      ? readdirSync(path)
          .filter((name) => name.endsWith('.jsonl'))
          .sort()
          .map((name) => join(path, name))
      : [path];
  } catch (cause) {
    throw configError(`Cannot read ${path} (--open): ${errnoText(cause)}.`, undefined, { path }, cause);
  }
  if (files.length === 0)
    throw configError(`${path} holds no recordings.`, 'Make them with: msg tap --record DIR ...', { path });
  return files.map((file, index) => recordedEntry(readFileOf('--open', file), file, index + 1));
}

/** A recording of `send --record` has no request and no facts of the tap: what is missing stays empty. */
export function recordedEntry(text: string, source: string, id: number): Entry {
  const lines = recordedLines(text, source);
  const requests = lines.flatMap((line) =>
    'request' in line && isObject(line.request) ? [line.request] : [],
  );
  const request = (requests.at(-1) ?? {}) as Partial<Entry> & {
    readonly path?: string;
    readonly headers?: Entry['requestHeaders'];
    readonly trailers?: Entry['requestTrailers'];
    readonly body?: { readonly text: string; readonly isBinary: boolean };
  };
  const head = lines.find((line) => 'recording' in line);
  const headTap = fieldsOf(head?.tap);
  const end = lines.findLast((line) => 'end' in line);
  const endTap = fieldsOf(end?.tap);
  const requestBody = createKeptBody(limits.tapBody);
  const { body } = request;
  if (body !== undefined && body.text !== '')
    requestBody.push(0, Buffer.from(body.text, body.isBinary ? 'base64' : 'utf8'));
  const answerBody = createKeptBody(limits.tapBody);
  const chunks = lines.flatMap((line) => ('text' in line || 'base64' in line ? [line] : []));
  for (const chunk of chunks) answerBody.push(chunk.at, Buffer.from(decoded(chunk)));
  const ended: Entry['ending'] =
    end === undefined
      ? 'cut'
      : end.end === 'complete'
        ? 'complete'
        : end.end === 'left'
          ? 'client-gone'
          : 'reset';
  const times: Entry['times'] = {
    connected: null,
    requestEnd: null,
    head: head?.at ?? null,
    firstByte: chunks[0]?.at ?? null,
    lastByte: chunks.at(-1)?.at ?? null,
    clientEnd: null,
    end: end?.at ?? chunks.at(-1)?.at ?? head?.at ?? 0,
    ...(isObject(endTap['times']) ? endTap['times'] : {}),
  };
  return {
    id: request.id ?? id,
    startedAt: request.startedAt ?? 0,
    connection: request.connection ?? id,
    method: request.method ?? '',
    path: request.path ?? '',
    url: request.url ?? '',
    httpVersion: request.httpVersion ?? '1.1',
    requestHeaders: withoutCoding(request.headers ?? []),
    requestTrailers: request.trailers ?? [],
    requestBody,
    interim: (headTap['interim'] as Entry['interim'] | undefined) ?? [],
    response:
      head === undefined
        ? undefined
        : {
            version: String(headTap['version'] ?? '1.1'),
            status: head.status,
            reason: String(headTap['reason'] ?? ''),
            headers: withoutCoding(
              (headTap['headers'] as Entry['requestHeaders'] | undefined) ?? Object.entries(head.headers),
            ),
            trailers: (endTap['trailers'] as Entry['requestTrailers'] | undefined) ?? [],
            body: answerBody,
          },
    times,
    ending: (endTap['ending'] as Entry['ending'] | undefined) ?? ended,
    failure: (endTap['failure'] as Entry['failure'] | undefined) ?? null,
    fault: request.fault ?? null,
  };
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> => (isObject(value) ? value : {});

/** Bodies are recorded decoded: the field that says otherwise would have them decoded twice. */
const withoutCoding = (headers: Entry['requestHeaders']): Entry['requestHeaders'] =>
  headers.map(([name, value]) => [
    /^content-encoding$/i.test(name) ? `x-recorded-${name.toLowerCase()}` : name,
    value,
  ]);
