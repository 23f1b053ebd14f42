// The catalogue of failure modes: all are there, each has a case that finds it, and a healthy target
// gives no false alarm.
import { describe, expect, it } from 'vitest';
import { checks, probes } from '../../src/doctor/engine/registry.ts';
import { areaAdvice } from '../../src/doctor/request/area-advice.ts';
import { explain } from '../../src/doctor/run/explain.ts';
import { cases as catalogueCases, healthy } from './check-cases.ts';
import { observing } from './observations.ts';
import { requestCases } from './request/request-cases.ts';

/** Number and id, as the catalogue has them. */
const catalogue = [
  'env.conflict',
  'env.shadow',
  'env.proxy_ignored',
  'env.no_proxy_loopback',
  'env.proxy_auth',
  'env.ca',
  'env.insecure',
  'env.clock',
  'env.runtime',
  'key.missing',
  'key.whitespace',
  'key.scheme_in_value',
  'key.prefix_mismatch',
  'key.oauth_as_api',
  'key.caller_vs_upstream',
  'key.echoed',
  'model.lint',
  'url.syntax',
  'url.query_fragment',
  'url.v1_doubled',
  'url.v1_dropped',
  'url.full_endpoint',
  'url.subpath_missing',
  'url.works_by_tolerance',
  'url.trailing_slash',
  'url.scheme',
  'url.port',
  'url.redirect',
  'url.marketing',
  'url.dialect',
  'url.case',
  'url.route',
  'url.localhost',
  'url.query_beta',
  'net.dns',
  'net.refused',
  'net.timeout',
  'net.reset',
  'net.ipv6_blackhole',
  'net.happy_eyeballs',
  'net.mtu',
  'net.captive',
  'net.stale_keepalive',
  'tls.untrusted',
  'tls.intercepted',
  'tls.expired',
  'tls.not_yet',
  'tls.hostname',
  'tls.scheme_mismatch',
  'tls.version',
  'http.alpn',
  'edge.fingerprint',
  'edge.waf_challenge',
  'edge.waf_ua',
  'edge.waf_body',
  'edge.client_whitelist',
  'edge.geo_ip',
  'edge.size_limit',
  'edge.required_header',
  'edge.encoding_lie',
  'auth.scheme',
  'auth.precedence',
  'auth.invalid',
  'auth.missing',
  'auth.missing_seen',
  'auth.path_prefix',
  'auth.jwt',
  'auth.open',
  'auth.not_initialised',
  'proto.version_required',
  'proto.version_forwarded',
  'proto.beta_passthrough',
  'proto.max_tokens_required',
  'proto.error_shape',
  'proto.response_shape',
  'proto.stream_default',
  'proto.system_role',
  'model.not_found',
  'model.forbidden',
  'model.dialect',
  'model.substituted',
  'model.list_dialect',
  'caps.count_tokens',
  'caps.models',
  'usage.inflated',
  'rate.headers',
  'rate.limited',
  'rate.quota',
  'bill.balance',
  'up.5xx',
  'up.failover_stream',
  'up.offline',
  'out.empty',
  'sse.not_streamed',
  'sse.content_type',
  'sse.buffered',
  'sse.block',
  'sse.coalesced',
  'sse.held_by_app',
  'sse.compressed',
  'sse.not_json',
  'sse.empty',
  'sse.no_event_lines',
  'sse.line_endings',
  'sse.sequence',
  'sse.block_index',
  'sse.done_sentinel',
  'sse.missing_stop',
  'sse.truncated',
  'sse.eof_lag',
  'sse.error_event',
  'sse.zero_events',
  'sse.idle_gap',
  'sse.usage',
  'sse.stop_reason',
  'sse.utf8',
  'sse.model_drift',
  'sse.parity',
  'sse.abort',
  'tool.start_input',
  'tool.json',
  'tool.id_roundtrip',
  'tool.stop_reason',
  'tool.lost',
  'tool.parallel',
];
/** Catch-alls of a stage, beyond the catalogue. */
const gates = ['net.reachable', 'url.answers', 'auth.accepted', 'model.answers', 'sse.answers'];
/** Of the request of a client: one for each place in it, what it lacks, its answer, and the catch-all. */
const ofRequests = [...Object.keys(areaAdvice), 'missing', 'answer', 'accepted'].map(
  (name) => `request.${name}`,
);
const everyId = [...catalogue, ...gates, ...ofRequests];
const cases = [...catalogueCases, ...requestCases];

describe('the catalogue', () => {
  it('is what is registered, each once, with five catch-alls and what is asked of requests', () => {
    // Those of --identity have their cases in test/cli/doctor-identity.test.ts, over real sockets.
    const known = checks.filter(({ group }) => group !== 'identity');
    expect(known.map(({ id }) => id).sort()).toEqual([...everyId].sort());
  });

  it('has a case that finds each', () => {
    const proven = new Set(cases.filter(({ status }) => status !== 'pass').map(({ id }) => id));
    expect(everyId.filter((id) => !proven.has(id))).toEqual([]);
  });

  it.each(cases.map((one, index) => [`${one.id} ${one.status} #${index}`, one] as const))(
    '%s',
    (_name, { id, seen, status, says }) => {
      const check = checks.find((one) => one.id === id);
      const finding = check?.judge(observing({ ...healthy(), ...seen }));
      expect({ status: finding?.status, summary: finding?.summary }).toEqual({
        status,
        summary: expect.stringMatching(says),
      });
      if (status === 'fail' || status === 'warn') {
        expect(finding?.owner, 'whose it is').not.toBeNull();
        expect(finding?.remedy?.text, 'what to do').toMatch(/\S/);
        expect(finding?.remedy?.commands.length).toBeLessThanOrEqual(3);
        // What is copied has to run: a place for what only the user knows stands in an example.
        expect(finding?.remedy?.commands.join('\n')).not.toMatch(
          /\b(MODEL|HOST|PORT|VALUE|NAME)\b(?!_)|ROOT\.pem| URL\b/,
        );
      }
    },
  );

  it.each(checks.map((check) => [check.id, check] as const))(
    '%s gives no false alarm on a healthy target',
    (_id, check) => {
      const finding = check.judge(observing(healthy()));
      expect({ status: finding.status, summary: finding.summary }).toEqual({
        status: expect.stringMatching(/^(pass|info|skip)$/),
        summary: expect.any(String),
      });
    },
  );

  it('needs only probes that exist, and says how each probe is reached', () => {
    const known = new Set(probes.map(({ id }) => id));
    expect(
      checks.flatMap(({ needs, uses = [] }) => [...needs, ...uses]).filter((id) => !known.has(id)),
    ).toEqual([]);
    for (const probe of probes) {
      // `needs` of a probe stand earlier, or are made on demand without a circle.
      expect(reaches(probe.id, new Set())).toBe(true);
    }
  });

  function reaches(id: string, path: Set<string>): boolean {
    if (path.has(id)) return false;
    const probe = probes.find((one) => one.id === id);
    return probe?.needs.every((need) => reaches(need, new Set([...path, id]))) ?? false;
  }

  it('explains every check', () => {
    for (const check of checks) {
      const text = explain(check.id) ?? '';
      expect(text).toContain(check.title);
      for (const part of [check.why, check.proof, check.cure])
        expect(part.length, check.id).toBeGreaterThan(3);
    }
  });
});
