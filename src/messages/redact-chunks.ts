// Takes keys out of bytes that arrive in chunks: a key that is split over several of them is one key.
import type { ChunkCleaner, TimedChunk } from '../http/recording.ts';
import { maskKey, searchForKeys } from './secret.ts';

/** Bytes as characters of one byte each, so that offsets hold whatever the bytes mean. */
type Piece = { readonly at: number; readonly text: string };
/** Where a key stands in the text of several pieces. */
type Span = { readonly start: number; readonly end: number; readonly mask: string };

/**
 * A redactor for the bytes of one answer and the keys known by now. Every chunk keeps its moment; the mask of a
 * key stands in the chunk where the key began, and a chunk that was all key is left out.
 */
export function redactChunks(): ChunkCleaner {
  const search = searchForKeys();
  let queue: readonly Piece[] = [];

  const keysIn = (text: string): Span[] =>
    search.find(text).map(({ start, end, key }) => {
      return { start, end, mask: Buffer.from(maskKey(key)).toString('latin1') };
    });
  /** Where the end of a text begins that may be part of a key. */
  const unsettled = (text: string, spans: readonly Span[]): number => {
    const at = search.openFrom(text);
    return spans.find(({ start, end }) => start < at && at < end)?.start ?? at;
  };
  const settle = (pieces: readonly Piece[], isEnd: boolean): TimedChunk[] => {
    const text = pieces.map((piece) => piece.text).join('');
    const spans = keysIn(text);
    const settled = isEnd ? text.length : unsettled(text, spans);
    const masked = spans.filter(({ end }) => end <= settled);
    const clean: Piece[] = [];
    const rest: Piece[] = [];
    let start = 0;
    for (const piece of pieces) {
      const isClean = start + piece.text.length <= settled;
      (isClean ? clean : rest).push({ ...piece, text: without(masked, piece.text, start) });
      start += piece.text.length;
    }
    queue = rest;
    return clean
      .filter((piece) => piece.text !== '')
      .map((piece) => ({ at: piece.at, bytes: Buffer.from(piece.text, 'latin1') }));
  };

  return {
    push: ({ at, bytes }) =>
      settle(
        [
          ...queue,
          { at, text: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1') },
        ],
        false,
      ),
    end: () => settle(queue, true),
  };
}

/** One piece, which begins at `offset` of the whole text, with a mask where a key began in it. */
function without(spans: readonly Span[], piece: string, offset: number): string {
  let clean = '';
  let at = 0;
  for (const { start, end, mask } of spans) {
    if (end <= offset || start >= offset + piece.length) continue;
    if (start >= offset) clean += piece.slice(at, start - offset) + mask;
    at = end - offset;
  }
  return clean + piece.slice(at);
}
