// Recordings at the level of bytes: whatever arrives, chunk by chunk, comes back exactly so.
import { expect, it } from 'vitest';
import type { Clock } from '../../src/http/clock.ts';
import { parseRecording, recordingTransport, replayTransport } from '../../src/http/recording.ts';
import { type Arrival, newTrace, type Transport, type WireResponse } from '../../src/http/wire.ts';
import { redactChunks } from '../../src/messages/redact-chunks.ts';
import { redact, Secret } from '../../src/messages/secret.ts';
import fc from '../fast-check.ts';

const still: Clock = { now: () => 0, wallTime: () => 0, sleep: async () => {} };
const request = { method: 'POST', url: 'http://x', headers: {} } as const;

function transportOf(chunks: readonly Uint8Array[]): Transport {
  async function* body(): AsyncGenerator<Arrival> {
    for (const chunk of chunks) yield { at: 0, chunks: [chunk] };
  }
  return Object.assign(
    async (): Promise<WireResponse> => ({
      status: 200,
      headers: { 'x-a': 'é' },
      trace: newTrace(0),
      body: body(),
    }),
    { close: async () => {} },
  );
}

async function read(response: WireResponse): Promise<number[][]> {
  const chunks: number[][] = [];
  for await (const arrival of response.body) for (const chunk of arrival.chunks) chunks.push([...chunk]);
  return chunks;
}

async function recorded(chunks: readonly Uint8Array[]): Promise<string> {
  let text = '';
  const options = {
    clock: still,
    clean: redact,
    cleanChunks: redactChunks,
    write(line: string): void {
      text += line;
    },
  };
  await read(await recordingTransport(transportOf(chunks), options)(request));
  return text;
}

async function replayed(recording: string): Promise<number[][]> {
  return read(await replayTransport(parseRecording(recording, 'a test'), still, 1)(request));
}

it('every chunk comes back byte for byte, whatever it holds', async () => {
  const anyChunk = fc.oneof(
    fc.uint8Array({ minLength: 1 }),
    fc.string({ unit: 'binary', minLength: 1 }).map((text) => new TextEncoder().encode(text)),
  );
  const all = fc.asyncProperty(fc.array(anyChunk), async (chunks) => {
    expect(await replayed(await recorded(chunks))).toEqual(chunks.map((chunk) => [...chunk]));
  });
  await fc.assert(all);
  // Looking for a key changes nothing where there is none.
  new Secret('key "of" a test');
  await fc.assert(all);
});

it('a secret is taken out of text and of bytes alike', async () => {
  const key = 'sk-canary-0123456789abcdef';
  new Secret(key);
  const bytes = Buffer.concat([Buffer.from([0xff]), Buffer.from(`a ${key}.`)]);
  const text = await recorded([Buffer.from(`a ${key} "é"`), bytes]);
  const chunks = await replayed(text);
  const mask = 'sk-canary-… (26 characters)';
  expect(chunks.map((chunk) => Buffer.from(chunk))).toEqual([
    Buffer.from(`a ${mask} "é"`),
    Buffer.concat([Buffer.from([0xff]), Buffer.from(`a ${mask}.`)]),
  ]);
});
