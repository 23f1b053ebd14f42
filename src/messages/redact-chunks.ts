// Takes keys out of bytes that arrive in chunks: a key that is split over several of them is one key.
import type { ChunkCleaner, TimedChunk } from '../http/recording.ts';
import { spellingsOfKnown } from './secret.ts';
import { beginningsOf } from './spellings.ts';

/** Bytes as characters of one byte each, so that offsets hold whatever the bytes mean. */
type Piece = { readonly at: number; readonly text: string };
/** Where a key stands in the text of several pieces. */
type Span = { readonly start: number; readonly end: number; readonly mask: string };

/**
 * A redactor for the bytes of one answer and the keys known by now. Every chunk keeps its moment; the mask of a
 * key stands in the chunk where the key began, and a chunk that was all key is left out.
 */
export function redactChunks(): ChunkCleaner {
  const keys = spellingsOfKnown();
  const whole = new RegExp(keys.map(({ spellings }) => `(${spellings.source})`).join('|'), 'g');
  const beginnings = keys.map(({ spellings }) => beginningsOf(spellings));
  let waiting: readonly Piece[] = [];

  const keysIn = (text: string): Span[] =>
    [...text.matchAll(whole)].map(({ 0: found, index, ...groups }) => {
      const { mask } = keys.find((_, number) => groups[number + 1] !== undefined) ?? { mask: '' };
      return { start: index, end: index + found.length, mask: Buffer.from(mask).toString('latin1') };
    });
  /** Where the end of a text begins that may be part of a key. */
  const unsettled = (text: string, found: readonly Span[]): number => {
    const at = Math.min(...beginnings.map((pattern) => text.search(pattern)));
    return found.find(({ start, end }) => start < at && at < end)?.start ?? at;
  };
  const settle = (pieces: readonly Piece[], isEnd: boolean): TimedChunk[] => {
    const text = pieces.map((piece) => piece.text).join('');
    const found = keysIn(text);
    const settled = isEnd ? text.length : unsettled(text, found);
    const masked = found.filter(({ end }) => end <= settled);
    const clean: Piece[] = [];
    const rest: Piece[] = [];
    let start = 0;
    for (const piece of pieces) {
      const isClean = start + piece.text.length <= settled;
      (isClean ? clean : rest).push({ ...piece, text: without(masked, piece.text, start) });
      start += piece.text.length;
    }
    waiting = rest;
    return clean
      .filter((piece) => piece.text !== '')
      .map((piece) => ({ at: piece.at, bytes: Buffer.from(piece.text, 'latin1') }));
  };

  if (keys.length === 0) return { push: (chunk) => [chunk], end: () => [] };
  return {
    push: ({ at, bytes }) =>
      settle(
        [
          ...waiting,
          { at, text: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1') },
        ],
        false,
      ),
    end: () => settle(waiting, true),
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
