// What a failure is about, as a type: the tables of codes and of words hold these.

import type { JsonObject } from '../text/json.ts';
import type { Endpoint } from './endpoint.ts';
import type { Envelope } from './types.ts';

/** What the failure of a request is told about. */
export type RequestFacts = {
  readonly endpoint: Endpoint;
  readonly model: string | undefined;
  readonly wallTimeMs: number;
  /** What was sent; absent for requests without a body. */
  readonly body?: JsonObject;
};

/** The classes of what a server reports; the exit code follows them. */
export type ApiErrorKind = 'auth' | 'request' | 'limit' | 'server';

/** A failure that is known by more than its status. What is absent follows from the status. */
export type Cause = {
  readonly kind?: ApiErrorKind;
  /** Whether the same request can succeed later. */
  readonly isRetryable?: boolean;
  /** A quota or the credit is used up: a minute later it still is. */
  readonly isSpent?: true;
  /** Completes "429 from host: ...". */
  readonly says: string | ((facts: RequestFacts) => string);
  /** What to do: whole sentences. `body` is all of what the server answered. */
  readonly advice?: string | ((facts: RequestFacts, body: string) => string);
  /** The advice is a command already: none that examines the target follows it. */
  readonly isComplete?: true;
};

/** A cause that is known by the words of an error. `status` is the one that counts, see `statusOf`. */
export type Sign = Cause & {
  readonly test: (error: Envelope, status: number, facts: RequestFacts) => boolean;
};
