// Which program wrote an answer, told by its error page. Data; hops between here and there are hops.ts.
import type { ShapedBody } from './shapes.ts';

type ServerSign = {
  readonly name: string;
  readonly role: 'edge' | 'gateway' | 'forward-proxy' | 'origin';
  readonly test: (body: string, headers: Readonly<Record<string, string>>, shaped: ShapedBody) => boolean;
};

const says =
  (pattern: RegExp): ServerSign['test'] =>
  (body) =>
    pattern.test(body);

const serverSigns: readonly ServerSign[] = [
  {
    name: 'squid',
    role: 'forward-proxy',
    test: (body, headers) =>
      'x-squid-error' in headers || /squid-internal|Generated .{0,60} by .{0,120}\(squid/i.test(body),
  },
  { name: 'tinyproxy', role: 'forward-proxy', test: says(/tinyproxy|machine the proxy is running on/i) },
  {
    name: 'mitmproxy',
    role: 'forward-proxy',
    test: (body, headers) =>
      /mitmproxy/i.test(
        `${headers['server'] ?? ''} ${headers['proxy-authenticate'] ?? ''} ${body.slice(0, 500)}`,
      ),
  },
  {
    name: 'Cloudflare',
    role: 'edge',
    test: (body, headers) =>
      /cloudflare/i.test(headers['server'] ?? '') &&
      !/json/i.test(headers['content-type'] ?? '') &&
      /cloudflare|cf-|error code: \d/i.test(body),
  },
  {
    name: 'AWS load balancer',
    role: 'edge',
    test: (_body, headers) => /^awselb/i.test(headers['server'] ?? ''),
  },
  {
    name: 'Envoy',
    role: 'edge',
    test: says(/upstream connect error or disconnect\/reset|no healthy upstream|upstream request timeout/i),
  },
  { name: 'ingress controller', role: 'edge', test: says(/default backend - 404/i) },
  { name: 'nginx', role: 'edge', test: says(/<center>(openresty|nginx)/i) },
  { name: 'Varnish', role: 'edge', test: says(/Guru Meditation/i) },
  { name: 'Apache', role: 'edge', test: says(/DTD HTML 2\.0|<title>\d+ Proxy Error/i) },
  {
    name: 'lighttpd',
    role: 'edge',
    test: (body, headers) => /lighttpd/i.test(headers['server'] ?? '') && /<html/i.test(body),
  },
  {
    name: 'HAProxy',
    role: 'edge',
    test: (body, headers) =>
      headers['server'] === undefined && /^\s*<html><body><h1>\d{3} [^<]+<\/h1>/i.test(body),
  },
  {
    name: 'Caddy',
    role: 'edge',
    test: (body, headers) => /^caddy/i.test(headers['server'] ?? '') && body === '',
  },
  { name: 'Portkey', role: 'gateway', test: says(/x-portkey-|"ok":\s*false/i) },
  { name: 'new-api', role: 'gateway', test: says(/new_api_error/) },
  { name: 'one-api', role: 'gateway', test: says(/one_api_error/) },
  { name: 'one-api or new-api', role: 'gateway', test: says(/Invalid URL \((POST|GET)/) },
  {
    name: 'LiteLLM',
    role: 'gateway',
    test: (body, headers) =>
      /token_not_found_in_db|litellm/i.test(body) ||
      Object.keys(headers).some((name) => name.startsWith('x-litellm-')),
  },
  {
    name: 'AISIX',
    role: 'gateway',
    test: (_body, headers) => 'x-aisix-request-id' in headers || /^aisix/i.test(headers['server'] ?? ''),
  },
  { name: 'claude-code-router', role: 'gateway', test: says(/Error from provider\(/) },
  { name: 'FastAPI', role: 'origin', test: (_body, _headers, shaped) => shaped.shape === 'detail-error' },
  { name: 'Express', role: 'origin', test: says(/Cannot (POST|GET) \//) },
  { name: 'a Go server', role: 'origin', test: says(/^404 page not found/) },
];

/** The program that wrote this answer, if its words or headers give it away. */
export function serverOf(
  body: string,
  headers: Readonly<Record<string, string>>,
  shaped: ShapedBody,
): { readonly name: string; readonly role: ServerSign['role'] } | null {
  // A page within JSON is quoted: it was written further in, and is not the word of this server.
  const isQuoting = shaped.json !== null;
  return (
    serverSigns.find(({ role, test }) => !(isQuoting && role === 'edge') && test(body, headers, shaped)) ??
    null
  );
}
