// Settings in environment variables: MSG_* one by one, ANTHROPIC_* as one implicit profile.
import { configError } from '../errors.ts';
import { authSchemes, originOf } from '../messages/endpoint.ts';
import { type Layer, type SettingValues, settingNames } from './settings.ts';

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

/**
 * The values of the MSG_* variables; empty ones count as not set.
 * @throws MsgError `config` for a malformed value
 */
export function valuesFromMsgEnv(env: Env): Partial<SettingValues> {
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
