import { describe, expect, test } from 'vitest';
import type { Hop } from '../../src/doctor/reading/hops.ts';
import { judgeStream } from '../../src/doctor/streams/buffering-statistic.ts';
import { describeStream } from '../../src/doctor/streams/buffering-words.ts';
import { suspectHopOf } from '../../src/doctor/streams/suspect-hop.ts';
import type { SuspectFacts } from '../../src/doctor/streams/suspects.ts';
import {
  blocks,
  direct,
  dumped,
  flushed,
  heldByApp,
  origin,
  type Path,
  paced,
  traceOf,
} from './synthetic-stream.ts';

const hop = (name: string): Hop => ({ name, evidence: `server: ${name}`, confidence: 'certain' });

const suspect = (
  path: Path,
  facts: Partial<SuspectFacts> = {},
  trace: Parameters<typeof traceOf>[1] = {},
) => {
  const measured = traceOf(path(origin(paced(120, 20))), trace);
  return suspectHopOf({
    judgement: judgeStream(measured),
    trace: measured,
    hops: [],
    identityVerdict: null,
    via: null,
    isTls: false,
    inspector: null,
    proxy: null,
    ...facts,
  });
};
const texts = (found: ReturnType<typeof suspect>): string =>
  found?.cures.map((cure) => cure.text).join('\n') ?? '';

test('a live stream accuses nobody', () => {
  expect(suspect(direct, { hops: [hop('nginx')] })).toBeNull();
});

describe('nginx', () => {
  test('by its page-sized blocks, surer when its header was seen', () => {
    expect(suspect(blocks(4096))).toMatchObject({ hop: 'nginx', confidence: 'likely' });
    const found = suspect(blocks(4096), { hops: [hop('nginx')] });
    expect(found).toMatchObject({ hop: 'nginx', confidence: 'certain' });
    expect(texts(found)).toContain('proxy_buffering off;');
    expect(texts(found)).toContain('proxy_http_version 1.1;');
  });

  test('by its header, when the whole answer was collected: possible, as for everything on the way', () => {
    expect(suspect(dumped, { hops: [hop('nginx')] })).toMatchObject({ hop: 'nginx', confidence: 'possible' });
    expect(suspect(dumped)).toBeNull();
  });

  test('it states no length: an answer with one was collected behind it', () => {
    const found = suspect(dumped, { hops: [hop('nginx')] }, { hasContentLength: true });
    expect(found).toMatchObject({ hop: 'lighttpd or the application itself', confidence: 'possible' });
  });

  test('its first block holds the header of the upstream as well; that of a pipe does not', () => {
    const found = suspect(blocks(4096, 0), { hops: [hop('nginx')] });
    expect(found).toMatchObject({ hop: 'nginx', confidence: 'possible' });
  });

  test('its gzip, when blocks remain without compression', () => {
    const found = suspect(
      dumped,
      { hops: [hop('nginx')], identityVerdict: 'block' },
      { contentEncoding: 'gzip' },
    );
    expect(found).toMatchObject({ hop: 'nginx', confidence: 'certain' });
    expect(texts(found)).toContain('gzip_types');
  });

  test('its TLS record buffer', () => {
    const facts = { hops: [hop('nginx')], isTls: true };
    const measured = traceOf(blocks(16384)(origin(paced(600, 10))));
    const found = suspectHopOf({
      judgement: judgeStream(measured),
      trace: measured,
      identityVerdict: null,
      via: null,
      inspector: null,
      proxy: null,
      ...facts,
    });
    expect(texts(found)).toContain('ssl_buffer_size 4k;');
  });
});

describe('HAProxy, which signs nothing', () => {
  // At the pace of a real model, which is never quite steady.
  const times = paced(120, 20).map((at, index) => at + (index % 7) * 4);
  const ofTimer: Path = () => flushed(200)(origin(times));

  test('by its 200 ms, which the first token waits as well', () => {
    const found = suspect(ofTimer);
    expect(found).toMatchObject({ hop: 'HAProxy', confidence: 'likely' });
    expect(texts(found)).toContain('option http-no-delay');
    expect(suspect(flushed(500))).toBeNull();
  });

  test('is possible where every batch holds as many: an origin may count', () => {
    expect(suspect(flushed(200))).toMatchObject({ hop: 'HAProxy', confidence: 'possible' });
  });

  test('is possible where others are seen, or where no control tells what the first token waited', () => {
    expect(suspect(ofTimer, { hops: [hop('Cloudflare')] })?.confidence).toBe('possible');
    expect(suspect(ofTimer, { hops: [hop('LiteLLM'), hop('Anthropic')] })?.confidence).toBe('likely');
    expect(suspect(ofTimer, {}, { oneTokenMs: null })?.confidence).toBe('possible');
  });

  test.each([
    [8, 133],
    [12, 200],
    [16, 267],
    [30, 500],
  ])('is innocent of batches of %i that the origin makes every %i ms', (size, everyMs) => {
    const times = paced(12, everyMs).flatMap((at) => Array.from({ length: size }, () => at));
    for (const oneTokenMs of [380, 400, 420]) {
      const trace = traceOf(direct(origin(times)), { oneTokenMs });
      const judgement = judgeStream(trace);
      expect(judgement).toMatchObject({ severity: 'pass', report: { verdict: 'live', addedDelayMs: 0 } });
      expect(describeStream(judgement, trace).summary).toBe(
        `Tokens arrive as they are made, ${size} at a time every ${everyMs} ms: none waits on the way.`,
      );
    }
  });
});

test('a first token that was made alone, then batches: nobody is named, and nothing costs', () => {
  const times = [400, ...paced(10, 200, 600).flatMap((at) => Array.from({ length: 12 }, () => at))];
  const trace = traceOf(direct(origin(times)));
  const judgement = judgeStream(trace);
  expect(judgement.severity).toBe('info');
  expect(suspect(() => direct(origin(times)))).toBeNull();
});

test('Caddy, when the hold goes away without compression', () => {
  const facts = { hops: [hop('Caddy')], identityVerdict: 'live' } as const;
  const found = suspect(dumped, facts, { contentEncoding: 'gzip' });
  expect(found).toMatchObject({ hop: 'Caddy', confidence: 'likely' });
  expect(texts(found)).toContain('header Content-Type application/json*');
});

test('compression held it, but nobody signed: the kind of hop is all that is said', () => {
  const found = suspect(dumped, { identityVerdict: 'live' }, { contentEncoding: 'gzip' });
  expect(found).toMatchObject({ hop: 'a compressing hop', confidence: 'likely' });
});

test('the gateway, when only the text was held', () => {
  expect(suspect(heldByApp, { hops: [hop('nginx')] })?.hop).toBe('gateway');
  expect(suspect(heldByApp, { hops: [hop('nginx'), hop('LiteLLM')] })).toMatchObject({
    hop: 'LiteLLM',
    confidence: 'certain',
  });
});

test('lighttpd by the length it states, Varnish by the age', () => {
  const length = { hasContentLength: true };
  expect(suspect(dumped, { hops: [hop('lighttpd')] }, length)?.confidence).toBe('likely');
  expect(suspect(dumped, { hops: [hop('Varnish'), hop('nginx')] }, { ageSeconds: 2 })).toMatchObject({
    hop: 'Varnish',
    confidence: 'certain',
  });
});

test('a length behind an application server is that of lighttpd or its own', () => {
  const found = suspect(dumped, { hops: [hop('uvicorn')] }, { hasContentLength: true });
  expect(found).toMatchObject({ hop: 'lighttpd or the application itself', confidence: 'possible' });
  expect(texts(found)).toContain('server.stream-response-body = 2');
});

test('Apache by its blocks, whoever else makes such, and possibly for a whole answer', () => {
  const apache = { hops: [hop('Apache')] };
  expect(suspect(blocks(4096, 0), apache)).toMatchObject({ hop: 'Apache', confidence: 'likely' });
  const found = suspect(dumped, apache);
  expect(found).toMatchObject({ hop: 'Apache', confidence: 'possible' });
  expect(texts(found)).toContain('SecResponseBodyAccess Off');
});

test('two hops that fit equally well are both possible, no more', () => {
  const found = suspect(dumped, { hops: [hop('AWS API Gateway'), hop('nginx')] });
  expect(found).toMatchObject({ hop: 'nginx or AWS API Gateway', confidence: 'possible' });
  expect(texts(found)).toContain('proxy_buffering off;');
  expect(texts(found)).toContain('responseTransferMode: STREAM');
});

test('inspection, by its certificate, also without any other sign', () => {
  for (const hops of [[], [hop('Zscaler')]]) {
    const found = suspect(dumped, { hops, isTls: true, inspector: 'Zscaler' });
    expect(found).toMatchObject({ hop: 'Zscaler', confidence: 'likely' });
    expect(texts(found)).toContain('from content inspection');
  }
});

test('the configured proxy, where it sees the stream', () => {
  const proxy = { url: '127.0.0.1:8118', source: 'HTTP_PROXY' };
  const found = suspect(dumped, { proxy });
  expect(found).toMatchObject({ hop: 'the proxy 127.0.0.1:8118', confidence: 'possible' });
  expect(texts(found)).toContain('{ -filter }');
  expect(suspect(dumped, { proxy, isTls: true })).toBeNull();
  expect(suspect(dumped, { proxy, hops: [hop('squid')] })).toBeNull();
});

test('hops that never buffer are not accused', () => {
  for (const name of ['squid', 'tinyproxy', 'h2o', 'Anthropic'])
    expect(suspect(dumped, { hops: [hop(name)] })).toBeNull();
});

describe('a second address decides', () => {
  const nginx = { hops: [hop('nginx')] };
  test('live there: what is seen only here holds it', () => {
    expect(suspect(dumped, { ...nginx, via: { verdict: 'live', hops: [] } })).toMatchObject({
      hop: 'nginx',
      confidence: 'certain',
    });
    expect(suspect(dumped, { ...nginx, via: { verdict: 'live', ...nginx } })?.hop).toBe(
      'a hop in front of the second address',
    );
  });

  test('held there: what is seen only here is innocent', () => {
    for (const hops of [[], nginx.hops])
      expect(suspect(dumped, { hops, via: { verdict: 'buffered', hops: [] } })?.hop).toBe(
        'the second address or a hop behind it',
      );
    expect(suspect(dumped, { ...nginx, via: { verdict: 'buffered', ...nginx } })?.hop).toBe('nginx');
  });

  test('too short to tell there: nothing changes', () => {
    expect(suspect(dumped, { ...nginx, via: { verdict: 'unknown', hops: [] } })).toEqual(
      suspect(dumped, nginx),
    );
  });
});

test('a cached answer has no suspect', () => {
  expect(suspect(dumped, { hops: [hop('Varnish')] }, { cacheHit: 'HIT' })).toBeNull();
});
