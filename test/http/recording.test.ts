// Recordings at the level of bytes: whatever arrives, chunk by chunk, comes back exactly so.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { parseRecording, recordingTransport, replayTransport } from '../../src/http/recording.ts';
import { newTrace } from '../../src/http/trace.ts';
import type { Arrival, Transport, WireResponse } from '../../src/http/wire.ts';

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

async function recorded(chunks: readonly Uint8Array[], clean = (text: string) => text): Promise<string> {
  let text = '';
  const write = (line: string): void => {
    text += line;
  };
  await read(await recordingTransport(transportOf(chunks), { clock: still, clean, write })(request));
  return text;
}

it('every chunk comes back byte for byte, whatever it holds', async () => {
  const anyChunk = fc.oneof(
    fc.uint8Array({ minLength: 1 }),
    fc.string({ unit: 'binary', minLength: 1 }).map((text) => new TextEncoder().encode(text)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(anyChunk), async (chunks) => {
      const answers = parseRecording(await recorded(chunks), 'a test');
      const replay = replayTransport(answers, still, 1);
      expect(await read(await replay(request))).toEqual(chunks.map((chunk) => [...chunk]));
    }),
  );
});

it('a secret is taken out of text and of bytes alike', async () => {
  const clean = (text: string): string => text.replaceAll('canary', '***');
  const bytes = Buffer.concat([Buffer.from([0xff]), Buffer.from('a canary')]);
  const text = await recorded([Buffer.from('a canary "é"'), bytes], clean);
  const [answer] = parseRecording(text, 'a test');
  const chunks = await read(await replayTransport(answer ? [answer] : [], still, 1)(request));
  expect(chunks.map((chunk) => Buffer.from(chunk).toString('latin1'))).toEqual([
    Buffer.from('a *** "é"').toString('latin1'),
    '\xffa ***',
  ]);
});
