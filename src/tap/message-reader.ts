// Follows HTTP/1.1 messages through the bytes of one direction of a connection: where heads, bodies and trailers begin
// and end. It changes nothing and keeps no more than a head. Pure.
import { limits } from '../http/limits.ts';
import type { HeaderList } from './exchange.ts';
import { type Framing, type Head, headerList, parseHead } from './http-head.ts';

export type MessageHandler = {
  /** A head is complete; `bytes` is all of it. Gives how its body ends, or `opaque` for bytes of another protocol. */
  head(head: Head, bytes: Buffer): Framing | 'opaque' | 'interim';
  /** Bytes behind the head as they came: the body and its framing. */
  raw(bytes: Buffer): void;
  /** Bytes of the body alone. */
  body(bytes: Buffer): void;
  /** The message is complete. */
  end(trailers: HeaderList): void;
  /** No HTTP from here on, and why: as part of a sentence. What follows is told as `raw` only. */
  unreadable(why: string): void;
};

export type MessageReader = {
  read(bytes: Buffer): void;
  /** The direction is closed. Gives whether that is the proper end of what was being read. */
  close(): boolean;
};

type State = 'head' | 'length' | 'chunk-size' | 'chunk-data' | 'chunk-end' | 'trailers' | 'close' | 'opaque';

/** Hexadecimal digits and extensions; no extension anybody sends is longer. */
const longestChunkLine = 4096;

export function createMessageReader(handler: MessageHandler): MessageReader {
  let state: State = 'head';
  /** Of the body, or of the chunk. */
  let remaining = 0;
  /** The beginning of a head, a line or the trailers, until the rest has come. */
  let held: Buffer = Buffer.alloc(0);

  function finish(trailers: HeaderList): void {
    state = 'head';
    handler.end(trailers);
  }
  function giveUp(why: string): void {
    state = 'opaque';
    held = Buffer.alloc(0);
    handler.unreadable(why);
  }

  /** Takes what belongs to the current state; gives how many bytes that were. */
  function step(bytes: Buffer): number {
    switch (state) {
      case 'head':
        return stepHead(bytes);
      case 'length':
      case 'chunk-data': {
        const part = bytes.length > remaining ? bytes.subarray(0, remaining) : bytes;
        remaining -= part.length;
        const isLast = remaining === 0;
        handler.raw(part);
        handler.body(part);
        if (isLast && state === 'length') finish([]);
        else if (isLast) state = 'chunk-end';
        return part.length;
      }
      case 'chunk-size':
      case 'chunk-end':
        return stepLine(bytes);
      case 'trailers':
        return stepTrailers(bytes);
      case 'close':
        handler.raw(bytes);
        handler.body(bytes);
        return bytes.length;
      case 'opaque':
        handler.raw(bytes);
        return bytes.length;
    }
  }

  function stepHead(bytes: Buffer): number {
    // Empty lines in front of a head are nothing (RFC 9112, 2.2), but they pass.
    const all = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
    let start = 0;
    while (all[start] === 13 || all[start] === 10) start += 1;
    const end = endOfHead(all, start);
    if (end === -1) {
      held = all;
      if (all.length > limits.headers) giveUp('its head is too long');
      return bytes.length;
    }
    const taken = end - held.length;
    held = Buffer.alloc(0);
    const headBytes = all.subarray(start, end);
    const head = parseHead(headBytes);
    if (head === undefined) {
      giveUp('its head is not HTTP');
      return bytes.length;
    }
    const framing = handler.head(head, headBytes);
    if (framing === 'opaque') state = 'opaque';
    else if (framing !== 'interim') begin(framing);
    return taken;
  }

  function begin(framing: Framing): void {
    if (framing.kind === 'none' || (framing.kind === 'length' && framing.bytes === 0)) finish([]);
    else if (framing.kind === 'length') {
      state = 'length';
      remaining = framing.bytes;
    } else if (framing.kind === 'chunked') state = 'chunk-size';
    else if (framing.kind === 'close') state = 'close';
    else giveUp(framing.why);
  }

  /** The line with the size of a chunk, or the empty one behind its data. */
  function stepLine(bytes: Buffer): number {
    const at = bytes.indexOf(10);
    const part = at === -1 ? bytes : bytes.subarray(0, at + 1);
    const line = held.length === 0 ? part : Buffer.concat([held, part]);
    handler.raw(part);
    if (at === -1) {
      held = line;
      if (line.length > longestChunkLine) giveUp('a chunk has no size');
      return part.length;
    }
    held = Buffer.alloc(0);
    const text = line.toString('latin1').trimEnd();
    if (state === 'chunk-end') {
      if (text === '') state = 'chunk-size';
      else giveUp('a chunk is longer than its size');
      return part.length;
    }
    const size = /^([0-9a-f]{1,12})[ \t]*(;.*)?$/i.exec(text)?.[1];
    if (size === undefined) giveUp('a chunk has no size');
    else {
      remaining = Number.parseInt(size, 16);
      state = remaining === 0 ? 'trailers' : 'chunk-data';
    }
    return part.length;
  }

  /** Trailer lines up to the empty one. */
  function stepTrailers(bytes: Buffer): number {
    const all = Buffer.concat([held, bytes]);
    const end = /^\r?\n/.test(all.toString('latin1', 0, 2)) ? all.indexOf(10) + 1 : endOfHead(all, 0);
    if (end === -1) {
      handler.raw(bytes);
      held = all;
      if (all.length > limits.headers) giveUp('its trailers are too long');
      return bytes.length;
    }
    const taken = end - held.length;
    held = Buffer.alloc(0);
    handler.raw(bytes.subarray(0, taken));
    const lines = Buffer.concat([Buffer.from('trailers\r\n'), all.subarray(0, end)]);
    const trailers = end <= 2 ? undefined : parseHead(lines);
    finish(trailers === undefined ? [] : headerList(trailers));
    return taken;
  }

  return {
    read(bytes) {
      let rest = bytes;
      while (rest.length > 0) rest = rest.subarray(step(rest));
    },
    close() {
      if (state === 'close') finish([]);
      else return state === 'opaque' || (state === 'head' && held.length === 0);
      return true;
    },
  };
}

/** Where the bytes behind the blank line begin, or -1. Lines may end in LF alone (RFC 9112, 2.2). */
function endOfHead(bytes: Buffer, start: number): number {
  const [bare, usual] = [bytes.indexOf('\n\n', start, 'latin1'), bytes.indexOf('\n\r\n', start, 'latin1')];
  if (usual === -1) return bare === -1 ? -1 : bare + 2;
  return bare === -1 || usual < bare ? usual + 3 : bare + 2;
}
