// `--record`: the answers of a client, written to a file as they arrive.
import { appendFileSync, writeFileSync } from 'node:fs';
import { configError } from '../errors.ts';
import { recordingTransport } from '../http/recording.ts';
import type { Client } from '../messages/client.ts';
import { redactChunks } from '../messages/redact-chunks.ts';
import { redact } from '../messages/secret.ts';
import { errnoText } from '../text/errno.ts';

/** A client whose answers are written to a file. */
export type Recorder = {
  readonly client: Client;
  /** @throws MsgError `config` when the disk refused a part, so that the file is cut */
  readonly settle: () => void;
};

/**
 * The same client, with every answer written to a file as it arrives (so a killed run leaves what came). A disk
 * that is full in the middle of an answer is no reason to lose the answer: that is for `settle` to tell.
 * @throws MsgError `config` when the file cannot be begun
 */
export function recordTo(path: string, client: Client): Recorder {
  let failure: unknown;
  const attempt = (write: () => void): void => {
    if (failure !== undefined) return;
    try {
      write();
    } catch (cause) {
      failure = configError(
        `Cannot write ${path} (--record): ${errnoText(cause)}.`,
        undefined,
        { path },
        cause,
      );
    }
  };
  const settle = (): void => {
    if (failure !== undefined) throw failure;
  };
  attempt(() => writeFileSync(path, '', { mode: 0o600 }));
  settle();
  const transport = recordingTransport(client.transport, {
    clock: client.clock,
    clean: redact,
    cleanChunks: redactChunks,
    write: (line) => attempt(() => appendFileSync(path, line)),
  });
  return { client: { ...client, transport }, settle };
}
