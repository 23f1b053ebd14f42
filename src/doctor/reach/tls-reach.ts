// The TLS part of getting to a host: a handshake that describes bad certificates instead of refusing them.

import { isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Clock } from '../../http/clock.ts';
import { codeOf } from '../../http/failures.ts';
import { messageOf } from '../../text/thrown.ts';
import { type Certificate, type ChainVerdict, chainOf, judgeChain } from './chain.ts';

export type ReachFailure = { readonly code: string | null; readonly message: string };

export type TlsReachOptions = {
  /** PEM texts to trust instead of the built-in roots; none: the built-in ones. */
  readonly authorities: readonly string[];
  /** The client's own certificate and key, PEM. */
  readonly clientCert?: string | undefined;
  readonly clientKey?: string | undefined;
  readonly timeoutMs: number;
  /** Monotonic milliseconds. */
  readonly clock: Clock;
};

export type TlsReach = {
  readonly ms: number;
  readonly failure: ReachFailure | null;
  readonly protocol: string | null;
  readonly alpn: string | null;
  readonly chain: readonly Certificate[];
  readonly verdict: ChainVerdict | null;
};

/** The name for SNI: TLS sends no addresses there. */
export const sni = (hostname: string): { servername?: string } =>
  isIP(hostname) === 0 ? { servername: hostname } : {};
/** The roots to trust (PEM); none given means those of Node. */
export const trust = (authorities: readonly string[]): { ca?: string[] } =>
  authorities.length === 0 ? {} : { ca: [...authorities] };

/** A handshake that accepts every certificate, so that a bad one can be described; no HTTP is sent. */
export function tryTls(tcp: Socket, hostname: string, options: TlsReachOptions): Promise<TlsReach> {
  const started = options.clock.now();
  const facts = { protocol: null, alpn: null, chain: [], verdict: null };
  return new Promise((resolve) => {
    const socket = connectTls({
      socket: tcp,
      rejectUnauthorized: false,
      ALPNProtocols: ['h2', 'http/1.1'],
      ...sni(hostname),
      ...trust(options.authorities),
      ...(options.clientCert === undefined ? {} : { cert: options.clientCert }),
      ...(options.clientKey === undefined ? {} : { key: options.clientKey }),
    });
    const failed = (failure: ReachFailure): void => {
      socket.destroy();
      resolve({ ms: options.clock.now() - started, failure, ...facts });
    };
    socket.once('error', (error) => failed(failureOf(error)));
    socket.once('close', () => failed({ code: 'ECONNRESET', message: 'closed during the TLS handshake' }));
    socket.setTimeout(options.timeoutMs, () =>
      failed({ code: 'ETIMEDOUT', message: 'the TLS handshake was not answered' }),
    );
    socket.once('secureConnect', () => {
      const ms = options.clock.now() - started;
      const chain = chainOf(socket.getPeerCertificate(true));
      const code = socket.authorized ? null : String(socket.authorizationError);
      const verdict = judgeChain(chain, hostname, options.clock.wallTime(), code);
      const alpn = socket.alpnProtocol === false ? null : socket.alpnProtocol;
      resolve({ ms, failure: null, protocol: socket.getProtocol(), alpn: alpn ?? null, chain, verdict });
      socket.destroy();
    });
  });
}

/** How long an alert may take that a server sends after the handshake. */
const alertTimeoutMs = 2000;

/**
 * What a server says that closes the connection right after the handshake. In TLS 1.3 a missing client
 * certificate is refused only then, and HTTP clients report nothing but the closed connection.
 */
export function alertAfterHandshake(
  tcp: Socket,
  hostname: string,
  options: TlsReachOptions,
): Promise<ReachFailure | null> {
  return new Promise((resolve) => {
    const socket = connectTls({
      socket: tcp,
      rejectUnauthorized: false,
      ...sni(hostname),
      ...trust(options.authorities),
    });
    const settle = (failure: ReachFailure | null): void => {
      socket.destroy();
      resolve(failure);
    };
    socket.once('error', (error) => settle(failureOf(error)));
    socket.once('close', () => settle(null));
    socket.setTimeout(alertTimeoutMs, () => settle(null));
    // The alert comes with the first read.
    socket.once('secureConnect', () => socket.resume());
  });
}

/** Code and words of whatever ended an attempt. */
export const failureOf = (thrown: unknown): ReachFailure => ({
  code: codeOf(thrown) ?? null,
  message: messageOf(thrown),
});
