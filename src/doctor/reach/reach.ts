// Getting to a host without HTTP: names, TCP of each family, a proxy's tunnel, the TLS handshake.
// Only measures; certificates are judged in reach/chain.
import { lookup, Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { after, type Clock } from '../../http/clock.ts';
import {
  alertAfterHandshake,
  failureOf,
  type ReachFailure,
  type TlsReach,
  type TlsReachOptions,
  tryTls,
} from './tls-reach.ts';
import { openTcp, type TunnelReach, tcpTimeoutMs, tryTunnel } from './tunnel.ts';

type NameReach = {
  readonly addresses: readonly { readonly address: string; readonly family: 4 | 6 }[];
  readonly ms: number;
  readonly failure: ReachFailure | null;
  /** Answers of the DNS server itself, asked only when the system's answer is odd. */
  readonly direct: readonly string[] | null;
  /** The host is an address already. */
  readonly isLiteral: boolean;
};

export type TcpReach = {
  readonly address: string;
  readonly family: 4 | 6;
  readonly ms: number;
  readonly failure: ReachFailure | null;
};

export type Reach = {
  readonly hostname: string;
  readonly port: number;
  readonly isTls: boolean;
  readonly name: NameReach;
  readonly tcp: readonly TcpReach[];
  readonly tunnel: TunnelReach | null;
  readonly tls: TlsReach | null;
};

export type ReachOptions = TlsReachOptions & {
  readonly hostname: string;
  readonly port: number;
  readonly isTls: boolean;
  /** A proxy to try as well, with its credentials; `isUsed`: TLS goes through it. */
  readonly proxy: { readonly url: string; readonly isUsed: boolean } | null;
};

/** Measures the way to a host: name, TCP of both families at once, tunnel, TLS with verification off. */
export async function reach(options: ReachOptions): Promise<Reach> {
  const hostname = options.hostname.replace(/^\[|\]$/g, '');
  const name = await resolveName(hostname, options);
  const targets = firstOfEachFamily(name.addresses);
  const [tcp, tunnel] = await Promise.all([
    Promise.all(targets.map((target) => tryTcp(target, options))),
    options.proxy === null ? null : tryTunnel(options.proxy.url, hostname, options),
  ]);
  const route = {
    hostname,
    port: options.port,
    isTls: options.isTls,
    name,
    tcp,
    tunnel: tunnel?.facts ?? null,
  };
  const direct = tcp.find(({ failure }) => failure === null);
  const socket =
    options.proxy?.isUsed === true
      ? tunnel?.socket
      : direct && (await openTcp(direct.address, options.port, tcpTimeoutMs).catch(() => undefined));
  if (socket !== tunnel?.socket) tunnel?.socket?.destroy();
  if (!options.isTls || socket === undefined) {
    socket?.destroy();
    return { ...route, tls: null };
  }
  return { ...route, tls: await tryTls(socket, hostname, options) };
}

/**
 * What the server says when it closes the connection right after the handshake (a missing client
 * certificate), or null. For a direct connection only.
 */
export async function alertOf(options: ReachOptions): Promise<ReachFailure | null> {
  const hostname = options.hostname.replace(/^\[|\]$/g, '');
  const tcp = await openTcp(hostname, options.port, tcpTimeoutMs).catch(() => undefined);
  return tcp === undefined ? null : alertAfterHandshake(tcp, hostname, options);
}

/**
 * The system's own patience with DNS is 10 s and more, and while it asks, no program ends: to give up earlier would
 * be to call slow what is slow "not there", and win nothing.
 */
const nameTimeoutMs = 20_000;

/** The addresses a DNS server itself gives; none when it does not answer. */
const askServer = (hostname: string): Promise<string[]> =>
  new Resolver({ timeout: 2000, tries: 1 }).resolve4(hostname).catch(() => []);

async function resolveName(hostname: string, { clock }: ReachOptions): Promise<NameReach> {
  const started = clock.now();
  const family = isIP(hostname);
  if (family !== 0) {
    return {
      addresses: [{ address: hostname, family: family as 4 | 6 }],
      ms: 0,
      failure: null,
      direct: null,
      isLiteral: true,
    };
  }
  try {
    const entries = await withTimeout(
      lookup(hostname, { all: true }),
      nameTimeoutMs,
      clock,
      'the name was not resolved',
    );
    const addresses = entries.map(({ address, family: of }) => ({ address, family: of as 4 | 6 }));
    const isOdd = addresses.some(({ address }) => /^(0\.0\.0\.0|::)$/.test(address));
    const direct = isOdd ? await askServer(hostname) : null;
    return { addresses, ms: clock.now() - started, failure: null, direct, isLiteral: false };
  } catch (thrown) {
    const direct = await askServer(hostname);
    return { addresses: [], ms: clock.now() - started, failure: failureOf(thrown), direct, isLiteral: false };
  }
}

const firstOfEachFamily = (addresses: NameReach['addresses']): NameReach['addresses'] =>
  ([6, 4] as const).flatMap((family) => addresses.filter((entry) => entry.family === family).slice(0, 1));

async function tryTcp(
  target: { readonly address: string; readonly family: 4 | 6 },
  { port, clock }: ReachOptions,
): Promise<TcpReach> {
  const started = clock.now();
  try {
    (await openTcp(target.address, port, tcpTimeoutMs)).destroy();
    return { ...target, ms: clock.now() - started, failure: null };
  } catch (thrown) {
    return { ...target, ms: clock.now() - started, failure: failureOf(thrown) };
  }
}

/** Lets go of a promise that cannot be cancelled (DNS) after a while. */
function withTimeout<T>(work: Promise<T>, timeoutMs: number, clock: Clock, message: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(Object.assign(new Error(message), { code: 'EAI_AGAIN' }));
    work.then(resolve, reject).finally(after(timeoutMs, clock, giveUp));
  });
}
