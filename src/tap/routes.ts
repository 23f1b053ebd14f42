// From a request of the client to where it goes: the URL, and whose credentials it carries.
import { absoluteForm, openSocket } from '../http/socket.ts';
import type { TlsOptions } from '../http/transport.ts';
import {
  baseForms,
  credentialHeaders,
  type Endpoint,
  type EndpointPath,
  urlOf,
} from '../messages/endpoint.ts';
import type { Secret } from '../messages/secret.ts';
import type { ConnectionOptions } from './client-connection.ts';
import type { Faults } from './faults.ts';
import { strangeClient } from './gate.ts';
import { type Head, pathOf, type RequestLine } from './http-head.ts';
import type { Route } from './route.ts';
import type { Refusal } from './tap-refusal.ts';

export type RouteOptions = {
  /** Read for each request: a refreshed key is the key from then on. */
  readonly endpoint: () => Endpoint;
  /** What clients present for the credentials of the endpoint; undefined: they bring their own, and nothing is lent. */
  readonly token: Secret | undefined;
  readonly connectTimeoutMs: number;
  readonly tls: TlsOptions | undefined;
  /** The proxy for a URL, or undefined to connect directly. */
  readonly proxyFor: (url: string) => string | undefined;
  /** What is put in the way of Messages requests. */
  readonly faults?: Faults | undefined;
};

/** The rule of one tap: everything goes to one endpoint, and no key to any other. */
export function routesTo(options: RouteOptions): ConnectionOptions['routeFor'] {
  return ({ method, target }: RequestLine, head: Head): Route | Refusal => {
    const { token } = options;
    const stranger = token === undefined ? undefined : strangeClient(head, token);
    if (stranger !== undefined) return stranger;
    const endpoint = options.endpoint();
    const url = new URL(urlOf(endpoint, 'messages'));
    const proxy = options.proxyFor(url.href);
    const viaProxy = absoluteForm(url, proxy);
    const { connectTimeoutMs, tls } = options;
    const route: Route = {
      url,
      target: target === '*' ? '*' : targetAt(endpoint, url, target),
      clientTarget: target,
      way: url.origin,
      isAbsolute: viaProxy !== undefined,
      fields: new Map([
        ...(token === undefined ? [] : lentFields(endpoint)),
        ...(viaProxy?.authorization === undefined
          ? []
          : [['proxy-authorization', viaProxy.authorization] as const]),
      ]),
      open: () => openSocket(url, { connectTimeoutMs, tls, proxy }),
      fault: null,
      valve: null,
    };
    const isMessages = method === 'POST' && /\/messages$/.test(pathOf(target));
    return isMessages && options.faults !== undefined ? options.faults.next(route) : route;
  };
}

/** The credentials of the endpoint in the place of the token, and the further headers its profile has. */
function lentFields(endpoint: Endpoint): (readonly [string, string | null])[] {
  return [
    ['x-api-key', null],
    ['authorization', null],
    ...Object.entries(credentialHeaders(endpoint)),
    ...Object.entries(endpoint.headers),
  ];
}

/** Resources that an exact URL moves to another place. */
const movedPath = /^\/v1\/(messages(?:\/count_tokens)?|models(?:\/[^/]+)?)$/;

/**
 * The path of the client behind the base of the endpoint: letter by letter as it is written, however wrong, so that
 * what is wrong with it can be seen. Where the endpoint has an exact URL, /v1/messages stands for it.
 */
function targetAt(endpoint: Endpoint, { pathname, search }: URL, asked: string): string {
  // Who takes the tap for a forward proxy names a whole URL.
  const [path = '', query = ''] = asked.replace(/^https?:\/\/[^/?]*/i, '').split(/\?(.*)/s);
  const moved = endpoint.messagesUrl === undefined ? undefined : movedPath.exec(path)?.[1];
  const root = new URL(baseForms(endpoint.baseUrl).sdk).pathname.replace(/\/$/, '');
  const place =
    moved === 'messages'
      ? pathname
      : moved === undefined
        ? `${root}${path.startsWith('/') ? path : `/${path}`}`
        : new URL(urlOf(endpoint, moved as EndpointPath)).pathname;
  const queries = [search.slice(1), query].filter((part) => part !== '');
  return queries.length === 0 ? place : `${place}?${queries.join('&')}`;
}
