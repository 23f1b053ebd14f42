// What a base URL gives away without being called, and which other bases are worth a keyless try. Pure.

import { isLoopbackHost } from '../../http/loopback.ts';
import { baseForms, endpointUrl } from '../../messages/endpoint.ts';
import { presets } from '../../profiles/presets.ts';
import { bareUrl } from '../../text/bare-url.ts';
import { messageOf } from '../../text/thrown.ts';

export type UrlFacts = {
  /** As configured. */
  readonly input: string;
  readonly source: string;
  /** Empty when the input is no URL. */
  readonly messagesUrl: string;
  /** An exact messages URL: used as it is, no join rule. */
  readonly isExact: boolean;
  /** Why the input is no URL, or null. */
  readonly problem: string | null;
  readonly host: string;
  readonly hostname: string;
  readonly port: number;
  readonly path: string;
  readonly isHttps: boolean;
  readonly isLoopback: boolean;
  readonly isPrivate: boolean;
  readonly hasOuterSpaceOrQuotes: boolean;
  readonly hasScheme: boolean;
  readonly hasFragment: boolean;
  readonly hasQuery: boolean;
  readonly hasDoubleSlash: boolean;
  readonly hasUppercasePath: boolean;
  readonly endsInV1: boolean;
  readonly isDoubledV1: boolean;
  /** The endpoint path the input already ends in. */
  readonly fullEndpoint: 'messages' | 'chat/completions' | null;
};

/** Reads a base URL (or exact messages URL) as the user wrote it. */
export function urlFacts(input: string, source: string, exactUrl?: string): UrlFacts {
  const written = exactUrl ?? input;
  const text = bareUrl(written);
  const parsed = join(text, exactUrl !== undefined);
  const url = parsed.url;
  const rawPath = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*([^?#]*)/i.exec(text)?.[1] ?? '';
  const hostname = url?.hostname ?? '';
  return {
    input: written,
    source,
    messagesUrl: url?.href ?? '',
    isExact: exactUrl !== undefined,
    problem: parsed.problem,
    host: url?.host ?? '',
    hostname,
    port: url === null ? 0 : Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
    path: url?.pathname ?? '',
    isHttps: url?.protocol === 'https:',
    isLoopback: isLoopbackHost(hostname),
    isPrivate: isLoopbackHost(hostname) || isPrivateName(hostname),
    hasOuterSpaceOrQuotes: text !== written,
    hasScheme: /^[a-z][a-z0-9+.-]*:\/\//i.test(text),
    hasFragment: text.includes('#'),
    hasQuery: /^[^#]*\?/.test(text),
    hasDoubleSlash: /\/\/./.test(rawPath) || /\/\/$/.test(rawPath),
    hasUppercasePath: /[A-Z]/.test(rawPath),
    endsInV1: /\/v1\/*$/i.test(rawPath),
    isDoubledV1: /\/v1\/v1(\/|$)/i.test(exactUrl === undefined ? rawPath : (url?.pathname ?? '')),
    fullEndpoint: endpointAtEnd(rawPath),
  };
}

function endpointAtEnd(path: string): UrlFacts['fullEndpoint'] {
  if (/\/chat\/completions\/*$/i.test(path)) return 'chat/completions';
  return /\/messages\/*$/i.test(path) ? 'messages' : null;
}

function join(text: string, isExact: boolean): { url: URL | null; problem: string | null } {
  try {
    return { url: new URL(isExact ? text : endpointUrl(text, 'messages')), problem: null };
  } catch (thrown) {
    return { url: null, problem: messageOf(thrown) };
  }
}

/** Whether the port says as much as the path: on this machine, in this network, or any that is not for web sites. */
export const hasPortOfOwn = ({ isPrivate, port }: UrlFacts): boolean =>
  isPrivate || (port !== 80 && port !== 443);

/** RFC 1918 and 4193 addresses, link-local, and names that only resolve inside a network. */
const isPrivateName = (hostname: string): boolean =>
  /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|\[f[cd]|\[fe80)/i.test(hostname) ||
  /\.(local|internal|lan|home|corp|test|localdomain)$/i.test(hostname) ||
  !hostname.includes('.');

/** Sub-paths under which providers serve Messages, most common first. */
const knownPaths = ['', '/anthropic', '/api/anthropic', '/api', '/apps/anthropic', '/v1/anthropic'];
const mostCandidates = 7;

/** Other bases worth a keyless try, at most seven, best first; the configured one is not among them. */
export function candidateBases(facts: UrlFacts): string[] {
  if (facts.messagesUrl === '') return [];
  const url = new URL(facts.messagesUrl);
  const own = url.pathname;
  const prefix = own.replace(/(\/v1)*\/messages$/i, '');
  const bases: string[] = [];
  const add = (origin: string, path: string): void => {
    const base = `${origin}${path.replace(/\/{2,}/g, '/').replace(/\/+$/, '')}`;
    if (`${base}/v1/messages` !== `${url.origin}${own}` && !bases.includes(base)) bases.push(base);
  };
  for (const base of documentedBases(url.hostname)) add(new URL(base).origin, new URL(base).pathname);
  add(url.origin, prefix);
  if (/[A-Z]/.test(prefix)) add(url.origin, prefix.toLowerCase());
  const chat = prefix.replace(/\/(v1\/)?chat\/completions$/i, '');
  if (chat !== prefix) add(url.origin, chat);
  add(url.origin, prefix.slice(0, Math.max(0, prefix.lastIndexOf('/'))));
  for (const path of knownPaths) add(url.origin, path);
  const isSite = /^(www\.)?[^.]+\.[^.]+$/.test(facts.hostname);
  if (isSite && !facts.isPrivate && !/^[\d[]/.test(facts.hostname)) {
    const bare = facts.hostname.replace(/^www\./, '');
    bases.splice(3, 0, `${url.protocol}//api.${bare}`);
  }
  return bases.slice(0, mostCandidates);
}

/** What the documents of the provider give as base, for any host of its domain (www.deepseek.com, too). */
function documentedBases(hostname: string): string[] {
  const domain = domainOf(hostname);
  const bases = presets.flatMap((preset) => [
    preset.baseUrl,
    ...(preset.otherBaseUrls ?? []).map(({ baseUrl }) => baseUrl),
  ]);
  return bases.filter(
    (base) => !base.includes('{') && base.startsWith('https:') && domainOf(new URL(base).hostname) === domain,
  );
}

const domainOf = (hostname: string): string => hostname.split('.').slice(-2).join('.');

/** A base in the two conventions of the field. */
export const bothForms = (baseUrl: string): { sdk: string; vercel: string } => baseForms(baseUrl);
