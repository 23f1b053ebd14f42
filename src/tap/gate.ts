// Who may use the tap: programs of this machine that speak to it by its own name, with the token where a key is lent,
// and no web page. Pure.
import { bareHost, isLoopbackHost } from '../http/loopback.ts';
import { Secret, secretInHeader } from '../messages/secret.ts';
import { type Head, type RequestLine, valuesOf } from './http-head.ts';
import type { Refusal } from './tap-refusal.ts';

/** The headers a client can present the token in. */
const credentialHeaders = ['x-api-key', 'authorization'] as const;

const refused = (message: string): Refusal => ({
  status: 403,
  reason: 'Forbidden',
  type: 'permission_error',
  message: `msg tap: ${message}`,
});

/**
 * Refuses who takes the tap for a forward proxy (HTTP_PROXY, HTTPS_PROXY): it would have to read what is encrypted, and
 * what is meant for another service of this machine is none of the endpoint's. @param port of the tap
 */
export function forwardProxyUse({ method, target }: RequestLine, port: number): Refusal | undefined {
  const [, named] = /^https?:\/\/([^/?]*)/i.exec(target) ?? [];
  const isOwn = named !== undefined && isLoopbackAuthority(named) && portOf(named) === port;
  const isForward = method === 'CONNECT' || (named !== undefined && !isOwn);
  return isForward
    ? refused(
        `this client uses the tap as a proxy for ${method === 'CONNECT' ? target : named}; the tap stands in front of one endpoint, as its base URL.`,
      )
    : undefined;
}

/**
 * Refuses what a web page can make a browser send. A name that leads to this machine without being its own is DNS
 * rebinding; a page elsewhere shows in Origin, or in Sec-Fetch-Site where a browser leaves Origin out.
 */
export function strangeOrigin(head: Head): Refusal | undefined {
  const hosts = valuesOf(head, 'host');
  const [host = ''] = hosts;
  // Programs that speak HTTP/1.0 may leave it out; browsers never do.
  const isNameless = hosts.length === 0 && head.start.endsWith(' HTTP/1.0');
  if (!isNameless && (hosts.length !== 1 || !isLoopbackAuthority(host)))
    return refused(
      'this request names another host than this machine, as a web page does that rebinds a name.',
    );
  for (const origin of valuesOf(head, 'origin'))
    if (origin.toLowerCase() !== `http://${host.toLowerCase()}`)
      return refused('this request comes from a web page, and pages may not use the tap.');
  const site = valuesOf(head, 'sec-fetch-site').find((value) => !/^(same-origin|none)$/i.test(value));
  return site === undefined
    ? undefined
    : refused('this request comes from a web page, and pages may not use the tap.');
}

const portOf = (authority: string): number => Number(new URL(`http://${authority}`).port || 80);

function isLoopbackAuthority(host: string): boolean {
  const url = `http://${host}`;
  return /^[\w.:[\]-]+$/.test(host) && URL.canParse(url) && isLoopbackHost(bareHost(new URL(url).hostname));
}

/** Refuses who does not present the token, which every client has that was started by the tap or told by its lines. */
export function strangeClient(head: Head, token: Secret): Refusal | undefined {
  const values = credentialHeaders.flatMap((name) => valuesOf(head, name));
  // As a Secret, whatever was presented instead is shown nowhere.
  if (values.flatMap(secretInHeader).some((value) => token.equals(new Secret(value)))) return undefined;
  return {
    status: 401,
    reason: 'Unauthorized',
    type: 'authentication_error',
    message:
      'msg tap: this client does not present the token of this tap as its key (x-api-key, or Authorization: Bearer). The lines that msg tap prints hold it.',
  };
}
