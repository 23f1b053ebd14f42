// The file of one recording: never one that was there before, and closed before it counts as written.
import { createWriteStream, type WriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { isErrno } from '../text/errno.ts';

export type RecordingFile = {
  write(text: string): void;
  /** Resolves when all of it is on the disk. @throws the error of Node when a part is not */
  end(): Promise<void>;
};

/**
 * Opens a new file, which only its owner can read: `NAME.jsonl`, or `NAME-2.jsonl` and so on where another tap has
 * recorded an exchange of this number in this second.
 * @param path without its ending
 * @throws the error of Node when there can be none
 */
export async function newRecordingFile(path: string): Promise<RecordingFile> {
  const stream = await newFile(path);
  let failure: unknown;
  const closed = new Promise<void>((resolve) => {
    stream.on('error', (cause) => {
      failure ??= cause;
    });
    // Behind the error, if there is one.
    stream.on('close', resolve);
  });
  return {
    write(text) {
      stream.write(text);
    },
    async end() {
      stream.end();
      await closed;
      if (failure !== undefined) throw failure;
    },
  };
}

async function newFile(path: string, count = 1): Promise<WriteStream> {
  const name = count === 1 ? `${path}.jsonl` : `${path}-${count}.jsonl`;
  try {
    const file = await open(name, 'wx', 0o600);
    return createWriteStream(name, { fd: file });
  } catch (cause) {
    if (!isErrno(cause, 'EEXIST')) throw cause;
    return newFile(path, count + 1);
  }
}
