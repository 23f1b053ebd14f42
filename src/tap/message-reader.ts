// Follows HTTP/1.1 messages through the bytes of one direction of a connection: where heads, bodies and trailers begin
// and end. It changes nothing and keeps no more than a head. Pure. A large stream has millions of chunks of an event
// each, so the bytes of a chunk's size are read one by one, and nothing is made for a chunk.
import { limits } from '../http/limits.ts';
import type { HeaderList } from './exchange.ts';
import { type Framing, type Head, headerList, parseHead } from './http-head.ts';

export type MessageHandler = {
  /** A head is complete; `bytes` is all of it. Gives how its body ends, or `opaque` for bytes of another protocol. */
  head(head: Head, bytes: Buffer): Framing | 'opaque' | 'interim';
  /** Bytes behind the head as they came: the body and its framing. */
  raw(bytes: Buffer): void;
  /** The part of these bytes that is body. */
  body(bytes: Buffer, start: number, end: number): void;
  /** The message is complete. */
  end(trailers: HeaderList): void;
  /** The first line of a head names no version of HTTP, and the rest of it has not come. May be told again. */
  otherProtocol?(): void;
  /** No HTTP from here on, and why: as part of a sentence. What follows is told as `raw` only. */
  unreadable(why: string): void;
};

export type MessageReader = {
  read(bytes: Buffer): void;
  /** The direction is closed. Gives whether that is the proper end of what was being read. */
  close(): boolean;
};

type State =
  | 'head'
  | 'length'
  | 'chunk-size'
  | 'chunk-extension'
  | 'chunk-data'
  | 'chunk-end'
  | 'trailers'
  | 'close'
  | 'opaque';

const LF = 10;
const CR = 13;
const blank = new Set([9, 32]);
/** Sizes of more digits are none that could be meant. */
const mostDigits = 12;

export function createMessageReader(handler: MessageHandler): MessageReader {
  let state: State = 'head';
  /** Of the body, or of the chunk. */
  let remaining = 0;
  /** Digits of the size that is being read. */
  let digits = 0;
  /** The beginning of a head, or of trailers, until the rest has come. */
  let held: Buffer = Buffer.alloc(0);
  /** Where what has not been told as raw begins in the bytes that are being read. */
  let rawFrom = 0;

  function tellRaw(bytes: Buffer, end: number): void {
    if (end > rawFrom) handler.raw(bytes.subarray(rawFrom, end));
    rawFrom = end;
  }
  function finish(bytes: Buffer, end: number, trailers: HeaderList): void {
    tellRaw(bytes, end);
    state = 'head';
    handler.end(trailers);
  }
  function giveUp(why: string): void {
    state = 'opaque';
    held = Buffer.alloc(0);
    handler.unreadable(why);
  }

  /** Takes what belongs to the current state from `at` on; gives where the rest begins. */
  function step(bytes: Buffer, at: number): number {
    switch (state) {
      case 'head':
        return readHead(bytes, at);
      case 'length':
      case 'chunk-data':
        return readCounted(bytes, at);
      case 'chunk-size':
        return readSize(bytes, at);
      case 'chunk-extension':
        return readExtension(bytes, at);
      case 'chunk-end':
        return readChunkEnd(bytes, at);
      case 'trailers':
        return readTrailers(bytes, at);
      case 'close':
        handler.body(bytes, at, bytes.length);
        return bytes.length;
      case 'opaque':
        return bytes.length;
    }
  }

  function readHead(bytes: Buffer, from: number): number {
    const all = held.length === 0 ? bytes.subarray(from) : Buffer.concat([held, bytes.subarray(from)]);
    let start = 0;
    // Empty lines in front of a head are nothing (RFC 9112, 2.2).
    while (all[start] === CR || all[start] === LF) start += 1;
    const end = endOfHead(all, start);
    rawFrom = bytes.length;
    if (end === -1) {
      held = all;
      if (all.length > limits.headers) giveUp('its head is too long');
      // Of another protocol no blank line may ever come: who speaks TLS waits for an answer to its first record.
      else if (all.length > start && !isText(all[start] ?? 0)) giveUp('its first bytes are no HTTP/1.1');
      // A server of SSH or mail greets with one line.
      else if (isOtherLine(all, start)) handler.otherProtocol?.();
      return bytes.length;
    }
    const rest = from + end - held.length;
    held = Buffer.alloc(0);
    rawFrom = rest;
    const headBytes = all.subarray(start, end);
    const head = parseHead(headBytes);
    if (head === undefined) giveUp('its head is not HTTP');
    else {
      const framing = handler.head(head, headBytes);
      if (framing === 'opaque') state = 'opaque';
      else if (framing !== 'interim') begin(framing, bytes, rest);
    }
    return rest;
  }

  function begin(framing: Framing, bytes: Buffer, at: number): void {
    if (framing.kind === 'none' || (framing.kind === 'length' && framing.bytes === 0)) finish(bytes, at, []);
    else if (framing.kind === 'length') {
      state = 'length';
      remaining = framing.bytes;
    } else if (framing.kind === 'chunked') beginChunk();
    else if (framing.kind === 'close') state = 'close';
    else giveUp(framing.why);
  }

  function beginChunk(): void {
    state = 'chunk-size';
    remaining = 0;
    digits = 0;
  }

  function readCounted(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + remaining);
    remaining -= end - at;
    handler.body(bytes, at, end);
    if (remaining > 0) return end;
    if (state === 'chunk-data') state = 'chunk-end';
    else finish(bytes, end, []);
    return end;
  }

  /** Hexadecimal digits up to the end of the line, or to an extension. */
  function readSize(bytes: Buffer, from: number): number {
    for (let at = from; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0;
      const value = hexValue(byte);
      if (value >= 0 && digits < mostDigits) {
        remaining = remaining * 16 + value;
        digits += 1;
      } else if (digits > 0 && byte === LF) return endSize(at + 1);
      else if (digits > 0 && byte === CR && bytes[at + 1] === LF) return endSize(at + 2);
      else if (digits > 0 && (byte === CR || byte === SEMICOLON || blank.has(byte))) {
        state = 'chunk-extension';
        return at;
      } else {
        giveUp('a chunk has no size');
        return at;
      }
    }
    return bytes.length;
  }

  function readExtension(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(LF, at);
    return end === -1 ? bytes.length : endSize(end + 1);
  }

  function endSize(at: number): number {
    state = remaining === 0 ? 'trailers' : 'chunk-data';
    return at;
  }

  function readChunkEnd(bytes: Buffer, at: number): number {
    if (bytes[at] === CR && bytes[at + 1] === LF) {
      beginChunk();
      return at + 2;
    }
    if (bytes[at] === LF) beginChunk();
    else if (bytes[at] !== CR) giveUp('a chunk is longer than its size');
    return at + 1;
  }

  /** Trailer lines up to the empty one. */
  function readTrailers(bytes: Buffer, from: number): number {
    const all = held.length === 0 ? bytes.subarray(from) : Buffer.concat([held, bytes.subarray(from)]);
    const isEmpty = all[0] === LF || (all[0] === CR && all[1] === LF);
    const end = isEmpty ? all.indexOf(LF) + 1 : endOfHead(all, 0);
    if (end === -1) {
      held = all;
      if (all.length > limits.headers) giveUp('its trailers are too long');
      return bytes.length;
    }
    const rest = from + end - held.length;
    held = Buffer.alloc(0);
    const trailers = isEmpty
      ? undefined
      : parseHead(Buffer.concat([Buffer.from('trailers\r\n'), all.subarray(0, end)]));
    finish(bytes, rest, trailers === undefined ? [] : headerList(trailers));
    return rest;
  }

  return {
    read(bytes) {
      rawFrom = 0;
      for (let at = 0; at < bytes.length; ) at = step(bytes, at);
      tellRaw(bytes, bytes.length);
    },
    close() {
      if (state !== 'close') return state === 'opaque' || (state === 'head' && held.length === 0);
      state = 'head';
      handler.end([]);
      return true;
    },
  };
}

const SEMICOLON = 59;

const isText = (byte: number): boolean => byte > 32 && byte < 127;

function hexValue(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** Where the bytes behind the blank line begin, or -1. Lines may end in LF alone (RFC 9112, 2.2). */
function endOfHead(bytes: Buffer, start: number): number {
  const [bare, usual] = [bytes.indexOf('\n\n', start, 'latin1'), bytes.indexOf('\n\r\n', start, 'latin1')];
  if (usual === -1) return bare === -1 ? -1 : bare + 2;
  return bare === -1 || usual < bare ? usual + 3 : bare + 2;
}

/** Whether the first line is there, and names no version of HTTP at either end. */
function isOtherLine(bytes: Buffer, start: number): boolean {
  const end = bytes.indexOf(LF, start);
  return end !== -1 && !/^HTTP\/|HTTP\/\S+\r?$/.test(bytes.toString('latin1', start, end));
}
