import { describe, expect, test } from 'vitest';
import { judgeStream } from '../../src/doctor/buffering.ts';
import { nameCulprit } from '../../src/doctor/culprit.ts';
import type { Hop } from '../../src/doctor/hops.ts';
import type { CulpritFacts } from '../../src/doctor/streaming-suspects.ts';
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
    viaVerdict: null,
    isTls: false,
    isIntercepted: false,
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

  test('by its header, when the whole answer was collected', () => {
    expect(culprit(dumped, { hops: [hop('nginx')] })).toMatchObject({ hop: 'nginx', confidence: 'likely' });
    expect(culprit(dumped)).toBeNull();
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
      viaVerdict: null,
      isIntercepted: false,
      ...facts,
    });
    expect(texts(found)).toContain('ssl_buffer_size 4k;');
  });
});

test('HAProxy, which signs nothing, by its 200 ms', () => {
  const found = culprit(flushed(200));
  expect(found).toMatchObject({ hop: 'HAProxy', confidence: 'likely' });
  expect(texts(found)).toContain('option http-no-delay');
  expect(culprit(flushed(500))).toBeNull();
});

test('Caddy, when the hold goes away without compression', () => {
  const facts = { hops: [hop('Caddy')], identityVerdict: 'live' } as const;
  const found = culprit(dumped, facts, { contentEncoding: 'gzip' });
  expect(found).toMatchObject({ hop: 'Caddy', confidence: 'certain' });
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
  expect(culprit(dumped, { hops: [hop('lighttpd')] }, { hasContentLength: true })?.confidence).toBe(
    'certain',
  );
  expect(culprit(dumped, { hops: [hop('Varnish'), hop('nginx')] }, { ageSeconds: 2 })?.hop).toBe('Varnish');
});

test('two hops that fit equally well: the outer one is possible, no more', () => {
  const found = culprit(dumped, { hops: [hop('AWS API Gateway'), hop('nginx')] });
  expect(found?.confidence).toBe('possible');
});

test('inspection, by its certificate', () => {
  const found = culprit(dumped, { hops: [hop('Zscaler')], isIntercepted: true });
  expect(found).toMatchObject({ hop: 'Zscaler', confidence: 'certain' });
});

test('hops that never buffer are not accused', () => {
  for (const name of ['Apache', 'squid', 'tinyproxy', 'h2o', 'Anthropic'])
    expect(culprit(dumped, { hops: [hop(name)] })).toBeNull();
});

test('a second vantage decides', () => {
  const outside = { viaVerdict: 'live' } as const;
  expect(culprit(dumped, { ...outside, hops: [hop('nginx')] })?.confidence).toBe('certain');
  expect(culprit(dumped, outside)?.hop).toBe('a hop in front of the second address');
  expect(culprit(dumped, { viaVerdict: 'buffered' })?.hop).toBe('the second address or a hop behind it');
});

test('a cached answer has no culprit', () => {
  expect(culprit(dumped, { hops: [hop('Varnish')] }, { cacheHit: 'HIT' })).toBeNull();
});
