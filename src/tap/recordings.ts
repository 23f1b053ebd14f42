// `--open`: recordings read back into entries of a journal, those of the tap and those of `send --record`.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { configError } from '../errors.ts';
import { limits } from '../http/limits.ts';
import { decoded, recordedLines } from '../http/recording.ts';
import { readFileOf } from '../terminal/json-argument.ts';
import { errnoText } from '../text/errno.ts';
import { isObject } from '../text/json.ts';
import type { Entry } from './journal.ts';
import { createKeptBody } from './kept-body.ts';

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
  return numbered(files.map((file, index) => recordedEntry(readFileOf('--open', file), file, index + 1)));
}

/** Several taps that recorded into one directory have all counted from 1: then their exchanges are counted anew. */
function numbered(entries: readonly Entry[]): Entry[] {
  if (new Set(entries.map(({ id }) => id)).size === entries.length) return [...entries];
  return [...entries]
    .sort((a, b) => a.startedAt - b.startedAt)
    .map((entry, index) => ({ ...entry, id: index + 1 }));
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
            headers: (endTap['isEncoded'] === true ? asRecorded : withoutCoding)(
              (headTap['headers'] as Entry['requestHeaders'] | undefined) ?? Object.entries(head.headers),
            ),
            trailers: (endTap['trailers'] as Entry['requestTrailers'] | undefined) ?? [],
            body: answerBody,
          },
    times,
    ending: (endTap['ending'] as Entry['ending'] | undefined) ?? ended,
    stalls: (endTap['stalls'] as Entry['stalls'] | undefined) ?? [],
    failure: (endTap['failure'] as Entry['failure'] | undefined) ?? null,
    fault: request.fault ?? null,
  };
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> => (isObject(value) ? value : {});

const asRecorded = (headers: Entry['requestHeaders']): Entry['requestHeaders'] => headers;

/** Bodies are recorded decoded: the field that says otherwise would have them decoded twice. */
const withoutCoding = (headers: Entry['requestHeaders']): Entry['requestHeaders'] =>
  headers.map(([name, value]) => [
    /^content-encoding$/i.test(name) ? `x-recorded-${name.toLowerCase()}` : name,
    value,
  ]);
