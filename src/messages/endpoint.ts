// Where a request goes and how it identifies itself. The one place where URLs are joined and keys revealed.
import { configError } from '../errors.ts';
import { isLoopbackHost } from '../http/loopback.ts';
import { bareUrl } from '../text/bare-url.ts';
import { isKeyShaped } from './key-shapes.ts';
import type { Secret } from './secret.ts';

/** Which header carries the key: `x-api-key`, `Authorization: Bearer`, both, or none at all. */
export const authSchemes = ['x-api-key', 'bearer', 'both', 'none'] as const;
export type AuthScheme = (typeof authSchemes)[number];

/** The API version every documented gateway speaks; 2026-10-21 is opt-in. */
export const defaultVersion = '2023-06-01';

export type EndpointPath = 'messages' | 'messages/count_tokens' | 'models' | `models/${string}`;

/** A resolved target: everything a request needs besides its body. */
export type Endpoint = {
  /** As the user wrote it; the exact URL where there is one. */
  readonly baseUrl: string;
  /** An exact messages URL, to which nothing is appended. */
  readonly messagesUrl?: string | undefined;
  readonly auth: AuthScheme;
  readonly key?: Secret | undefined;
  /** Where the key comes from, as printed in errors: "ANTHROPIC_API_KEY", "profile work". */
  readonly keySource?: string | undefined;
  /** What is wrong with the key as it was entered, in whole sentences without the key; said when it is refused. */
  readonly keyFault?: string | undefined;
  readonly version: string;
  readonly betas: readonly string[];
  /** Further headers, lower-case names. They win over the ones made here. */
  readonly headers: Readonly<Record<string, string>>;
  /** The command that examines this target, e.g. `msg doctor work`. Errors end in it. */
  readonly doctorCommand: string;
  /** The command that lists its models. */
  readonly modelsCommand: string;
  /** The models its documents name; not all that it has. */
  readonly knownModels?: readonly string[] | undefined;
};

/**
 * The one join rule: any way people write a base URL (with or without scheme, `/v1`, `/messages`, slashes,
 * quotes) gives the same endpoint URL. Only a trailing `/v1` is dropped, never one inside the path; the
 * query is kept, the fragment dropped. Idempotent.
 * @throws MsgError `config` for an empty, non-HTTP or credential-bearing URL.
 */
export function endpointUrl(baseUrl: string, path: EndpointPath): string {
  const url = parseBaseUrl(baseUrl);
  return `${url.origin}${rootPath(url)}/v1/${path}${url.search}`;
}

/** The base in both conventions: Anthropic SDK and Claude Code (without /v1), Vercel AI SDK (with). */
export function baseForms(baseUrl: string): { sdk: string; vercel: string } {
  const url = parseBaseUrl(baseUrl);
  const sdk = `${url.origin}${rootPath(url)}`;
  return { sdk, vercel: `${sdk}/v1` };
}

/** The base URL that was meant by one that ends in OpenAI's endpoint, or undefined for any other. */
export function withoutOpenAiEndpoint(baseUrl: string): string | undefined {
  const base = baseForms(baseUrl).sdk;
  const meant = base.replace(/\/chat\/completions$/i, '');
  return meant === base ? undefined : baseForms(meant).sdk;
}

/** `https://host:port` of a base URL: what a key is bound to. */
export const originOf = (baseUrl: string): string => parseBaseUrl(baseUrl).origin;

/** `host:port` of a base URL, for people. */
export const hostOf = (baseUrl: string): string => parseBaseUrl(baseUrl).host;

/** Whether the URL stays on this machine (loopback addresses and `localhost`). */
export const isLoopback = (baseUrl: string): boolean => isLoopbackHost(parseBaseUrl(baseUrl).hostname);

/** The URL of one of the endpoint's resources. */
export function urlOf(endpoint: Endpoint, path: EndpointPath): string {
  if (endpoint.messagesUrl === undefined) return endpointUrl(endpoint.baseUrl, path);
  const url = parseBaseUrl(endpoint.messagesUrl);
  // What else there is stands beside the exact URL, if anywhere.
  if (path === 'messages/count_tokens') url.pathname += '/count_tokens';
  else if (path !== 'messages') url.pathname = url.pathname.replace(/\/[^/]*$/, `/${path}`);
  return `${url.origin}${url.pathname}${url.search}`;
}

/**
 * The URL a base URL is as it stands, where it ends in `/messages` but not in `/v1/messages`: most people who write
 * that mean `/v1/messages` there, a few have a route without /v1. Undefined for any other.
 */
export function urlAsWritten({ baseUrl, messagesUrl }: Endpoint): string | undefined {
  if (messagesUrl !== undefined) return undefined;
  const url = parseBaseUrl(baseUrl);
  return /\/messages$/i.test(url.pathname) && !/\/v1\/messages$/i.test(url.pathname)
    ? `${url.origin}${url.pathname}${url.search}`
    : undefined;
}

/**
 * The headers of a request, key included.
 * @throws MsgError `config` when a key is needed and missing, or cannot stand in a header.
 */
export function requestHeaders(endpoint: Endpoint): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: 'application/json',
    'anthropic-version': endpoint.version,
  };
  if (endpoint.betas.length > 0) headers['anthropic-beta'] = endpoint.betas.join(',');
  const ours = { ...headers, ...credentialHeaders(endpoint) };
  // As with curl, one of ours is left out where it is given without a value.
  return Object.fromEntries(
    Object.entries({ ...ours, ...endpoint.headers }).filter(
      ([name, value]) => value !== '' || !(name in ours),
    ),
  );
}

/**
 * What a key is wanted in clear for, besides the headers of a request: to be shown on a screen, to be handed to another
 * program, to be examined, or to be looked at for advice on its refusal.
 */
type RevealPurpose = 'screen' | 'program' | 'examination' | 'advice';

/**
 * The key in clear. The only function that hands one out: who calls it, and what for, stands in
 * test/architecture.test.ts.
 */
export const revealFor = (_purpose: RevealPurpose, { key }: Endpoint): string | undefined => key?.reveal();

/**
 * The headers that carry the key.
 * @throws MsgError `config` when it is needed and missing, or cannot stand in a header.
 */
export function credentialHeaders(endpoint: Endpoint): Record<string, string> {
  if (endpoint.auth === 'none') return {};
  if (endpoint.key === undefined) {
    throw configError(
      `No key for ${hostOf(endpoint.baseUrl)}.`,
      'Name the variable that holds it: --api-key-env NAME. If the endpoint wants none: --auth none',
    );
  }
  const key = endpoint.key.reveal();
  refuseUnprintable(key, endpoint.keySource ?? 'the configuration', endpoint.doctorCommand);
  return {
    ...(endpoint.auth === 'bearer' ? {} : { 'x-api-key': key }),
    ...(endpoint.auth === 'x-api-key' ? {} : { authorization: `Bearer ${key}` }),
  };
}

/** HTTP libraries answer such a key with an exception that prints it, or send a wrong byte: stop before. */
function refuseUnprintable(key: string, source: string, doctorCommand: string): void {
  const at = key.search(/[^\x21-\x7e]/);
  if (at < 0) return;
  const scheme = /^(authorization: *bearer|bearer|x-api-key:)(?= )/i.exec(key)?.[0];
  if (scheme !== undefined) {
    throw configError(
      `The key from ${source} begins with ${JSON.stringify(scheme)}, which belongs to the header.`,
      `Save only what follows it; for a Bearer header: --auth bearer. Next: ${doctorCommand}`,
    );
  }
  const code = (key.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  throw configError(
    `The key from ${source} has a character that cannot be sent: U+${code} at position ${at + 1} of ${key.length}.`,
    `Save the key again without it (often a space or line break that was copied along). Next: ${doctorCommand}`,
  );
}

/**
 * Whether a host can be one. The parser lets more pass than DNS does: what is copied with the name of its
 * variable (`NAME=https://...`), an unexpanded `$NAME`, and `http//host`, whose host would be "http".
 */
const isHost = (hostname: string): boolean =>
  /^([a-z0-9._-]+|\[[0-9a-f:.]+\])$/i.test(hostname) && !/^https?$/.test(hostname);

/** A colon that is not followed by a port belongs to a scheme; `htp//host` has lost it. */
const isMistypedScheme = (text: string): boolean =>
  (/^[a-z][a-z0-9+.-]*:(?!\/\/|\d)/i.test(text) && !text.includes('@')) || /^[a-z0-9-]+\/\//i.test(text);

function parseBaseUrl(baseUrl: string): URL {
  let text = bareUrl(baseUrl);
  if (text === '') throw configError('The base URL is empty.', 'Give one: --base-url https://host');
  // Not repeated, and not asked for: the name of a host is shown to every name server. A URL may hold a key.
  if (!/[/:?@]/.test(text) && isKeyShaped(text))
    throw configError('The base URL looks like a key.', 'It looks like https://host or https://host/path');
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    const isLocal = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|0\.0\.0\.0|host\.docker\.internal)([:/]|$)/i.test(
      text,
    );
    text = `${isLocal ? 'http' : 'https'}://${text}`;
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !isHost(url.hostname) || isMistypedScheme(bareUrl(baseUrl)) || text.includes('\\'))
    throw configError(
      `The base URL ${JSON.stringify(baseUrl)} is not a URL.`,
      'It looks like https://host or https://host/path',
    );
  if (url.username !== '' || url.password !== '') {
    throw configError(
      `The base URL for ${url.host} holds a user name or password.`,
      'Take it out of the URL and give the key by name: --api-key-env NAME',
    );
  }
  if (!/^https?:$/.test(url.protocol)) {
    throw configError(
      `The base URL ${JSON.stringify(baseUrl)} is not http or https.`,
      'It looks like https://host or https://host/path',
    );
  }
  return url;
}

/** The path in convention A: no `/messages`, no trailing `/v1` (however often), no trailing slash. */
function rootPath(url: URL): string {
  let path = url.pathname.replace(/\/{2,}/g, '/').replace(/\/+$/, '');
  path = path.replace(/\/messages(\/count_tokens|\/batches)?$/i, '').replace(/\/v1\/models$/i, '/v1');
  while (/\/v1$/i.test(path)) path = path.slice(0, -3).replace(/\/+$/, '');
  return path;
}
