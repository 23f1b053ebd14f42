// What can be configured, one row a setting: its option, its MSG_* variable and its field follow from here, and so do
// the types, the check of config.json and docs/settings.md. And where each value came from; the choosing is resolve.ts.
import { defaultVersion, hostOf } from '../messages/endpoint.ts';
import type { Kind } from './kind.ts';
import type { Preset } from './presets/preset.ts';
import { aliasText } from './profile-kinds.ts';
import { type KeyReference, type KindValues, kinds } from './setting-kinds.ts';

type SettingRow = {
  [K in keyof KindValues]: {
    readonly kind: K;
    /**
     * Under which heading of `--help` the option stands; it is one of the commands that have this group. What is of
     * the group Profile is true of a profile only: it has neither option nor variable.
     */
    readonly group: 'Connection' | 'Network' | 'Generation' | 'Screen' | 'Chat' | 'Profile';
    /** The option as commander declares it, and what `--help` says of it. */
    readonly flag?: string;
    readonly help: string;
    /** How commands that msg prints write the option, where not by its long name. */
    readonly shortFlag?: string;
    readonly variable?: `MSG_${string}`;
    /** Its name in `msg profiles set` and `unset`; `header.NAME`: each of its parts has one. */
    readonly field: string;
    /** Its name in `msg profiles show`. */
    readonly label: string;
    readonly default?: KindValues[K];
  };
}[keyof KindValues];

/** In the order of `--help`, of `msg profiles show` and of config.json. */
export const settingRows = {
  baseUrl: {
    kind: 'url',
    group: 'Connection',
    flag: '--base-url <url>',
    help: 'endpoint, with or without /v1',
    variable: 'MSG_BASE_URL',
    field: 'base-url',
    label: 'base URL',
  },
  messagesUrl: {
    kind: 'url',
    group: 'Connection',
    flag: '--messages-url <url>',
    help: 'exact URL to send requests to, for routes without /v1; nothing is appended',
    variable: 'MSG_MESSAGES_URL',
    field: 'messages-url',
    label: 'exact URL',
  },
  auth: {
    kind: 'scheme',
    group: 'Connection',
    flag: '--auth <scheme>',
    help: 'header that carries the key',
    variable: 'MSG_AUTH',
    field: 'auth',
    label: 'auth',
    default: 'x-api-key',
  },
  // Its option names a variable; `keyFileFlag` is the other one.
  key: {
    kind: 'key',
    group: 'Connection',
    flag: '--api-key-env <name>',
    help: 'environment variable that holds the key',
    variable: 'MSG_API_KEY',
    field: 'key',
    label: 'key',
  },
  model: {
    kind: 'model',
    group: 'Connection',
    flag: '-m, --model <id>',
    help: 'model to use',
    shortFlag: '-m',
    variable: 'MSG_MODEL',
    field: 'model',
    label: 'model',
  },
  system: {
    kind: 'text',
    group: 'Generation',
    flag: '-s, --system <text>',
    help: 'system prompt; "" means none, whatever the profile says',
    variable: 'MSG_SYSTEM',
    field: 'system',
    label: 'system',
  },
  maxTokens: {
    kind: 'count',
    group: 'Generation',
    flag: '--max-tokens <n>',
    help: 'maximum length of the answer in tokens (default: 4096)',
    variable: 'MSG_MAX_TOKENS',
    field: 'max-tokens',
    label: 'max tokens',
    default: 4096,
  },
  cache: {
    kind: 'cache',
    group: 'Generation',
    flag: '--cache [time]',
    help: 'cache the prompt at the endpoint for 5m or 1h (without a time: 5m); off overrides the profile',
    variable: 'MSG_CACHE',
    field: 'cache',
    label: 'cache',
  },
  version: {
    kind: 'date',
    group: 'Connection',
    flag: '--anthropic-version <date>',
    help: `API version header (default: ${defaultVersion})`,
    variable: 'MSG_ANTHROPIC_VERSION',
    field: 'version',
    label: 'version',
    default: defaultVersion,
  },
  betas: {
    kind: 'names',
    group: 'Connection',
    flag: '--beta <name>',
    help: 'beta feature to request; repeatable, or comma-separated',
    variable: 'MSG_BETAS',
    field: 'betas',
    label: 'betas',
  },
  headers: {
    kind: 'headers',
    group: 'Connection',
    flag: '-H, --header <name: value>',
    help: 'additional request header; "name:" removes one; repeatable',
    shortFlag: '-H',
    variable: 'MSG_HEADERS',
    field: 'header.NAME',
    label: 'headers',
  },
  proxy: {
    kind: 'proxy',
    group: 'Network',
    flag: '-x, --proxy <url>',
    help: 'proxy (default: HTTPS_PROXY, HTTP_PROXY, NO_PROXY; none for localhost)',
    variable: 'MSG_PROXY',
    field: 'proxy',
    label: 'proxy',
  },
  cacert: {
    kind: 'file',
    group: 'Network',
    flag: '--cacert <file>',
    help: 'PEM file of a CA to trust in addition to those of the system',
    variable: 'MSG_CACERT',
    field: 'cacert',
    label: 'CA file',
  },
  clientCert: {
    kind: 'file',
    group: 'Network',
    flag: '--client-cert <file>',
    help: 'PEM file of a client certificate',
    variable: 'MSG_CLIENT_CERT',
    field: 'client-cert',
    label: 'client cert',
  },
  clientKey: {
    kind: 'file',
    group: 'Network',
    flag: '--client-key <file>',
    help: 'PEM file of its private key',
    variable: 'MSG_CLIENT_KEY',
    field: 'client-key',
    label: 'client key',
  },
  wrap: {
    kind: 'wrapping',
    group: 'Screen',
    flag: '--wrap <where>',
    help: 'break lines on a terminal between words; off leaves that to the terminal (default: words)',
    variable: 'MSG_WRAP',
    field: 'wrap',
    label: 'wrap',
  },
  notify: {
    kind: 'onOff',
    group: 'Chat',
    flag: '--notify [on|off]',
    help: 'bell or desktop notification when an answer took over 20 s and the window is not in front (default: off)',
    variable: 'MSG_NOTIFY',
    field: 'notify',
    label: 'notify',
  },
  aliases: {
    kind: 'aliases',
    group: 'Profile',
    help: 'short names for models, for -m, /model and MSG_MODEL: aliases.s=claude-sonnet-5-5',
    field: 'aliases.NAME',
    label: 'aliases',
  },
  price: {
    kind: 'prices',
    group: 'Profile',
    help: 'price per million tokens: price.input, .output, .cache-read, .cache-write, .cache-write-1h; price.currency (default: USD)',
    field: 'price.PART',
    label: 'price',
  },
  priceFactor: {
    kind: 'factor',
    group: 'Profile',
    help: "price as a multiple of Anthropic's list price, e.g. 0.3; used where no price is set",
    field: 'price-factor',
    label: 'price factor',
  },
} as const satisfies Record<string, SettingRow>;

type Rows = typeof settingRows;
export type SettingName = keyof Rows;

/** The second option of `key`. */
export const keyFileFlag = { flag: '--api-key-file <file>', help: 'file that holds the key' } as const;

/** In the order of the rows. */
export const settingNames = Object.keys(settingRows) as SettingName[];

/** The row of a setting that is known by name only. */
export const settingRow = (name: SettingName): SettingRow => settingRows[name];

/** How the values of a setting are read, checked and shown. */
export const kindOf = (name: SettingName): Kind => kinds[settingRows[name].kind] as Kind;

/** The settings whose options stand in these groups. */
export const settingsIn = (...groups: SettingRow['group'][]): SettingName[] =>
  settingNames.filter((name) => groups.includes(settingRows[name].group));

/** `--model` of `-m, --model <id>`. */
export const longFlag = (flag: string): string => /--[a-z-]+/.exec(flag)?.[0] ?? flag;

/** `--model` of the setting `model`; its field where it has no option. */
const longFlagOf = (name: SettingName): string => longFlag(settingRow(name).flag ?? settingRow(name).field);

/** The option that gives a setting this value, by its long name. */
export const flagOf = (name: SettingName, { key }: Partial<SettingValues>): string =>
  name === 'key' && key?.kind === 'file' ? longFlag(keyFileFlag.flag) : longFlagOf(name);

/** The same as commands that msg prints write it. */
export const printedFlag = (name: SettingName, values: Partial<SettingValues> = {}): string =>
  settingRow(name).shortFlag ?? flagOf(name, values);

/** The setting that `msg profiles set` knows by this name. */
export const settingOfField = (field: string): SettingName | undefined =>
  settingNames.find((name) => settingRows[name].field === field);

/** The property under which commander gives the value of a setting's option. */
export const optionName = (name: SettingName): string =>
  longFlagOf(name)
    .slice(2)
    .replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

/** Everything that can be configured. */
export type SettingValues = { [N in SettingName]: KindValues[Rows[N]['kind']] };

type CamelCase<S extends string> = S extends `${infer Word}-${infer Rest}`
  ? `${Word}${Capitalize<CamelCase<Rest>>}`
  : S;
type OptionName<Flag extends string> = Flag extends `${string}--${infer Long} ${string}`
  ? CamelCase<Long>
  : never;
/** What options give that are not the value itself: the name of a variable; one text for each time it was given. */
type OptionValues = Omit<KindValues, 'key' | 'names' | 'headers'> & {
  key: string;
  names: string[];
  headers: string[];
};

/** The options of a group, as commander gives them. */
export type SettingOptions<Group extends SettingRow['group']> = {
  -readonly [N in SettingName as Rows[N] extends {
    readonly group: Group;
    readonly flag: infer Flag extends string;
  }
    ? OptionName<Flag>
    : never]?: OptionValues[Rows[N]['kind']];
};

export type Source =
  | { readonly from: 'flag'; readonly name: string }
  | { readonly from: 'prompt'; readonly name: string }
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
  /** The short name a model was given by (`aliases` of the profile). */
  readonly alias?: string;
  /** The values this one hides, highest first. */
  readonly shadows: readonly { readonly value: T; readonly source: Source }[];
};

export type Settings = { readonly [N in SettingName]?: Setting<SettingValues[N]> } & {
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

/** A source as people read it: `--model`, `ANTHROPIC_API_KEY`, `profile work`, `default`. */
export function describeSource(source: Source): string {
  switch (source.from) {
    case 'flag':
    case 'env':
      return source.name;
    case 'prompt':
      return `prompt ${source.name}`;
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

/** The model in use as people read it: `s -> claude-sonnet-5-5` where it was given by a short name. */
export const modelText = ({ model }: Settings): string | undefined =>
  model && aliasText(model.alias, model.value);

/** Where a withheld key belongs, for people. */
export const home = (origin: string | undefined): string =>
  origin === undefined || origin === 'anywhere' ? 'MSG_BASE_URL, which is not set' : hostOf(origin);

/** What a prompt says of the answer it wants: it counts behind the command line, before everything else. */
export type PromptLayer = {
  readonly name: string;
  readonly values: Partial<SettingValues>;
};

/** One place values come from. */
export type Layer = {
  readonly source: (name: SettingName) => Source;
  readonly values: Partial<SettingValues>;
  /** Where this layer's key and headers may go: an origin, anywhere (named on purpose), or nowhere. */
  readonly keyOrigin: string | 'anywhere' | undefined;
  /** Where this layer itself leads: what it says of prices is true there only. */
  readonly ownOrigin?: string | undefined;
};
