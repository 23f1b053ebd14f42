// What a probe is: one measurement, made at most once, whose result checks judge. And what probes work with.
import type { Clock, WatchStalls } from '../../http/clock.ts';
import type { Transport } from '../../http/wire.ts';
import type { Endpoint } from '../../messages/endpoint.ts';
import type { ReachOptions } from '../reach/reach.ts';
import type { KnownClient } from '../request/clients/known-client.ts';
import type { RequestFile } from '../request/request-file.ts';
import type { Observations, Observe, ProbeId, Setup } from './observations.ts';
import type { Report } from './report.ts';

/** A request of a client, and how it is to be examined. */
export type RequestTask = Pick<RequestFile, 'request' | 'kind' | 'answer' | 'hidden'> &
  Pick<KnownClient, 'byModel'> & {
    /** Whether it is sent with its own `max_tokens`. */
    readonly isFull: boolean;
    /** Requests that may be made in all. */
    readonly budget: number;
    readonly reducedPath: string;
  };

/** What a run may do beyond the default. */
export type DoctorOptions = {
  /** Spend no tokens. */
  readonly isFree: boolean;
  readonly hasTools: boolean;
  readonly isConformance: boolean;
  readonly isAuthMatrix: boolean;
  readonly hasSize: boolean;
  readonly isSoak: boolean;
  readonly isIdentity: boolean;
  /** How long a prompt is to be tried with --identity; null: none. */
  readonly contextTokens: number | null;
  /** A second address of the same service, to see behind a hop. */
  readonly via: string | null;
  /** A request of a client to make; the only thing that is then examined. */
  readonly request: RequestTask | null;
};

/** How far a probe is that makes many requests: so many are done, of so many at most. */
export type Share = { readonly done: number; readonly most: number };

/** Everything a run needs from outside. */
export type DoctorContext = {
  readonly setup: Setup;
  /** Where the key goes; null when the configured URL is no URL. */
  readonly endpoint: Endpoint | null;
  readonly model: string | null;
  readonly transport: Transport;
  /** What reach/reach needs to know besides host and port. */
  readonly route: Pick<ReachOptions, 'proxy' | 'authorities' | 'clientCert' | 'clientKey'>;
  readonly clock: Clock;
  readonly watchStalls: WatchStalls;
  /** From 0 to below 1: words that no server can know. */
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** How long each request may take, when the user said so; null: what its probe allows. */
  readonly timeoutMs: number | null;
  readonly options: DoctorOptions;
  readonly ledger: Ledger;
  /** Told how far a probe of many requests is, for who looks on. */
  readonly onStep: (words: string, share?: Share) => void;
  /** Told what holds a probe up: a wait nobody explains looks like a hang. */
  readonly onWait: (words: string) => void;
};

/** What keeps a probe from being made: in words, and the probe whose answer is to blame, if one is. */
export type Hindrance = { readonly reason: string; readonly by: ProbeId };

/** Whether a probe is made: true, or why not. */
export type Go = true | string | Hindrance;

export type Probe<P extends ProbeId = ProbeId> = {
  readonly id: P;
  /** Short name of the probe plan: K0, K1, M1, ... */
  readonly label: string;
  readonly title: string;
  readonly cost: 'none' | 'free' | 'paid';
  /** Looked at before `when` is asked. */
  readonly needs: readonly ProbeId[];
  /** True, or why it is not made: not asked for, no question, or an earlier answer made it pointless. */
  when(observe: Observe, context: DoctorContext): Go;
  /** Makes it; once a run, whoever needs it. */
  make(context: DoctorContext, observe: Observe): Promise<Observations[P]>;
};

/** For lists of probes of different results. */
export type AnyProbe = { [P in ProbeId]: Probe<P> }[ProbeId];

/** A table of probes as a list, in its order. `cost` and `needs` are those of a row that says nothing else. */
export const probesOf = (
  cost: Probe['cost'],
  needs: Probe['needs'],
  rows: { readonly [P in ProbeId]?: Omit<Probe<P>, 'id' | 'cost' | 'needs'> & Partial<Probe<P>> },
): readonly AnyProbe[] => Object.entries(rows).map(([id, row]) => ({ cost, needs, ...row, id }) as AnyProbe);

/** Every request of a run, and the tokens it cost as its answer told it. */
type Ledger = {
  add(usage: { readonly inputTokens: number; readonly outputTokens: number }): void;
  total(): Report['spend'];
};

/** An empty ledger for one run. */
export function openLedger(): Ledger {
  let total: Report['spend'] = { requests: 0, inputTokens: 0, outputTokens: 0 };
  return {
    add({ inputTokens, outputTokens }) {
      total = {
        requests: total.requests + 1,
        inputTokens: total.inputTokens + inputTokens,
        outputTokens: total.outputTokens + outputTokens,
      };
    },
    total: () => total,
  };
}
