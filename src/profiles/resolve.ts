// Which value counts, and where it came from: flag > prompt > MSG_* > project file > profile > preset > default.
// Pure. Also the rule that keeps keys at home: a key goes only to the origin it was configured with.
import { configError } from '../errors.ts';
import { originOf } from '../messages/endpoint.ts';
import { didYouMean } from '../text/nearest-names.ts';
import type { ConfigView } from './config-document.ts';
import { anthropicLayer, isAnthropicSet, valuesFromMsgEnv } from './environment.ts';
import type { Preset } from './presets/preset.ts';
import { filledBaseUrl, findPreset, fixedBaseUrl, presets, withFilledBaseUrl } from './presets.ts';
import { type Profile, refuseKeyAsName } from './profile.ts';
import { type ModelAliases, modelsOfAliases } from './profile-kinds.ts';
import {
  describeSource,
  flagOf,
  home,
  type Layer,
  type PromptLayer,
  type Setting,
  type SettingName,
  type Settings,
  type SettingValues,
  type Source,
  settingNames,
  settingRow,
} from './settings.ts';

export type SettingsInput = {
  readonly flags: Partial<SettingValues> & {
    readonly profile?: string | undefined;
    /** What named the profile; --profile if it is not said. */
    readonly profileFrom?: string | undefined;
  };
  readonly prompt?: PromptLayer | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly config: ConfigView;
  /** The nearest `.msg.json`. */
  readonly project?:
    | { readonly path: string; readonly profile?: string; readonly model?: string }
    | undefined;
};

const defaults: Partial<SettingValues> = Object.fromEntries(
  settingNames.flatMap((name) => {
    const value = settingRow(name).default;
    return value === undefined ? [] : [[name, value]];
  }),
);

const envProfile: Setting<string> = { value: 'env', source: { from: 'default' }, shadows: [] };

/**
 * Every value with its source.
 * @throws MsgError `config` for an unknown profile or preset and for a malformed MSG_* or ANTHROPIC_* value.
 */
export function resolveSettings({ flags, prompt, env, config, project }: SettingsInput): Settings {
  const notes: string[] = [];
  const { profile: _name, profileFrom: _from, ...flagValues } = flags;
  const msgValues = valuesFromMsgEnv(env);
  const selected = selectProfile(flags, env, project, config);
  const isEnvProfile = selected === undefined || selected.value === 'env';
  // Read only where it may count: a mistake in it must not stop who uses another profile.
  const anthropic = isEnvProfile ? anthropicLayer(env, notes) : undefined;
  const originElsewhere = targetOrigin(flagValues) ?? targetOrigin(msgValues);
  // Used as a whole: with another origin in charge, not even its model counts.
  const isEnvWhole = originElsewhere === undefined || originElsewhere === anthropic?.keyOrigin;

  const lower: Layer[] = [];
  let place = (values: Partial<SettingValues>): Partial<SettingValues> => values;
  let preset: Preset | undefined;
  let outsider: Layer | undefined;
  if (!isEnvProfile) {
    const profile = config.profile(selected.value) ?? builtInProfile(selected, config);
    preset = profile.preset === undefined ? undefined : findPreset(profile.preset);
    lower.push(profileLayer(selected.value, profile, preset), ...(preset ? [presetLayer(preset)] : []));
    const isNamed = selected.source.from === 'flag';
    place = (values) =>
      isNamed || isOf(profile, values) ? { ...values, ...filled(values, preset) } : values;
    if (isAnthropicSet(env) && preset?.id !== 'demo') {
      notes.push(`Profile ${selected.value} is used; ANTHROPIC_* in the environment is ignored.`);
    }
  } else if (anthropic !== undefined) {
    if (isEnvWhole) lower.push(anthropic);
    else outsider = anthropic;
  } else if (selected?.value === 'env') {
    throw configError(
      'Profile env is made of ANTHROPIC_BASE_URL, ANTHROPIC_API_KEY and ANTHROPIC_AUTH_TOKEN, and none of them is set.',
      'Set ANTHROPIC_API_KEY, or choose another profile: msg profiles list',
    );
  }
  lower.push({ source: () => ({ from: 'default' }), values: defaults, keyOrigin: undefined });
  const layers = oneAddress([
    flagLayer(place(flagValues)),
    ...(prompt === undefined ? [] : [promptLayer(prompt)]),
    msgLayer(place(msgValues)),
    projectLayer(project),
    ...lower,
  ]);

  const origin = targetOrigin({
    messagesUrl: pick(layers, 'messagesUrl')?.value,
    baseUrl: pick(layers, 'baseUrl')?.value,
  });
  const isAtHome = (layer: Layer): boolean => layer.keyOrigin === 'anywhere' || layer.keyOrigin === origin;
  const key = pick(layers.filter(isAtHome), 'key');
  // Whether at home or not, only the first key would have been the one: those behind it are missed by nobody.
  const first = [...layers, ...(outsider ? [outsider] : [])].find((layer) => layer.values.key !== undefined);
  const stray = first === undefined || isAtHome(first) ? undefined : first;
  // Somebody else's tokens have another price.
  const priced = layers.filter(({ ownOrigin }) => ownOrigin === undefined || ownOrigin === origin);
  const aliases = pick(layers, 'aliases');
  const picked = (name: SettingName): object => {
    const setting = pick(name === 'price' || name === 'priceFactor' ? priced : layers, name);
    return setting === undefined ? {} : { [name]: setting };
  };

  const settings = {
    ...Object.assign({}, ...settingNames.map(picked)),
    headers: undefined,
    model: withoutAlias(pick(layers, 'model'), aliases?.value, selected?.value),
    ...mergedHeaders(layers.filter(isAtHome)),
    key,
  } as Settings;
  // Nobody asked for a profile, and the variables of the environment are the whole of it.
  const isEnvByDefault = anthropic !== undefined && isEnvWhole && originElsewhere === undefined;
  const profile = selected ?? (isEnvByDefault ? envProfile : undefined);
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
    ...(profile === undefined ? {} : { profile }),
    ...(preset === undefined ? {} : { preset }),
    ...(withheld === undefined ? {} : { withheld }),
    notes,
  };
}

/** The profile that is asked for, by flag > MSG_PROFILE > project file > `msg profiles use`. */
function selectProfile(
  { profile: flag, profileFrom = '--profile' }: SettingsInput['flags'],
  env: SettingsInput['env'],
  project: SettingsInput['project'],
  config: ConfigView,
): Setting<string> | undefined {
  const fromEnv = env['MSG_PROFILE']?.trim();
  const candidates: { value: string | undefined; source: Source }[] = [
    { value: flag, source: { from: 'flag', name: profileFrom } },
    { value: fromEnv === '' ? undefined : fromEnv, source: { from: 'env', name: 'MSG_PROFILE' } },
    { value: project?.profile, source: { from: 'project', path: project?.path ?? '' } },
    { value: config.current, source: { from: 'current' } },
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
  refuseKeyAsName(name, describeSource(selected.source));
  const meant = didYouMean(name, [...config.names, 'demo', 'env']);
  const add = presets.some((preset) => preset.id === name)
    ? `msg profiles add ${name} --preset ${name}`
    : `msg profiles add ${name}`;
  const isCurrent = selected.source.from === 'current';
  const where = isCurrent ? 'the current profile' : `from ${describeSource(selected.source)}`;
  throw configError(
    `There is no profile ${JSON.stringify(name)} (${where}).${meant}`,
    `Next: msg profiles ${isCurrent && config.names.length > 0 ? 'use NAME' : 'list'}, or ${add}`,
    isCurrent ? { path: config.path } : {},
  );
}

function flagLayer(values: Partial<SettingValues>): Layer {
  return {
    source: (name) => ({ from: 'flag', name: flagOf(name, values) }),
    values,
    keyOrigin: 'anywhere',
  };
}

function promptLayer({ name, values }: PromptLayer): Layer {
  return { source: () => ({ from: 'prompt', name }), values, keyOrigin: undefined };
}

function msgLayer(values: Partial<SettingValues>): Layer {
  return {
    source: (name) => ({ from: 'env', name: settingRow(name).variable ?? '' }),
    values,
    keyOrigin: targetOrigin(values),
  };
}

function projectLayer(project: SettingsInput['project']): Layer {
  return {
    source: () => ({ from: 'project', path: project?.path ?? '' }),
    values: project?.model === undefined ? {} : { model: project.model },
    keyOrigin: undefined,
  };
}

/** Whether values that were given beside a profile point to where the profile does. */
const isOf = (profile: Profile, { baseUrl }: Partial<SettingValues>): boolean =>
  baseUrl !== undefined && profile.baseUrl !== undefined && originOf(baseUrl) === originOf(profile.baseUrl);

/** A bare origin that was given for a profile, with the path its preset knows. */
const filled = ({ baseUrl }: Partial<SettingValues>, preset: Preset | undefined): Partial<SettingValues> =>
  baseUrl === undefined ? {} : { baseUrl: filledBaseUrl(preset, baseUrl) };

function profileLayer(name: string, profile: Profile, preset: Preset | undefined): Layer {
  const { preset: _preset, keyOrigin, ...values } = withFilledBaseUrl(profile);
  const ownOrigin = targetOrigin({ ...profile, baseUrl: profile.baseUrl ?? fixedBaseUrl(preset) });
  return {
    source: () => ({ from: 'profile', name }),
    values,
    keyOrigin: keyOrigin ?? ownOrigin,
    ownOrigin,
  };
}

function presetLayer(preset: Preset): Layer {
  const baseUrl = fixedBaseUrl(preset);
  return {
    source: () => ({ from: 'preset', id: preset.id }),
    values: {
      ...(baseUrl === undefined ? {} : { baseUrl }),
      auth: preset.auth,
      ...(preset.defaultModel === undefined ? {} : { model: preset.defaultModel }),
    },
    keyOrigin: undefined,
  };
}

/** A base URL of one layer stands over the exact URLs of the layers below it: together they are one address. */
function oneAddress(layers: readonly Layer[]): Layer[] {
  const first = layers.findIndex(({ values }) => targetOrigin(values) !== undefined);
  return layers.map((layer, index) => {
    if (first < 0 || index <= first) return layer;
    const { messagesUrl: _hidden, ...values } = layer.values;
    return { ...layer, values };
  });
}

function pick<N extends SettingName>(
  layers: readonly Layer[],
  name: N,
): Setting<SettingValues[N]> | undefined {
  const [first, ...shadows] = layers.flatMap((layer) => {
    const value = layer.values[name];
    return value === undefined ? [] : [{ value: value as SettingValues[N], source: layer.source(name) }];
  });
  return first && { ...first, shadows };
}

/** The model itself in the place of its short name. All of the profile's are looked at: a circle is told at once. */
function withoutAlias(
  model: Setting<string> | undefined,
  aliases: ModelAliases | undefined,
  profile = '',
): Setting<string> | undefined {
  if (aliases === undefined) return model;
  const meant = modelsOfAliases(aliases, profile).get(model?.value ?? '');
  return model === undefined || meant === undefined ? model : { ...model, value: meant, alias: model.value };
}

/** Headers add up, a higher layer's over a lower one's. They may hold secrets, so they stay home like keys. */
function mergedHeaders(layers: readonly Layer[]): Pick<Settings, 'headers' | 'headerSources'> {
  const setting = pick(layers, 'headers');
  if (setting === undefined) return {};
  const value: Record<string, string> = {};
  const headerSources: Record<string, Source> = {};
  for (const layer of layers.toReversed()) {
    for (const [name, text] of Object.entries(layer.values.headers ?? {})) {
      // A hand-written X-Api-Key is the same header as x-api-key: two of them would both be sent.
      value[name.toLowerCase()] = text;
      headerSources[name.toLowerCase()] = layer.source('headers');
    }
  }
  return { headers: { value, source: setting.source, shadows: [] }, headerSources };
}

/** Where the requests of these values go: an exact messages URL counts before the base URL. */
function targetOrigin({
  messagesUrl,
  baseUrl,
}: {
  readonly messagesUrl?: string | undefined;
  readonly baseUrl?: string | undefined;
}): string | undefined {
  const target = messagesUrl ?? baseUrl;
  return target === undefined ? undefined : originOf(target);
}
