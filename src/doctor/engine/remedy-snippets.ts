// Configuration that several remedies show, hop by hop, and which of it fits the hops that were seen. Data.

import { hopsOf } from '../streams/stream-judgement.ts';
import type { Observe } from './observations.ts';
import type { Snippets } from './report.ts';

/** Its one limit for silence, of an answer and of a connection that is kept. */
export const albIdleTimeout: Snippets[number] = {
  server: 'AWS ALB',
  text: 'aws elbv2 modify-load-balancer-attributes --load-balancer-arn ARN --attributes Key=idle_timeout.timeout_seconds,Value=600',
};

/** In front of everything: what they hide behind them may be the one to configure. */
const edges = /^(Cloudflare|CloudFront|Azure|AWS WAF)/;

/**
 * Configuration for the hops that gave themselves away; where none did, for the most common ones.
 */
export function forHops(observe: Observe, snippets: Snippets): Snippets {
  const hopNames = new Set(hopsOf(observe).map(({ name }) => name));
  const own = snippets.filter(({ server }) =>
    [...hopNames].some((name) => server.startsWith(name) || name.startsWith(server)),
  );
  const others = snippets.slice(0, 3).filter((snippet) => !own.includes(snippet));
  return own.length === 0 || own.every(({ server }) => edges.test(server)) ? [...own, ...others] : own;
}

/** Lets request headers pass that the API needs. */
export const passHeaders: Snippets = [
  {
    server: 'nginx',
    text: 'proxy_set_header anthropic-version $http_anthropic_version;\nproxy_set_header anthropic-beta $http_anthropic_beta;\nproxy_set_header x-api-key $http_x_api_key;\nproxy_pass_request_headers on;',
  },
  {
    server: 'HAProxy',
    text: '# HAProxy passes request headers by itself: look for http-request del-header anthropic-version',
  },
  {
    server: 'Caddy',
    text: 'reverse_proxy UPSTREAM {\n\theader_up anthropic-version {header.anthropic-version}\n}',
  },
  { server: 'Apache', text: '# mod_proxy passes request headers by itself: look for RequestHeader unset' },
  {
    server: 'Envoy AI Gateway',
    text: '# HTTPRoute filter RequestHeaderModifier or AIServiceBackend headerMutation:\nset:\n  - name: anthropic-version\n    value: "2023-06-01"',
  },
  { server: 'CloudFront', text: '# Origin request policy: AllViewerExceptHostHeader' },
];

/** Allows bodies as large as the API does (32 MB). */
export const largerBodies: Snippets = [
  { server: 'nginx', text: 'client_max_body_size 50m;' },
  {
    server: 'HAProxy',
    text: '# tune.bufsize limits headers, not bodies: look for an http-request deny on req.body_size',
  },
  { server: 'Caddy', text: 'request_body {\n\tmax_size 50MB\n}' },
  { server: 'Apache', text: 'LimitRequestBody 52428800' },
  { server: 'Envoy', text: '# raise max_request_bytes of the buffer filter, or remove it from this route' },
  { server: 'Traefik', text: '# buffering middleware\nmaxRequestBodyBytes: 52428800' },
  { server: 'ingress-nginx', text: 'nginx.ingress.kubernetes.io/proxy-body-size: 50m' },
  {
    server: 'AWS WAF',
    text: '# AWSManagedRulesCommonRuleSet: set SizeRestrictions_BODY to Count for this path',
  },
  { server: 'AWS API Gateway', text: '# the limit is 10 MB and cannot be raised; use an ALB' },
  { server: 'Cloudflare', text: '# 100 MB on Free and Pro plans; look for a custom WAF rule on body size' },
];

/** Leaves the API path out of bot checks and managed rules. */
export const skipWaf: Snippets = [
  {
    server: 'Cloudflare',
    text: '# Security > WAF > Custom rules: Skip (all remaining rules, Bot Fight Mode, Browser Integrity Check)\n(http.request.uri.path contains "/v1/messages")',
  },
  {
    server: 'AWS WAF',
    text: '# rule with priority 0: ByteMatch on URI /v1/messages -> Allow, or override the firing rule to Count',
  },
  { server: 'Azure WAF', text: '# custom rule with priority 1: RequestUri contains /v1/messages -> Allow' },
  { server: 'nginx (ModSecurity)', text: 'location /v1/messages {\n    modsecurity off;\n}' },
];

/** Allows long silences while a model thinks. */
export const longerTimeouts: Snippets = [
  { server: 'nginx', text: 'proxy_read_timeout 600s;\nproxy_send_timeout 600s;' },
  { server: 'HAProxy', text: 'timeout server 600s\ntimeout client 600s' },
  { server: 'Caddy', text: 'reverse_proxy UPSTREAM {\n\ttransport http {\n\t\tread_timeout 10m\n\t}\n}' },
  { server: 'Apache', text: 'ProxyTimeout 600' },
  { server: 'Envoy', text: 'route:\n  timeout: 0s\n  idle_timeout: 600s' },
  {
    server: 'Traefik',
    text: '# entryPoints.NAME.transport.respondingTimeouts\nreadTimeout: 0s\nidleTimeout: 600s',
  },
  albIdleTimeout,
  {
    server: 'AWS API Gateway',
    text: '# the integration timeout is 29 s unless raised by quota request; prefer streaming or an ALB',
  },
  {
    server: 'Cloudflare',
    text: '# 100 s without a byte ends in 524: stream, so that pings keep the connection alive',
  },
];
