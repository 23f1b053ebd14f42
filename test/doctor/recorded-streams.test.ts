// Streams recorded behind real proxies (test/real, RECORD_TRACES=1): 100 tokens at 60 a second.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { StreamVerdict } from '../../src/doctor/engine/report.ts';
import { identifyHops } from '../../src/doctor/reading/hops.ts';
import { judgeStream } from '../../src/doctor/streams/buffering-statistic.ts';
import type { StreamTrace } from '../../src/doctor/streams/stream-statistic.ts';
import { suspectHopOf } from '../../src/doctor/streams/suspect-hop.ts';
import type { RawArrival } from '../../src/doctor/streams/timed-events.ts';
import { measure } from './synthetic-stream.ts';

type Fixture = {
  readonly path: string;
  readonly verdicts: readonly StreamVerdict[];
  readonly hop?: string;
  readonly oneTokenMs: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly reads: readonly { readonly at: number; readonly bytes: number }[];
  readonly text: string;
};

const directory = new URL('../fixtures/arrivals/', import.meta.url);
const fixtures = readdirSync(directory).map(
  (name) => JSON.parse(readFileSync(new URL(name, directory), 'utf8')) as Fixture,
);

function arrivalsOf({ reads, text }: Fixture): RawArrival[] {
  const body = Buffer.from(text);
  let offset = 0;
  return reads.map(({ at, bytes }) => {
    offset += bytes;
    return { at, bytes: body.subarray(offset - bytes, offset) };
  });
}

function judge(
  fixture: Fixture,
  arrivals: readonly RawArrival[],
  oneTokenMs: number | null = fixture.oneTokenMs,
) {
  const contentEncoding = fixture.headers['content-encoding'] ?? null;
  const trace: StreamTrace = {
    ...measure(arrivals),
    oneTokenMs,
    headerHoldMs: null,
    hasContentLength: false,
    ageSeconds: null,
    cacheHit: null,
    contentEncoding,
    end: 'complete',
    outputTokens: 100,
  };
  const judgement = judgeStream(trace);
  const suspect = suspectHopOf({
    judgement,
    trace,
    hops: identifyHops([{ status: 200, headers: fixture.headers, body: '' }]),
    // What the second stream, without compression, showed on the bench.
    identityVerdict: contentEncoding === null ? null : fixture.hop === 'Caddy' ? 'live' : 'block',
    via: null,
    isTls: false,
    inspector: null,
    proxy: null,
  });
  return { judgement, suspect };
}

test('there is a recording of every path', () => expect(fixtures).toHaveLength(16));

describe.each(fixtures.map((fixture) => [fixture.path, fixture] as const))('%s', (_, fixture) => {
  test('verdict and hop are those of its label', () => {
    const { judgement, suspect } = judge(fixture, arrivalsOf(fixture));
    expect(fixture.verdicts).toContain(judgement.report.verdict);
    expect(suspect?.hop).toBe(fixture.hop);
    expect(judgement.report.arrivals).toHaveLength(100);
  });

  test('without the control a live stream is still live, and a dump is unknown', () => {
    const { verdict } = judge(fixture, arrivalsOf(fixture), null).judgement.report;
    expect(verdict).toBe(fixture.verdicts[0] === 'buffered' ? 'unknown' : fixture.verdicts[0]);
  });

  test('reads that the kernel cut in two say the same', () => {
    const halves = arrivalsOf(fixture).flatMap(({ at, bytes }) => [
      { at, bytes: bytes.subarray(0, 7) },
      { at: at + 0.3, bytes: bytes.subarray(7) },
    ]);
    expect(fixture.verdicts).toContain(judge(fixture, halves).judgement.report.verdict);
  });
});
