// Streams through a path as the doctor makes them: the one-token control, the stream, and the same stream
// without compression where it was compressed. Says what the statistic and the suspect table make of them.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Hop, identifyHops } from '../../src/doctor/reading/hops.ts';
import { judgeStream, type StreamJudgement } from '../../src/doctor/streams/buffering-statistic.ts';
import { streamFacts } from '../../src/doctor/streams/stream-facts.ts';
import type { StreamTrace } from '../../src/doctor/streams/stream-statistic.ts';
import { measureArrivals } from '../../src/doctor/streams/stream-statistic.ts';
import { type SuspectHop, suspectHopOf } from '../../src/doctor/streams/suspect-hop.ts';
import type { RawArrival } from '../../src/doctor/streams/timed-events.ts';
import { createTransport } from '../../src/http/transport.ts';
import type { Transport } from '../../src/http/wire.ts';
import { messageReply, streamReply } from '../../src/mock/replies.ts';
import type { Timers } from '../../src/mock/response-writer.ts';
import { type Mock, startMock } from '../../src/mock/server.ts';

export type Workload = { readonly tokensPerSecond: number; readonly ttftMs: number; readonly tokens: number };

const paceHeader = 'x-test-pace';
const timeHeader = 'x-test-time';
// As long as a real one with its usage details: what makes Caddy's encoder start.
const longId = `msg_${'0123456789abcdef'.repeat(32)}`;

type Time = {
  readonly timers: Timers;
  readonly headers: Readonly<Record<string, string>>;
  /** Something of the answer is here. */
  arrived(): void;
  close(): void;
};

const timers = new Map<string, Timers>();
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const systemTimers: Timers = { now: () => performance.now(), sleep: (ms) => sleep(ms), turn };

/** The clock of this machine. */
const realTime: Time = { timers: systemTimers, headers: {}, arrived: () => {}, close: () => {} };

// A proxy that passes on what it gets does so within this, and on a busy machine too; one that holds makes each
// wait as long, so after one in vain they are short until something comes.
const passedOnWithinMs = 400;
const heldForMs = 15;
let serial = 0;

/**
 * Time that goes on only in the pauses of the origin, when what it wrote has arrived or is held on the way: a stream
 * that is passed on arrives at its pace, however busy the machine is.
 */
function pacedTime(): Time {
  let [nowMs, arrivals, seen, isHeld] = [0, 0, 0, false];
  let wake = (): void => {};
  const own: Timers = {
    now: () => nowMs,
    turn,
    async sleep(ms) {
      if (arrivals === seen) {
        const waiting = new AbortController();
        const arrival = new Promise<void>((resolve) => {
          wake = resolve;
        });
        const patience = sleep(isHeld ? heldForMs : passedOnWithinMs, undefined, waiting);
        await Promise.race([arrival, patience]);
        waiting.abort();
        await patience.catch(() => {});
      }
      isHeld = arrivals === seen;
      seen = arrivals;
      nowMs += ms;
    },
  };
  serial += 1;
  const name = String(serial);
  timers.set(name, own);
  return {
    timers: own,
    headers: { [timeHeader]: name },
    arrived() {
      arrivals += 1;
      wake();
    },
    close: () => timers.delete(name),
  };
}

/** An origin that takes its pace from a header of the request, so that one server serves every workload. */
export const startOrigin = (): Promise<Mock> =>
  startMock({
    timersFor: ({ headers }) => timers.get(headers[timeHeader] ?? '') ?? systemTimers,
    respond: ({ headers, json }) => {
      const [tokensPerSecond = 0, ttftMs = 0, tokens = 0, flag] = (headers[paceHeader] ?? '')
        .split(',')
        .map(Number);
      const isStream = (json as { stream?: boolean } | undefined)?.stream === true;
      const text = Array.from({ length: isStream ? tokens : 1 }, (_, index) => index + 1).join('\n');
      const message = { id: longId, content: [{ type: 'text' as const, text }] };
      const pace = { tokensPerSecond, ttftMs };
      // Headers as long as real ones: they share the proxy's first buffer with the body.
      const limits = Object.fromEntries(
        ['requests', 'tokens', 'input-tokens', 'output-tokens'].map((name) => [
          `anthropic-ratelimit-${name}-remaining`,
          `${tokens}${'0'.repeat(tokens % 90)}`,
        ]),
      );
      const fields = { ...limits, ...(flag === 1 ? { 'x-accel-buffering': 'no' } : {}) };
      return isStream ? streamReply(message, fields, pace) : messageReply(message, {}, pace);
    },
  });

const openTransport = ({ now }: Timers): Transport =>
  createTransport({
    now,
    userAgent: 'msg-test',
    connectTimeoutMs: 600_000,
    headersTimeoutMs: 600_000,
    idleTimeoutMs: 600_000,
    // The certificate of the TLS paths is made for the run; what is under test is the stream.
    tls: { rejectUnauthorized: false },
  });

export type Recording = {
  /** Milliseconds after the request. */
  readonly arrivals: readonly RawArrival[];
  readonly headers: Readonly<Record<string, string>>;
  readonly tookMs: number;
};

async function ask(
  transport: Transport,
  { timers: { now }, arrived, ...time }: Time,
  url: string,
  body: object,
  headers: Readonly<Record<string, string>>,
): Promise<Recording> {
  const startedAt = now();
  const response = await transport({
    method: 'POST',
    url: `${url}/v1/messages`,
    headers: { 'content-type': 'application/json', ...headers, ...time.headers },
    body: JSON.stringify({ model: 'mock-1', messages: [{ role: 'user', content: 'count' }], ...body }),
  });
  const arrivals: RawArrival[] = [];
  for await (const { at, chunks } of response.body) {
    arrivals.push({ at: at - startedAt, bytes: Buffer.concat(chunks) });
    arrived();
  }
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}`);
  return { arrivals, headers: response.headers, tookMs: now() - startedAt };
}

export function traceOfRecording(recording: Recording, oneTokenMs: number | null): StreamTrace {
  const { headers } = recording;
  return {
    ...measureArrivals(streamFacts(recording.arrivals, headers, { isClean: true, endMs: recording.tookMs })),
    oneTokenMs,
    headerHoldMs: null,
    hasContentLength: headers['content-length'] !== undefined,
    ageSeconds: headers['age'] === undefined ? null : Number(headers['age']),
    cacheHit: null,
    contentEncoding: headers['content-encoding'] ?? null,
    end: 'complete',
    outputTokens: null,
  };
}

export type Verdict = {
  readonly judgement: StreamJudgement;
  readonly trace: StreamTrace;
  readonly suspect: SuspectHop | null;
  readonly hops: readonly Hop[];
  readonly recording: Recording;
};

/**
 * Everything the doctor would do to judge the stream through `url`. `isTimed`: what holds it does so for a time, so
 * that the time is the real one.
 */
export async function diagnose(
  url: string,
  workload: Workload,
  { hasAccelHeader = false, isTimed = false } = {},
): Promise<Verdict> {
  const time = isTimed ? realTime : pacedTime();
  const transport = openTransport(time.timers);
  const pace = [workload.tokensPerSecond, workload.ttftMs, workload.tokens, hasAccelHeader ? 1 : 0].join(',');
  const headers = { [paceHeader]: pace, 'accept-encoding': 'gzip, deflate' };
  try {
    const control = await ask(transport, time, url, { max_tokens: 1 }, headers);
    const oneTokenMs = control.tookMs;
    const recording = await ask(transport, time, url, { max_tokens: 160, stream: true }, headers);
    const trace = traceOfRecording(recording, oneTokenMs);
    const judgement = judgeStream(trace);
    const isHeld = !['live', 'unknown'].includes(judgement.report.verdict);
    const identity =
      isHeld && trace.contentEncoding !== null
        ? await ask(
            transport,
            time,
            url,
            { max_tokens: 160, stream: true },
            { ...headers, 'accept-encoding': 'identity' },
          )
        : null;
    const exchange = { status: 200, headers: recording.headers, body: '' };
    const hops = identifyHops([exchange]);
    const suspect = suspectHopOf({
      judgement,
      trace,
      hops,
      identityVerdict:
        identity === null ? null : judgeStream(traceOfRecording(identity, oneTokenMs)).report.verdict,
      via: null,
      isTls: url.startsWith('https:'),
      inspector: null,
      proxy: null,
    });
    return { judgement, trace, suspect, hops, recording };
  } finally {
    await transport.close();
    time.close();
  }
}

/** A recording as data: reads in milliseconds and decoded bytes after the request, and the text they carried. */
export function traceFixture({ trace, recording }: Verdict): object {
  const text = Buffer.concat(recording.arrivals.map(({ bytes }) => bytes)).toString('utf8');
  const reads = recording.arrivals.map(({ at, bytes }) => ({
    at: Math.round(at * 10) / 10,
    bytes: bytes.length,
  }));
  const { server, 'content-encoding': contentEncoding } = recording.headers;
  return {
    oneTokenMs: trace.oneTokenMs,
    headers: { server, 'content-encoding': contentEncoding },
    reads,
    text,
  };
}
