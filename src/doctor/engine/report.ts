// The report of a doctor run: the shape every output format renders. JSON output is this, verbatim.

export type Status = 'pass' | 'info' | 'warn' | 'fail' | 'unknown' | 'skip' | 'crashed';
/** Surest first. */
export const confidences = ['certain', 'likely', 'possible'] as const;
export type Confidence = (typeof confidences)[number];
export type Owner = 'you' | 'network' | 'proxy' | 'gateway' | 'provider';
/** Best first. */
export const verdicts = ['healthy', 'degraded', 'broken', 'undetermined'] as const;
/** `degraded`: every answer comes, but something costs whoever uses it time, money, text or safety. */
export type Verdict = (typeof verdicts)[number];

/** Configuration to paste, hop by hop. */
export type Snippets = readonly { readonly server: string; readonly text: string }[];

/** What to do: one sentence, commands to copy, configuration to paste. */
export type Remedy = {
  readonly text: string;
  /** These run as they are printed. */
  readonly commands: readonly string[];
  /** These wait for what only the user knows, in its place in capitals (MODEL, https://HOST). */
  readonly examples: readonly string[];
  readonly snippets: Snippets;
};

export type CheckResult = {
  readonly id: string;
  readonly group: string;
  /** What is true when the check passes. */
  readonly title: string;
  readonly status: Status;
  readonly confidence: Confidence;
  readonly summary: string;
  /** Lines from the wire, redacted. */
  readonly evidence: readonly string[];
  readonly remedy: Remedy | null;
  readonly owner: Owner | null;
  /** Set on a `warn` that costs something: the target is `degraded` by it. */
  readonly degrades?: true;
  /** Set on `skip`: the check whose failure makes this one pointless. */
  readonly blockedBy?: string;
};

export type RootCause = {
  readonly id: string;
  readonly confidence: Confidence;
  readonly owner: Owner;
  readonly summary: string;
  readonly evidence: readonly string[];
  readonly remedy: Remedy;
};

export type StreamVerdict =
  | 'live'
  | 'buffered'
  | 'block'
  | 'timed-flush'
  | 'coalesced'
  | 'held-by-app'
  | 'offline'
  | 'unknown';

export type StreamReport = {
  readonly verdict: StreamVerdict;
  /** E: effective number of arrival instants. */
  readonly effectiveArrivals: number;
  /** m: deltas an instant. */
  readonly deltasPerArrival: number;
  readonly flushPeriodMs: number | null;
  /** Lambda: 0 live, 1 everything at the end. */
  readonly holdIndex: number;
  /** What buffering adds to each token, on average. */
  readonly addedDelayMs: number;
  readonly blockBytes?: number;
  readonly hop?: string;
  readonly hopConfidence?: Confidence;
  /** Arrival of each content delta, milliseconds after the request was sent. For sparkline and chart. */
  readonly arrivals: readonly number[];
};

/** What --identity found out. */
export type IdentityReport = {
  /** `altered`: a proof fails objectively; `translated`: another API or model is behind it, openly. Never a guess. */
  readonly verdict: 'native' | 'altered' | 'translated' | 'cannot tell';
  /** Why, as a sentence. */
  readonly because: string;
  /** What the verdict does not say, as a sentence. */
  readonly limit: string;
  /** How many independent proofs fail; those of one subject count as one. */
  readonly failedProofs: number;
  /** `certain`: two fail, and one of them by what came alone, which no model writes; never for `native`. */
  readonly confidence: Confidence;
  readonly modelAsked: string;
  /** As the answer names it; null when it names none. */
  readonly modelServed: string | null;
  /** Both in a sentence, with what the provider documents. */
  readonly mapping: string;
  /** Ids and headers of known backends. Facts, no proofs: they can be copied. */
  readonly facts: readonly string[];
  readonly proofs: readonly {
    readonly id: string;
    /** What is true when it holds. */
    readonly title: string;
    /** `absent`: there is no such thing here, and nothing says that there should be; `open`: it could not be told. */
    readonly result: 'kept' | 'failed' | 'absent' | 'open';
    readonly summary: string;
    /** What it does not prove. */
    readonly limit: string;
  }[];
};

export type Report = {
  readonly schemaVersion: 1;
  readonly target: {
    readonly profile: string | null;
    readonly baseUrl: string;
    readonly messagesUrl: string;
    readonly auth: string;
    readonly model: string | null;
    /** The short name it was given by. */
    readonly modelAlias?: string;
  };
  readonly verdict: Verdict;
  readonly rootCause: RootCause | null;
  readonly checks: readonly CheckResult[];
  readonly stream: StreamReport | null;
  readonly correctedBaseUrl: { readonly sdk: string; readonly vercel: string } | null;
  /**
   * Milliseconds. dns, tcp and tls are how long each took; sent, headers, message_start, first_delta, last_delta,
   * stop and eof are counted from when the streamed request was handed over. What was not seen is absent.
   */
  readonly timings: Readonly<Record<string, number>>;
  /** Hops between here and the model, outermost first, with the header that gave each away. */
  readonly hops: readonly {
    readonly name: string;
    readonly evidence: string;
    readonly confidence: Confidence;
  }[];
  readonly spend: { readonly requests: number; readonly inputTokens: number; readonly outputTokens: number };
  readonly conformance: {
    readonly score: number;
    readonly items: readonly {
      readonly id: string;
      readonly weight: number;
      readonly points: number | null;
      readonly note: string;
    }[];
  } | null;
  /** Only with --identity, and where it could be asked. */
  readonly identity?: IdentityReport;
};
