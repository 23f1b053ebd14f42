// Remedies several checks share: commands for the profile at hand, configuration for the usual hops. Data.
import type { Exchange, Look } from './observations.ts';
import type { Remedy } from './report.ts';
import { hopsOf } from './stream-judgement.ts';

type Snippets = Remedy['snippets'];

/** `msg doctor NAME`: what to run when the fix is in. */
export const again = (look: Look): string => examine(look);

/** The same with another option (without it, when it has no value), or with another address. */
function examine(look: Look, changed: { flag?: string; value?: string; url?: string } = {}): string {
  const { flag, value, url } = changed;
  const { command = 'msg doctor', flags: given = [] } = look('setup') ?? {};
  const kept = given.filter((one) => flag === undefined || !one.startsWith(`${flag} `));
  const added = flag === undefined || value === undefined ? [] : [`${flag} ${shellWord(value)}`];
  return [url === undefined ? command : `msg doctor ${shellWord(url)}`, ...kept, ...added].join(' ');
}

const variables: Readonly<Record<string, string>> = {
  'base-url': 'ANTHROPIC_BASE_URL',
  model: 'ANTHROPIC_MODEL',
};
const flags: Readonly<Record<string, string>> = {
  'base-url': '--base-url',
  model: '-m',
  auth: '--auth',
  proxy: '--proxy',
  cacert: '--cacert',
};

/** The command that changes one setting, where it is kept: profile, environment, or the next command line. */
export function setCommand(look: Look, field: string, value: string): string {
  const profile = look('setup')?.profile ?? null;
  if (profile !== null && profile !== 'env') {
    const set = `msg profiles set ${shellWord(profile)} ${field}=${shellWord(value)}`;
    // An exact messages URL would outrank the new base.
    const isHidden = field === 'base-url' && look('setup')?.url.isExact === true;
    return isHidden ? `msg profiles unset ${shellWord(profile)} messages-url && ${set}` : set;
  }
  const variable = variables[field];
  if (profile === 'env' && variable !== undefined) return `export ${variable}=${shellWord(value)}`;
  if (field === 'base-url') return examine(look, { url: value });
  return examine(look, { flag: flags[field] ?? `--${field}`, value });
}

/** The command that changes a setting, and the one that examines the target again (if the first does not). */
export function change(look: Look, field: string, value: string): string[] {
  const command = setCommand(look, field, value);
  return command.startsWith('msg doctor') ? [command] : [command, again(look)];
}

/** The commands that go to the host without the proxy, wherever that is configured. */
export function withoutProxy(look: Look): string[] {
  const { proxy = null, profile = null, url } = look('setup') ?? {};
  const source = proxy?.source ?? '';
  if (source === `profile ${profile}`)
    return [`msg profiles unset ${shellWord(profile ?? '')} proxy`, again(look)];
  if (source === '--proxy') return [examine(look, { flag: '--proxy' })];
  if (source === 'MSG_PROXY') return ['unset MSG_PROXY', again(look)];
  const host = url?.hostname.replace(/^\[|\]$/g, '') ?? '';
  return [`export NO_PROXY="$NO_PROXY,${host}"`, again(look)];
}

/** The command that adds a request header. */
export const headerCommand = (look: Look, name: string): string => {
  const profile = look('setup')?.profile ?? null;
  return profile === null || profile === 'env'
    ? `${again(look)} --header "${name}: VALUE"`
    : `msg profiles set ${shellWord(profile)} header.${name}=VALUE`;
};

/** The commands that save a key again, without writing it on the command line, and examine the target with it. */
export function saveKey(look: Look): string[] {
  const setup = look('setup');
  const { profile = null, keyVariable = null, flags: given = [] } = setup ?? {};
  if (profile !== null && profile !== 'env' && keyVariable === null)
    return [`msg profiles set ${shellWord(profile)} --key-stdin`, again(look)];
  if (given.some((flag) => flag.startsWith('--api-key-file '))) return [again(look)];
  // A key goes only where it is at home: these two lie beside the base URL they belong to.
  const beside =
    profile === 'env'
      ? 'ANTHROPIC_API_KEY'
      : setup?.url.source.startsWith('MSG_')
        ? 'MSG_API_KEY'
        : undefined;
  const variable = keyVariable ?? beside ?? 'API_KEY';
  const isFound = keyVariable !== null || beside !== undefined;
  return [
    `read -rs ${variable} && export ${variable}`,
    isFound ? again(look) : examine(look, { flag: '--api-key-env', value: variable }),
  ];
}

/** The command that lists the models of the target. */
export function listModels(look: Look): string {
  const { profile = null, url, flags: given = [] } = look('setup') ?? {};
  const target =
    profile !== null
      ? [`-P ${shellWord(profile)}`]
      : url?.source === '--base-url'
        ? [`--base-url ${shellWord(url.input)}`]
        : [];
  return ['msg models', ...target, ...given.filter((flag) => !/^(-m |--free$)/.test(flag))].join(' ');
}

/** The command that sends a key to this address although it belongs to another. */
export const sendAnyway = (look: Look, variable: string): string =>
  examine(look, { flag: '--api-key-env', value: variable });

export const shellWord = (text: string): string =>
  /^[A-Za-z0-9_./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** The first exchange of these that a check owns. */
export const owned = (id: string, ...exchanges: readonly (Exchange | undefined)[]): Exchange | undefined =>
  exchanges.find((exchange) => exchange?.reading.check === id);

/** In front of everything: what they hide behind them may be the one to configure. */
const edges = /^(Cloudflare|CloudFront|Azure|AWS WAF)/;

/**
 * Configuration for the hops that gave themselves away; where none did, for the most common ones.
 */
export function forHops(look: Look, snippets: Snippets): Snippets {
  const seen = new Set(hopsOf(look).map(({ name }) => name));
  const own = snippets.filter(({ server }) =>
    [...seen].some((name) => server.startsWith(name) || name.startsWith(server)),
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
  {
    server: 'AWS ALB',
    text: 'aws elbv2 modify-load-balancer-attributes --load-balancer-arn ARN --attributes Key=idle_timeout.timeout_seconds,Value=600',
  },
  {
    server: 'AWS API Gateway',
    text: '# the integration timeout is 29 s unless raised by quota request; prefer streaming or an ALB',
  },
  {
    server: 'Cloudflare',
    text: '# 100 s without a byte ends in 524: stream, so that pings keep the connection alive',
  },
];
