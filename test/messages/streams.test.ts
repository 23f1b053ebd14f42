// Every stream fixture means the same however the network cuts it: whole, at every byte, at random, and
// through a real socket. What it means stands beside it as JSON.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTransport } from '../../src/http/transport.ts';
import { bytes, head, split, startMock } from '../../src/mock/index.ts';
import fc from '../fast-check.ts';
import { clientOver, endpoint, fakeTransport, type Outcome, outcomeOf } from './feed.ts';

const folder = join(import.meta.dirname, '../fixtures/streams');
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.sse'))
  .map((file) => file.slice(0, -'.sse'.length));

const bytesOf = (name: string): Uint8Array => readFileSync(join(folder, `${name}.sse`));

/** MSG_UPDATE_FIXTURES=1 writes what is seen; the difference is then read by a human. */
function expectedOf(name: string, seen: object): object {
  const file = join(folder, `${name}.json`);
  if (process.env['MSG_UPDATE_FIXTURES'] === '1') writeFileSync(file, `${JSON.stringify(seen, null, 2)}\n`);
  return JSON.parse(readFileSync(file, 'utf8'));
}

const summary = ({ events, ...rest }: Outcome): object => ({
  events: events.map((event) =>
    event.type === 'content_block_delta' ? `${event.type} ${event.index} ${event.delta.type}` : event.type,
  ),
  ...rest,
});

const fed = (...chunks: Uint8Array[]): Promise<Outcome> => outcomeOf(clientOver(fakeTransport({ chunks })));

describe.each(names)('the stream %s', (name) => {
  const whole = bytesOf(name);

  it('means what its JSON says', async () => {
    const seen = summary(await fed(whole));
    expect(JSON.parse(JSON.stringify(seen))).toEqual(expectedOf(name, seen));
  });

  it('means the same when it is cut in two at any byte', async () => {
    const expected = await fed(whole);
    for (let at = 1; at < whole.length; at += 1)
      expect(await fed(whole.subarray(0, at), whole.subarray(at)), `cut at byte ${at}`).toEqual(expected);
  });

  it('means the same byte by byte', async () => {
    const single = Array.from(whole, (_, at) => whole.subarray(at, at + 1));
    expect(await fed(...single)).toEqual(await fed(whole));
  });

  it('means the same in random chunks', async () => {
    const expected = await fed(whole);
    const cuts = fc.uniqueArray(fc.integer({ min: 0, max: whole.length }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(cuts, async (offsets) => {
        const bounds = [0, ...offsets.sort((a, b) => a - b), whole.length];
        const chunks = bounds.slice(1).map((bound, index) => whole.subarray(bounds[index], bound));
        expect(await fed(...chunks)).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });

  it('means the same through a socket, one byte a write', async () => {
    const mock = await startMock({ replies: [[head(), split('every-byte', bytes(whole))]] });
    const transport = createTransport({
      now: () => performance.now(),
      userAgent: 'test',
      connectTimeoutMs: 600_000,
      headersTimeoutMs: 600_000,
      idleTimeoutMs: 600_000,
    });
    try {
      const seen = await outcomeOf(clientOver(transport, { endpoint: { ...endpoint, baseUrl: mock.url } }));
      const expected = await fed(whole);
      const host = mock.url.slice('http://'.length);
      expect({ ...seen, ...(seen.error && { error: seen.error.replaceAll(host, 'api.example') }) }).toEqual(
        expected,
      );
      mock.verify();
    } finally {
      await transport.close();
      await mock.close();
    }
  });
});
