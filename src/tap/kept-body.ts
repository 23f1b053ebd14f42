// The bytes of one body, as many as are kept of it, with when they came; and their text once somebody wants to read it.
import { inTurns } from '../doctor/streams/in-steps.ts';
import { decodedBody, encodingsIn } from '../http/encoding.ts';
import type { TimedChunk } from '../http/recording.ts';
import type { ArrivalMark, Body } from './exchange.ts';
import { textOf, withoutSecretsIn } from './shown-text.ts';

export type KeptBody = {
  push(at: number, bytes: Buffer): void;
  /** Bytes that are not kept. */
  count(at: number, bytes: number): void;
  /** Frees what is kept; the counts stay. */
  drop(): void;
  readonly wireBytes: number;
  readonly keptBytes: number;
  readonly isCut: boolean;
  readonly marks: readonly ArrivalMark[];
  /** What is kept, as it crossed the wire. */
  readonly chunks: readonly TimedChunk[];
};

/** More arrivals than any chart shows; what comes later is counted with the last one. */
const mostMarks = 20_000;

export function createKeptBody(limitBytes: number): KeptBody {
  let chunks: TimedChunk[] = [];
  const marks: [number, number][] = [];
  let wireBytes = 0;
  let keptBytes = 0;
  const count = (at: number, bytes: number): void => {
    wireBytes += bytes;
    const last = marks.at(-1);
    // Chunks that one read brought came together.
    if (last !== undefined && (last[0] === at || marks.length >= mostMarks)) last[1] += bytes;
    else marks.push([at, bytes]);
  };
  return {
    count,
    push(at, bytes) {
      count(at, bytes.length);
      const room = limitBytes - keptBytes;
      if (room <= 0) return;
      const part = bytes.length > room ? bytes.subarray(0, room) : bytes;
      // A copy, so that one event does not hold the whole read it came in.
      chunks.push({ at, bytes: Buffer.from(part) });
      keptBytes += part.length;
    },
    drop() {
      chunks = [];
      keptBytes = 0;
    },
    get wireBytes() {
      return wireBytes;
    },
    get keptBytes() {
      return keptBytes;
    },
    get isCut() {
      return keptBytes < wireBytes;
    },
    marks,
    get chunks() {
      return chunks;
    },
  };
}

/**
 * The chunks without their content-encoding, each with the time it came. What cannot be decoded ends where the fault is;
 * of what was no such encoding at all, the bytes stay as they are.
 */
export async function decodedChunks(
  chunks: readonly TimedChunk[],
  encoding: string | undefined,
): Promise<readonly TimedChunk[]> {
  if (encoding === undefined) return chunks;
  async function* arrivals(): AsyncGenerator<{ at: number; chunks: readonly Uint8Array[] }> {
    for (const { at, bytes } of chunks) yield { at, chunks: [bytes] };
  }
  const decoded: TimedChunk[] = [];
  try {
    for await (const { at, chunks: pieces } of decodedBody(arrivals(), encoding))
      for (const bytes of pieces) decoded.push({ at, bytes });
  } catch {
    if (decoded.every(({ bytes }) => bytes.length === 0)) return chunks;
  }
  return decoded;
}

/**
 * Whether these are the bytes of the wire, although a content-encoding is named: one that is not true, or that nothing
 * here can read.
 */
export function isUndecoded(
  decoded: readonly TimedChunk[],
  { chunks: [wire] }: Pick<KeptBody, 'chunks'>,
  encoding: string | undefined,
): boolean {
  if (wire === undefined || encodingsIn(encoding).length === 0) return false;
  const start = decoded[0]?.bytes.subarray(0, startBytes);
  return start !== undefined && Buffer.compare(start, wire.bytes.subarray(0, start.length)) === 0;
}

const startBytes = 8;

/** All of these bytes in one piece. */
export const joinedBytes = (chunks: readonly TimedChunk[]): Buffer =>
  Buffer.concat(chunks.map(({ bytes }) => bytes));

/** Lets everything else have its turn. */
export type Pause = () => Promise<void>;

/** For who has nobody beside him. */
export const noPause: Pause = async () => {};

/** A body as it is shown: decoded, and without secrets. */
export async function shownBody(
  body: KeptBody,
  encoding: string | undefined,
  pause: Pause = noPause,
): Promise<Body> {
  const chunks = await decodedChunks(body.chunks, encoding);
  const text = await inTurns(textOf(chunks), pause);
  // A body that is cut may end within a character.
  const isBinary = text.includes('\0') || (text.includes('\uFFFD') && !isNearlyText(text));
  return {
    wireBytes: body.wireBytes,
    text: isBinary ? joinedBytes(chunks).toString('base64') : await inTurns(withoutSecretsIn(text), pause),
    isCut: body.isCut,
    isBinary,
  };
}

/** Broken characters are told as such in a text; what has many of them is none. */
const isNearlyText = (text: string): boolean =>
  (text.match(/\uFFFD/g)?.length ?? 0) * 100 <= text.length + 300;
