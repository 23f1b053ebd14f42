// Bodies as texts: decoded, and without secrets, in steps, as everything else waits meanwhile.
import { randomUUID } from 'node:crypto';
import { StringDecoder } from 'node:string_decoder';
import type { Steps } from '../doctor/streams/in-steps.ts';
import type { TimedChunk } from '../http/recording.ts';
import { withoutCredentials } from '../messages/key-shapes.ts';

/** Bytes or characters of one step. */
const stepSize = 256 * 1024;

/** These bytes as UTF-8; what is none is replaced, as everywhere. */
export function* textOf(chunks: readonly TimedChunk[]): Steps<string> {
  const decoder = new StringDecoder('utf8');
  const parts: string[] = [];
  let bytes = 0;
  for (const chunk of chunks) {
    // One read may hold all of a body that was compressed.
    for (let at = 0; at < chunk.bytes.length; at += stepSize) {
      const part = Buffer.from(chunk.bytes.buffer, chunk.bytes.byteOffset, chunk.bytes.byteLength).subarray(
        at,
        at + stepSize,
      );
      parts.push(decoder.write(part));
      bytes += part.length;
      if (bytes < stepSize) continue;
      bytes = 0;
      yield;
    }
  }
  parts.push(decoder.end());
  return parts.join('');
}

/** The text without secrets. It is cut where no secret goes on. */
export function* withoutSecretsIn(text: string): Steps<string> {
  const parts: string[] = [];
  for (let at = 0; at < text.length; ) {
    if (at > 0) yield;
    const end = endOfStep(text, at + stepSize);
    parts.push(withoutCredentials(text.slice(at, end)));
    at = end;
  }
  return parts.join('');
}

/**
 * No key goes over a line end, nor over the end of a value, which keeps it together with its name. Where neither comes
 * for as long as a step, none goes over a quotation mark; in a run of letters (a picture), none over a plus sign.
 */
function endOfStep(text: string, from: number): number {
  if (from >= text.length) return text.length;
  for (const limit of [/\n|"(?=\s*[,}\]])/g, /"/g, /\+/g]) {
    limit.lastIndex = from;
    const found = limit.exec(text.slice(0, from + stepSize));
    if (found !== null) return found.index + 1;
  }
  return text.length;
}

/** JSON of a value, in pieces: a long text in it is more than can be written in one go. */
export function* jsonPieces(value: unknown): Generator<string> {
  const texts: string[] = [];
  const mark = randomUUID();
  const frame = JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'string' && part.length > stepSize ? `${mark}${texts.push(part) - 1}` : part,
  );
  for (const [place, piece] of frame.split(`"${mark}`).entries()) {
    if (place === 0) {
      yield piece;
      continue;
    }
    const quote = piece.indexOf('"');
    const text = texts[Number(piece.slice(0, quote))] ?? '';
    yield '"';
    for (let at = 0; at < text.length; at += stepSize)
      yield JSON.stringify(text.slice(at, at + stepSize)).slice(1, -1);
    yield piece.slice(quote);
  }
}
