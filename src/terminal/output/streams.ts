// stdin, stdout and stderr as msg uses them: back-pressure honoured, a closed reader is a quiet end.
import { fstatSync } from 'node:fs';
import { isatty } from 'node:tty';
import { configError } from '../../errors.ts';
import { limits } from '../../http/limits.ts';
import { errnoText } from '../../text/errno.ts';
import { readWhole, tooLarge } from '../bounded-read.ts';
import { createGuard } from './guard.ts';

export type Output = {
  readonly isTTY: boolean;
  /** Never 0: terminals of unknown width count as 80. */
  columns(): number;
  /**
   * Writes, and gives a promise only when the reader is behind: await it before writing more. On a terminal
   * everything but text, colours and links is shown, not obeyed (guard.ts); elsewhere the text goes out as it is.
   */
  write(text: string): Promise<void> | undefined;
  /** The same past the guard: for sequences that move the cursor, and for who asks for raw text. */
  unguarded(text: string): Promise<void> | undefined;
  /** Calls back once when nothing more can be written: the reader has gone away, or the disk is full. */
  onClose(listener: () => void): void;
  /**
   * Resolves when everything written has been taken. A reader that has gone away (EPIPE) chose to;
   * anything else that kept the text from arriving is thrown as MsgError `config`.
   */
  settled(): Promise<void>;
};

export type Input = {
  /** What stands behind stdin; `none` when it is closed. */
  readonly kind: 'terminal' | 'file' | 'pipe' | 'none';
  /**
   * Everything up to the end. With `firstByteTimeoutMs`, undefined when not one byte came in that time;
   * after the first byte the end is always awaited, however slow the producer is.
   * @throws MsgError `usage` for more than any endpoint takes
   */
  readAll(options?: { readonly firstByteTimeoutMs?: number }): Promise<Uint8Array | undefined>;
};

export type Streams = { readonly stdin: Input; readonly stdout: Output; readonly stderr: Output };

/**
 * An output over a Node stream, which is opened only when it is used: that costs milliseconds. On a terminal, styles
 * pass while `isStyled`.
 */
export function createOutput(open: () => NodeJS.WriteStream, name: string, isStyled: () => boolean): Output {
  const listeners = new Set<() => void>();
  let isClosed = false;
  let failure: Error | undefined;
  let opened: NodeJS.WriteStream | undefined;
  let behind: Promise<void> | undefined;

  function openOnce(): NodeJS.WriteStream {
    if (opened !== undefined) return opened;
    const stream = open();
    opened = stream;
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') failure = error;
      isClosed = true;
      for (const listener of listeners) listener();
    });
    return stream;
  }

  const guard = createGuard(isStyled);
  function unguarded(text: string): Promise<void> | undefined {
    const stream = openOnce();
    if (isClosed || stream.write(text)) return undefined;
    // One wait for however many writes: a long answer may come in a thousand pieces at once.
    behind ??= new Promise((resolve) => {
      const done = (): void => {
        listeners.delete(done);
        behind = undefined;
        resolve();
      };
      stream.once('drain', done);
      listeners.add(done);
    });
    return behind;
  }

  return {
    get isTTY() {
      return openOnce().isTTY === true;
    },
    columns: () => openOnce().columns || 80,
    write: (text) => unguarded(openOnce().isTTY ? guard(text) : text),
    unguarded,
    onClose(listener) {
      listeners.add(listener);
    },
    async settled() {
      if (opened === undefined) return;
      const stream = opened;
      // The callback comes after those of all earlier writes, and after their errors.
      if (!isClosed) await new Promise<void>((resolve) => stream.write('', () => resolve()));
      if (failure === undefined) return;
      throw configError(`Cannot write to ${name}: ${errnoText(failure)}.`, undefined, {}, failure);
    },
  };
}

/**
 * An input over a Node stream, which is opened only when it is read. What cannot keep us waiting (a file,
 * /dev/null) is read without one.
 */
export function createInput(descriptor: number, open: () => NodeJS.ReadStream): Input {
  const { kind, isInstant } = lookAt(descriptor);
  return {
    kind,
    async readAll({ firstByteTimeoutMs } = {}) {
      if (isInstant) return readWhole(descriptor, 'stdin');
      const stream = open();
      const chunks: Uint8Array[] = [];
      let length = 0;
      return new Promise((resolve, reject) => {
        const timer =
          firstByteTimeoutMs === undefined
            ? undefined
            : setTimeout(() => {
                // A pipe that stays open must not keep the process alive.
                stream.destroy();
                resolve(undefined);
              }, firstByteTimeoutMs);
        stream.on('data', (chunk: Uint8Array) => {
          clearTimeout(timer);
          chunks.push(chunk);
          length += chunk.length;
          if (length <= limits.input) return;
          stream.destroy();
          reject(tooLarge('stdin'));
        });
        stream.on('end', () => {
          clearTimeout(timer);
          resolve(Buffer.concat(chunks));
        });
        stream.on('error', (error) => {
          clearTimeout(timer);
          reject(error);
        });
      });
    },
  };
}

function lookAt(descriptor: number): { kind: Input['kind']; isInstant: boolean } {
  try {
    const stat = fstatSync(descriptor);
    if (stat.isFile()) return { kind: 'file', isInstant: true };
    if (!stat.isCharacterDevice()) return { kind: 'pipe', isInstant: false };
    // /dev/null is a character device too, but ends at once: taking it for a pipe is right.
    return isatty(descriptor) ? { kind: 'terminal', isInstant: false } : { kind: 'pipe', isInstant: true };
  } catch {
    return { kind: 'none', isInstant: false };
  }
}
