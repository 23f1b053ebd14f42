import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { authSchemes } from '../../src/messages/endpoint.ts';
import {
  fillBaseUrl,
  findPreset,
  presetForHost,
  presetForKeyPrefix,
  presets,
} from '../../src/profiles/presets.ts';
import { isProfileName } from '../../src/profiles/profile.ts';

describe('every preset', () => {
  test.each(presets.map((preset) => [preset.id, preset] as const))('%s is coherent', (id, preset) => {
    expect(isProfileName(id)).toBe(true);
    expect(id).toBe(id.toLowerCase());
    expect(preset.title).not.toBe('');
    // Convention A: never a trailing slash or version (a version inside the path is the gateway's own).
    expect(preset.baseUrl).not.toMatch(/(\/|\/v1|\/messages)$/);
    const asked = [...preset.baseUrl.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    expect(Object.keys(preset.placeholders ?? {}).sort()).toEqual([...new Set(asked)].sort());
    const examples = Object.fromEntries(
      Object.entries(preset.placeholders ?? {}).map(([name, { example }]) => [name, example]),
    );
    expect(new URL(fillBaseUrl(preset, examples)).protocol).toMatch(/^https?:$/);
    expect(authSchemes).toContain(preset.auth);
    if (preset.acceptedAuth !== null) expect(preset.acceptedAuth).toContain(preset.auth);
    if (preset.defaultModel !== undefined) {
      expect(preset.models.map((model) => model.id)).toContain(preset.defaultModel);
    }
    for (const name of preset.keyEnv) expect(name).toMatch(/^[A-Z][A-Z0-9_]+$/);
    for (const quirk of preset.quirks) expect(quirk).toMatch(/[.]$/);
  });

  test('ids are unique', () => {
    expect(new Set(presets.map((preset) => preset.id)).size).toBe(presets.length);
  });
});

describe('the five seeds say what their pages say', () => {
  test('APIXO', () => {
    const preset = findPreset('apixo');
    expect(preset).toMatchObject({
      baseUrl: 'https://llm.apixo.ai',
      auth: 'x-api-key',
      acceptedAuth: ['x-api-key'],
      needsVersion: true,
      keyEnv: ['APIXO_API_KEY'],
    });
    expect(preset.models.map((model) => model.id)).toEqual([
      'claude-haiku-4-5-20251001',
      'claude-opus-4-6',
      'claude-sonnet-4-6',
    ]);
    expect(preset.errors.map((error) => error.status)).toEqual([400, 401, 429, 502, 504]);
  });

  test('llmapi.pro', () => {
    const preset = findPreset('llmapi-pro');
    expect(preset).toMatchObject({
      baseUrl: 'https://llmapi.pro',
      acceptedAuth: ['x-api-key', 'bearer'],
      keyPrefixes: ['sk-llmapi-'],
    });
    expect(preset.models.map((model) => model.id)).toEqual([
      'claude-sonnet-4-6',
      'claude-opus-4-6',
      'claude-haiku-4-5',
    ]);
    expect(preset.errors.map((error) => [error.status, error.type])).toEqual([
      [400, 'invalid_request_error'],
      [401, 'authentication_error'],
      [403, 'permission_error'],
      [429, 'rate_limit_error'],
      [500, 'api_error'],
      [503, 'overloaded_error'],
    ]);
    expect(preset.rateLimitHeaders).toHaveLength(8);
  });

  test('AISIX: the host is asked for, the model is an alias', () => {
    const preset = findPreset('aisix');
    expect(fillBaseUrl(preset, { origin: 'http://127.0.0.1:3000/' })).toBe('http://127.0.0.1:3000');
    expect(preset).toMatchObject({ acceptedAuth: ['x-api-key', 'bearer'], needsVersion: false });
    expect(preset.defaultModel).toBeUndefined();
    expect(() => fillBaseUrl(preset, {})).toThrow('The preset aisix needs your origin');
  });

  test('Auxot: its own path, model auto, key prefixes', () => {
    const preset = findPreset('auxot');
    expect(fillBaseUrl(preset, { origin: 'https://a.example' })).toBe('https://a.example/api/anthropic');
    expect(preset).toMatchObject({
      acceptedAuth: ['x-api-key', 'bearer'],
      needsVersion: true,
      keyPrefixes: ['user.', 'team.'],
      defaultModel: 'auto',
    });
  });

  test('AiHubMix: a bare key, and no default model because the sample is retired', () => {
    const preset = findPreset('aihubmix');
    expect(preset).toMatchObject({
      baseUrl: 'https://aihubmix.com',
      acceptedAuth: ['x-api-key'],
      errors: [],
    });
    expect(preset.defaultModel).toBeUndefined();
  });
});

describe('lookups', () => {
  test('findPreset ignores case and suggests the nearest ids', () => {
    expect(findPreset('APIXO').id).toBe('apixo');
    expect(() => findPreset('apixoo')).toThrow('Did you mean apixo?');
    expect(() => findPreset('open')).toThrow('Did you mean openrouter?');
    expect(() => findPreset('__proto__')).toThrow('There is no preset "__proto__".');
  });

  test.each([
    ['llm.apixo.ai', 'apixo'],
    ['llmapi.pro', 'llmapi-pro'],
    ['AIHUBMIX.com', 'aihubmix'],
    ['api.moonshot.cn', 'moonshot'],
    ['my-thing.services.ai.azure.com', 'foundry'],
    ['localhost:11434', 'ollama'],
    ['a.b.services.ai.azure.com', undefined],
    ['evil-llmapi.pro', undefined],
    ['llmapi.pro.evil.example', undefined],
    ['127.0.0.1:0', undefined],
    ['127.0.0.1:3000', undefined],
  ])('presetForHost(%s) is %s', (host, id) => {
    expect(presetForHost(host)?.id).toBe(id);
  });

  test('presetForKeyPrefix', () => {
    expect(presetForKeyPrefix('sk-llmapi-123')?.id).toBe('llmapi-pro');
    expect(presetForKeyPrefix('sk-or-v1-1')?.id).toBe('openrouter');
    expect(presetForKeyPrefix('user.abc')?.id).toBe('auxot');
    expect(presetForKeyPrefix('sk-something')).toBeUndefined();
  });
});

test('presets.ts reads nothing at run time', () => {
  const source = readFileSync(new URL('../../src/profiles/presets.ts', import.meta.url), 'utf8');
  expect(source).not.toMatch(/node:fs|import\(/);
});
