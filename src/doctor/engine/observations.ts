// What the probes saw: the only thing checks may judge. Facts, no opinions; every text is already redacted.
import type { Draws } from '../identity/draws.ts';
import type { Reach } from '../reach/reach.ts';
import type { Reading } from '../reading/classify.ts';
import type { RequestFindings } from '../request/examination.ts';
import type { StreamFacts } from '../streams/stream-facts.ts';
import type { KeyFacts } from './key-facts.ts';
import type { UrlFacts } from './url-facts.ts';

/** Which credential a request carried. Only `own` and `other-scheme` are the user's key. */
export type Credential = 'none' | 'own' | 'other-scheme' | 'bogus' | 'own-and-bogus' | 'bogus-and-own';

/** What was asked, without the key. */
export type Asked = {
  readonly method: string;
  readonly url: string;
  readonly credential: Credential;
  /** Name of the header the key travelled in, or null. */
  readonly keyHeader: string | null;
  readonly hasModel: boolean;
  readonly isStream: boolean;
  readonly bodyBytes: number;
};

/** Milliseconds since the request was handed over. */
export type Times = {
  readonly sent?: number;
  readonly headers?: number;
  readonly firstByte?: number;
  readonly end: number;
};

/** Why no (whole) answer came. */
export type Failure = { readonly code: string | null; readonly message: string };

export type Answered = {
  readonly outcome: 'answered';
  readonly asked: Asked;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The first 256 KiB of the body as text. */
  readonly body: string;
  /** The body begins with the gzip magic although no encoding was declared. */
  readonly isUndeclaredGzip: boolean;
  /** content-encoding announces compression, but the bytes came uncompressed. */
  readonly isFalselyEncoded: boolean;
  /** The body or a header held a key, or a piece of one; it is hidden in both. */
  readonly quotesKey: boolean;
  readonly bodyBytes: number;
  readonly times: Times;
  /** Wall clock (epoch milliseconds) when the headers came. */
  readonly wallTimeMs: number;
  /** How the body broke off; null when it ended properly. */
  readonly breakage: Failure | null;
  /** How often it was sent again: after a transient failure, or because a kept-alive connection was closed. */
  readonly retries: number;
  /** What the first try came to, when a free request was asked again. */
  readonly retriedAfter?: Reading;
  readonly reading: Reading;
};

export type Unanswered = {
  readonly outcome: 'failed';
  readonly asked: Asked;
  readonly failure: Failure;
  readonly times: Times;
  readonly retries: number;
  readonly retriedAfter?: Reading;
  readonly reading: Reading;
};

export type Exchange = Answered | Unanswered;

/** A streamed exchange; `stream` is null when no answer or no event stream came. */
export type Streamed = { readonly exchange: Exchange; readonly stream: StreamFacts | null };

export type CredentialFact = {
  readonly name: string;
  /** Masked. */
  readonly shown: string;
  readonly isUsed: boolean;
};

/** The same variable in another place, with another value. */
export type Shadow = { readonly name: string; readonly where: string; readonly shown: string };

export type ProxyFacts = {
  /** Without credentials. */
  readonly url: string;
  readonly source: string;
  /** Whether msg sends its requests through it. */
  readonly isUsed: boolean;
  readonly hasCredentials: boolean;
};

export type AuthorityFile = {
  readonly path: string;
  readonly source: string;
  readonly state: 'ok' | 'missing' | 'not-pem';
  readonly certificates: number;
};

/** Everything known before the first packet. */
export type Setup = {
  readonly profile: string | null;
  /** `msg doctor` with this target. */
  readonly command: string;
  /** The options that were given with it, one shell word or two each: `-m MODEL`. */
  readonly flags: readonly string[];
  readonly url: UrlFacts;
  readonly auth: string;
  readonly acceptedAuth: readonly string[] | null;
  /** What the preset knows of what has to run behind such an endpoint. */
  readonly backendNote: string | null;
  /** What the provider documents of models that it maps. */
  readonly mappingNote: string | null;
  readonly key: KeyFacts | null;
  readonly keySource: string | null;
  /** The variable that is to hold the key, set or not; null when the key is kept elsewhere. */
  readonly keyVariable: string | null;
  /** A key that was found and not used, because it belongs to another host (`home`). */
  readonly withheld: { readonly source: string; readonly isVariable: boolean; readonly home: string } | null;
  readonly model: string | null;
  /** The short name it was given by. */
  readonly modelAlias?: string;
  /** What outranks the profile on this run, by field: the flag, variable or project file it comes from. */
  readonly overrides: Readonly<Record<string, string>>;
  readonly version: string;
  readonly betas: readonly string[];
  /** Anthropic credentials set in the environment. */
  readonly credentials: readonly CredentialFact[];
  readonly shadows: readonly Shadow[];
  readonly proxy: ProxyFacts | null;
  readonly authorities: readonly AuthorityFile[];
  readonly isTlsCheckOff: boolean;
  readonly nodeVersion: string;
  /** When the doctor looked, in milliseconds since 1970. */
  readonly wallTimeMs: number;
  readonly isContainer: boolean;
  readonly isWsl: boolean;
};

/** One keyless try of another base URL. */
export type Candidate = {
  readonly baseUrl: string;
  readonly messagesUrl: string;
  readonly kind: 'messages' | 'chat-completions';
  readonly exchange: Exchange;
  /** 0 = certainly not it, 100 = a Messages endpoint refused the missing key. */
  readonly score: number;
};

/** A request of a client, made at this target. */
export type RequestSeen = {
  /** The first try, or the one that was refused. */
  readonly exchange: Exchange;
  /** What the file was, e.g. "a recording"; or the name of a built-in client. */
  readonly kind: string;
  /** What was not sent as the client has it, in words. */
  readonly changes: readonly string[];
  readonly model: string | null;
  readonly isStream: boolean;
  /** Why the answer tells nothing about the request; null where it does. */
  readonly unclear: string | null;
  /** What is refused; null when nothing is, or nothing can be told. */
  readonly findings: RequestFindings | null;
};

/** The requests of --identity, by name; `steps` in doctor/identity says what each asks. */
export type StepName =
  | 'plain'
  | 'countPlain'
  | 'countChinese'
  | 'countCode'
  | 'chinese'
  | 'code'
  | 'thinking'
  | 'thinkingOtherForm'
  | 'signatureKept'
  | 'signatureChanged'
  | 'signatureForeign'
  | 'redactedChanged'
  | 'cacheWritten'
  | 'cacheRead'
  | 'cacheChanged'
  | 'cacheChangedNoSchema'
  | 'cacheChangedNoFiles'
  | 'cacheChangedAgain'
  | 'context';

export type IdentityStep = { readonly name: StepName; readonly exchange: Exchange };

/** What --identity asked for, and the answers in their order. */
export type IdentityRun = {
  /** As it was asked for. */
  readonly model: string;
  readonly words: Draws;
  readonly steps: readonly IdentityStep[];
};

/** Names of the probes, each with what it observes. */
export type Observations = {
  setup: Setup;
  network: Reach;
  keyless: Exchange;
  keylessModel: Exchange;
  sibling: Exchange;
  queryBeta: Exchange;
  plainAgent: Exchange;
  candidates: readonly Candidate[];
  keyed: Exchange;
  otherScheme: Exchange;
  bogusKey: Exchange;
  bogusCount: Exchange;
  goodThenBad: Exchange;
  badThenGood: Exchange;
  noVersion: Exchange;
  oddVersion: Exchange;
  betaCount: Exchange;
  noMaxTokens: Exchange;
  models: Exchange;
  count: Exchange;
  message: Exchange;
  messageAgain: Exchange;
  parameters: Exchange;
  stream: Streamed;
  streamAgain: Streamed;
  identityStream: Streamed;
  longStream: Streamed;
  vantage: Streamed;
  utf8Stream: Streamed;
  abort: Exchange;
  idleReuse: Exchange;
  sizes: readonly { readonly bytes: number; readonly exchange: Exchange }[];
  toolCall: Streamed;
  toolResult: Exchange;
  request: RequestSeen;
  identity: IdentityRun;
};

export type ProbeId = keyof Observations;

/** How checks see the run: what a probe saw, or undefined when it was not made. Nothing is measured by asking. */
export type Observe = <P extends ProbeId>(probe: P) => Observations[P] | undefined;
