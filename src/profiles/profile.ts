// What a profile and a preset are, and where a value can come from. Types and the name rule only.
import type { AuthScheme } from '../messages/endpoint.ts';

/** Where a key is kept. A profile holds one of these, never the key itself. */
export type KeyReference =
  | { readonly kind: 'env'; readonly name: string }
  /** Run without a shell; its stdout is the key. */
  | { readonly kind: 'command'; readonly argv: readonly string[] }
  | { readonly kind: 'file'; readonly path: string }
  /** The operating system's keychain, under the profile's name. */
  | { readonly kind: 'keychain' }
  /** credentials.json (0600) beside the config file, under the profile's name. */
  | { readonly kind: 'stored' };

/** What the user configured under one name; anything absent comes from the preset or is not sent. */
export type Profile = {
  readonly preset?: string;
  readonly baseUrl?: string;
  /** An exact messages URL, used without normalisation. */
  readonly messagesUrl?: string;
  readonly auth?: AuthScheme;
  readonly key?: KeyReference;
  /** The origin the key was entered for; it is sent nowhere else. */
  readonly keyOrigin?: string;
  readonly model?: string;
  readonly system?: string;
  readonly maxTokens?: number;
  readonly version?: string;
  readonly betas?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly proxy?: string;
  readonly cacert?: string;
  readonly clientCert?: string;
  readonly clientKey?: string;
};

/** A documented fact, or null where no source says it. */
export type Known<T> = T | null;

/** A provider as its documents describe it. Data only; `null` means: not documented, not verified. */
export type Preset = {
  readonly id: string;
  readonly title: string;
  readonly docsUrl?: string;
  /** Convention A (without /v1). May hold placeholders such as `{host}`, asked for by `profiles add`. */
  readonly baseUrl: string;
  /** Other documented or reported roots: another region, another plan. */
  readonly otherBaseUrls?: readonly { readonly baseUrl: string; readonly note: string }[];
  readonly placeholders?: Readonly<Record<string, { readonly question: string; readonly example: string }>>;
  /** What msg uses unless the profile says otherwise. */
  readonly auth: AuthScheme;
  /** What the documents say is accepted. */
  readonly acceptedAuth: Known<readonly AuthScheme[]>;
  readonly needsVersion: Known<boolean>;
  /** Environment variables that by convention hold this provider's key. */
  readonly keyEnv: readonly string[];
  readonly keyPrefixes: readonly string[];
  readonly defaultModel?: string;
  readonly models: readonly { readonly id: string; readonly note?: string }[];
  readonly hasModelList: Known<boolean>;
  readonly hasCountTokens: Known<boolean>;
  readonly errors: readonly { readonly status: number; readonly type?: string; readonly meaning: string }[];
  readonly retry?: string;
  readonly rateLimitHeaders: readonly string[];
  /** What surprises people here, one sentence each. */
  readonly quirks: readonly string[];
  /** What has to run behind the endpoint, and is the first suspect when it accepts a request and no token comes. */
  readonly backendNote?: string;
  /** False: taken from third-party pages, not from the provider's own documents. */
  readonly isVerified: boolean;
};

/** Profile names: letters, digits, `.`, `_`, `-`, at most 64, not only dots. */
export function isProfileName(name: string): boolean {
  return /^[A-Za-z0-9._-]{1,64}$/.test(name) && !/^\.+$/.test(name);
}
