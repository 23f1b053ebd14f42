// Where a request goes, and what stands in the way of its answer. Types.
import type { OpenSocket } from '../http/socket.ts';

/** Where a request goes. */
export type Route = {
  /** Any URL of the server: its origin counts. */
  readonly url: URL;
  /** Path and query, as they are written. */
  readonly target: string;
  /** The target as the client wrote it. */
  readonly clientTarget: string;
  /** Requests with equal names of ways can share a connection. */
  readonly way: string;
  /** The request names the whole URL, as a proxy for plain http wants it. */
  readonly isAbsolute: boolean;
  /** What is written in the place of fields of the client, null for none, by lower-case name. */
  readonly fields: ReadonlyMap<string, string | null>;
  readonly open: () => Promise<OpenSocket>;
  /** The fault that is put in, for the record. */
  readonly fault: string | null;
  /** Changes the pace of the answer, or holds it back; null: it passes as it comes. */
  readonly valve: Valve | null;
};

/** Where a valve stands: what it passes on, whom it can make wait, and the method of the request that is answered. */
export type ValvePlace = {
  readonly pass: (bytes: Buffer) => void;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly method: () => string;
};

/** Gets what each read of the server brought, and passes it on when it pleases; at the end what is left, then calls back. */
export type Valve = (place: ValvePlace) => { push(bytes: Buffer): void; end(finish: () => void): void };
