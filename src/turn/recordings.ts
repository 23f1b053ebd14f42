// `--record` and `--replay`: the files behind recordings.
import { appendFileSync, writeFileSync } from 'node:fs';
import type { Context } from '../context.ts';
import { configError } from '../errors.ts';
import { parseRecording, recordingTransport, replayTransport } from '../http/recording.ts';
import type { Client } from '../messages/client.ts';
import { defaultVersion, type Endpoint } from '../messages/endpoint.ts';
import { redactChunks } from '../messages/redact-chunks.ts';
import { redact } from '../messages/secret.ts';
import { readFileOf } from '../terminal/json-argument.ts';
import { errnoText } from '../text/errno.ts';
import { shellQuote } from '../text/shell-quote.ts';

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
  attempt(() => writeFileSync(path, ''));
  settle();
  const transport = recordingTransport(client.transport, {
    clock: client.clock,
    clean: redact,
    cleanChunks: redactChunks,
    write: (line) => attempt(() => appendFileSync(path, line)),
  });
  return { client: { ...client, transport }, settle };
}

/** A recording as an endpoint: each request gets the next answer, and nothing touches the network. */
export type Replay = {
  readonly client: Client;
  /** Whether there are answers nobody has asked for yet. */
  readonly hasMore: () => boolean;
};

/** @throws MsgError `config` when the file cannot be read or is no recording */
export function openReplay(path: string, speed: number, { clock }: Context): Replay {
  const answers = parseRecording(readFileOf('--replay', path), path);
  const transport = replayTransport(answers, clock, speed);
  let asked = 0;
  const counted = Object.assign((...parameters: Parameters<typeof transport>) => {
    asked += 1;
    return transport(...parameters);
  }, transport);
  const hasMore = (): boolean => asked < answers.length;
  const endpoint: Endpoint = {
    baseUrl: 'http://recording',
    auth: 'none',
    version: defaultVersion,
    betas: [],
    headers: {},
    doctorCommand: `msg doctor --from-error ${shellQuote(path)}`,
    modelsCommand: 'msg models',
  };
  const client: Client = {
    transport: counted,
    endpoint,
    clock: {
      ...clock,
      sleep: (ms, signal) => (speed === 0 ? Promise.resolve() : clock.sleep(ms / speed, signal)),
    },
    // What was tried again stands in the recording, and so does the next try.
    retry: {
      get maxRetries() {
        return hasMore() ? Number.POSITIVE_INFINITY : 0;
      },
    },
    freshEndpoint: async () => (hasMore() ? endpoint : undefined),
  };
  return { client, hasMore };
}
