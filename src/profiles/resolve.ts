// Which value counts, and where it came from: flag > MSG_* > project file > profile > preset > default.
// Pure. Also the rule that keeps keys at home: a key goes only to the origin it was configured with.
import { configError } from '../errors.ts';
import { type AuthScheme, authSchemes, defaultVersion, hostOf, originOf } from '../messages/endpoint.ts';
import type { ConfigView } from './config-document.ts';
import { nearestNames } from './nearest-names.ts';
import { findPreset, presets } from './presets.ts';
import type { KeyReference, Preset, Profile } from './profile.ts';

export type Source =
  | { readonly from: 'flag'; readonly name: string }
  | { readonly from: 'env'; readonly name: string }
  | { readonly from: 'project'; readonly path: string }
  | { readonly from: 'profile'; readonly name: string }
  | { readonly from: 'preset'; readonly id: string }
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
  /** A key that was found but not used, because it belongs to another origin. */
  readonly withheld?: {
    readonly key: KeyReference;
    readonly source: Source;
    readonly origin: string | undefined;
  };
  /** Lines for stderr. */
  readonly notes: readonly string[];
};

export type SettingsInput = {
  readonly flags: Partial<SettingValues> & { readonly profile?: string | undefined };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly config: ConfigView;
  /** The nearest `.msg.json`. */
  readonly project?:
    | { readonly path: string; readonly profile?: string; readonly model?: string }
    | undefined;
};

type Layer = {
  readonly source: (field: keyof SettingValues) => Source;
  readonly values: Partial<SettingValues>;
  /** Where this layer's key and headers may go: an origin, anywhere (named on purpose), or nowhere. */
  readonly keyOrigin: string | 'anywhere' | undefined;
};

/** The flag, the variable and the field of each setting: one row a setting. */
const settingNames: { readonly [K in keyof SettingValues]: { readonly flag: string; readonly env: string } } =
  {
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

const defaults: Partial<SettingValues> = { auth: 'x-api-key', maxTokens: 4096, version: defaultVersion };

/**
 * Every value with its source.
 * @throws MsgError `config` for an unknown profile or preset and for a malformed MSG_* or ANTHROPIC_* value.
 */
export function resolveSettings({ flags, env, config, project }: SettingsInput): Settings {
  const notes: string[] = [];
  const { profile: _name, ...flagValues } = flags;
  const flagLayer: Layer = {
    source: (field) => ({ from: 'flag', name: settingNames[field].flag }),
    values: flagValues,
    keyOrigin: 'anywhere',
  };
  const msgValues = valuesFromMsgEnv(env);
  const msgLayer: Layer = {
    source: (field) => ({ from: 'env', name: settingNames[field].env }),
    values: msgValues,
    keyOrigin: msgValues.baseUrl === undefined ? undefined : originOf(msgValues.baseUrl),
  };
  const projectLayer: Layer = {
    source: () => ({ from: 'project', path: project?.path ?? '' }),
    values: project?.model === undefined ? {} : { model: project.model },
    keyOrigin: undefined,
  };
  const selected = selectProfile(flags.profile, env, project, config);
  const anthropic = anthropicLayer(env, notes);
  const baseElsewhere = flagValues.baseUrl ?? msgValues.baseUrl;
  // Used as a whole: with another origin in charge, not even its model counts.
  const isEnvWhole = baseElsewhere === undefined || originOf(baseElsewhere) === anthropic?.keyOrigin;

  const layers: Layer[] = [flagLayer, msgLayer, projectLayer];
  let preset: Preset | undefined;
  let outsider: Layer | undefined;
  if (selected !== undefined && selected.value !== 'env') {
    const profile = config.profile(selected.value) ?? builtInProfile(selected, config);
    preset = profile.preset === undefined ? undefined : findPreset(profile.preset);
    layers.push(profileLayer(selected.value, profile, preset), ...(preset ? [presetLayer(preset)] : []));
    if (anthropic !== undefined && preset?.id !== 'demo') {
      notes.push(`Profile ${selected.value} is used; ANTHROPIC_* in the environment is ignored.`);
    }
  } else if (anthropic !== undefined) {
    if (isEnvWhole) layers.push(anthropic);
    else outsider = anthropic;
  } else if (selected?.value === 'env') {
    throw configError(
      'Profile env is made of ANTHROPIC_BASE_URL, ANTHROPIC_API_KEY and ANTHROPIC_AUTH_TOKEN, and none of them is set.',
      'Set ANTHROPIC_API_KEY, or choose another profile: msg profiles list',
    );
  }
  layers.push({ source: () => ({ from: 'default' }), values: defaults, keyOrigin: undefined });

  const baseUrl = pick(layers, 'baseUrl');
  const origin = baseUrl === undefined ? undefined : originOf(baseUrl.value);
  const isAtHome = (layer: Layer): boolean => layer.keyOrigin === 'anywhere' || layer.keyOrigin === origin;
  const key = pick(layers.filter(isAtHome), 'key');
  const stray = [...layers, ...(outsider ? [outsider] : [])].find(
    (layer) => layer.values.key !== undefined && !isAtHome(layer),
  );
  const picked = (field: keyof SettingValues): object => {
    const setting = pick(layers, field);
    return setting === undefined ? {} : { [field]: setting };
  };

  const settings = {
    ...Object.assign({}, ...(Object.keys(settingNames) as (keyof SettingValues)[]).map(picked)),
    ...mergedHeaders(layers.filter(isAtHome)),
    key,
  } as Settings;
  const withheld =
    stray?.values.key === undefined
      ? undefined
      : { key: stray.values.key, source: stray.source('key'), origin: stray.keyOrigin };
  if (withheld !== undefined && key !== undefined) {
    notes.push(
      `The key from ${describeSource(withheld.source)} is not used: it belongs to ${home(withheld.origin)}.`,
    );
  }
  return {
    ...settings,
    ...(selected === undefined
      ? anthropic !== undefined && isEnvWhole && baseElsewhere === undefined
        ? { profile: { value: 'env', source: { from: 'default' }, shadows: [] } }
        : {}
      : { profile: selected }),
    ...(preset === undefined ? {} : { preset }),
    ...(withheld === undefined ? {} : { withheld }),
    notes,
  };
}

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
    case 'default':
      return 'default';
  }
}

/** Where a withheld key belongs, for people. */
export const home = (origin: string | undefined): string =>
  origin === undefined || origin === 'anywhere' ? 'MSG_BASE_URL, which is not set' : hostOf(origin);

/** The profile that is asked for, by flag > MSG_PROFILE > project file > `msg profiles use`. */
function selectProfile(
  flag: string | undefined,
  env: SettingsInput['env'],
  project: SettingsInput['project'],
  config: ConfigView,
): Setting<string> | undefined {
  const fromEnv = env['MSG_PROFILE']?.trim();
  const candidates: { value: string | undefined; source: Source }[] = [
    { value: flag, source: { from: 'flag', name: '--profile' } },
    { value: fromEnv === '' ? undefined : fromEnv, source: { from: 'env', name: 'MSG_PROFILE' } },
    { value: project?.profile, source: { from: 'project', path: project?.path ?? '' } },
    { value: config.current, source: { from: 'default' } },
  ];
  const [first, ...shadows] = candidates.filter(
    (one): one is { value: string; source: Source } => one.value !== undefined,
  );
  return first && { ...first, shadows };
}

/** `demo` needs no entry; any other unknown name is an error that knows what was meant. */
function builtInProfile(selected: Setting<string>, config: ConfigView): Profile {
  const name = selected.value;
  if (name === 'demo') return { preset: 'demo' };
  const near = nearestNames(name, [...config.names, 'demo', 'env']);
  const meant = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
  const add = presets.some((preset) => preset.id === name)
    ? `msg profiles add ${name} --preset ${name}`
    : `msg profiles add ${name}`;
  const where =
    selected.source.from === 'default' ? 'the current profile' : `from ${describeSource(selected.source)}`;
  throw configError(
    `There is no profile ${JSON.stringify(name)} (${where}).${meant}`,
    `Next: msg profiles list, or ${add}`,
  );
}

function profileLayer(name: string, profile: Profile, preset: Preset | undefined): Layer {
  const { preset: _preset, keyOrigin, ...values } = profile;
  const baseUrl = profile.baseUrl ?? preset?.baseUrl;
  return {
    source: () => ({ from: 'profile', name }),
    values,
    keyOrigin: keyOrigin ?? (baseUrl === undefined ? undefined : originOf(baseUrl)),
  };
}

function presetLayer(preset: Preset): Layer {
  return {
    source: () => ({ from: 'preset', id: preset.id }),
    values: {
      baseUrl: preset.baseUrl,
      auth: preset.auth,
      ...(preset.defaultModel === undefined ? {} : { model: preset.defaultModel }),
    },
    keyOrigin: undefined,
  };
}

/** The implicit profile `env`; undefined when nothing of it is set. */
function anthropicLayer(env: SettingsInput['env'], notes: string[]): Layer | undefined {
  const read = (name: string): string | undefined => env[name]?.trim() || undefined;
  const apiKey = read('ANTHROPIC_API_KEY');
  const authToken = read('ANTHROPIC_AUTH_TOKEN');
  const baseUrl = read('ANTHROPIC_BASE_URL');
  if (apiKey === undefined && authToken === undefined && baseUrl === undefined) return undefined;
  if (apiKey !== undefined && authToken !== undefined) {
    notes.push('ANTHROPIC_API_KEY and ANTHROPIC_AUTH_TOKEN are both set; ANTHROPIC_API_KEY is used.');
  }
  const keyName = apiKey === undefined ? 'ANTHROPIC_AUTH_TOKEN' : 'ANTHROPIC_API_KEY';
  const hasKey = apiKey !== undefined || authToken !== undefined;
  const model = read('ANTHROPIC_MODEL');
  const betas = read('ANTHROPIC_BETAS');
  const headers = read('ANTHROPIC_CUSTOM_HEADERS');
  const names: Partial<Record<keyof SettingValues, string>> = {
    baseUrl: 'ANTHROPIC_BASE_URL',
    key: keyName,
    auth: keyName,
    model: 'ANTHROPIC_MODEL',
    betas: 'ANTHROPIC_BETAS',
    headers: 'ANTHROPIC_CUSTOM_HEADERS',
  };
  return {
    source: (field) =>
      field === 'baseUrl' && baseUrl === undefined
        ? { from: 'default' }
        : { from: 'env', name: names[field] ?? '' },
    values: {
      baseUrl: baseUrl ?? 'https://api.anthropic.com',
      ...(hasKey
        ? { key: { kind: 'env', name: keyName }, auth: apiKey === undefined ? 'bearer' : 'x-api-key' }
        : {}),
      ...(model === undefined ? {} : { model }),
      ...(betas === undefined ? {} : { betas: splitList(betas) }),
      ...(headers === undefined ? {} : { headers: parseHeaderLines(headers, 'ANTHROPIC_CUSTOM_HEADERS') }),
    },
    keyOrigin: originOf(baseUrl ?? 'https://api.anthropic.com'),
  };
}

function valuesFromMsgEnv(env: SettingsInput['env']): Partial<SettingValues> {
  const values: Record<string, unknown> = {};
  for (const [field, { env: name }] of Object.entries(settingNames)) {
    const text = env[name]?.trim();
    if (text) values[field] = msgReaders[field as keyof SettingValues]?.(text, name) ?? text;
  }
  return values as Partial<SettingValues>;
}

/** How the text of a variable becomes a value, where it is not the text itself. */
const msgReaders: { readonly [K in keyof SettingValues]?: (text: string, name: string) => SettingValues[K] } =
  {
    auth: (text, name) => {
      const scheme = authSchemes.find((known) => known === text);
      if (scheme === undefined)
        throw configError(`${name} is ${JSON.stringify(text)}; it can be ${authSchemes.join(', ')}.`);
      return scheme;
    },
    key: (_text, name) => ({ kind: 'env', name }),
    maxTokens: (text, name) => {
      const count = Number(text);
      if (!Number.isInteger(count) || count < 0)
        throw configError(`${name} is ${JSON.stringify(text)}, not a whole number.`);
      return count;
    },
    betas: splitList,
    headers: parseHeaderLines,
  };

function splitList(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** `Name: value` lines, as ANTHROPIC_CUSTOM_HEADERS and -H write them. Names in lower case. */
export function parseHeaderLines(text: string, source: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of text.split(/\r?\n/).filter((one) => one.trim() !== '')) {
    const match = /^\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*:\s*(.*?)\s*$/.exec(line);
    if (match === null)
      throw configError(`A header from ${source} is not written "Name: value".`, 'Example: X-Team: search');
    const [, name = '', value = ''] = match;
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) {
      throw configError(`The header ${name} from ${source} has a character that cannot be sent.`);
    }
    headers[name.toLowerCase()] = value;
  }
  return headers;
}

function pick<K extends keyof SettingValues>(
  layers: readonly Layer[],
  field: K,
): Setting<SettingValues[K]> | undefined {
  const found = layers.flatMap((layer) => {
    const value = layer.values[field];
    return value === undefined ? [] : [{ value: value as SettingValues[K], source: layer.source(field) }];
  });
  const [first, ...shadows] = found;
  return first && { ...first, shadows };
}

/** Headers add up, a higher layer's over a lower one's. They may hold secrets, so they stay home like keys. */
function mergedHeaders(layers: readonly Layer[]): { headers?: Setting<Record<string, string>> } {
  const setting = pick(layers, 'headers');
  if (setting === undefined) return {};
  const value = Object.assign({}, ...layers.map((layer) => layer.values.headers ?? {}).reverse());
  return { headers: { value, source: setting.source, shadows: [] } };
}
