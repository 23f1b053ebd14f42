// What can be configured, and where each value came from. Types and words; the choosing is resolve.ts.
import { type AuthScheme, hostOf } from '../messages/endpoint.ts';
import type { KeyReference, Preset } from './profile.ts';

export type Source =
  | { readonly from: 'flag'; readonly name: string }
  | { readonly from: 'env'; readonly name: string }
  | { readonly from: 'project'; readonly path: string }
  | { readonly from: 'profile'; readonly name: string }
  | { readonly from: 'preset'; readonly id: string }
  /** `msg profiles use`. */
  | { readonly from: 'current' }
  | { readonly from: 'default' };

export type Setting<T> = {
  readonly value: T;
  readonly source: Source;
  /** The values this one hides, highest first. */
  readonly shadows: readonly { readonly value: T; readonly source: Source }[];
};

/** Everything that can be configured. */
export type SettingValues = {
  baseUrl: string;
  messagesUrl: string;
  auth: AuthScheme;
  key: KeyReference;
  model: string;
  system: string;
  maxTokens: number;
  version: string;
  betas: readonly string[];
  headers: Readonly<Record<string, string>>;
  proxy: string;
  cacert: string;
  clientCert: string;
  clientKey: string;
};

export type Settings = { readonly [K in keyof SettingValues]?: Setting<SettingValues[K]> } & {
  /** The profile in use; `env` is the implicit one made of ANTHROPIC_*. */
  readonly profile?: Setting<string>;
  readonly preset?: Preset;
  /** Headers add up, so each has a source of its own. */
  readonly headerSources?: Readonly<Record<string, Source>>;
  /** A key that was found but not used, because it belongs to another origin. */
  readonly withheld?: {
    readonly key: KeyReference;
    readonly source: Source;
    readonly origin: string | undefined;
  };
  /** Lines for stderr. */
  readonly notes: readonly string[];
};

/** The flag, the variable and the field of each setting: one row a setting. */
export const settingNames: {
  readonly [K in keyof SettingValues]: { readonly flag: string; readonly env: string };
} = {
  baseUrl: { flag: '--base-url', env: 'MSG_BASE_URL' },
  messagesUrl: { flag: '--messages-url', env: 'MSG_MESSAGES_URL' },
  auth: { flag: '--auth', env: 'MSG_AUTH' },
  key: { flag: '--api-key-env', env: 'MSG_API_KEY' },
  model: { flag: '--model', env: 'MSG_MODEL' },
  system: { flag: '--system', env: 'MSG_SYSTEM' },
  maxTokens: { flag: '--max-tokens', env: 'MSG_MAX_TOKENS' },
  version: { flag: '--anthropic-version', env: 'MSG_ANTHROPIC_VERSION' },
  betas: { flag: '--beta', env: 'MSG_BETAS' },
  headers: { flag: '--header', env: 'MSG_HEADERS' },
  proxy: { flag: '--proxy', env: 'MSG_PROXY' },
  cacert: { flag: '--cacert', env: 'MSG_CACERT' },
  clientCert: { flag: '--client-cert', env: 'MSG_CLIENT_CERT' },
  clientKey: { flag: '--client-key', env: 'MSG_CLIENT_KEY' },
};

/** A source as people read it: `--model`, `ANTHROPIC_API_KEY`, `profile work`, `default`. */
export function describeSource(source: Source): string {
  switch (source.from) {
    case 'flag':
    case 'env':
      return source.name;
    case 'project':
      return source.path;
    case 'profile':
      return `profile ${source.name}`;
    case 'preset':
      return `preset ${source.id}`;
    case 'current':
      return 'msg profiles use';
    case 'default':
      return 'default';
  }
}

/** Where a withheld key belongs, for people. */
export const home = (origin: string | undefined): string =>
  origin === undefined || origin === 'anywhere' ? 'MSG_BASE_URL, which is not set' : hostOf(origin);

/** One place values come from. */
export type Layer = {
  readonly source: (field: keyof SettingValues) => Source;
  readonly values: Partial<SettingValues>;
  /** Where this layer's key and headers may go: an origin, anywhere (named on purpose), or nowhere. */
  readonly keyOrigin: string | 'anywhere' | undefined;
};
