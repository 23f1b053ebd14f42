// What is known of a provider. Data only.
import type { AuthScheme } from '../../messages/endpoint.ts';

/** A documented fact, or null where no source says it. */
type Known<T> = T | null;

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
  /** That models are mapped, as the documents say: then another one that answers is expected. */
  readonly mappingNote?: string;
  /** False: taken from third-party pages, not from the provider's own documents. */
  readonly isVerified: boolean;
};

/** What is said of a provider whose documents say nothing. */
export const unknown = {
  acceptedAuth: null,
  needsVersion: null,
  hasModelList: null,
  hasCountTokens: null,
  errors: [],
  rateLimitHeaders: [],
  keyPrefixes: [],
  models: [],
  quirks: [],
  isVerified: false,
} as const;
