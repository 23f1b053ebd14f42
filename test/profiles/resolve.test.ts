// Which value counts and where it came from; and that keys stay at home.

import { describe, expect, it } from 'vitest';
import { originOf } from '../../src/messages/endpoint.ts';
import { viewConfig } from '../../src/profiles/config-document.ts';
import type { Profile } from '../../src/profiles/profile.ts';
import { resolveSettings, type SettingsInput } from '../../src/profiles/resolve.ts';
import type { Settings } from '../../src/profiles/settings.ts';
import fc from '../fast-check.ts';

type Given = Partial<Omit<SettingsInput, 'config'>> & {
  readonly profiles?: Record<string, Profile>;
  readonly current?: string;
};

const resolve = ({ flags = {}, env = {}, project, profiles = {}, current }: Given): Settings =>
  resolveSettings({
    flags,
    env,
    project,
    config: viewConfig(JSON.parse(JSON.stringify({ profiles, current })), '/config.json'),
  });

const work: Profile = {
  baseUrl: 'https://work.example',
  key: { kind: 'env', name: 'WORK_KEY' },
  model: 'work-model',
};
const anthropic = {
  ANTHROPIC_BASE_URL: 'https://env.example',
  ANTHROPIC_API_KEY: 'k',
  ANTHROPIC_MODEL: 'env-model',
};
const msg = { MSG_BASE_URL: 'https://msg.example', MSG_API_KEY: 'k', MSG_MODEL: 'msg-model' };

describe('a setting', () => {
  const all: Given = {
    flags: { model: 'flag-model', profile: 'work' },
    env: { MSG_MODEL: 'msg-model' },
    project: { path: '/p/.msg.json', model: 'project-model' },
    profiles: { work },
  };

  it('comes from the highest place that has one, and knows what it hides', () => {
    expect(resolve(all).model).toEqual({
      value: 'flag-model',
      source: { from: 'flag', name: '--model' },
      shadows: [
        { value: 'msg-model', source: { from: 'env', name: 'MSG_MODEL' } },
        { value: 'project-model', source: { from: 'project', path: '/p/.msg.json' } },
        { value: 'work-model', source: { from: 'profile', name: 'work' } },
      ],
    });
  });

  it.each<[string, Given, string]>([
    ['MSG_*', { ...all, flags: { profile: 'work' } }, 'msg-model'],
    ['the project file', { ...all, flags: { profile: 'work' }, env: {} }, 'project-model'],
    ['the profile', { flags: { profile: 'work' }, profiles: { work } }, 'work-model'],
  ])('comes from %s next', (_name, given, model) => {
    expect(resolve(given).model?.value).toBe(model);
  });

  it('comes from the preset of the profile before the defaults', () => {
    const settings = resolve({ flags: { profile: 'p' }, profiles: { p: { preset: 'llmapi-pro' } } });
    expect(settings.baseUrl).toMatchObject({
      value: 'https://llmapi.pro',
      source: { from: 'preset', id: 'llmapi-pro' },
    });
  });

  it('has a default only where no request can do without', () => {
    const { auth, maxTokens, version, model, baseUrl, key, system, betas } = resolve({});
    expect([auth?.value, maxTokens?.value, version?.value]).toEqual(['x-api-key', 4096, '2023-06-01']);
    expect([model, baseUrl, key, system, betas]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('the profile', () => {
  const profiles = { one: work, two: work, three: work, four: work };

  it('is that of the flag, MSG_PROFILE, the project file, or the current one', () => {
    const everywhere: Given = {
      flags: { profile: 'one' },
      env: { MSG_PROFILE: 'two' },
      project: { path: '/p', profile: 'three' },
      profiles,
      current: 'four',
    };
    expect(resolve(everywhere).profile).toMatchObject({ value: 'one', source: { from: 'flag' } });
    expect(resolve({ ...everywhere, flags: {} }).profile?.value).toBe('two');
    expect(resolve({ ...everywhere, flags: {}, env: {} }).profile?.value).toBe('three');
    expect(resolve({ profiles, current: 'four' }).profile?.value).toBe('four');
    expect(resolve({ profiles }).profile).toBeUndefined();
  });

  it('that nobody knows is an error, which knows what was meant and where it was asked for', () => {
    expect(() => resolve({ flags: { profile: 'wrok' }, profiles: { work } })).toThrow(
      'There is no profile "wrok" (from --profile). Did you mean work?',
    );
    expect(() => resolve({ flags: { profile: 'gone', profileFrom: '/profile' }, profiles })).toThrow(
      '(from /profile)',
    );
    expect(() => resolve({ env: { MSG_PROFILE: 'gone' }, profiles })).toThrow('(from MSG_PROFILE)');
    expect(() => resolve({ current: 'gone', profiles })).toThrow('(the current profile)');
  });

  it('demo needs no entry', () => {
    expect(resolve({ flags: { profile: 'demo' } })).toMatchObject({
      preset: { id: 'demo' },
      profile: { value: 'demo' },
    });
  });

  it('env is ANTHROPIC_*, used when nothing else is chosen', () => {
    const settings = resolve({ env: anthropic });
    expect(settings).toMatchObject({
      profile: { value: 'env', source: { from: 'default' } },
      baseUrl: { value: 'https://env.example', source: { from: 'env', name: 'ANTHROPIC_BASE_URL' } },
      model: { value: 'env-model' },
      key: { value: { kind: 'env', name: 'ANTHROPIC_API_KEY' } },
    });
    expect(settings.notes).toEqual([]);
  });

  it('env can be asked for by name, over the current one', () => {
    const settings = resolve({ flags: { profile: 'env' }, env: anthropic, profiles, current: 'one' });
    expect(settings.baseUrl?.value).toBe('https://env.example');
    expect(() => resolve({ flags: { profile: 'env' } })).toThrow('none of them is set');
  });

  it('another one leaves ANTHROPIC_* out, as a whole and not silently', () => {
    const settings = resolve({ flags: { profile: 'work' }, env: anthropic, profiles: { work } });
    expect(settings).toMatchObject({
      baseUrl: { value: 'https://work.example' },
      model: { value: 'work-model', shadows: [] },
      key: { value: { name: 'WORK_KEY' } },
    });
    expect(settings.notes).toEqual(['Profile work is used; ANTHROPIC_* in the environment is ignored.']);
  });
});

describe('a key', () => {
  it('in MSG_API_KEY goes to MSG_BASE_URL', () => {
    expect(resolve({ env: msg }).key?.value).toEqual({ kind: 'env', name: 'MSG_API_KEY' });
  });

  it.each<[string, Given, string]>([
    ['MSG_API_KEY to --base-url', { flags: { baseUrl: 'https://flag.example' }, env: msg }, 'MSG_API_KEY'],
    [
      'MSG_API_KEY without a base URL of its own to --base-url',
      { flags: { baseUrl: 'https://flag.example' }, env: { MSG_API_KEY: 'k' } },
      'MSG_API_KEY',
    ],
    [
      'ANTHROPIC_API_KEY to --base-url',
      { flags: { baseUrl: 'https://flag.example' }, env: anthropic },
      'ANTHROPIC_API_KEY',
    ],
    [
      'ANTHROPIC_AUTH_TOKEN to MSG_BASE_URL',
      { env: { MSG_BASE_URL: 'https://msg.example', ANTHROPIC_AUTH_TOKEN: 'k' } },
      'ANTHROPIC_AUTH_TOKEN',
    ],
    [
      'ANTHROPIC_API_KEY to MSG_MESSAGES_URL',
      { env: { ...anthropic, MSG_MESSAGES_URL: 'https://msg.example/v1/messages' } },
      'ANTHROPIC_API_KEY',
    ],
    [
      'ANTHROPIC_API_KEY to another port of its host',
      { flags: { baseUrl: 'https://env.example:8443' }, env: anthropic },
      'ANTHROPIC_API_KEY',
    ],
    [
      'ANTHROPIC_API_KEY to its host by plain http',
      { flags: { baseUrl: 'http://env.example' }, env: anthropic },
      'ANTHROPIC_API_KEY',
    ],
  ])('never goes from %s', (_name, given, name) => {
    const { key, withheld } = resolve(given);
    expect(key).toBeUndefined();
    expect(withheld?.key).toEqual({ kind: 'env', name });
  });

  it('of a profile never goes to another base URL', () => {
    const given: Given = { profiles: { work }, flags: { profile: 'work', baseUrl: 'https://flag.example' } };
    expect(resolve(given)).toMatchObject({
      key: undefined,
      withheld: { key: { name: 'WORK_KEY' }, source: { from: 'profile' }, origin: 'https://work.example' },
    });
  });

  it('of a profile whose URL was changed since it was entered stays at home', () => {
    const moved: Profile = { ...work, baseUrl: 'https://moved.example', keyOrigin: 'https://work.example' };
    expect(resolve({ profiles: { moved }, flags: { profile: 'moved' } })).toMatchObject({
      key: undefined,
      withheld: { origin: 'https://work.example' },
    });
  });

  it('of a profile with an exact messages URL goes there', () => {
    const exact: Profile = { ...work, messagesUrl: 'https://exact.example/llm/messages' };
    expect(resolve({ profiles: { exact }, flags: { profile: 'exact' } }).key?.value).toEqual(work.key);
  });

  it('an address of a higher place stands over an exact URL of a lower one', () => {
    const exact: Profile = { ...work, messagesUrl: 'https://exact.example/llm/messages' };
    const over = (flags: Given['flags'], env = {}) =>
      resolve({ profiles: { exact }, flags: { profile: 'exact', ...flags }, env });
    expect(over({ baseUrl: 'https://flag.example' })).toMatchObject({
      baseUrl: { value: 'https://flag.example' },
      withheld: { origin: 'https://exact.example' },
    });
    expect(over({ baseUrl: 'https://flag.example' }).messagesUrl).toBeUndefined();
    expect(over({}, { MSG_BASE_URL: 'https://msg.example' }).messagesUrl).toBeUndefined();
    expect(over({ messagesUrl: 'https://exact.example/other' })).toMatchObject({
      messagesUrl: { value: 'https://exact.example/other', source: { from: 'flag' } },
      key: { value: work.key },
    });
    expect(over({ messagesUrl: 'https://other.example/x' }).key).toBeUndefined();
  });

  it('named on purpose goes anywhere', () => {
    const given: Given = {
      flags: { baseUrl: 'https://flag.example', key: { kind: 'env', name: 'ANTHROPIC_API_KEY' } },
      env: anthropic,
    };
    expect(resolve(given).key).toMatchObject({
      value: { name: 'ANTHROPIC_API_KEY' },
      source: { from: 'flag' },
    });
  });

  it('of the environment is not even looked at while a profile is used', () => {
    const env = { ...anthropic, ANTHROPIC_AUTH_TOKEN: 't', ANTHROPIC_CUSTOM_HEADERS: 'no header' };
    expect(resolve({ profiles: { work }, flags: { profile: 'work' }, env }).notes).toEqual([
      'Profile work is used; ANTHROPIC_* in the environment is ignored.',
    ]);
  });

  it('in a header that was written by hand is sent once', () => {
    const profile: Profile = { ...work, headers: { 'X-Api-Key': 'a', 'X-Team': 'b' } };
    const flags = { profile: 'work', headers: { 'x-api-key': 'c' } };
    expect(resolve({ profiles: { work: profile }, flags }).headers?.value).toEqual({
      'x-api-key': 'c',
      'x-team': 'b',
    });
  });

  it('goes to another path of its origin', () => {
    const given: Given = { flags: { baseUrl: 'https://env.example/other' }, env: anthropic };
    expect(resolve(given).key?.value).toEqual({ kind: 'env', name: 'ANTHROPIC_API_KEY' });
  });

  it('that is left out for another one is told', () => {
    const given: Given = { env: { MSG_API_KEY: 'k' }, flags: { profile: 'work' }, profiles: { work } };
    const { key, notes } = resolve(given);
    expect(key?.value).toEqual(work.key);
    expect(notes).toEqual([
      'The key from MSG_API_KEY is not used: it belongs to MSG_BASE_URL, which is not set.',
    ]);
  });

  it('that nobody would have used is not mentioned', () => {
    const given: Given = {
      flags: { baseUrl: 'https://flag.example', key: { kind: 'file', path: '/k' }, profile: 'work' },
      profiles: { work },
    };
    expect(resolve(given)).toMatchObject({
      key: { value: { kind: 'file' }, source: { from: 'flag', name: '--api-key-file' } },
      notes: [],
    });
    expect(resolve(given).withheld).toBeUndefined();
  });

  it('is at home wherever it goes, whatever is configured', () => {
    const host = fc.constantFrom(
      'https://one.example',
      'https://two.example/v1',
      'http://three.example',
      undefined,
    );
    const origin = (url: string | undefined): string | undefined =>
      url === undefined ? undefined : originOf(url);
    fc.assert(
      fc.property(host, host, host, host, fc.boolean(), (flag, fromMsg, fromEnv, fromProfile, hasProfile) => {
        const settings = resolve({
          flags: {
            ...(flag === undefined ? {} : { baseUrl: flag }),
            ...(hasProfile ? { profile: 'p' } : {}),
          },
          env: {
            MSG_API_KEY: 'k',
            ...(fromMsg === undefined ? {} : { MSG_BASE_URL: fromMsg }),
            ANTHROPIC_API_KEY: 'k',
            ...(fromEnv === undefined ? {} : { ANTHROPIC_BASE_URL: fromEnv }),
          },
          profiles: {
            p: {
              key: { kind: 'env', name: 'P_KEY' },
              headers: { 'x-secret': 'p' },
              ...(fromProfile === undefined ? {} : { baseUrl: fromProfile }),
            },
          },
        });
        const homes: Record<string, string | undefined> = {
          MSG_API_KEY: origin(fromMsg),
          ANTHROPIC_API_KEY: origin(fromEnv ?? 'https://api.anthropic.com'),
          P_KEY: origin(fromProfile),
        };
        const target = origin(settings.baseUrl?.value);
        const key = settings.key?.value;
        if (target === undefined) return true;
        if (key !== undefined && (key.kind !== 'env' || homes[key.name] !== target)) return false;
        return settings.headers === undefined || homes['P_KEY'] === target;
      }),
      { numRuns: 500 },
    );
  });
});

describe('headers', () => {
  it('add up, the higher place winning', () => {
    const profiles = { work: { ...work, headers: { 'x-a': 'profile', 'x-b': 'profile' } } };
    const flags = { profile: 'work', headers: { 'x-a': 'flag', 'x-c': 'flag' } };
    expect(resolve({ profiles, flags }).headers?.value).toEqual({
      'x-a': 'flag',
      'x-b': 'profile',
      'x-c': 'flag',
    });
  });

  it('of a profile or the environment never go elsewhere: they may hold secrets', () => {
    const profiles = { work: { ...work, headers: { authorization: 'Bearer secret' } } };
    expect(
      resolve({ profiles, flags: { profile: 'work', baseUrl: 'https://flag.example' } }).headers,
    ).toBeUndefined();
    const env = { MSG_HEADERS: 'authorization: Bearer secret' };
    expect(resolve({ env, flags: { baseUrl: 'https://flag.example' } }).headers).toBeUndefined();
  });
});
