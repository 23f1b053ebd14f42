// What other tools have configured: the environment, Claude Code's settings.json, `ant` profiles. Reading
// only; nothing of theirs is changed, and no key is copied before somebody has agreed.
import { join } from 'node:path';
import { type AuthScheme, hostOf } from '../messages/endpoint.ts';
import { isErrno } from '../text/errno.ts';
import { isObject } from '../text/json.ts';
import { own, parseDocument } from './config-document.ts';
import { readRegularFile } from './guarded-file.ts';
import { presetForHost } from './presets.ts';
import type { Profile } from './profile.ts';
import { type KeyReference, parseHeaderLines } from './setting-kinds.ts';

export type ImportCandidate = {
  /** How it is chosen: `env`, `claude`, or `ant`. */
  readonly source: (typeof importSources)[number];
  /** Where it was found, for people. */
  readonly place: string;
  /** A name it could have. */
  readonly suggestedName: string;
  readonly profile: Profile;
  /** A key in clear, to be stored; absent where `profile.key` points to it instead. */
  readonly keyValue?: string;
};

export const importSources = ['env', 'claude', 'ant'] as const;

type ImportSurroundings = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly platform: string;
};

/** Everything found, in the order of `importSources`. Throws `config` for a broken file. */
export function findImports(surroundings: ImportSurroundings): ImportCandidate[] {
  return [...fromEnvironment(surroundings), ...fromClaudeCode(surroundings), ...fromAnt(surroundings)];
}

const anthropicUrl = 'https://api.anthropic.com';

function fromEnvironment({ env }: ImportSurroundings): ImportCandidate[] {
  const variables = fromVariables((name) => env[name]);
  return variables === undefined
    ? []
    : [{ source: 'env', place: 'ANTHROPIC_* in the environment', ...variables }];
}

/** The ANTHROPIC_* block, from wherever it is written. */
function fromVariables(
  read: (name: string) => string | undefined,
): Omit<ImportCandidate, 'source' | 'place'> | undefined {
  const value = (name: string): string | undefined => read(name)?.trim() || undefined;
  const [apiKey, authToken, url] = ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_BASE_URL'].map(
    value,
  );
  if (apiKey === undefined && authToken === undefined && url === undefined) return undefined;
  const model = value('ANTHROPIC_MODEL');
  const headers = value('ANTHROPIC_CUSTOM_HEADERS');
  const keyValue = apiKey ?? authToken;
  const auth: AuthScheme | undefined =
    keyValue === undefined ? undefined : apiKey === undefined ? 'bearer' : 'x-api-key';
  return {
    ...profileAt(url ?? anthropicUrl, {
      ...(auth === undefined ? {} : { auth, key: { kind: 'stored' } as const }),
      ...(model === undefined ? {} : { model }),
      ...(headers === undefined ? {} : { headers: parseHeaderLines(headers, 'ANTHROPIC_CUSTOM_HEADERS') }),
    }),
    ...(keyValue === undefined ? {} : { keyValue }),
  };
}

/** Completes a profile with its address, and the preset where the host is known. */
function profileAt(baseUrl: string, rest: Profile): { profile: Profile; suggestedName: string } {
  const host = hostOf(baseUrl);
  const preset = presetForHost(host);
  const labels = host.replace(/:\d+$/, '').split('.');
  const name = preset?.id ?? (labels.length > 1 ? labels.at(-2) : labels[0]) ?? 'imported';
  return {
    suggestedName: name.replace(/[^A-Za-z0-9._-]/g, '') || 'imported',
    profile: { ...(preset === undefined ? {} : { preset: preset.id }), baseUrl, ...rest },
  };
}

function fromClaudeCode({ env, home, platform }: ImportSurroundings): ImportCandidate[] {
  const path = join(env['CLAUDE_CONFIG_DIR'] || join(home, '.claude'), 'settings.json');
  const settings = readDocument(path);
  if (settings === undefined) return [];
  const block = own(settings, 'env');
  const variables = fromVariables((name) => {
    const value = isObject(block) ? own(block, name) : undefined;
    return typeof value === 'string' ? value : undefined;
  });
  const helper = own(settings, 'apiKeyHelper');
  const model = own(settings, 'model');
  const hasHelper = typeof helper === 'string' && helper.trim() !== '';
  if (variables === undefined && !hasHelper) return [];
  const base = variables ?? profileAt(anthropicUrl, {});
  // A helper is a line for a shell; here the shell is named, because msg itself uses none.
  const shell = platform === 'win32' ? ['cmd', '/d', '/s', '/c'] : ['/bin/sh', '-c'];
  const helperKey: Profile =
    hasHelper && variables?.keyValue === undefined
      ? { key: { kind: 'command', argv: [...shell, helper.trim()] } satisfies KeyReference }
      : {};
  return [
    {
      source: 'claude',
      place: path,
      ...base,
      suggestedName: base.suggestedName === 'anthropic' ? 'claude' : base.suggestedName,
      profile: {
        ...(typeof model === 'string' && /\d/.test(model) ? { model } : {}),
        ...base.profile,
        ...helperKey,
      },
    },
  ];
}

/** `ant` profiles hold no key: `ant` itself is asked for a token each time. */
function fromAnt({ env, home, platform }: ImportSurroundings): ImportCandidate[] {
  const native =
    platform === 'win32' && env['APPDATA']
      ? join(env['APPDATA'], 'Anthropic')
      : join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'anthropic');
  const directory = env['ANTHROPIC_CONFIG_DIR'] || native;
  const active = env['ANTHROPIC_PROFILE'] || readText(join(directory, 'active_config'))?.trim() || 'default';
  if (!/^[A-Za-z0-9_.-]+$/.test(active)) return [];
  const path = join(directory, 'configs', `${active}.json`);
  const settings = readDocument(path);
  if (settings === undefined) return [];
  const baseUrl = own(settings, 'base_url');
  const { profile } = profileAt(typeof baseUrl === 'string' ? baseUrl : anthropicUrl, {
    auth: 'bearer',
    key: {
      kind: 'command',
      argv: ['ant', 'auth', 'print-credentials', '--access-token', '--profile', active],
    },
    // OAuth tokens are accepted with this beta only.
    betas: ['oauth-2025-04-20'],
  });
  return [
    { source: 'ant', place: path, suggestedName: active === 'default' ? 'ant' : `ant-${active}`, profile },
  ];
}

function readDocument(path: string): ReturnType<typeof parseDocument> | undefined {
  const text = readText(path);
  return text === undefined ? undefined : parseDocument(text, path, 'Correct it, then import again.');
}

function readText(path: string): string | undefined {
  try {
    return readRegularFile(path);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES')) return undefined;
    throw error;
  }
}
