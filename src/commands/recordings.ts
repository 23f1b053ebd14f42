// `--record` and `--replay`: the files behind recordings.
import { appendFileSync, writeFileSync } from 'node:fs';
import type { Context } from '../context.ts';
import { configError } from '../errors.ts';
import { recordingTransport, replayTransport } from '../http/recording.ts';
import type { Client } from '../messages/client.ts';
import { defaultVersion } from '../messages/endpoint.ts';
import { redact } from '../messages/secret.ts';
import { readFileOf } from './json-argument.ts';

/** The same client, with every answer written to a file as it arrives (so a killed run leaves what came). */
export function recordTo(path: string, client: Client): Client {
  const guarded = (write: () => void): void => {
    try {
      write();
    } catch (cause) {
      throw configError(
        `Cannot write ${path} (--record): ${cause instanceof Error ? cause.message : cause}.`,
        undefined,
        { path },
        cause,
      );
    }
  };
  guarded(() => writeFileSync(path, ''));
  // A server may echo the key, in a header or in an error.
  const write = (line: string): void => guarded(() => appendFileSync(path, redact(line)));
  return { ...client, transport: recordingTransport(client.transport, client.clock, write) };
}

/** A client whose answers come from a recording; nothing touches the network. */
export function replayClient(path: string, speed: number, { clock }: Context): Client {
  return {
    transport: replayTransport(readFileOf('--replay', path), clock, speed, path),
    endpoint: {
      baseUrl: 'http://recording',
      auth: 'none',
      version: defaultVersion,
      betas: [],
      headers: {},
      doctorCommand: 'msg doctor',
    },
    clock,
    retry: { maxRetries: 0 },
  };
}
