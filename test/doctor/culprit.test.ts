import { describe, expect, test } from 'vitest';
import type { Hop } from '../../src/doctor/reading/hops.ts';
import { judgeStream } from '../../src/doctor/streams/buffering-statistic.ts';
import { describeStream } from '../../src/doctor/streams/buffering-words.ts';
import type { CulpritFacts } from '../../src/doctor/streams/streaming-suspects.ts';
import { nameCulprit } from '../../src/doctor/streams/suspect-hop.ts';
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

const culprit = (
  path: Path,
  facts: Partial<CulpritFacts> = {},
  trace: Parameters<typeof traceOf>[1] = {},
) => {
  const measured = traceOf(path(origin(paced(120, 20))), trace);
  return nameCulprit({
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
const texts = (found: ReturnType<typeof culprit>): string =>
  found?.cures.map((cure) => cure.text).join('\n') ?? '';

test('a live stream accuses nobody', () => {
  expect(culprit(direct, { hops: [hop('nginx')] })).toBeNull();
});

describe('nginx', () => {
  test('by its page-sized blocks, surer when its header was seen', () => {
    expect(culprit(blocks(4096))).toMatchObject({ hop: 'nginx', confidence: 'likely' });
    const found = culprit(blocks(4096), { hops: [hop('nginx')] });
    expect(found).toMatchObject({ hop: 'nginx', confidence: 'certain' });
    expect(texts(found)).toContain('proxy_buffering off;');
    expect(texts(found)).toContain('proxy_http_version 1.1;');
  });

  test('by its header, when the whole answer was collected: possible, as for everything on the way', () => {
    expect(culprit(dumped, { hops: [hop('nginx')] })).toMatchObject({ hop: 'nginx', confidence: 'possible' });
    expect(culprit(dumped)).toBeNull();
  });

  test('it states no length: an answer with one was collected behind it', () => {
    const found = culprit(dumped, { hops: [hop('nginx')] }, { hasContentLength: true });
    expect(found).toMatchObject({ hop: 'lighttpd or the application itself', confidence: 'possible' });
  });

  test('its first block holds the header of the upstream as well; that of a pipe does not', () => {
    const found = culprit(blocks(4096, 0), { hops: [hop('nginx')] });
    expect(found).toMatchObject({ hop: 'nginx', confidence: 'possible' });
  });

  test('its gzip, when blocks remain without compression', () => {
    const found = culprit(
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
    const found = nameCulprit({
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
    const found = culprit(ofTimer);
    expect(found).toMatchObject({ hop: 'HAProxy', confidence: 'likely' });
    expect(texts(found)).toContain('option http-no-delay');
    expect(culprit(flushed(500))).toBeNull();
  });

  test('is possible where every batch holds as many: an origin may count', () => {
    expect(culprit(flushed(200))).toMatchObject({ hop: 'HAProxy', confidence: 'possible' });
  });

  test('is possible where others are seen, or where no control tells what the first token waited', () => {
    expect(culprit(ofTimer, { hops: [hop('Cloudflare')] })?.confidence).toBe('possible');
    expect(culprit(ofTimer, { hops: [hop('LiteLLM'), hop('Anthropic')] })?.confidence).toBe('likely');
    expect(culprit(ofTimer, {}, { oneTokenMs: null })?.confidence).toBe('possible');
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
  expect(culprit(() => direct(origin(times)))).toBeNull();
});

test('Caddy, when the hold goes away without compression', () => {
  const facts = { hops: [hop('Caddy')], identityVerdict: 'live' } as const;
  const found = culprit(dumped, facts, { contentEncoding: 'gzip' });
  expect(found).toMatchObject({ hop: 'Caddy', confidence: 'likely' });
  expect(texts(found)).toContain('header Content-Type application/json*');
});

test('compression held it, but nobody signed: the kind of hop is all that is said', () => {
  const found = culprit(dumped, { identityVerdict: 'live' }, { contentEncoding: 'gzip' });
  expect(found).toMatchObject({ hop: 'a compressing hop', confidence: 'likely' });
});

test('the gateway, when only the text was held', () => {
  expect(culprit(heldByApp, { hops: [hop('nginx')] })?.hop).toBe('gateway');
  expect(culprit(heldByApp, { hops: [hop('nginx'), hop('LiteLLM')] })).toMatchObject({
    hop: 'LiteLLM',
    confidence: 'certain',
  });
});

test('lighttpd by the length it states, Varnish by the age', () => {
  const length = { hasContentLength: true };
  expect(culprit(dumped, { hops: [hop('lighttpd')] }, length)?.confidence).toBe('likely');
  expect(culprit(dumped, { hops: [hop('Varnish'), hop('nginx')] }, { ageSeconds: 2 })).toMatchObject({
    hop: 'Varnish',
    confidence: 'certain',
  });
});

test('a length behind an application server is that of lighttpd or its own', () => {
  const found = culprit(dumped, { hops: [hop('uvicorn')] }, { hasContentLength: true });
  expect(found).toMatchObject({ hop: 'lighttpd or the application itself', confidence: 'possible' });
  expect(texts(found)).toContain('server.stream-response-body = 2');
});

test('Apache by its blocks, whoever else makes such, and possibly for a whole answer', () => {
  const apache = { hops: [hop('Apache')] };
  expect(culprit(blocks(4096, 0), apache)).toMatchObject({ hop: 'Apache', confidence: 'likely' });
  const found = culprit(dumped, apache);
  expect(found).toMatchObject({ hop: 'Apache', confidence: 'possible' });
  expect(texts(found)).toContain('SecResponseBodyAccess Off');
});

test('two hops that fit equally well are both possible, no more', () => {
  const found = culprit(dumped, { hops: [hop('AWS API Gateway'), hop('nginx')] });
  expect(found).toMatchObject({ hop: 'nginx or AWS API Gateway', confidence: 'possible' });
  expect(texts(found)).toContain('proxy_buffering off;');
  expect(texts(found)).toContain('responseTransferMode: STREAM');
});

test('inspection, by its certificate, also without any other sign', () => {
  for (const hops of [[], [hop('Zscaler')]]) {
    const found = culprit(dumped, { hops, isTls: true, inspector: 'Zscaler' });
    expect(found).toMatchObject({ hop: 'Zscaler', confidence: 'likely' });
    expect(texts(found)).toContain('from content inspection');
  }
});

test('the configured proxy, where it sees the stream', () => {
  const proxy = { url: '127.0.0.1:8118', source: 'HTTP_PROXY' };
  const found = culprit(dumped, { proxy });
  expect(found).toMatchObject({ hop: 'the proxy 127.0.0.1:8118', confidence: 'possible' });
  expect(texts(found)).toContain('{ -filter }');
  expect(culprit(dumped, { proxy, isTls: true })).toBeNull();
  expect(culprit(dumped, { proxy, hops: [hop('squid')] })).toBeNull();
});

test('hops that never buffer are not accused', () => {
  for (const name of ['squid', 'tinyproxy', 'h2o', 'Anthropic'])
    expect(culprit(dumped, { hops: [hop(name)] })).toBeNull();
});

describe('a second address decides', () => {
  const nginx = { hops: [hop('nginx')] };
  test('live there: what is seen only here holds it', () => {
    expect(culprit(dumped, { ...nginx, via: { verdict: 'live', hops: [] } })).toMatchObject({
      hop: 'nginx',
      confidence: 'certain',
    });
    expect(culprit(dumped, { ...nginx, via: { verdict: 'live', ...nginx } })?.hop).toBe(
      'a hop in front of the second address',
    );
  });

  test('held there: what is seen only here is innocent', () => {
    for (const hops of [[], nginx.hops])
      expect(culprit(dumped, { hops, via: { verdict: 'buffered', hops: [] } })?.hop).toBe(
        'the second address or a hop behind it',
      );
    expect(culprit(dumped, { ...nginx, via: { verdict: 'buffered', ...nginx } })?.hop).toBe('nginx');
  });

  test('too short to tell there: nothing changes', () => {
    expect(culprit(dumped, { ...nginx, via: { verdict: 'unknown', hops: [] } })).toEqual(
      culprit(dumped, nginx),
    );
  });
});

test('a cached answer has no culprit', () => {
  expect(culprit(dumped, { hops: [hop('Varnish')] }, { cacheHit: 'HIT' })).toBeNull();
});
