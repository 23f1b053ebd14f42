// Reading what the user points at, up to a limit: an endless pipe or a disk image must not fill the memory.
import { closeSync, openSync, readSync } from 'node:fs';
import { type MsgError, usageError } from '../errors.ts';
import { limits } from '../http/limits.ts';

const firstChunkBytes = 64 * 1024;

/** The refusal of more than that. */
export const tooLarge = (name: string): MsgError =>
  usageError(
    `${name} holds more than ${limits.input / 1024 / 1024} MB, more than any endpoint takes.`,
    'Send a part of it, e.g. head -c 1000000 FILE | msg send "..."',
  );

/**
 * All bytes of a path or an open descriptor. `name` is what the refusal calls it.
 * @throws MsgError `usage` beyond the limit, and what Node throws for what cannot be read
 */
export function readWhole(file: string | number, name: string): Buffer {
  const descriptor = typeof file === 'number' ? file : openSync(file, 'r');
  try {
    const chunks: Buffer[] = [];
    let length = 0;
    for (;;) {
      const chunk = Buffer.allocUnsafe(Math.max(firstChunkBytes, length));
      const count = readSync(descriptor, chunk);
      if (count === 0) return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, length);
      chunks.push(chunk.subarray(0, count));
      length += count;
      if (length > limits.input) throw tooLarge(name);
    }
  } finally {
    if (descriptor !== file) closeSync(descriptor);
  }
}
