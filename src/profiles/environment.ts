// Settings in environment variables: MSG_* one by one, ANTHROPIC_* as one implicit profile.
import { originOf } from '../messages/endpoint.ts';
import { parseHeaderLines, splitList } from './setting-kinds.ts';
import {
  kindOf,
  type Layer,
  type SettingName,
  type SettingValues,
  settingNames,
  settingRow,
} from './settings.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Whether there is an implicit profile `env` at all. */
export const isAnthropicSet = (env: Env): boolean =>
  ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_BASE_URL'].some((name) => env[name]?.trim());

/** The implicit profile `env`; undefined when nothing of it is set. */
export function anthropicLayer(env: Env, notes: string[]): Layer | undefined {
  if (!isAnthropicSet(env)) return undefined;
  const read = (name: string): string | undefined => env[name]?.trim() || undefined;
  const apiKey = read('ANTHROPIC_API_KEY');
  const authToken = read('ANTHROPIC_AUTH_TOKEN');
  const baseUrl = read('ANTHROPIC_BASE_URL');
  if (apiKey !== undefined && authToken !== undefined) {
    notes.push('ANTHROPIC_API_KEY and ANTHROPIC_AUTH_TOKEN are both set; ANTHROPIC_API_KEY is used.');
  }
  const keyName = apiKey === undefined ? 'ANTHROPIC_AUTH_TOKEN' : 'ANTHROPIC_API_KEY';
  const hasKey = apiKey !== undefined || authToken !== undefined;
  const model = read('ANTHROPIC_MODEL');
  const betas = read('ANTHROPIC_BETAS');
  const headers = read('ANTHROPIC_CUSTOM_HEADERS');
  const names: Partial<Record<SettingName, string>> = {
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

/**
 * The values of the MSG_* variables; empty ones count as not set.
 * @throws MsgError `config` for a malformed value
 */
export function valuesFromMsgEnv(env: Env): Partial<SettingValues> {
  const values: Record<string, unknown> = {};
  for (const name of settingNames) {
    const { variable } = settingRow(name);
    if (variable === undefined) continue;
    const text = env[variable]?.trim();
    if (text) values[name] = kindOf(name).fromVariable?.(text, variable) ?? text;
  }
  return values;
}
