// Profiles, presets and their tests as text for people. Never a key: only where it is kept.
import { oneLine } from '../text/sanitize.ts';
import { type Cell, type Pair, pairsText, tableText } from '../text/table.ts';
import type { Theme } from '../text/theme.ts';
import type { Preset } from './presets/preset.ts';
import { aliasText } from './profile-kinds.ts';
import { describeReference } from './setting-kinds.ts';
import {
  describeSource,
  kindOf,
  type Setting,
  type SettingName,
  type Settings,
  settingNames,
  settingRow,
} from './settings.ts';

/** One line of `msg profiles list`. */
export type ProfileRow = {
  readonly name: string;
  readonly isCurrent: boolean;
  readonly preset?: string | undefined;
  readonly host?: string | undefined;
  readonly model?: string | undefined;
  readonly auth?: string | undefined;
  /** Where the key is kept, e.g. `env:APIXO_API_KEY`. */
  readonly key?: string | undefined;
  /** Why the entry cannot be used, e.g. a malformed field. */
  readonly problem?: string | undefined;
};

export function profilesText(rows: readonly ProfileRow[], theme: Theme, width: number): string {
  const columns = [
    { title: '', rank: 1 },
    { title: 'NAME', rank: 1 },
    { title: 'PRESET', rank: 6 },
    { title: 'HOST', rank: 2 },
    { title: 'MODEL', rank: 3 },
    { title: 'AUTH', rank: 5 },
    { title: 'KEY', rank: 4 },
  ];
  const cells = rows.map((row): Cell[] => [
    { text: row.isCurrent ? theme.glyphs.current : ' ', style: 'accent' },
    row.isCurrent ? { text: row.name, style: 'strong' } : { text: row.name },
    { text: row.preset ?? '', style: 'dim' },
    row.problem === undefined
      ? { text: oneLine(row.host ?? '') }
      : { text: oneLine(row.problem), style: 'bad' },
    { text: oneLine(row.model ?? '') },
    { text: row.auth ?? '' },
    { text: oneLine(row.key ?? ''), style: 'dim' },
  ]);
  return tableText(columns, cells, theme, width);
}

/** What is shown of one profile besides its settings. */
type ProfileAddress = {
  readonly messagesUrl?: string | undefined;
  readonly sdkBase?: string | undefined;
  readonly vercelBase?: string | undefined;
};

/** `msg profiles show`: every value; with `explains`, where it comes from and what it hides. */
export function profileText(
  settings: Settings,
  address: ProfileAddress,
  explains: boolean,
  theme: Theme,
  width: number,
): string {
  const pairs: Pair[] = [];
  const add = (label: string, setting: Setting<unknown>, show: (value: unknown) => string): void => {
    const source = explains ? [dimmed(`from ${describeSource(setting.source)}`)] : [];
    pairs.push([label, [{ text: aliasText(setting.alias, show(setting.value)) }, ...source]]);
    if (!explains) return;
    for (const shadow of setting.shadows) {
      pairs.push(['', [dimmed(`hides ${show(shadow.value)} from ${describeSource(shadow.source)}`)]]);
    }
  };
  if (settings.profile !== undefined) add('profile', settings.profile, String);
  if (settings.preset !== undefined) pairs.push(['preset', presetTitle(settings.preset)]);
  for (const name of settingNames) {
    const setting = settings[name];
    // The demo has an address only while a command runs.
    if (name === 'baseUrl' && settings.preset?.id === 'demo') continue;
    if (setting !== undefined) add(settingRow(name).label, setting, (value) => valueText(name, value));
  }
  if (settings.withheld !== undefined) {
    const { key, source, origin } = settings.withheld;
    const reason = `${describeReference(key)} from ${describeSource(source)}: not used, it belongs to ${origin ?? 'another endpoint'}`;
    pairs.push(['key', [{ text: reason, style: 'warn' }]]);
  }
  if (address.messagesUrl !== undefined)
    pairs.push(['messages URL', [{ text: address.messagesUrl, style: 'link' }]]);
  if (address.sdkBase !== undefined) pairs.push(['SDK base URL', address.sdkBase]);
  if (address.vercelBase !== undefined) pairs.push(['Vercel base URL', address.vercelBase]);
  return pairsText(pairs, theme, width);
}

/** One value as a line, what is secret in it covered. */
const valueText = (name: SettingName, value: unknown): string =>
  oneLine(kindOf(name).show?.(value) ?? String(value));

const dimmed = (text: string): Cell => ({ text, style: 'dim' });

const presetTitle = (preset: Preset): Cell[] => [
  { text: preset.id },
  dimmed(preset.title),
  ...(preset.isVerified ? [] : [{ text: 'unverified', style: 'warn' } as const]),
];

/** `msg profiles presets`. */
export function presetsText(presets: readonly Preset[], theme: Theme, width: number): string {
  const columns = [
    { title: 'PRESET', rank: 1 },
    { title: 'PROVIDER', rank: 4 },
    { title: 'BASE URL', rank: 2 },
    { title: 'AUTH', rank: 3 },
    { title: 'MODEL', rank: 5 },
    { title: 'FACTS', rank: 6 },
  ];
  const rows = presets.map((preset): Cell[] => [
    { text: preset.id, style: 'strong' },
    { text: preset.title },
    { text: preset.id === 'demo' ? '(inside msg)' : preset.baseUrl },
    { text: preset.auth },
    { text: preset.defaultModel ?? '' },
    preset.isVerified ? { text: 'documented', style: 'dim' } : { text: 'unverified', style: 'warn' },
  ]);
  return tableText(columns, rows, theme, width);
}

/** `msg profiles presets show ID`: everything its documents say, and where they are silent. */
export function presetText(preset: Preset, theme: Theme, width: number): string {
  const known = (value: boolean | null): Cell[] => [
    value === null ? dimmed('not documented') : { text: value ? 'yes' : 'no' },
  ];
  const listed = (texts: readonly string[], none: string): Cell[] => [
    texts.length === 0 ? dimmed(none) : { text: texts.join(', ') },
  ];
  const pairs: Pair[] = [
    ['preset', presetTitle(preset)],
    ...(preset.docsUrl === undefined
      ? []
      : [['documents', [{ text: preset.docsUrl, style: 'link' }]] satisfies Pair]),
    ['base URL', preset.baseUrl],
    ...(preset.otherBaseUrls ?? []).map(({ baseUrl, note }): Pair => ['', [{ text: baseUrl }, dimmed(note)]]),
    ...Object.entries(preset.placeholders ?? {}).map(
      ([name, { question, example }]): Pair => [`  {${name}}`, `${question}, e.g. ${example}`],
    ),
    [
      'auth',
      [{ text: preset.auth }, dimmed(`accepted: ${preset.acceptedAuth?.join(', ') ?? 'not documented'}`)],
    ],
    ['version header', known(preset.needsVersion)],
    ['key variable', listed(preset.keyEnv, 'none by convention')],
    ['key begins with', listed(preset.keyPrefixes, 'not documented')],
    [
      'default model',
      [preset.defaultModel === undefined ? dimmed('none: choose one') : { text: preset.defaultModel }],
    ],
    ['model list', known(preset.hasModelList)],
    ['token counting', known(preset.hasCountTokens)],
    ...preset.models.map(
      ({ id, note }, index): Pair => [
        index === 0 ? 'models' : '',
        [{ text: id }, ...(note === undefined ? [] : [dimmed(note)])],
      ],
    ),
    ...preset.errors.map(
      ({ status, type, meaning }, index): Pair => [
        index === 0 ? 'errors' : '',
        [{ text: String(status) }, { text: `${type === undefined ? '' : `${type}: `}${meaning}` }],
      ],
    ),
    ...(preset.retry === undefined ? [] : [['retries', preset.retry] satisfies Pair]),
    ...preset.rateLimitHeaders.map((name, index): Pair => [index === 0 ? 'limit headers' : '', name]),
    ...preset.quirks.map(
      (quirk, index): Pair => [
        index === 0 ? 'good to know' : '',
        [{ text: theme.glyphs.bullet }, { text: quirk }],
      ],
    ),
  ];
  return pairsText(pairs, theme, width);
}
